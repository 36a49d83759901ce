"""Label steps: what a judge of safety is asked, and what is known of every completion."""

from collections.abc import Iterable, Iterator
from itertools import chain

import polars as pl

from assets.steps.openings import openings_of, with_splits
from assets.steps.prefer import hashed_files, spellings_of
from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.alignment.candidates import PROMPT_COLUMNS, ROLLOUT_COLUMNS
from r1data.curation.alignment.files import read_labels
from r1data.curation.alignment.labels import (
    checked_labels,
    completions_of,
    labels_of_pairs,
    labels_of_rollouts,
)
from r1data.curation.alignment.settings import LabelFile
from r1data.mixture.held_out import HeldOut
from r1data.mixture.preferences import as_asked
from r1data.policies.templates import Template
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import SafetyLabels, SafetyQuestions, askable
from r1data.verification.judge.safety import ask_safety, read_safety


class Showing(Settings):
    """The sources whose completions a judge of safety is shown."""

    sources: tuple[str, ...]


class Labelling(Settings):
    """What says whether completions are safe."""

    dataset: str
    pairs: dict[str, str] = {}
    """By file of pairs, what says it where no column does."""
    files: dict[str, LabelFile] = {}
    sources: tuple[str, ...] = ()
    """The sources whose completions were judged."""
    template: Template = Template()
    """Of the policy that is to be trained by a model of these labels."""
    held_out: HeldOut | None = None

    def hashed(self) -> dict[str, str]:
        """Return where the files are."""
        return hashed_files(self.files)


@step(SafetyQuestions, version=1, may_be_empty=True)
def ask_whether_safe(
    _run: Run, writer: TableWriter, settings: Showing, prompts: Table, rollouts: Table
) -> None:
    """Whether a completion is safe, its reasoning included, asked in two wordings."""
    for block, frame in _completions(settings.sources, rollouts, prompts):
        writer.write(block, ask_safety(frame))


@step(SafetyLabels, version=1)
def label(
    run: Run,
    writer: TableWriter,
    settings: Labelling,
    prompts: Table,
    benchmark_prompts: Table,
    candidates: Table | None = None,
    rollouts: Table | None = None,
    questions: Table | None = None,
    replies: Table | None = None,
) -> None:
    """Whether every completion is safe, by what is known of it, or why nothing is."""
    found = [read_labels(name, one) for name, one in settings.files.items()]
    if candidates is not None and settings.pairs:
        found += [labels_of_pairs(frame, settings.pairs) for _, frame in candidates.blocks()]
    if rollouts is not None and questions is not None and replies is not None:
        asked = questions.read(["rollout_id", "order", "question_id", "refusal"])
        said = read_safety(asked, replies.scan())
        shown = _completions(settings.sources, rollouts, prompts)
        found += [labels_of_rollouts(frame, said) for _, frame in shown]
    rows = checked_labels(
        chain.from_iterable(found), settings.dataset, spellings_of(benchmark_prompts)
    )
    frame = pl.DataFrame([*rows], schema=SafetyLabels.create_empty().schema)
    kept = frame.filter("is_kept").with_columns(
        openings_of(frame.filter("is_kept"), "row")["opening"]
    )
    split = with_splits(frame, kept, settings.held_out, settings.dataset, "row")
    bare = split["prompt"].to_list()
    turned = [as_asked(settings.template, one) if one else [] for one in bare]
    writer.write(0, split.with_columns(pl.Series("prompt", turned, dtype=frame.schema["prompt"])))


def _completions(
    sources: Iterable[str], rollouts: Table, prompts: Table
) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the completions of some sources' prompts, a shard at a time."""
    wanted = askable(prompts.scan()).filter(pl.col("source").is_in(list(sources)))
    asked = wanted.select(PROMPT_COLUMNS).collect()
    for block, frame in rollouts.blocks(ROLLOUT_COLUMNS):
        some = frame.join(asked, on="prompt_id", how="semi", maintain_order="left")
        yield block, completions_of(some, asked, rollouts.key)
