"""Which prompts each policy of a round is asked, where their kinds or existing responses decide."""

from collections.abc import Iterator

import polars as pl

from assets.steps.sample import Asking, is_asked_of
from r1data.cli.made import MadeTables
from r1data.curation.general.routes import Routing, route_prompts
from r1data.store.spec import TableSpec
from r1data.store.table import Table
from r1data.tables import HELD_OUT, PromptKinds

KINDS, EXISTING, ASKED_IN = "prompt_kinds", "existing", "asked_in"
ROUTED = ("prompt_id", "problem", "source", "drop_reason", "other_columns")


class Routes:
    """What decides which prompts a table of rollouts asks of each of its policies."""

    def __init__(self, tables: MadeTables, spec: TableSpec, settings: Asking) -> None:
        self._tables, self._reads, self._settings = tables, spec.reads, settings
        self._kinds = self._told_kinds() if KINDS in spec.reads else None
        existing = tables.version(spec.reads[EXISTING]) if EXISTING in spec.reads else None
        self._answered = None if existing is None else existing.read(["prompt_id"])
        mixture = tables.version(spec.reads[ASKED_IN]) if ASKED_IN in spec.reads else None
        self._asked_in = None if mixture is None else _trained_on(mixture)
        self.is_bound = (EXISTING in spec.reads and existing is None) or (
            ASKED_IN in spec.reads and mixture is None
        )
        """Whether fewer may be asked: nobody knows yet which existing responses pass, or which
        prompts a training set will have."""

    def of_policy(self, name: str, problems: pl.DataFrame) -> pl.DataFrame:
        """Return those of the problems of a round that a policy is asked."""
        if self._kinds is not None:
            mine = self._kinds.filter(
                pl.col("drop_reason").is_null(), is_asked_of(name, self._settings)
            )
            problems = problems.join(mine, on="prompt_id", how="semi", maintain_order="left")
        if self._answered is not None:
            keys = self._answered
            problems = problems.join(keys, on="prompt_id", how="anti", maintain_order="left")
        if self._asked_in is not None:
            keys = self._asked_in
            problems = problems.join(keys, on="prompt_id", how="semi", maintain_order="left")
        return problems

    def _told_kinds(self) -> pl.DataFrame:
        """Return the kinds of prompts: of the table, or told now as its step will."""
        spec = self._tables.specs[self._reads[KINDS]]
        table = self._tables.version(spec.key)
        if table is not None:
            return table.read(["prompt_id", "is_reasoned", "drop_reason"])
        told = [PromptKinds.create_empty(), *self._told_now(spec)]
        return pl.concat(told).unique("prompt_id", keep="first", maintain_order=True)

    def _told_now(self, spec: TableSpec) -> Iterator[pl.DataFrame]:
        if isinstance(spec.settings, Routing):
            for frame in self._tables.frames(spec.reads["prompts"], ROUTED):
                yield route_prompts(frame, spec.settings)


def _trained_on(mixture: Table) -> pl.DataFrame:
    """Return the prompts that a mixture has rows of which are trained on."""
    rows = mixture.read(["prompt_id", "split"])
    return rows.filter(pl.col("split").ne_missing(HELD_OUT)).select("prompt_id")
