"""Scoring steps: benchmark scores, and comparisons of policies, paired by prompt."""

from assets.steps.curate import ROLLOUT_KEYS
from assets.steps.run import Run
from assets.steps.step import step
from r1data.evaluation.metrics import compare_policies, measure_scores
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Comparisons, Scores

PROMPT_KEYS = ("prompt_id", "source")


class Comparing(Settings):
    """The policy that the others are compared with."""

    baseline: str


@step(Scores, version=2)
def score(
    _run: Run,
    writer: TableWriter,
    _settings: Settings,
    prompts: Table,
    rollouts: Table,
    verdicts: Table,
) -> None:
    """How well each policy does on each benchmark, with standard errors clustered by prompt."""
    read = rollouts.read(ROLLOUT_KEYS), verdicts.read(), prompts.read(PROMPT_KEYS)
    writer.write(0, measure_scores(*read))


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
    read = rollouts.read(ROLLOUT_KEYS), verdicts.read(), prompts.read(PROMPT_KEYS)
    writer.write(0, compare_policies(*read, baseline=settings.baseline))
