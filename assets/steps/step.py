"""A step: a function that fills tables of one kind, with the version of what it makes."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any

import dataframely as dy

from r1data.settings import NO_SETTINGS, Settings
from r1data.store.spec import TableSpec

GPU = "gpu"
"""The pool of the steps that load a model: one of them at a time."""


@dataclass(frozen=True, slots=True)
class Step:
    """A function that fills tables, and what is true of every table it fills."""

    fill: Callable[..., None]
    """Called with the run, the table's writer, the settings and, by name, the tables it reads."""
    makes: type[dy.Schema]
    version: int
    """Raised by hand when its results change."""
    pool: str | None = None
    may_be_empty: bool = False
    check: Callable[[Any], list[str]] | None = None
    """Refuses settings that cannot be used, before any work is done; returns what else is to be
    said of them, a line each."""

    def table(
        self,
        key: str,
        settings: Settings = NO_SETTINGS,
        *,
        description: str | None = None,
        log: str | None = None,
        **reads: str,
    ) -> TableSpec:
        """Return the spec of a table that this step fills.

        Args:
            key: Round and name of the table.
            settings: What decides its rows, and what `fill` is given.
            description: One sentence about its rows; without one, the step's own.
            log: The log of the data folder that it is a projection of, if it is one.
            reads: The keys of the tables it reads, by the names `fill` takes them under.
        """
        return TableSpec(
            key=key,
            schema=self.makes,
            version=self.version,
            settings=settings,
            reads=reads,
            fill=self.fill,
            description=description or cleandoc(self.fill.__doc__ or ""),
            pool=self.pool,
            may_be_empty=self.may_be_empty,
            check=self.check,
            log=log,
        )


def step(
    makes: type[dy.Schema],
    *,
    version: int,
    pool: str | None = None,
    may_be_empty: bool = False,
    check: Callable[[Any], list[str]] | None = None,
) -> Callable[[Callable[..., None]], Step]:
    """Declare a function as the step that fills tables of a schema.

    Its docstring is one sentence about the rows, which the UI shows.
    """

    def declare(fill: Callable[..., None]) -> Step:
        return Step(fill, makes, version, pool, may_be_empty, check)

    return declare
