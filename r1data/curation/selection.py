"""Rejection sampling: which rollouts of a group to train on."""

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar

import polars as pl
from pydantic import AfterValidator, Field, PositiveInt

from r1data.answers.outcome import Outcome
from r1data.curation.bands import EasyPrompts, thinned_out
from r1data.curation.control import DRAWN, draw_control
from r1data.curation.decontamination.settings import Quotes
from r1data.curation.duplicates.completions import NearCompletions
from r1data.curation.evidence import OF_SIGNALS, POLICY_KEYS, Evidence
from r1data.curation.judged_quality import JudgedQuality
from r1data.curation.limits import SignalLimits
from r1data.curation.ranking import Comparing, Prefer, rank_rollouts, texts_of
from r1data.protocol import NEVER_ASKED
from r1data.settings import Settings
from r1data.tables import UNVERIFIED, Faults, Selections, Signals

NO_TEXT = ("not_asked", "no_completion")
"""What is said of rollouts without a completion."""
OF_RANK = frozenset({"max_per_prompt", "prefer", "near_duplicates"})
"""The settings that compare rollouts, and say of none alone what speaks against it."""
CONTROL = "control"
"""Ends the name of a control's dataset."""


class Selection(Settings):
    """What a dataset keeps: correct, finished, well-formed rollouts, at most so many per prompt."""

    later: ClassVar[frozenset[str]] = frozenset(
        {
            "near_duplicates",
            "signals",
            "min_judged",
            "easy_prompts",
            "decontamination",
            "keep_unverified",
            "judged_quality",
        }
    )

    max_per_prompt: PositiveInt | None = 1
    """How many rollouts of one prompt are kept at most; null for all."""
    prefer: Prefer = "any"
    """Which of the eligible rollouts of a prompt: `any` (by hash, so without bias); `shortest` or
    `longest` (by reasoning, then by response); `best_judged` (by the score of the round's judge,
    which needs `quality: true`; those without a score last); `most_diverse` (each as unlike those
    before it as can be). Ties are decided by hash."""
    keep_unverified: bool = True
    """Whether rollouts are kept that no rule can judge, of sources that say `unverified: keep`; if
    not, they are left out as `undecided`."""
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
    decontamination: Quotes | None = None
    """Which rollouts are left out because they quote a benchmark's question or reference solution;
    null, the default, looks for none."""
    judged_quality: JudgedQuality | None = None
    """Below which scores of the round's judge, which needs `quality: true`, rollouts are left out;
    null, the default, does not look at them."""
    signals: SignalLimits = SignalLimits()
    """What the signals of a rollout may be; by default they are not looked at."""

    @property
    def reads_scores(self) -> bool:
        """Whether it looks at the scores of a judge."""
        return self.prefer == "best_judged" or self.judged_quality is not None


def _check_filter(name: str) -> str:
    every = SignalLimits.model_validate({name: {} for name in SignalLimits.model_fields})
    known = [
        reason
        for reason in faults(Selection(signals=every, judged_quality=JudgedQuality()))
        if reason not in NO_TEXT
    ]
    if name not in known:
        raise ValueError(f"there is no filter {name!r}; there are {', '.join(known)}")
    return name


FilterName = Annotated[str, AfterValidator(_check_filter)]
"""The drop reason of a filter that a rollout passes or does not on its own account."""


def select_rollouts(
    evidence: Evidence,
    *,
    settings: Selection,
    dataset: str,
    comparing: Comparing | None = None,
) -> pl.DataFrame:
    """Return a row of `Selections` for every rollout: kept, or dropped for the first fault it has.

    The reasons are those of `r1data.reasons.ROLLOUT_REASONS`, in that order. The order of the rows
    that come in changes no decision.

    Args:
        evidence: What is known of the rollouts.
        settings: What to keep.
        dataset: The dataset that decides; two datasets choose independently of one another.
        comparing: Compares their texts, where the settings ask for that.
    """
    decided = _known(evidence, settings).with_columns(drop_reason=_first(faults(settings)))
    return _chosen(decided, settings, dataset, comparing)


