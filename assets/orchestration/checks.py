"""Blocking checks across tables: leaks, orphans, bad gold answers, failures, lost rows."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import dagster as dg
import dataframely as dy
import polars as pl

from assets.orchestration.failures import told_to_dagster
from assets.orchestration.funnel import is_in_funnel, rows_add_up
from assets.recipe.recipe import Recipe
from assets.steps.compose import Composing, twins_among
from assets.steps.run import Run
from r1data.answers.outcome import Outcome
from r1data.curation.duplicates.exact import KEY_COLUMNS, duplicate_keys
from r1data.mixture.held_out import HeldOut
from r1data.protocol import NEVER_ASKED
from r1data.seeds import content_id
from r1data.store.spec import TableSpec
from r1data.store.table import Table
from r1data.tables import (
    HELD_OUT,
    Mixtures,
    Prompts,
    Rollouts,
    Verdicts,
)
from r1data.verification.gold import mark_bad_gold
from r1data.verification.verify import NO_COMPLETION

MAX_GOLD_ANSWERS = 2_000
"""Gold answers judged again by the check, chosen by hash: in small recipes all of them."""

NOT_ASKED = tuple(f"{NO_COMPLETION}{error_class}" for error_class in NEVER_ASKED)
"""What verdicts say of rollouts that nobody was asked for, in tables from before they had none."""

Check = Callable[[Run, str], dg.AssetCheckResult]


def build_checks(recipe: Recipe, specs: Sequence[TableSpec]) -> list[dg.AssetChecksDefinition]:
    """Return the checks of a recipe's tables."""
    others = recipe.others(recipe.name)
    by_schema: Mapping[type[dy.Schema], tuple[Check, ...]] = {
        Verdicts: (few_failed(recipe.limits.max_failed_share),),
        Mixtures: (
            no_benchmark_problem(others.benchmarks, others.prompts),
            splits_apart(others.prompts),
        ),
        Rollouts: (all_have_prompts,),
    }
    found = [(spec.key, check) for spec in specs for check in by_schema.get(spec.schema, ())]
    found += [(spec.key, rows_add_up) for spec in specs if is_in_funnel(spec)]
    return [_check(key, check) for key, check in (*found, (others.prompts, gold_verifies))]


def few_failed(limit: float) -> Check:
    """Return the check that few rollouts failed; at most a share of them, between 0 and 1."""

    def few_failed(run: Run, key: str) -> dg.AssetCheckResult:
        """Not more than the recipe's share of rollouts failed or timed out, of those asked."""
        asked = run.table(key).scan().filter(pl.col("detail").is_in(NOT_ASKED).not_())
        outcomes = asked.select("outcome").collect()["outcome"].cast(pl.String)
        num_failed = outcomes.is_in([Outcome.FAILED.value, Outcome.TIMED_OUT.value]).sum()
        share = int(num_failed) / max(1, outcomes.len())
        return dg.AssetCheckResult(passed=share <= limit, metadata={"share": share, "limit": limit})

    return few_failed


def no_benchmark_problem(benchmarks: str, prompts: str) -> Check:
    """Return the check that a training set is clean of the problems in a table of benchmarks.

    Args:
        benchmarks: The key of that table.
        prompts: The key of the prompts that the set is made of.
    """

    def no_benchmark_problem(run: Run, key: str) -> dg.AssetCheckResult:
        """No problem of a benchmark stands in a training set, in whatever capitals and marks."""
        trained = run.table(key).read(["prompt_id"])
        problems = _spellings(run.table(benchmarks))
        ours = _spellings(run.table(prompts), trained["prompt_id"].unique())
        alike = ours.join(problems, on="spelling", how="semi")
        leaking = pl.concat([problems["prompt_id"], alike["prompt_id"]]).unique()
        leaked = int(trained["prompt_id"].is_in(leaking.implode()).sum())
        return dg.AssetCheckResult(passed=leaked == 0, metadata={"leaked": leaked})

    return no_benchmark_problem


