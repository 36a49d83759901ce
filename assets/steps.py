"""What an asset of any round does: where the stages, which never import one another, meet."""

from collections.abc import Collection, Mapping
from functools import partial
from itertools import accumulate, chain

import polars as pl

from assets.resources import CATALOG_SECONDS, Run
from r1data.curation.duplicates import mark_duplicates
from r1data.curation.pass_rates import measure_pass_rates
from r1data.curation.selection import keep_selected, select_rollouts
from r1data.curation.signals import measure_signals
from r1data.engines.policies import PolicyVersion
from r1data.engines.policy_table import find_policy, trained_policy
from r1data.engines.protocol import Sampling
from r1data.engines.request_log import RequestLog
from r1data.evaluation.metrics import compare_policies, measure_scores
from r1data.execution.shards import map_shards
from r1data.generation.sampling import sample_rollouts
from r1data.mixture.conversations import PROMPT_COLUMNS, to_conversations
from r1data.prompts.identity import identify
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source
from r1data.recipe.graph import mixture_template
from r1data.recipe.recipe import ColdStartRound, EvaluationRound, ReasoningRound
from r1data.seeds import content_id
from r1data.store.locks import holding
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.verification.code.missing_tests import fill_tests
from r1data.verification.gold import mark_bad_gold
from r1data.verification.log import VerdictLog
from r1data.verification.verify import PROMPT_COLUMNS as JUDGED_COLUMNS
from r1data.verification.verify import verify_rollouts

KEYS = (
    *("rollout_id", "prompt_id", "sample_index", "policy", "policy_revision", "sampling_id"),
    *("finish_reason", "error_class"),
)
"""What whole-table steps read of rollouts: no text."""


def find(run: Run, table: TableWriter) -> None:
    """Find, unpack if need be, and hash the weights of a policy that the recipe starts from."""
    name = round_and_name(table.key)[1]
    table.write(0, find_policy(name, run.recipe.policies[name], run.store))


def ingest(run: Run, table: TableWriter, sources: Mapping[str, Source]) -> None:
    """Load the sources, make tests that lack, and let each gold answer's verifier judge it."""
    frames = chain.from_iterable(load_prompts(name, source) for name, source in sources.items())
    with run.progress.bar(table.key, None, "rows") as bar:
        for block, frame in enumerate(frames):
            if not table.is_done(block):
                tested = identify(fill_tests(frame))
                table.write(block, mark_bad_gold(tested, pool=run.workers))
            bar.update(table.table.num_rows)


def mark_repeated(run: Run, table: TableWriter, prompts: Table, benchmark_prompts: Table) -> None:
    """Mark the prompts that repeat another, or a benchmark problem."""
    table.write(0, mark_duplicates(prompts.read(), benchmark_prompts.read()))


def sample(
    run: Run,
    table: TableWriter,
    prompts: Table,
    policy: Table,
    section: ColdStartRound | ReasoningRound,
) -> None:
    """Sample a group for every prompt that the round asks, through the request log."""
    asked = prompts.scan().filter(pl.col("drop_reason").is_null())
    if section.sources is not None:
        asked = asked.filter(pl.col("source").is_in(section.sources))
    is_finished_only = isinstance(section, ReasoningRound) and section.finished_only is not None
    ask(
        run,
        table,
        asked,
        [run.policy_version(policy)],
        section.sampling,
        is_finished_only=is_finished_only,
    )


def sample_policies(
    run: Run,
    table: TableWriter,
    prompts: Table,
    policies: Collection[Table],
    section: EvaluationRound,
) -> None:
    """Sample a group of each policy for every benchmark problem."""
    asked = prompts.scan().filter(pl.col("drop_reason").is_null()).unique("prompt_id", keep="first")
    names: dict[str, str] = {}
    versions = [run.policy_version(policy) for policy in policies]
    for version in versions:
        other = names.setdefault(version.revision, version.name)
        if other != version.name:
            raise ValueError(
                f"{other} and {version.name} are the same model, to the bit; evaluate one of them"
            )
    ask(run, table, asked, versions, section.sampling)


def ask(
    run: Run,
    table: TableWriter,
    prompts: pl.LazyFrame,
    policies: Collection[PolicyVersion],
    sampling: Sampling,
    *,
    is_finished_only: bool = False,
) -> None:
    """Sample a group of each policy for every row, which has what is asked as its problem."""
    asked = prompts.select("prompt_id", "problem", "system_message").collect()
    first_block = 0
    for policy in policies:
        with RequestLog(run.store.logs, policy, sampling) as log:
            first_block = sample_rollouts(
                partial(run.engine, policy),
                log,
                asked,
                table,
                progress=run.progress,
                on_block=partial(run.catalog.refresh, min_seconds=CATALOG_SECONDS),
                first_block=first_block,
                is_finished_only=is_finished_only,
            )


