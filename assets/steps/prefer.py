"""Preference steps: pairs of responses, what a judge is asked about them, and which are kept."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, ClassVar

import polars as pl

from assets.steps.openings import openings_of, with_splits
from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.alignment.candidates import (
    PROMPT_COLUMNS,
    ROLLOUT_COLUMNS,
    checked,
    pair_rollouts,
)
from r1data.curation.alignment.decide import balance_lengths, decide_pairs
from r1data.curation.alignment.files import read_pairs
from r1data.curation.alignment.settings import Decision, LabelFile, PairFile
from r1data.curation.duplicates.exact import spelling
from r1data.execution.shards import map_shards
from r1data.mixture.held_out import HeldOut
from r1data.mixture.preferences import KEPT_COLUMNS, to_pairs, with_guards
from r1data.policies.templates import Template
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import (
    PairCandidates,
    PreferencePairs,
    PreferenceQuestions,
    Preferences,
    askable,
)
from r1data.verification.judge.preferences import ask_preferences, read_preferences

BLOCK = 2_000
"""Rows that are written at once."""
Row = dict[str, Any]


class Pairing(Settings):
    """Where pairs come from."""

    judged: tuple[str, ...] = ()
    """The policies whose rollouts a judge compares: one or two."""
    delta: tuple[str, str] | None = None
    """The strong policy and the weak one."""
    files: dict[str, PairFile] = {}

    def hashed(self) -> dict[str, str]:
        """Return where the files are."""
        return hashed_files(self.files)


class Preferring(Settings):
    """Which pairs are kept, and how many prompts are held out."""

    dataset: str
    decision: Decision
    judge: str | None = None
    max_length_difference: int | None = None
    held_out: HeldOut | None = None


class Conversing(Settings):
    """How the policy will be asked that is trained by pairs."""

    later: ClassVar[frozenset[str]] = frozenset({"guard_share"})
    dataset: str
    template: Template
    guard_share: float = 0
    """Of the pairs that are trained on, those with a guard."""


@step(PairCandidates, version=1)
def find_pairs(
    run: Run,
    writer: TableWriter,
    settings: Pairing,
    prompts: Table,
    benchmark_prompts: Table,
    rollouts: Table | None = None,
) -> None:
    """Every two completions of one prompt that could make a pair, or why they cannot."""
    found = chain.from_iterable(read_pairs(name, one) for name, one in settings.files.items())
    if rollouts is not None:
        found = chain(_pairs_of(settings, rollouts, prompts), found)
    rows = checked(found, spellings_of(benchmark_prompts))
    _write(run, writer, rows)


@step(PreferenceQuestions, version=1, may_be_empty=True)
def ask_which(run: Run, writer: TableWriter, _settings: Settings, candidates: Table) -> None:
    """Which of two responses is better, for every pair that a judge decides, in both orders."""
    map_shards(writer, ask_preferences, candidates, progress=run.progress)


@step(Preferences, version=1)
def prefer(
    _run: Run,
    writer: TableWriter,
    settings: Preferring,
    candidates: Table,
    questions: Table | None = None,
    replies: Table | None = None,
) -> None:
    """Which completion of every candidate is better, and why it is no pair, if it is none."""
    said = None
    if questions is not None and replies is not None:
        asked = questions.read(["pair_id", "order", "question_id", "refusal"])
        said = read_preferences(asked, replies.scan())
    decided = pl.concat(
        decide_pairs(
            frame,
            said,
            settings.decision,
            judge=settings.judge,
            max_length_difference=settings.max_length_difference,
        )
        for _, frame in candidates.blocks()
    )
    if settings.decision.balance_lengths:
        decided = balance_lengths(decided)
    openings = pl.concat(openings_of(frame, "pair_id") for _, frame in candidates.blocks())
    kept = decided.filter("is_kept").join(openings, on="pair_id", how="left", maintain_order="left")
    writer.write(0, with_splits(decided, kept, settings.held_out, settings.dataset, "pair_id"))


@step(PreferencePairs, version=1)
def write_pairs(
    _run: Run, writer: TableWriter, settings: Conversing, candidates: Table, preferences: Table
) -> None:
    """The pairs of the set, in TRL's form for DPO and for reward models."""
    kept = preferences.scan().filter("is_kept").select(KEPT_COLUMNS).collect()
    first_row = 0
    for block, frame in candidates.blocks():
        rows = to_pairs(
            frame,
            kept,
            template=settings.template,
            dataset=settings.dataset,
            first_row=first_row,
        )
        rows = with_guards(rows, settings.guard_share, first_row=first_row)
        first_row += rows.height
        writer.write(block, rows)


def hashed_files(files: Mapping[str, PairFile | LabelFile]) -> dict[str, str]:
    """Return where the files of pairs or labels are, by their place in the settings."""
    return {
        f"files.{name}.{path}": place
        for name, one in files.items()
        for path, place in one.hashed().items()
    }


def spellings_of(benchmark_prompts: Table) -> frozenset[str]:
    """Return the problems of benchmarks without their capitals, white space and punctuation."""
    problems = benchmark_prompts.read(["problem"])["problem"]
    return frozenset(filter(None, map(spelling, problems)))


def _pairs_of(settings: Pairing, rollouts: Table, prompts: Table) -> Iterator[Row]:
    """Yield the pairs of rollouts, a shard of the first policy at a time."""
    asked = askable(prompts.scan()).select(PROMPT_COLUMNS).collect()
    for _, frame in rollouts.blocks(ROLLOUT_COLUMNS):
        for made_by, policies in (("judge", settings.judged), ("delta", settings.delta or ())):
            firsts = frame.filter(pl.col("policy").is_in(list(policies[:1])))
            if firsts.height:
                both = pl.concat([firsts, _by_others(rollouts, firsts["prompt_id"], policies[1:])])
                yield from pair_rollouts(both, asked, policies, made_by=made_by, place=rollouts.key)


def _by_others(rollouts: Table, prompt_ids: pl.Series, policies: tuple[str, ...]) -> pl.DataFrame:
    """Return what other policies answered to some prompts; they stand in other shards."""
    is_wanted = pl.col("policy").is_in(list(policies))
    is_same = pl.col("prompt_id").is_in(prompt_ids.unique().implode())
    return rollouts.scan().filter(is_wanted, is_same).select(ROLLOUT_COLUMNS).collect()


def _write(run: Run, writer: TableWriter, rows: Iterator[Row]) -> None:
    schema = writer.schema.create_empty().schema
    with run.progress.bar(writer.key, None, "rows") as bar:
        for block, some in enumerate(iter(lambda: list(islice(rows, BLOCK)), [])):
            if not writer.is_done(block):
                writer.write(block, pl.DataFrame(some, schema=schema))
            bar.update(writer.table.num_rows)
