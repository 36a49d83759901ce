"""Refinement steps: what a model is asked to rewrite, its rewrites, and which are kept."""

from functools import partial

import polars as pl

from assets.steps.curate import ROLLOUT_KEYS
from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.evidence import POLICY_KEYS, Evidence
from r1data.curation.refinements import (
    RewriteLimits,
    choose_rewrites,
    compare_rewrites,
    put_in_place,
)
from r1data.curation.selection import select_rollouts, signals_read
from r1data.execution.shards import map_shards
from r1data.generation.refinement import ask_rewrites, pairs, read_rewrites
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import (
    PassRates,
    RefinementQuestions,
    Refinements,
    Rollouts,
    Selections,
    askable,
)

QUESTION_KEYS = ("rollout_id", "prompt_id", "question_id", "refusal")
REPLY_KEYS = ("rollout_id", "prompt_id", "sample_index")
WHOLE = pl.col("prefill") + pl.col("completion")


class Rewriting(Settings):
    """The collections whose rollouts are rewritten."""

    rewritten: tuple[str, ...]


class Reading(Settings):
    """The collection that rewrites are of."""

    collection: str


class Comparing(Settings):
    """What a rewrite must be to be kept."""

    dataset: str
    limits: RewriteLimits


class Replacing(Rewriting):
    """What becomes of rollouts whose rewrites are kept, and of the others."""

    dataset: str
    keep_originals: bool
    """Whether a rollout stays of which no rewrite is kept."""


@step(RefinementQuestions, version=1, may_be_empty=True)
def request_rewrites(
    run: Run, writer: TableWriter, settings: Rewriting, prompts: Table, rollouts: Table
) -> None:
    """What a model is asked to rewrite: the kept rollouts of some collections."""
    asked = askable(prompts.scan()).select("prompt_id", "problem").collect()
    ask = partial(_ask_some, prompts=asked, collections=settings.rewritten)
    map_shards(writer, ask, rollouts, progress=run.progress)


@step(Rollouts, version=1, may_be_empty=True)
def read_replies(
    run: Run, writer: TableWriter, settings: Reading, questions: Table, replies: Table
) -> None:
    """The rewrites: reasoning and response as the model wrote them anew, not judged yet."""
    read = partial(_read_some, replies=replies.scan(), collection=settings.collection)
    map_shards(writer, read, questions, progress=run.progress, workers=1)


@step(Refinements, version=1, may_be_empty=True)
def choose(
    _run: Run,
    writer: TableWriter,
    settings: Comparing,
    *,
    prompts: Table,
    questions: Table,
    replies: Table,
    rollouts: Table,
    rollouts_refined: Table,
    verdicts: Table,
    signals: Table,
) -> None:
    """Each rewrite beside the rollout it rewrites, and why it does not take its place."""
    selection = settings.limits.selection()
    known = Evidence(
        rollouts=rollouts_refined.read(ROLLOUT_KEYS),
        verdicts=verdicts.read(["rollout_id", "verifier", "outcome"]),
        signals=signals.read(signals_read(selection)),
        pass_rates=PassRates.create_empty().select(*POLICY_KEYS, "num_judged", "pass_rate"),
    )
    paired = pairs(questions.read(QUESTION_KEYS), replies.read(REPLY_KEYS))
    problems = askable(prompts.scan()).select("prompt_id", "problem")
    compared = [
        _compared(frame, paired, before=rollouts.scan(), problems=problems)
        for _, frame in rollouts_refined.blocks(["rollout_id", "prefill", "completion"])
    ]
    if not compared:
        return
    chosen = choose_rewrites(
        pl.concat(compared),
        decided=select_rollouts(known, settings=selection, dataset=settings.dataset),
        outcomes=known.verdicts.select("rollout_id", "outcome"),
        limits=settings.limits,
    )
    writer.write(0, chosen)


@step(Selections, version=1)
def replace_rewritten(
    _run: Run,
    writer: TableWriter,
    settings: Replacing,
    *,
    rollouts: Table,
    rollouts_refined: Table,
    refinements: Table,
) -> None:
    """What the round decided on each rollout that it kept and on each rewrite."""
    del rollouts_refined
    is_asked = pl.col("collection").is_in(settings.rewritten)
    kept = rollouts.scan().select("rollout_id", "prompt_id", is_asked=is_asked).collect()
    decided = put_in_place(
        kept,
        refinements.read(),
        dataset=settings.dataset,
        keep_originals=settings.keep_originals,
    )
    writer.write(0, decided)


def _ask_some(
    rollouts: pl.DataFrame, *, prompts: pl.DataFrame, collections: tuple[str, ...]
) -> pl.DataFrame:
    return ask_rewrites(rollouts.filter(pl.col("collection").is_in(collections)), prompts)


def _read_some(questions: pl.DataFrame, *, replies: pl.LazyFrame, collection: str) -> pl.DataFrame:
    asked = questions["question_id"].unique().implode()
    answers = replies.filter(pl.col("prompt_id").is_in(asked)).collect()
    return read_rewrites(questions, replies=answers, collection=collection)


def _compared(
    rewrites: pl.DataFrame, paired: pl.DataFrame, *, before: pl.LazyFrame, problems: pl.LazyFrame
) -> pl.DataFrame:
    """Return the ids of each rewrite of a shard, with what is measured on it."""
    ids = rewrites.select("rollout_id", after=WHOLE).join(
        paired, on="rollout_id", how="left", maintain_order="left"
    )
    wanted = ids["before_rollout_id"].unique().implode()
    texts = before.filter(pl.col("rollout_id").is_in(wanted)).select(
        before_rollout_id="rollout_id", before=WHOLE
    )
    asked = problems.filter(pl.col("prompt_id").is_in(ids["prompt_id"].unique().implode()))
    shown = ids.join(texts.collect(), on="before_rollout_id", how="left", maintain_order="left")
    shown = shown.join(asked.collect(), on="prompt_id", how="left", maintain_order="left")
    return pl.concat(
        [ids.drop("after"), compare_rewrites(shown)],
        how="horizontal",
    )
