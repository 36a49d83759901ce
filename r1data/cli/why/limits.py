"""Limits of the time: what a table's settings were when it was made, beside the values of a row."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from pydantic import ValidationError

from r1data.curation.selection import Selection, faults
from r1data.store.table import Table
from r1data.text import visible

COMPARISON = re.compile(r'\[\(col\("(\w+)"\)\) ([<>]=?) \(dyn (?:int|float): ([-+.\de]+)\)\]')
"""A column compared with a number, as Polars writes it."""
HOLDS = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}
BY_RANK = {
    "over_quota": ("rank", ">=", "selection.max_per_prompt"),
    "over_quota_of_domain": ("rank", "", ""),
    "near_duplicate": ("similarity", ">=", "near_duplicates.threshold"),
    "semantic_duplicate": ("similarity", ">=", "semantic_duplicates.threshold"),
}
"""By drop reason: the column that decided among rows, and the end of the setting it was held to;
the quota of a domain is no setting, its table has it."""
MAX_CHARS = 100
HASH = re.compile(r"[0-9a-f]{16,64}")


def selection_of(table: Table, collection: str | None = None) -> Selection | None:
    """Return the settings by which a table of selections was made.

    None if this version of r1data cannot read them any more.

    Args:
        table: The table.
        collection: The one whose rollouts it decided on by rules of their own, if it did.
    """
    settings = table.manifest.settings
    try:
        own = settings.get("collections", {}).get(collection)
        return Selection.model_validate(own or settings["selection"])
    except (KeyError, ValidationError):
        return None


def values_beside_limits(
    reason: str, selection: Selection | None, values: Mapping[str, Any]
) -> list[str]:
    """Return each value that a reason looks at, with the limit that it is beyond.

    >>> selection = Selection(max_pass_rate=0.8)
    >>> values_beside_limits("too_easy", selection, {"pass_rate": 0.875})
    ['pass_rate 0.875 > 0.8']
    """
    is_so = None if selection is None else faults(selection).get(reason)
    if is_so is None:
        return []
    compared = dict(_compared(is_so, values))
    names = dict.fromkeys(is_so.meta.root_names())
    return [
        compared.get(name, f"{name} {shown(values[name])}")
        for name in names
        if values.get(name) is not None
    ]


def _compared(is_so: pl.Expr, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, sign, limit in COMPARISON.findall(str(is_so)):
        value = values.get(name)
        if isinstance(value, int | float) and HOLDS[sign](value, float(limit)):
            yield name, f"{name} {shown(value)} {sign} {shown(float(limit))}"


def rank_beside_limit(reason: str, row: Mapping[str, Any], table: Table) -> list[str]:
    """Return the value that decided between a row and better ones, with its limit."""
    name, sign, ending = BY_RANK.get(reason, ("", "", ""))
    if row.get(name) is None:
        return []
    settings = settings_of(table) if ending else ()
    limits = [text for setting, text in settings if setting.endswith(ending)]
    return [" ".join([name, shown(row[name]), *(f"{sign} {limit}" for limit in limits[:1])])]


def settings_of(table: Table) -> Iterator[tuple[str, str]]:
    """Yield each setting that a table was made with: its path, and its value as people read it.

    Hashes and what was not set are left out.
    """
    for path, value in _leaves(table.manifest.settings, ""):
        if value is not None and not (isinstance(value, str) and HASH.fullmatch(value)):
            yield path, shown(value)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif not isinstance(value, list | tuple) or value:
        yield path, value


def shown(value: Any) -> str:  # noqa: ANN401 - any value of a row
    r"""Return a value for people, on one line, cut where it is long.

    >>> shown(5210), shown(0.125), shown(True), shown("a\nb"), shown(4000.0)
    ('5,210', '0.125', 'true', 'a\\nb', '4,000')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:.4g}" if isinstance(value, float) else visible(str(value), is_one_line=True)
    return text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]}…"