def verify(run: Run, table: TableWriter, prompts: Table, rollouts: Table) -> None:
    """Judge every rollout, the equal ones once, and those in the verdict log not again."""
    judge = partial(
        verify_rollouts,
        prompts=prompts.read(JUDGED_COLUMNS),
        pool=run.workers,
        prefilled_policies=run.prefilled_policies(),
    )
    with VerdictLog(run.store.logs / "verdicts") as log:
        map_shards(table, partial(judge, log=log), rollouts, progress=run.progress)


def measure(run: Run, table: TableWriter, rollouts: Table) -> None:
    """Measure what can be measured on one rollout alone."""
    reasoning = run.specs[table.key].settings["reasoning"]
    map_shards(
        table, partial(measure_signals, reasoning=reasoning), rollouts, progress=run.progress
    )


def rate(run: Run, table: TableWriter, rollouts: Table, verdicts: Table) -> None:
    """Count how often each prompt was solved."""
    table.write(0, measure_pass_rates(rollouts.read(KEYS), verdicts.read()))


def select(
    run: Run,
    table: TableWriter,
    rollouts: Table,
    verdicts: Table,
    signals: Table,
    pass_rates: Table,
) -> None:
    """Decide which rollouts the round keeps."""
    dataset = round_and_name(table.key)[0]
    table.write(
        0,
        select_rollouts(
            rollouts.read(KEYS),
            verdicts.read(),
            signals=signals.read(),
            pass_rates=pass_rates.read(),
            settings=run.answering_round(dataset).selection,
            dataset=dataset,
        ),
    )


def keep(run: Run, table: TableWriter, rollouts: Table, selections: Table) -> None:
    """Copy the rollouts that were selected."""
    decided = selections.read(["rollout_id", "is_kept"])
    map_shards(table, partial(keep_selected, selections=decided), rollouts, progress=run.progress)


def mix(run: Run, table: TableWriter, prompts: Table, rollouts: Table) -> None:
    """Turn the selected rollouts into training rows."""
    asked = prompts.scan().filter(pl.col("drop_reason").is_null()).select(PROMPT_COLUMNS)
    dataset = round_and_name(table.key)[0]
    turn = partial(
        to_conversations,
        prompts=asked.collect(),
        template=mixture_template(run.recipe, dataset),
        dataset=dataset,
    )
    heights = [shard.num_rows for shard in rollouts.manifest.shards]
    for block, first_row in zip(range(len(heights)), accumulate(heights, initial=0), strict=False):
        if not table.is_done(block):
            table.write(block, turn(rollouts.read_block(block), first_row=first_row))


def train(run: Run, table: TableWriter, mixture: Table, base: Table) -> None:
    """Train the base policy on the mixture, in a process of its own that has the machine.

    The weights stand outside the table's versions, under the hash of what decides them: a mixture
    that was made again with the same rows is not trained on again.
    """
    name = round_and_name(table.key)[0]
    training = run.recipe.trainings()[name]
    started_from = run.policy_version(base)
    settings = run.specs[table.key].settings
    identity = content_id(started_from.revision, mixture.content_hash, dict(settings))
    weights = run.store.models / f"{name}-{identity[:16]}"
    with holding(run.store.model_lock(weights.name), weights.name):
        if not weights.exists():
            run.close_engine()
            weights.parent.mkdir(exist_ok=True)
            run.means.train(training, started_from, mixture, weights, run.progress)
    row = trained_policy(
        name,
        weights,
        run.store,
        trained_from=started_from.revision,
        trained_on=f"{mixture.key}@{mixture.data_version}",
        config=training.config,
    )
    table.write(0, row)


def score(run: Run, table: TableWriter, prompts: Table, rollouts: Table, verdicts: Table) -> None:
    """Score each policy on each benchmark."""
    table.write(0, measure_scores(rollouts.read(KEYS), verdicts.read(), prompts.read()))


def compare(run: Run, table: TableWriter, prompts: Table, rollouts: Table, verdicts: Table) -> None:
    """Compare each policy with the baseline, paired by prompt."""
    baseline = run.specs[table.key].settings["baseline"]
    read = rollouts.read(KEYS), verdicts.read(), prompts.read()
    table.write(0, compare_policies(*read, baseline=baseline))


def round_and_name(key: str) -> tuple[str, str]:
    """Return the round and the name of a table.

    >>> round_and_name("reasoning/rollouts")
    ('reasoning', 'rollouts')
    """
    round_name, _, name = key.partition("/")
    return round_name, name
