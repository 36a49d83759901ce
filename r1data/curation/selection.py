"""Rejection sampling: which rollouts of a group to train on."""

from collections.abc import Collection
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field, PositiveInt

from r1data.answers.outcome import Outcome
from r1data.curation.bands import EasyPrompts, thinned_out
from r1data.curation.duplicates.completions import NearCompletions
from r1data.curation.limits import SignalLimits
from r1data.curation.pass_rates import one_outcome_each
from r1data.curation.ranking import FindNear, rank_rollouts
from r1data.protocol import NEVER_ASKED
from r1data.settings import Settings
from r1data.tables import UNVERIFIED, Selections

POLICY_KEYS = ("prompt_id", "policy_revision", "sampling_id")


class Selection(Settings):
    """What a dataset keeps: correct, finished, well-formed rollouts, at most so many per prompt."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"near_duplicates", "signals", "min_judged", "easy_prompts"}
    )

    max_per_prompt: PositiveInt | None = 1
    """How many rollouts of one prompt are kept at most; null for all."""
    prefer: Literal["any", "shortest"] = "any"
    """Which of the eligible rollouts of a prompt: any (by hash, so without bias), or those with
    the shortest reasoning (then the shortest response, then by hash)."""
    require_form: bool = True
    """Whether a rollout must be well-formed: one think block, then a response. For policies that
    reason in the open there is no form to require."""
    min_pass_rate: float = Field(0.0, ge=0, le=1)
    """Prompts solved less often than this are left out."""
    max_pass_rate: float = Field(1.0, ge=0, le=1)
    """Prompts solved more often than this are left out: they teach nothing new."""
    min_judged: PositiveInt = 1
    """Rollouts of a prompt that must be judged for its pass rate to count here; one that does not
    count leaves nothing out."""
    easy_prompts: EasyPrompts | None = None
    """Of which easy prompts a share is kept; null, the default, keeps all."""
    near_duplicates: NearCompletions | None = None
    """When a rollout is nearly another, of which one is kept; null, the default, looks for equal
    texts of one prompt only."""
    signals: SignalLimits = SignalLimits()
    """What the signals of a rollout may be; by default they are not looked at."""


def select_rollouts(
    rollouts: pl.DataFrame,
    verdicts: pl.DataFrame,
    *,
    signals: pl.DataFrame,
    pass_rates: pl.DataFrame,
    settings: Selection,
    dataset: str,
    find_near: FindNear | None = None,
    suspect_prompts: Collection[str] = (),
) -> pl.DataFrame:
    """Return a row of `Selections` for every rollout: kept, or dropped for the first fault it has.

    The reasons are those of `r1data.reasons.ROLLOUT_REASONS`, in that order. The order of the rows
    that come in changes no decision.

    Args:
        rollouts: All columns but the texts.
        verdicts: One for each rollout that was judged.
        signals: Of these rollouts.
        pass_rates: Of their prompts.
        settings: What to keep.
        dataset: The dataset that decides; two datasets choose independently of one another.
        find_near: Finds near duplicates, where the settings ask for that.
        suspect_prompts: Those whose gold answer is suspect.
    """
    decided = (
        rollouts.join(
            one_outcome_each(verdicts), on="rollout_id", how="left", maintain_order="left"
        )
        .join(
            verdicts.select("rollout_id", "verifier"),
            on="rollout_id",
            how="left",
            maintain_order="left",
        )
        .join(signals.drop("prompt_id"), on="rollout_id", how="left", maintain_order="left")
        .join(
            rates_that_count(pass_rates, settings),
            on=POLICY_KEYS,
            how="left",
            maintain_order="left",
        )
        .with_columns(is_suspect=pl.col("prompt_id").is_in(list(suspect_prompts)))
        .with_columns(drop_reason=_fault(settings))
    )
    eligible = decided.filter(pl.col("drop_reason").is_null())
    ranks = rank_rollouts(eligible, settings.prefer, dataset, find_near)
    selections = decided.join(ranks, on="rollout_id", how="left", maintain_order="left")
    selections = selections.with_columns(
        pl.coalesce("drop_reason", _surplus(settings.max_per_prompt)), dataset=pl.lit(dataset)
    ).with_columns(is_kept=pl.col("drop_reason").is_null())
    return selections.select(Selections.column_names())


def rates_that_count(pass_rates: pl.DataFrame, settings: Selection) -> pl.DataFrame:
    """Return the pass rates that a selection looks at, and which easy prompts it thins out."""
    rated = pass_rates
    if settings.min_judged > 1:
        counts = pl.col("num_judged") >= settings.min_judged
        rated = rated.with_columns(pass_rate=pl.when(counts).then("pass_rate"))
    return rated.select(
        *POLICY_KEYS, "pass_rate", is_thinned_out=thinned_out(rated, settings.easy_prompts)
    )


def keep_selected(rollouts: pl.DataFrame, selections: pl.DataFrame) -> pl.DataFrame:
    """Return the rollouts of a shard that were kept, in their order."""
    kept = selections.filter("is_kept")
    return rollouts.join(kept, on="rollout_id", how="semi", maintain_order="left")


def faults(settings: Selection) -> dict[str, pl.Expr]:
    """Return what a rollout can have on its own account, by drop reason: the first counts."""
    wrong = [outcome.value for outcome in Outcome if outcome is not Outcome.CORRECT]
    is_undecided = pl.col("outcome") == Outcome.UNDECIDED.value
    is_kept_so = is_undecided & (pl.col("verifier") == UNVERIFIED).fill_null(False)
    return {
        "not_asked": pl.col("error_class").is_in(list(NEVER_ASKED)),
        "no_completion": pl.col("error_class").is_not_null(),
        "not_judged": pl.col("outcome").is_null(),
        "suspect_gold": pl.col("is_suspect"),
        **{outcome: (pl.col("outcome") == outcome) & ~is_kept_so for outcome in wrong},
        "truncated": pl.col("finish_reason") == "length",
        "malformed": pl.col("form").ne_missing("well_formed") & settings.require_form,
        **settings.signals.faults(),
        "too_hard": pl.col("pass_rate") < settings.min_pass_rate,
        "too_easy": pl.col("pass_rate") > settings.max_pass_rate,
        "easy_prompt": pl.col("is_thinned_out"),
    }


def _fault(settings: Selection) -> pl.Expr:
    """The first reason that a rollout has on its own account."""
    return pl.coalesce(
        pl.when(is_so).then(pl.lit(fault)) for fault, is_so in faults(settings).items()
    )


def _surplus(max_per_prompt: int | None) -> pl.Expr:
    """The reason that an eligible rollout has on account of better ones."""
    return (
        pl.when(duplicate_kind="exact")
        .then(pl.lit("duplicate_completion"))
        .when(duplicate_kind="near")
        .then(pl.lit("near_duplicate"))
        .when(_is_over(max_per_prompt))
        .then(pl.lit("over_quota"))
    )


def _is_over(max_per_prompt: int | None) -> pl.Expr:
    return pl.lit(False) if max_per_prompt is None else pl.col("rank") >= max_per_prompt
