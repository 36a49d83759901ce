"""Repetition: whether a completion falls into a loop, where, and how much of it was said before."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
from pydantic import Field, PositiveFloat

from r1data.curation.loops.find import find_repetition
from r1data.curation.signals.signal import Means, Signal, above
from r1data.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = {
    "is_looping": pl.Boolean,
    "loop_start": pl.Int32,
    "loop_kind": pl.String,
    "repeated_share": pl.Float64,
    "compression_ratio": pl.Float64,
}


class RepetitionLimits(Settings):
    """The repetition beyond which a rollout is left out."""

    may_loop: bool = False
    """Whether a completion that falls into a loop may stay."""
    max_repeated_share: float | None = Field(0.2, ge=0, le=1)
    """The share of a completion's 20-grams that may stand earlier in it; null for no limit."""
    max_compression_ratio: PositiveFloat | None = None
    """How many times smaller a completion may become when it is compressed; null for no limit."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is beyond a limit, by drop reason."""
        is_repetitive = above("repeated_share", self.max_repeated_share) | above(
            "compression_ratio", self.max_compression_ratio
        )
        is_looping = pl.lit(False) if self.may_loop else pl.col("is_looping")
        return {"looping": is_looping, "repetitive": is_repetitive}


class Repetitiveness(NamedTuple):
    """What repeats in a text: the columns of the signal."""

    is_looping: bool
    loop_start: int | None
    loop_kind: str | None
    repeated_share: float
    compression_ratio: float | None


def repetition(text: str) -> Repetitiveness:
    """Return whether a text falls into a loop, and how much it repeats.

    The compression ratio is that of zstd at its level 1, in UTF-8: what it was over what it
    becomes; there is none for an empty text, and short ones stay below 1.

    >>> repetition("So. " + "wait, I think that it must be seven. " * 9)[:3]
    (True, 4, 'sentence')
    >>> repetition("Case 1: 1 * 1 = 1. Case 2: 2 * 2 = 4. Case 3: 3 * 3 = 9.").is_looping
    False
    """
    raw = text.encode()
    loop, share = find_repetition(raw)
    ratio = len(raw) / len(_zstd().compress(raw)) if raw else None
    if loop is None:
        return Repetitiveness(False, None, None, share, ratio)
    start = len(raw[: loop.start].decode())
    return Repetitiveness(True, start, loop.kind, share, ratio)


@cache
def _zstd() -> "pa.Codec":
    import pyarrow as pa

    return pa.Codec("zstd", compression_level=1)


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    nothing = (None,) * len(COLUMNS)
    rows = [nothing if text is None else repetition(text) for text in texts["completion"]]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


REPETITION = Signal("repetition", 1, COLUMNS, _measure)
"""Null where there is no completion."""
