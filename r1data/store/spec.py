"""Table specs: what a recipe means by a table, what decides its rows and what fills it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

import dataframely as dy

from r1data.seeds import content_id
from r1data.settings import NO_SETTINGS, Settings

FINGERPRINT_DIGITS = 16


def _fills_nothing(*_: object, **__: object) -> None:
    """Fill a table with no rows."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Everything about a table that a recipe means.

    What is hashed is what is used: `fill` is given `settings`, and the fingerprint holds their
    content.
    """

    key: str
    """Round and name, e.g. `reasoning/rollouts`; also its folder."""
    schema: type[dy.Schema]
    version: int
    """The version of what fills it, raised by hand when its results change."""
    settings: Settings = NO_SETTINGS
    """Every setting that decides its rows; what only decides the speed is no part of `content`."""
    reads: Mapping[str, str] = field(default_factory=dict)
    """The keys of the tables it is made from, by argument name."""
    fill: Callable[..., None] = _fills_nothing
    """Called with the run, the table's writer, the settings and, by argument name, the tables it
    reads."""
    description: str = ""
    """One sentence about its rows, which the UI shows."""
    pool: str | None = None
    """Of the tables of one pool, one is made at a time: `gpu` for those that load a model."""
    may_be_empty: bool = False
    """Whether no rows at all may replace some: with nothing to judge, a judge is asked nothing."""
    check: Callable[[Settings], list[str]] | None = None
    """Refuses settings that cannot be used, before any work is done; returns what else is to be
    said of them, a line each."""
    log: str | None = None
    """The log of the data folder that it is a projection of, e.g. `reviews/cold_start`: what stands
    there is a part of its version, as the rows of the tables are that it reads."""
    content: Mapping[str, Any] = field(init=False, compare=False)
    """The content of the settings, taken once: files that settings name may change later."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", self.settings.content())

    @property
    def made_from(self) -> set[str]:
        """The keys of the tables it reads, and that of its log if it has one."""
        return {*self.reads.values(), *(() if self.log is None else (log_key(self.log),))}


def log_key(log: str) -> str:
    """Return the key under which a version says what stood in a log when it was made."""
    return f"logs/{log}"


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
            dict(spec.content),
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
            f"tables read one another in a circle: {' -> '.join(error.args[1])}; let a round ask "
            "or train a policy that is not made of what the round itself keeps"
        ) from error
    return [by_key[key] for key in order]
