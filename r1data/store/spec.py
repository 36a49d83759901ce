"""What a recipe means by a table: what decides its rows, and what it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import dataframely as dy

from r1data.seeds import content_id

FINGERPRINT_DIGITS = 16


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table a recipe means: what it is, what decides its rows, what it reads."""

    key: str
    """Round and name, e.g. `reasoning/rollouts`; also its folder."""
    schema: type[dy.Schema]
    version: int
    """The version of the stage that makes it, raised by hand when its results change."""
    settings: Mapping[str, Any]
    """JSON values: every setting that decides its rows, and none that only decides the speed."""
    reads: Mapping[str, str]
    """The keys of the tables it is made from, by argument name."""
    may_be_empty: bool = False
    """Whether no rows at all may replace some: with nothing to judge, a judge is asked nothing."""


def fingerprints(specs: Sequence[TableSpec]) -> dict[str, str]:
    """Return the fingerprint of each table: equal if and only if it means the same rows.

    It folds the stage's version, the settings and the fingerprints of what the table reads.
    """
    known: dict[str, str] = {}
    for spec in in_reading_order(specs):
        known[spec.key] = content_id(
            spec.key,
            spec.schema.__name__,
            spec.version,
            dict(spec.settings),
            {argument: known[key] for argument, key in spec.reads.items()},
        )[:FINGERPRINT_DIGITS]
    return known


def in_reading_order(specs: Sequence[TableSpec]) -> list[TableSpec]:
    """Return the tables, each after those it reads.

    Raises:
        ValueError: If a table reads one that is not among them, or itself in the end.
    """
    by_key = {spec.key: spec for spec in specs}
    for spec in specs:
        for key in spec.reads.values():
            if key not in by_key:
                raise ValueError(
                    f"{spec.key} reads {key}, which the recipe does not make; add its round"
                )
    try:
        order = list(TopologicalSorter({s.key: s.reads.values() for s in specs}).static_order())
    except CycleError as error:
        raise ValueError(
            f"tables read one another in a circle: {' -> '.join(error.args[1])}"
        ) from error
    return [by_key[key] for key in order]
