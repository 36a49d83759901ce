"""Tokens of the reasoning and of the response, as the round's tokenizer counts them."""

import polars as pl
from pydantic import PositiveInt

from r1data.curation.signals.signal import Means, MissingMeans, Signal, above
from r1data.curation.token_counts import count_tokens
from r1data.settings import Settings

PARTS = ("reasoning", "response")
COLUMNS = {"num_reasoning_tokens": pl.Int32, "num_response_tokens": pl.Int32}


class TokenLimits(Settings):
    """The tokens beyond which a rollout is left out."""

    max_tokens: PositiveInt | None = 32_768
    """Tokens of reasoning and response together; null for no limit. DeepSeek-R1's own limit of
    generation (its README, Evaluation Results)."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is beyond the limit, by drop reason."""
        tokens = pl.sum_horizontal(*COLUMNS, ignore_nulls=False)
        return {"too_long": above(tokens, self.max_tokens)}


def _measure(texts: pl.DataFrame, means: Means) -> pl.DataFrame:
    if means.tokenizer is None:
        raise MissingMeans(
            "the signal `tokens` needs a tokenizer; give its round a `tokenizer: {path: ...}`, or "
            "leave `tokens` out."
        )
    counts = [count_tokens(texts[name].to_list(), means.tokenizer) for name in PARTS]
    is_there = texts["completion"].is_not_null()
    columns = zip(COLUMNS, counts, strict=True)
    measured = pl.DataFrame(dict(columns), schema=COLUMNS)
    return measured.select(pl.when(is_there).then(pl.col(name)).alias(name) for name in COLUMNS)


TOKENS = Signal("tokens", 1, COLUMNS, _measure, needs_tokenizer=True)
"""White space at the ends of either does not count. Null where there is no completion."""
