"""Question: the kind of a general prompt, and whether it deserves a chain of thought."""

import polars as pl

from r1data.curation.general.deserving import of_kind_deserves_reasoning
from r1data.curation.general.kinds import prompt_kind
from r1data.curation.signals.signal import Means, Signal, of_each_once
from r1data.settings import Settings

COLUMNS = {"prompt_kind": pl.String, "deserves_reasoning": pl.Boolean}


class QuestionLimits(Settings):
    """A chain of thought where the question deserves one, and none for `hello`."""

    require_reasoning: bool = True
    """Whether a rollout is left out that has no reasoning where the question deserves some."""
    allow_needless: bool = False
    """Whether a rollout may reason where the question deserves none."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that its reasoning is amiss, by drop reason."""
        reasons, is_due = pl.col("num_reasoning_chars") > 0, pl.col("deserves_reasoning")
        return {
            "reasoning_missing": is_due & ~reasons & pl.lit(self.require_reasoning),
            "reasoning_needless": ~is_due & reasons & pl.lit(not self.allow_needless),
        }


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    answered = pl.when(pl.col("completion").is_not_null()).then("problem")
    problems = texts.select(problem=answered).to_series()
    kinds = of_each_once(problems, prompt_kind, pl.String())
    known = dict(zip(problems, kinds, strict=True))
    deserving = of_each_once(
        problems, lambda text: of_kind_deserves_reasoning(text, known[text]), pl.Boolean()
    )
    return pl.DataFrame({"prompt_kind": kinds, "deserves_reasoning": deserving})


QUESTION = Signal("question", 2, COLUMNS, _measure, needs_prompts=True)
"""By the wording of the problem alone; null where there is no completion. Where a policy reasons in
the open, its reasoning has no characters: then the limit says nothing useful."""
