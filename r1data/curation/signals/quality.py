"""Quality: how good a classifier, trained from the recipe's own examples, finds a response."""

import polars as pl
from pydantic import Field

from r1data.curation.quality.scores import load_classifier
from r1data.curation.signals.signal import Means, MissingMeans, Signal
from r1data.settings import Settings

COLUMNS = {"quality_score": pl.Float64}


class QualityLimits(Settings):
    """The score below which a rollout is left out; what has none stays."""

    min_score: float = Field(0.5, ge=0, le=1)
    """The lowest score that is kept. The default is where the classifier thinks good as likely as
    bad; look at the scores of your rollouts before you choose another."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is beyond a limit, by drop reason."""
        return {"low_score": pl.col("quality_score") < self.min_score}


def _measure(texts: pl.DataFrame, means: Means) -> pl.DataFrame:
    if means.classifier is None:
        raise MissingMeans(
            "the signal `quality` needs a classifier; give its round a `quality_classifier` with "
            "`good` and `bad` examples, or leave `quality` out."
        )
    score = load_classifier(*means.classifier)
    scores = [score(text) if text else None for text in texts["response"]]
    return pl.DataFrame({"quality_score": scores}, schema=COLUMNS)


QUALITY = Signal("quality", 1, COLUMNS, _measure, needs_classifier=True)
"""Null where there is no response."""
