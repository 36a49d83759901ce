"""Evidence: what is known of the rollouts of a round when it selects, in keys and numbers."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from r1data.curation.pass_rates import one_outcome_each

POLICY_KEYS = ("prompt_id", "policy_revision", "sampling_id")
OF_SIGNALS = ("form", "num_reasoning_chars", "num_response_chars", "completion_hash")
"""The signals that every selection looks at."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the rollouts of a round; no frame needs its texts."""

    rollouts: pl.DataFrame
    """All columns but the texts."""
    verdicts: pl.DataFrame
    """One for each rollout that was judged."""
    signals: pl.DataFrame
    """Of these rollouts, as far as the selection looks at them."""
    pass_rates: pl.DataFrame
    """Of their prompts."""
    judgements: pl.DataFrame | None = None
    """Of a judge that scores quality, where the selection prefers by its scores."""

    suspect_prompts: Collection[str] = ()
    """Those whose gold answer is suspect."""
    quoting: Collection[str] = ()
    """The rollouts that quote a benchmark in a way that the selection drops."""

    def joined(self, rates: pl.DataFrame) -> pl.DataFrame:
        """Return a row for each rollout with all that is known of it, in the rollouts' order.

        Args:
            rates: The pass rates as a selection looks at them: `POLICY_KEYS`, and what it reads.

        Raises:
            ValueError: If a rollout has two verdicts.
        """
        outcomes = one_outcome_each(self.verdicts)
        verifiers = self.verdicts.select("rollout_id", "verifier")
        found = _with(self.rollouts, outcomes)
        found = _with(found, verifiers)
        found = _with(found, self.signals.drop("prompt_id", strict=False))
        if self.judgements is not None:
            found = _with(found, quality_scores(self.judgements))
        return found.join(rates, on=POLICY_KEYS, how="left", maintain_order="left")


def quality_scores(judgements: pl.DataFrame) -> pl.DataFrame:
    """Return `rollout_id` and `quality`, the mean of judges' scores; null where none scored."""
    scored = judgements.filter(pl.col("purpose").cast(pl.String) == "quality")
    return scored.group_by("rollout_id").agg(quality=pl.col("score").mean())


def _with(rollouts: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return rollouts.join(known, on="rollout_id", how="left", maintain_order="left")