def _spellings(prompts: Table, wanted: pl.Series | None = None) -> pl.DataFrame:
    """Return `prompt_id` and `spelling` of prompts, all or some; one shard is in memory at once."""
    is_wanted = True if wanted is None else pl.col("prompt_id").is_in(wanted.implode())
    frames = (frame.filter(is_wanted) for _, frame in prompts.blocks(KEY_COLUMNS))
    empty = Prompts.create_empty().select(KEY_COLUMNS)
    keys = (duplicate_keys(frame) for frame in chain([empty], frames))
    return pl.concat([frame.select("prompt_id", "spelling") for frame in keys])


def splits_apart(prompts: str) -> Check:
    """Return the check that nothing stands on both sides of a training set's splits."""

    def splits_apart(run: Run, key: str) -> dg.AssetCheckResult:
        """No prompt is in two splits, and no held-out one is nearly one that is trained on."""
        rows = run.table(key).read(["prompt_id", "split"]).unique()
        held_out = rows.filter(split=HELD_OUT)["prompt_id"].to_list()
        trained = rows.filter(pl.col("split").ne_missing(HELD_OUT))["prompt_id"].to_list()
        shared = len({*held_out} & {*trained})
        twins = 0
        if held_out:
            settings = _held_out_of(run, key)
            among = twins_among(run.table(prompts), [*held_out, *trained], settings)
            twins = len(among(held_out, others=trained))
        return dg.AssetCheckResult(
            passed=not shared + twins,
            metadata={"shared": shared, "twins": twins, "held_out": len(held_out)},
        )

    return splits_apart


def _held_out_of(run: Run, key: str) -> HeldOut:
    """Return what the recipe says of the held-out split of a training set."""
    settings = run.specs[run.specs[key].reads["selections"]].settings
    if not isinstance(settings, Composing) or settings.held_out is None:
        raise ValueError(f"{key} has held-out rows, and its recipe holds nothing out; run it again")
    return settings.held_out


def all_have_prompts(run: Run, key: str) -> dg.AssetCheckResult:
    """Every rollout belongs to a prompt; a reply, to a question."""
    prompts = [name for name, spec in run.specs.items() if spec.schema is Prompts]
    columns = dict.fromkeys(prompts, "prompt_id")
    for name in run.specs[key].reads.values():
        if "question_id" in run.specs[name].schema.column_names():
            columns[name] = "question_id"
    ids = [run.table(name).scan().select(prompt_id=column) for name, column in columns.items()]
    known = pl.concat(ids).collect()
    orphans = run.table(key).read(["prompt_id"]).join(known, on="prompt_id", how="anti").height
    return dg.AssetCheckResult(passed=orphans == 0, metadata={"orphans": orphans})


def gold_verifies(run: Run, key: str) -> dg.AssetCheckResult:
    """Every gold answer, boxed, is judged correct by the verifier of its prompt."""
    asked = (
        run.table(key)
        .scan()
        .filter(pl.col("drop_reason").is_null() & pl.col("verifier").is_not_null())
    )
    prompts = asked.collect()
    chosen = pl.col("prompt_id").map_elements(content_id, return_dtype=pl.String)
    sample = prompts.sort(chosen).head(MAX_GOLD_ANSWERS)
    bad = mark_bad_gold(sample, run.workers)["drop_reason"].is_not_null().sum()
    return dg.AssetCheckResult(
        passed=bad == 0, metadata={"bad": int(bad), "judged": sample.height, "of": prompts.height}
    )


def _check(key: str, check: Check) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=dg.AssetKey(key.split("/")),
        name=check.__name__,
        description=check.__doc__,
        blocking=True,
        required_resource_keys={"run"},
    )
    def checked(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        run: Run = context.resources.run.run
        with told_to_dagster(run.store.root):
            return check(run, key)

    return checked
