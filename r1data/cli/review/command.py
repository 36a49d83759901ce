"""Reviewing the rollouts of a recipe: what was asked for, done and told."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import typer

from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from r1data.cli.review.desk import TerminalDesk, review_one_by_one
from r1data.cli.review.remarks import remarks_of
from r1data.cli.terminal import CONSOLE, cell, lean_grid, say
from r1data.curation.review.agreement import measure_agreement
from r1data.curation.review.candidates import (
    PROMPT_COLUMNS,
    ROLLOUT_COLUMNS,
    Candidate,
    candidates_of,
    sample_candidates,
)
from r1data.curation.review.decisions import (
    Decision,
    DecisionLog,
    check_reviewer,
    log_of,
    read_decisions,
)
from r1data.curation.review.files import bring_back, exported_lines
from r1data.curation.review.outcome import project_reviews
from r1data.errors import FAILED
from r1data.store.files import write_durably
from r1data.store.spec import TableSpec
from r1data.store.store import Store, open_store
from r1data.tables import Reviews, askable

IDENTITY = re.compile(rb"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for."""

    reviewer: str | None
    out: Path | None
    source: Path | None
    number: int
    seed: int
    is_replacing: bool
    is_agreement: bool


class Reviewable:
    """The rollouts of a round that people review, and what they decided so far."""

    def __init__(self, recipe: Recipe, store: Store, spec: TableSpec) -> None:
        self._recipe, self._store = recipe, store
        self.round_name = spec.key.partition("/")[0]
        self.table = store.table(spec.reads["candidates"])
        self.log_path = store.log_path(log_of(self.round_name))

    def decisions(self) -> list[Decision]:
        """Return what was decided so far."""
        return list(read_decisions(self.log_path).values())

    def drawn(self, asked: Asked) -> list[Candidate]:
        """Return the candidates to show: those that the reviewer decided on as they are left out.

        Where decisions are to be replaced, they are shown again.
        """
        named = None if asked.reviewer is None else check_reviewer(asked.reviewer)
        mine = [one for one in self.decisions() if one.reviewer == named and not asked.is_replacing]
        hashes = {one.rollout_id: one.text_hash for one in mine}
        known = self.candidates(list(hashes))
        done = [one.rollout_id for one in known if one.text_hash == hashes[one.rollout_id]]
        drawn = sample_candidates(
            self.table.read(["rollout_id"]), number=asked.number, seed=asked.seed, without=done
        )
        return self.candidates(drawn["rollout_id"].to_list())

    def candidates(self, rollout_ids: Sequence[str]) -> list[Candidate]:
        """Return some candidates, in the order of their ids that is given."""
        rows = self.rows(rollout_ids)
        order = pl.DataFrame({"rollout_id": rollout_ids}, schema={"rollout_id": pl.String})
        rows = order.join(rows, on="rollout_id", how="inner", maintain_order="left")
        prompts = self._store.table(self._recipe.others(self.round_name).prompts)
        wanted = pl.col("prompt_id").is_in(rows["prompt_id"].to_list())
        with prompts.naming_damage():
            asked = askable(prompts.scan()).filter(wanted).select(PROMPT_COLUMNS).collect()
        remarks = remarks_of(self._recipe, self._store, self.round_name, rollout_ids)
        return candidates_of(rows, asked, remarks)

    def rows(self, rollout_ids: Sequence[str]) -> pl.DataFrame:
        """Return the texts of some candidates."""
        wanted = pl.col("rollout_id").is_in(list(rollout_ids))
        with self.table.naming_damage():
            return self.table.scan().filter(wanted).select(ROLLOUT_COLUMNS).collect()


def review_rollouts(table: str | None, recipe: Path, data: Path, asked: Asked) -> None:
    """Do with a recipe's candidates what was asked: show, write, bring back, or compare.

    Raises:
        ValueError: Two things are asked at once, nobody is named who decides, or nothing is
            reviewed.
        typer.Exit: With status 1, lines of a file were refused.
    """
    given = [asked.out is not None, asked.source is not None, asked.is_agreement]
    if sum(given) > 1:
        raise ValueError("--out, --from and --agreement are three things; ask for one of them")
    loaded = load_recipe(recipe)
    spec = _spec_of(loaded, table)
    if not any(given) and not (sys.stdin.isatty() and CONSOLE.is_terminal):
        raise ValueError(
            "reviewing one by one needs a terminal; write candidates to a file with --out, and "
            "bring it back with --from"
        )
    found = Reviewable(loaded, open_store(data / loaded.name), spec)
    if asked.out is not None:
        _write(found, asked, asked.out)
    elif asked.source is not None:
        _bring_back(found, asked, asked.source)
    elif asked.is_agreement:
        _print_agreement(found)
    else:
        _review_here(found, asked)


