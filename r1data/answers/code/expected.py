# ruff: noqa: ANN401
"""Comparing the values of a program with those that its tests expect."""

from __future__ import annotations

import json
import math

from r1data.answers.code.remote import data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RELATIVE = 1e-6
NEARLY_ZERO = 1e-9
USUAL = (RELATIVE, 0.0)
"""The relative and the absolute tolerance of a float."""


def is_any_expected(value: Any, case: dict[str, Any], comparison: dict[str, Any]) -> bool:
    """Say whether a value is what a case expects, or one of several it accepts.

    >>> case = {"accepted": [[1, 2], [3]]}
    >>> is_any_expected([2, 1], case, {"name": "any_order", "tolerance": USUAL})
    True
    """
    tolerance = tuple(comparison["tolerance"])
    targets = case["accepted"] if "accepted" in case else [case["expected"]]
    if comparison["name"] == "any_order":
        return any(_has_same_items(value, target, tolerance) for target in targets)
    return any(is_expected(value, target, tolerance) for target in targets)


def is_expected(value: Any, expected: Any, tolerance: tuple[float, ...] = USUAL) -> bool:
    """Say whether a value is the expected one, which JSON wrote: its tuples are lists.

    >>> is_expected((1, 2.0000001), [1, 2.0]), is_expected(1, True), is_expected("1", 1)
    (True, False, False)
    """
    value = data_of(value)
    if isinstance(value, (list, tuple)) and isinstance(expected, (list, tuple)):
        pairs = zip(value, expected, strict=False)
        return len(value) == len(expected) and all(is_expected(*pair, tolerance) for pair in pairs)
    if isinstance(value, dict) and isinstance(expected, dict):
        keyed = {key if isinstance(key, str) else json.dumps(key): value[key] for key in value}
        has_all = len(value) == len(keyed) and keyed.keys() == expected.keys()
        return has_all and all(is_expected(keyed[key], expected[key], tolerance) for key in keyed)
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    if isinstance(expected, float) and isinstance(value, (int, float)):
        return _is_near(value, expected, tolerance)
    return type(value) is type(expected) and bool(value == expected)


def _is_near(value: float, expected: float, tolerance: tuple[float, ...]) -> bool:
    relative, absolute = tolerance
    nearly_zero = max(absolute, NEARLY_ZERO) if expected == 0 else absolute
    both_are_nan = math.isnan(value) and math.isnan(expected)
    return both_are_nan or math.isclose(value, expected, rel_tol=relative, abs_tol=nearly_zero)


def _has_same_items(value: Any, expected: Any, tolerance: tuple[float, ...]) -> bool:
    """Say whether a list has the items that are expected, in whatever order."""
    items = data_of(value)
    if isinstance(items, (set, frozenset)):
        items = list(items)
    if not (isinstance(items, (list, tuple)) and isinstance(expected, (list, tuple))):
        return is_expected(value, expected, tolerance)
    rest = list(expected)
    for item in items:
        found = next((n for n, one in enumerate(rest) if is_expected(item, one, tolerance)), None)
        if found is None:
            return False
        del rest[found]
    return not rest
