"""Judged quality: the score of a round's judge as a threshold like any other."""

import polars as pl
from pydantic import Field

from r1data.settings import Settings


class JudgedQuality(Settings):
    """The scores of the judge, 1 to 10, below which rollouts are left out."""

    min_score: float = Field(6.0, ge=1, le=10)
    """The lowest score, the mean of both orders, that is kept. The default is our choice: just
    above the middle of the judge's scale."""
    require_score: bool = False
    """Whether a rollout is left out that has no score: the judge was not asked, or its reply holds
    none. By default it is kept, as nobody's finding."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a rollout's `quality` that it is beyond a limit, by drop reason."""
        return {
            "low_quality": pl.col("quality") < self.min_score,
            "not_scored": pl.col("quality").is_null() & self.require_score,
        }
