"""Difficulty bands: which prompts a policy solves often enough and rarely enough to train on."""

from collections.abc import Collection
from typing import Literal, Self

import polars as pl
from pydantic import Field, PositiveInt, model_validator

from r1data.seeds import content_id
from r1data.settings import Settings

HASHED_DIGITS = 8
NUM_PLACES = 1 << (4 * HASHED_DIGITS)


class EasyPrompts(Settings):
    """Easy prompts, of which a share is kept."""

    above: float = Field(0.625, ge=0, lt=1)
    """A prompt solved more often than this is easy: 5 of 8, where Olmo 3 cuts."""
    keep_share: float = Field(0.1, ge=0, le=1)
    """The share of easy prompts that is kept, chosen by the hash of the prompt, so that every
    dataset keeps the same ones. The default is our choice."""


class PassRateBand(Settings):
    """The pass rates of prompts to train on, both ends included; with one end, one-sided.

    A pass rate is a fraction of the judged rollouts: of 8, `0.1 < rate < 0.6` is 0.125 to 0.5.
    """

    min_rate: float = Field(0.0, ge=0, le=1)
    """Prompts solved less often are left out; at 0 the hard side stays, as with Olmo 3."""
    max_rate: float = Field(1.0, ge=0, le=1)
    """Prompts solved more often are left out."""
    min_judged: PositiveInt = 1
    """Rollouts that must be judged for a pass rate to count; other prompts are left out."""
    suspicious_zeros: Literal["drop", "keep"] = "drop"
    """Whether prompts that were never solved are left out where most rollouts were cut off, or
    agree on one other answer, even if the band begins at 0."""
    easy_prompts: EasyPrompts | None = None
    """Of which easy prompts inside the band a share is kept; null keeps all."""

    @model_validator(mode="after")
    def _is_no_empty_band(self) -> Self:
        if self.min_rate > self.max_rate:
            raise ValueError(
                f"min_rate ({self.min_rate:g}) is above max_rate ({self.max_rate:g}): no prompt is "
                "in such a band; swap them"
            )
        return self


def mark_band(
    pass_rates: pl.DataFrame, band: PassRateBand, suspect_prompts: Collection[str] = ()
) -> pl.DataFrame:
    """Return pass rates with `drop_reason`: why a prompt is outside the band, null if it is inside.

    The reasons are those of `r1data.reasons.BAND_REASONS`, in that order; the first counts.

    Args:
        pass_rates: Rows of `PassRates`.
        band: The band.
        suspect_prompts: Those whose gold answer is suspect, see `suspect_prompts`.
    """
    faults: dict[str, pl.Expr | pl.Series] = {
        "not_rated": pl.col("pass_rate").is_null(),
        "too_few_judged": pl.col("num_judged") < band.min_judged,
        "suspect_gold": pl.col("prompt_id").is_in(list(suspect_prompts)),
        "suspicious_zero": pl.col("zero_reason").is_not_null()
        & (band.suspicious_zeros == "drop" or band.min_rate > 0),
        "too_hard": pl.col("pass_rate") < band.min_rate,
        "too_easy": pl.col("pass_rate") > band.max_rate,
        "easy_prompt": thinned_out(pass_rates, band.easy_prompts),
    }
    first = pl.coalesce(pl.when(is_so).then(pl.lit(name)) for name, is_so in faults.items())
    return pass_rates.with_columns(drop_reason=first)


def thinned_out(pass_rates: pl.DataFrame, easy: EasyPrompts | None) -> pl.Series:
    """Return which prompts are easy and not in the share that is kept; of no rate, false.

    >>> rates = pl.DataFrame({"prompt_id": ["a", "b"], "pass_rate": [1.0, 0.2]})
    >>> thinned_out(rates, EasyPrompts(keep_share=0)).to_list()
    [True, False]
    """
    if easy is None:
        return pl.repeat(False, pass_rates.height, eager=True)
    is_easy = (pass_rates["pass_rate"] > easy.above).fill_null(value=False)
    is_left_out = [
        is_so and prompt_share(prompt_id) >= easy.keep_share
        for prompt_id, is_so in zip(pass_rates["prompt_id"], is_easy, strict=True)
    ]
    return pl.Series(is_left_out, dtype=pl.Boolean)


def prompt_share(prompt_id: str) -> float:
    """Return a number from 0 up to 1, evenly spread, that a prompt always has.

    >>> prompt_share("p") == prompt_share("p"), 0 <= prompt_share("q") < 1
    (True, True)
    """
    return int(content_id("easy_prompts", prompt_id)[:HASHED_DIGITS], 16) / NUM_PLACES
