"""Review steps: what people decided, the texts they edited, and the rollouts that stay."""

from functools import partial

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.review.agreement import REVIEW_COLUMNS as COMPARED
from r1data.curation.review.agreement import measure_agreement
from r1data.curation.review.candidates import ROLLOUT_COLUMNS
from r1data.curation.review.decisions import log_of, read_decisions
from r1data.curation.review.outcome import (
    REVIEW_COLUMNS,
    edited_rollouts,
    project_reviews,
    select_reviewed,
)
from r1data.curation.review.settings import Review
from r1data.curation.selection import keep_selected
from r1data.execution.shards import map_shards
from r1data.settings import Settings
from r1data.store.spec import log_key
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Agreements, Reviews, Rollouts, Selections


class Reviewing(Settings):
    """The round whose rollouts people review."""

    round_name: str


class Deciding(Settings):
    """The dataset that decides, and its rules."""

    dataset: str
    review: Review


@step(Reviews, version=1, may_be_empty=True)
def review(run: Run, writer: TableWriter, settings: Reviewing, candidates: Table) -> None:
    """What people decided on the rollouts that the round keeps."""
    log = log_of(settings.round_name)
    state = writer.table.manifest.inputs[log_key(log)]
    decisions = read_decisions(run.store.log_path(log), state)
    seen = [rollout_id for rollout_id, _ in decisions]
    writer.write(0, project_reviews(decisions.values(), _rows(candidates, seen, ROLLOUT_COLUMNS)))


@step(Agreements, version=1, may_be_empty=True)
def compare(_run: Run, writer: TableWriter, _settings: Settings, reviews: Table) -> None:
    """How often every two reviewers decided alike."""
    writer.write(0, measure_agreement(reviews.read(COMPARED)))


@step(Rollouts, version=1, may_be_empty=True)
def edit(
    _run: Run, writer: TableWriter, _settings: Settings, reviews: Table, candidates: Table
) -> None:
    """The rollouts as people edited them, each with the one that it came from."""
    found = reviews.read()
    edits = found.filter(pl.col("edited_rollout_id").is_not_null())
    rows = _rows(candidates, edits["rollout_id"].to_list(), Rollouts.column_names())
    writer.write(0, edited_rollouts(found, rows))


@step(Selections, version=1)
def decide(
    _run: Run,
    writer: TableWriter,
    settings: Deciding,
    *,
    reviews: Table,
    candidates: Table,
    edited: Table,
    verdicts: Table,
) -> None:
    """What people's decisions come to for every candidate and every edited rollout."""
    decided = select_reviewed(
        candidates.read(["rollout_id", "prompt_id"]),
        reviews.read(REVIEW_COLUMNS),
        edited.read(["rollout_id", "prompt_id"]),
        verdicts.read(["rollout_id", "verifier", "outcome"]),
        settings=settings.review,
        dataset=settings.dataset,
    )
    writer.write(0, decided)


@step(Rollouts, version=1)
def take_reviewed(
    run: Run,
    writer: TableWriter,
    _settings: Settings,
    *,
    candidates: Table,
    edited: Table,
    selections: Table,
) -> None:
    """The rollouts that stay after review, edited ones in the place of those they came from."""
    decided = selections.read(["rollout_id", "is_kept"])
    keep = partial(keep_selected, selections=decided)
    map_shards(writer, keep, candidates, progress=run.progress)
    writer.write(candidates.num_blocks, keep(edited.read()))


def _rows(
    rollouts: Table, rollout_ids: list[str], columns: tuple[str, ...] | list[str]
) -> pl.DataFrame:
    """Return some rollouts: the texts of all are much to hold."""
    with rollouts.naming_damage():
        return (
            rollouts.scan()
            .filter(pl.col("rollout_id").is_in(rollout_ids))
            .select(columns)
            .collect()
        )
