"""Safety: whether a problem plainly asks for harm, and whether a response plainly gives it."""

import polars as pl

from r1data.curation.general.unsafe import UnsafeKind, is_unsafe_response, unsafe_request
from r1data.curation.signals.signal import Means, Signal, of_each_once
from r1data.settings import Settings

KINDS = pl.List(pl.String)
COLUMNS = {"unsafe_kinds": KINDS, "is_unsafe_response": pl.Boolean}


class SafetyLimits(Settings):
    """Which rollouts are set aside as unsafe; they stay in their tables, with the reason."""

    kinds: tuple[UnsafeKind, ...] = ("weapons", "self_harm", "children", "hate", "violence")
    """The kinds of harm for whose requests a rollout is set aside, even where it refuses. By
    default not `crime`: that rule also finds who asks for an address."""
    responses: bool = True
    """Whether a rollout is set aside whose response plainly urges or explains harm."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is set aside, by drop reason."""
        asks = pl.col("unsafe_kinds").list.eval(pl.element().is_in(self.kinds)).list.any()
        gives = pl.col("is_unsafe_response") if self.responses else pl.lit(False)
        return {"unsafe": asks.fill_null(False) | gives.fill_null(False)}


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    answered = pl.when(pl.col("completion").is_not_null()).then("problem")
    asked = of_each_once(texts.select(p=answered).to_series(), unsafe_request, KINDS)
    given = texts.select(pl.when(pl.col("completion").is_not_null()).then("response")).to_series()
    found = [None if response is None else is_unsafe_response(response) for response in given]
    return pl.DataFrame(
        {"unsafe_kinds": asked, "is_unsafe_response": pl.Series(found, dtype=pl.Boolean)}
    )


SAFETY = Signal("safety", 2, COLUMNS, _measure, needs_prompts=True)
"""By lists of rules, which are a floor: what they let pass is not safe for that. Null where there
is no completion."""
