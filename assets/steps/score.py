"""Scoring steps: benchmark scores, comparisons of policies, paired by prompt, the scoreboard."""

from typing import Any, ClassVar

import polars as pl

from assets.steps.curate import ROLLOUT_KEYS
from assets.steps.run import Run
from assets.steps.step import GPU, step
from r1data.answers.versions import verifier_versions
from r1data.evaluation.metrics import compare_policies, measure_scores
from r1data.evaluation.rewarded import reward_completions
from r1data.evaluation.scoreboard import ACCURACY, measure_completions, to_scoreboard
from r1data.execution.shards import map_shards
from r1data.generation.blocks import ASKED
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Comparisons, Rewards, Scoreboard, Scores, Verdicts, askable

PROMPT_KEYS = ("prompt_id", "source")
COMPLETION_KEYS = (
    *("rollout_id", "prompt_id", "policy", "finish_reason", "num_completion_tokens"),
    "error_class",
)
"""What the scoreboard reads of rollouts: no text."""


class Scoring(Settings):
    """How groups are counted."""

    later: ClassVar[frozenset[str]] = frozenset({"by_benchmark"})
    by_benchmark: bool = False
    """Whether each benchmark has groups of a size of its own."""


class Comparing(Scoring):
    """The policies that the others are compared with."""

    later: ClassVar[frozenset[str]] = Scoring.later | {"also"}
    baseline: str
    also: tuple[str, ...] = ()
    """The baseline as it was asked by other prompts, each compared with all."""


class Reading(Settings):
    """The verifiers that read answers anywhere."""

    verifiers: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """Return the verifiers with their versions."""
        return {"verifiers": verifier_versions(self.verifiers)}


class Ranking(Scoring):
    """The policies of a scoreboard, in their order, and what the paper calls some of them."""

    policies: tuple[str, ...]
    paper_names: dict[str, str] = {}


class Scored(Settings):
    """The reward models that score completions; each is read under its name."""

    models: tuple[str, ...]


@step(Scores, version=2)
def score(
    _run: Run,
    writer: TableWriter,
    settings: Scoring,
    prompts: Table,
    rollouts: Table,
    verdicts: Table,
) -> None:
    """How well each policy does on each benchmark, with standard errors clustered by prompt."""
    read = rollouts.read(ROLLOUT_KEYS), verdicts.read(), prompts.read(PROMPT_KEYS)
    writer.write(0, measure_scores(*read, by_benchmark=settings.by_benchmark))


@step(Comparisons, version=2)
def compare(
    _run: Run,
    writer: TableWriter,
    settings: Comparing,
    prompts: Table,
    rollouts: Table,
    verdicts: Table,
) -> None:
    """How each policy differs from the baseline, paired by prompt."""
    writer.write(0, _compared(settings, prompts, rollouts, verdicts))


@step(Comparisons, version=1)
def compare_accuracy(
    _run: Run,
    writer: TableWriter,
    settings: Comparing,
    prompts: Table,
    rollouts: Table,
    lenient_verdicts: Table,
) -> None:
    """How each policy differs from the baseline without the format rule, paired by prompt."""
    found = _compared(settings, prompts, rollouts, lenient_verdicts)
    writer.write(0, found.filter(metric="pass@1").with_columns(metric=pl.lit(ACCURACY)))


def _compared(
    settings: Comparing, prompts: Table, rollouts: Table, verdicts: Table
) -> pl.DataFrame:
    read = rollouts.read(ROLLOUT_KEYS), verdicts.read(), prompts.read(PROMPT_KEYS)
    found = [
        compare_policies(*read, baseline=one, by_benchmark=settings.by_benchmark)
        for one in (settings.baseline, *settings.also)
    ]
    return pl.concat(found)


@step(Verdicts, version=1)
def read_anywhere(
    run: Run,
    writer: TableWriter,
    _settings: Reading,
    prompts: Table,
    rollouts: Table,
    verdicts: Table,
) -> None:
    """The verdicts without the format rule: where no answer was found, one is read anywhere."""
    from r1data.verification.anywhere import verify_anywhere
    from r1data.verification.log import VerdictLog
    from r1data.verification.verify import PROMPT_COLUMNS

    facts = prompts.read(PROMPT_COLUMNS)

    def read(frame: pl.DataFrame) -> pl.DataFrame:
        is_its = pl.col("rollout_id").is_in(frame["rollout_id"].implode())
        with verdicts.naming_damage():
            given = verdicts.scan().filter(is_its).collect()
        return verify_anywhere(frame, given, facts, pool=run.workers, log=log)

    with VerdictLog(run.store.logs / "verdicts") as log:
        map_shards(writer, read, rollouts, progress=run.progress, workers=1)


@step(Rewards, version=1, pool=GPU)
def reward(
    run: Run,
    writer: TableWriter,
    settings: Scored,
    prompts: Table,
    rollouts: Table,
    **models: Table,
) -> None:
    """What the recipe's reward models make of every rollout."""
    run.close_engine()
    folders = {
        name: run.store.root / models[name].read(["location"])["location"].item()
        for name in settings.models
    }
    loaded = {name: run.machine.load_reward_model(folder) for name, folder in folders.items()}
    asked = askable(prompts.scan()).select("prompt_id", *ASKED).collect()
    for block, frame in rollouts.blocks(["rollout_id", "prompt_id", "prefill", "completion"]):
        if not writer.is_done(block):
            writer.write(block, reward_completions(frame, asked, loaded))


@step(Scoreboard, version=1)
def rank(
    _run: Run,
    writer: TableWriter,
    settings: Ranking,
    *,
    prompts: Table,
    rollouts: Table,
    scores: Table,
    lenient_verdicts: Table,
    signals: Table,
    rewards: Table | None = None,
) -> None:
    """The scoreboard: each policy on each benchmark, with standard errors clustered by prompt."""
    asked, keys = prompts.read(PROMPT_KEYS), rollouts.read(ROLLOUT_KEYS)
    verdicts = lenient_verdicts.read(["rollout_id", "predicted_answer", "outcome"])
    found = measure_completions(
        rollouts.read(COMPLETION_KEYS),
        signals.read(["rollout_id", "form", "language_share"]),
        asked,
        None if rewards is None else rewards.read(["rollout_id", "model", "reward"]),
    )
    board = to_scoreboard(
        scores.read(),
        measure_scores(keys, verdicts, asked, by_benchmark=settings.by_benchmark),
        found,
        policies=settings.policies,
        paper_names=settings.paper_names,
    )
    writer.write(0, board)
