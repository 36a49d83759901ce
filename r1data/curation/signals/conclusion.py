"""Conclusion: whether a response gives the answer that its own reasoning ends with.

Both are read as the verifiers read answers, and only where there is no doubt: what the reasoning
boxes or calls the answer in its last lines, with no second thought behind it. No gold answer is
looked at: a response that contradicts its reasoning teaches not to think, whichever is right.

The readers are loaded when it is measured: whoever only reads a recipe needs none.
"""

from typing import Any

import polars as pl

from r1data.curation.signals.signal import Means, Signal
from r1data.settings import Settings

COLUMNS: dict[str, Any] = {"conclusion": pl.String, "concluded_answer": pl.String}


class ConclusionLimits(Settings):
    """How a response may stand to its reasoning."""

    allow_contradiction: bool = False
    """Whether a response may give another answer than its reasoning ends with."""
    allow_only_in_reasoning: bool = False
    """Whether the answer may stand in the reasoning alone."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is against this, by drop reason."""
        conclusion = pl.col("conclusion")
        return {
            "contradicts_reasoning": (conclusion == "contradicts") & (not self.allow_contradiction),
            "answer_in_reasoning": (conclusion == "only_in_reasoning")
            & (not self.allow_only_in_reasoning),
        }


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    from r1data.curation.content.conclusions import compare_conclusion

    rows = texts.select("reasoning", "response").iter_rows()
    found = [
        compare_conclusion(reasoning, response) if reasoning and response else (None, None)
        for reasoning, response in rows
    ]
    return pl.DataFrame(found, schema=COLUMNS, orient="row")


CONCLUSION = Signal("conclusion", 2, COLUMNS, _measure)
"""Null where either is not read with certainty, and where there is no completion. A response that
is empty is a matter of form."""