def _spec_of(recipe: Recipe, table: str | None) -> TableSpec:
    """Return the table of reviews that a person means, by any of its names or as the only one."""
    specs = [spec for spec in recipe.tables() if spec.schema is Reviews]
    if not specs:
        raise ValueError(
            "the recipe has nothing reviewed; write `review: {}` in a round that can, see "
            "docs/review.md"
        )
    names = {spec.reads["candidates"]: spec for spec in specs}
    meant = [
        spec
        for key, spec in names.items()
        if table in (None, key, spec.key, spec.key.partition("/")[0])
    ]
    if len(meant) != 1:
        what = "several tables are reviewed" if table is None else f"{table} is not reviewed"
        raise ValueError(f"{what}; name one of: {', '.join(names)}")
    return meant[0]


def _write(found: Reviewable, asked: Asked, out: Path) -> None:
    if out.exists():
        raise ValueError(f"{out} exists, and may hold what somebody wrote; name another file")
    drawn = found.drawn(asked)
    write_durably(out, "".join(exported_lines(drawn)))
    say(
        f"{out}: {len(drawn)} candidates of {found.table.key}; set `decision` of each to accept, "
        f"edit or reject, then `r1data review --from {out} --reviewer NAME`"
    )


def _bring_back(found: Reviewable, asked: Asked, source: Path) -> None:
    reviewer = check_reviewer(asked.reviewer)
    with source.open("rb") as file:
        lines = list(file)
    ids = found.table.read(["rollout_id"])["rollout_id"].to_list()
    candidates = {one.rollout_id: one for one in found.candidates(_named_in(lines, ids))}
    with DecisionLog(found.log_path) as log:
        brought = bring_back(lines, candidates, reviewer, log, is_replacing=asked.is_replacing)
    for line in brought.refused:
        say(f"{source}, {line}", style="red")
    counts = {**brought.counts, "refused": len(brought.refused)}
    say(", ".join(f"{name} {count}" for name, count in counts.items()))
    say("`r1data run` takes in what was decided")
    if brought.refused:
        raise typer.Exit(FAILED)


def _named_in(lines: Sequence[bytes], rollout_ids: Sequence[str]) -> list[str]:
    """Return the rollouts of which an id stands in some lines: only their texts are read."""
    named = {found.decode() for line in lines for found in IDENTITY.findall(line)}
    return [one for one in rollout_ids if one in named]


def _review_here(found: Reviewable, asked: Asked) -> None:
    reviewer = check_reviewer(asked.reviewer)
    drawn = found.drawn(asked)
    if not drawn:
        say(f"{reviewer} has decided on every candidate of {found.table.key}")
        return

    def take(decision: Decision) -> bool:
        with DecisionLog(found.log_path) as log:
            return log.take(decision, is_replacing=asked.is_replacing)

    counts = review_one_by_one(drawn, reviewer, TerminalDesk(), take)
    say(", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing decided")


def _print_agreement(found: Reviewable) -> None:
    decisions = found.decisions()
    rows = found.rows([one.rollout_id for one in decisions])
    reviews = project_reviews(decisions, rows)
    counted = reviews.filter(pl.col("outdated").is_null())
    say(
        f"{found.table.key}: {counted.height} decisions, {reviews.height - counted.height} outdated"
    )
    grid = lean_grid("reviewers", "rollouts", "equal", "share", "kappa", "s.e.")
    for row in measure_agreement(reviews).iter_rows(named=True):
        grid.add_row(
            cell(f"{row['reviewer']}, {row['other_reviewer']}"),
            str(row["num_rollouts"]),
            str(row["num_equal"]),
            *(_number(row[name]) for name in ("equal_share", "kappa", "kappa_standard_error")),
        )
    CONSOLE.print(grid)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