def select_control(
    evidence: Evidence,
    filters: Collection[str],
    *,
    settings: Selection,
    dataset: str,
    comparing: Comparing | None = None,
) -> pl.DataFrame:
    """Return the selection in which chance takes the place of some filters, as `draw_control` says.

    Args:
        evidence: What is known of the rollouts.
        filters: The drop reasons that are not looked at; together they are one filter.
        settings: What to keep.
        dataset: The dataset that decides; its control is called after it.
        comparing: Compares their texts, where the settings ask for that.
    """
    found = faults(settings)
    others = {name: is_so for name, is_so in found.items() if name not in filters}
    is_filtered = pl.any_horizontal(found[name] for name in filters)
    decided = _known(evidence, settings).with_columns(
        drop_reason=_first(others), is_filtered=is_filtered
    )
    candidates = texts_of(decided.filter(pl.col("drop_reason").is_null()))
    drawn = draw_control(candidates.with_columns(pl.col("is_filtered").fill_null(False)), dataset)
    is_drawn = pl.col("rollout_id").is_in(drawn["rollout_id"].implode())
    reason = pl.coalesce("drop_reason", pl.when(is_drawn).then(pl.lit(DRAWN)))
    chosen = _chosen(decided.with_columns(drop_reason=reason), settings, dataset, comparing)
    return chosen.with_columns(dataset=pl.lit(f"{dataset}_{CONTROL}"))


def _known(evidence: Evidence, settings: Selection) -> pl.DataFrame:
    """Return the rollouts with all that is known of them, as the settings look at it."""
    known = evidence.joined(rates_that_count(evidence.pass_rates, settings))
    return known.with_columns(
        is_suspect=_is_among("prompt_id", evidence.suspect_prompts),
        is_quoting=_is_among("rollout_id", evidence.quoting),
    )


def _is_among(column: str, ids: Collection[str]) -> pl.Expr:
    return pl.col(column).is_in(pl.Series([*ids], dtype=pl.String).implode())


def _chosen(
    decided: pl.DataFrame, settings: Selection, dataset: str, comparing: Comparing | None
) -> pl.DataFrame:
    """Return `Selections` of rollouts that have their drop reasons, but for those of rank."""
    eligible = decided.filter(pl.col("drop_reason").is_null())
    ranks = rank_rollouts(eligible, settings.prefer, dataset, comparing)
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
    easy_above = settings.easy_prompts.above if settings.easy_prompts else 1.0
    is_undecided = pl.col("outcome") == Outcome.UNDECIDED.value
    is_unverified = (pl.col("verifier") == UNVERIFIED).fill_null(False)
    is_kept_so = is_undecided & is_unverified & settings.keep_unverified
    return {
        "not_asked": pl.col("error_class").is_in(list(NEVER_ASKED)),
        "no_completion": pl.col("error_class").is_not_null(),
        "not_judged": pl.col("outcome").is_null(),
        "suspect_gold": pl.col("is_suspect"),
        **{outcome: (pl.col("outcome") == outcome) & ~is_kept_so for outcome in wrong},
        "truncated": pl.col("finish_reason") == "length",
        "malformed": pl.col("form").ne_missing("well_formed") & settings.require_form,
        "quotes_benchmark": pl.col("is_quoting"),
        **settings.signals.faults(),
        **(settings.judged_quality.faults() if settings.judged_quality else {}),
        "too_hard": pl.col("pass_rate") < settings.min_pass_rate,
        "too_easy": pl.col("pass_rate") > settings.max_pass_rate,
        "easy_prompt": (pl.col("pass_rate") > easy_above) & pl.col("is_thinned_out"),
    }


def list_faults(evidence: Evidence, settings: Selection) -> pl.DataFrame:
    """Return a row of `Faults` for each rollout and each reason that it has on its own account.

    Of a rollout without a completion there is nothing else to say. The rows stand reason by reason,
    in the order in which reasons count.
    """
    found = faults(settings)
    known = _known(evidence, settings).with_columns(first=_first(found))
    has_text = pl.col("error_class").is_null()
    listed = [
        known.filter(pl.when(has_text).then(is_so).otherwise(pl.col("first") == name)).select(
            "rollout_id",
            "prompt_id",
            drop_reason=pl.lit(name),
            is_first=pl.col("first") == name,
        )
        for name, is_so in found.items()
    ]
    is_only = pl.len().over("rollout_id") == 1
    return pl.concat(listed).with_columns(is_only=is_only).select(Faults.column_names())


def signals_read(settings: Selection) -> list[str]:
    """Return the columns of `Signals` that a selection looks at; it reads no others."""
    roots = {name for is_so in faults(settings).values() for name in is_so.meta.root_names()}
    looked_at = {*OF_SIGNALS, *roots}
    return ["rollout_id", *(name for name in Signals.column_names() if name in looked_at)]


def _first(found: Mapping[str, pl.Expr]) -> pl.Expr:
    """The first reason that a rollout has on its own account."""
    return pl.coalesce(pl.when(is_so).then(pl.lit(fault)) for fault, is_so in found.items())


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
