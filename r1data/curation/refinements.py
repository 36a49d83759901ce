"""Rewrites beside what they rewrite: which is kept, and why each of the others is not."""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl
from pydantic import Field, NonNegativeInt

from r1data.answers.outcome import Outcome
from r1data.curation.language.identification import main_language
from r1data.curation.language.words import find_words
from r1data.curation.limits import SignalLimits
from r1data.curation.selection import Selection
from r1data.curation.signals.conclusion import ConclusionLimits
from r1data.curation.signals.language import LanguageLimits
from r1data.settings import Settings
from r1data.tables import Refinements, Selections
from r1data.text import fold, last_boxed, split_reasoning

NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
LIST_MARK = re.compile(
    r"^[ \t#*_>-]{0,12}(?:[Ss]tep[ \t])?[0-9]{1,3}[.):](?=[ \t*]|$)", re.MULTILINE
)
"""What numbers the items of a list: no number of the text."""
FIRST_PERSON = {"en": re.compile(r"\b(?:I|[Ll]et me|[Mm]y)\b"), "zh": re.compile("我")}
"""What the first person says, by language."""
MAX_SHOWN = 20
"""New numbers of a rewrite that are written down."""
TEXTS = {"problem": pl.String, "before": pl.String, "after": pl.String}
MEASURED: dict[str, Any] = {
    "num_chars": pl.Int32,
    "reasoning_share": pl.Float64,
    "number_share": pl.Float64,
    "new_numbers": pl.List(pl.String),
    "is_first_person": pl.Boolean,
    "has_other_answer": pl.Boolean,
}


class RewriteLimits(Settings):
    """What a rewrite must be to take the place of the rollout that it rewrites.

    Beside this it must be judged correct, finished and well-formed.
    """

    min_reasoning_share: float = Field(0.5, ge=0)
    """Characters of its reasoning, at least, as a share of those of the reasoning before. Ours."""
    min_number_share: float = Field(0.5, ge=0, le=1)
    """Share of the different numbers of the reasoning before that it must still have. Ours."""
    max_new_numbers: NonNegativeInt | None = 0
    """Numbers, written in digits, that neither the problem nor the rollout before has; null for no
    limit. What numbers the items of a list does not count."""
    first_person: bool = False
    """Whether reasoning in English or Chinese must say `I`."""
    signals: SignalLimits = SignalLimits(language=LanguageLimits(), conclusion=ConclusionLimits())
    """What its signals may be: by default it must stay in the language of the problem, and its
    response must give the answer that its reasoning ends with."""

    def selection(self) -> Selection:
        """Return what decides on a rewrite as on any rollout, whatever it rewrites."""
        return Selection(max_per_prompt=None, signals=self.signals)

    def faults(self) -> Mapping[str, pl.Expr]:
        """Return what a rewrite can have beside what it rewrites, by drop reason."""
        new = pl.col("new_numbers").list.len()
        most = self.max_new_numbers
        return {
            "changed_answer": pl.col("has_other_answer"),
            "lost_reasoning": (pl.col("reasoning_share") < self.min_reasoning_share)
            | (pl.col("number_share") < self.min_number_share),
            "added_conclusion": pl.lit(False) if most is None else new > most,
            "not_first_person": ~pl.col("is_first_person") & self.first_person,
        }


def compare_rewrites(texts: pl.DataFrame) -> pl.DataFrame:
    """Return what is measured on each rewrite beside what it rewrites: `MEASURED`, row by row.

    Args:
        texts: `TEXTS`: the problem, and both whole completions; null where there is no rewrite.
    """
    rows = [
        dict.fromkeys(MEASURED) if row["after"] is None else _measured(**row)
        for row in texts.select(list(TEXTS)).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=MEASURED)


def choose_rewrites(
    compared: pl.DataFrame, *, decided: pl.DataFrame, outcomes: pl.DataFrame, limits: RewriteLimits
) -> pl.DataFrame:
    """Return a row of `Refinements` for each rewrite: of each rollout the longest good one is kept.

    Args:
        compared: Ids of each rewrite, its rollout, reply and prompt, and `MEASURED`.
        decided: What is decided on the rewrites as on any rollouts: rows of `Selections`.
        outcomes: `rollout_id` and `outcome` of each. Where no rule could tell whether the answer is
            right, a rewrite that boxes another one has changed it.
        limits: What a rewrite must be.
    """
    known = compared
    for more in (decided.select("rollout_id", "drop_reason"), outcomes):
        known = known.join(more, on="rollout_id", how="left", maintain_order="left")
    is_open = pl.col("outcome").cast(pl.String) == Outcome.UNDECIDED.value
    known = known.with_columns(has_other_answer=pl.col("has_other_answer") & is_open)
    faults = [pl.when(is_so).then(pl.lit(name)) for name, is_so in limits.faults().items()]
    known = known.with_columns(drop_reason=pl.coalesce("drop_reason", *faults))
    return _ranked(known).select(Refinements.column_names())


def put_in_place(
    kept: pl.DataFrame, refinements: pl.DataFrame, *, dataset: str, keep_originals: bool
) -> pl.DataFrame:
    """Return a row of `Selections` for each rollout that a round kept and for each rewrite.

    Args:
        kept: `rollout_id` and `prompt_id` of the rollouts that were kept, and `is_asked`: whether
            they were to be rewritten.
        refinements: Rows of `Refinements`.
        dataset: The dataset that decides.
        keep_originals: Whether a rollout stays of which no rewrite is kept.
    """
    is_replaced = pl.col("rollout_id").is_in(
        refinements.filter("is_kept")["before_rollout_id"].implode()
    )
    reason = (
        pl.when(is_replaced)
        .then(pl.lit("rewritten"))
        .when(pl.col("is_asked") & (not keep_originals))
        .then(pl.lit("not_rewritten"))
    )
    before = kept.select("rollout_id", "prompt_id", drop_reason=reason, rank=pl.lit(None, pl.Int32))
    after = refinements.select("rollout_id", "prompt_id", "drop_reason", "rank")
    rows = pl.concat([before, after]).with_columns(
        dataset=pl.lit(dataset), is_kept=pl.col("drop_reason").is_null()
    )
    dtypes = {name: column.dtype for name, column in Selections.columns().items()}
    absent = [pl.lit(None, dtypes[name]).alias(name) for name in dtypes if name not in rows.columns]
    return rows.with_columns(absent).select(list(dtypes))


def numbers_of(text: str) -> set[str]:
    r"""Return the numbers of a text that are written in digits, in one form each.

    >>> sorted(numbers_of("1. Add 1,000 and 2.50.\n2) It is 3.0"))
    ['1000', '2.5', '3']
    """
    return {_plain(found) for found in NUMBER.findall(LIST_MARK.sub("", text))}


def _measured(problem: str, before: str, after: str) -> dict[str, Any]:
    (thought, answered), (rethought, told) = split_reasoning(before), split_reasoning(after)
    old, new = thought or "", rethought or ""
    had, has = numbers_of(old), numbers_of(new)
    added = (has | numbers_of(told)) - had - numbers_of(f"{answered}\n{problem}")
    boxes = [last_boxed(response) for response in (answered, told)]
    return {
        "num_chars": len(new) + len(told),
        "reasoning_share": len(new) / max(1, len(old)),
        "number_share": len(had & has) / len(had) if had else None,
        "new_numbers": sorted(added)[:MAX_SHOWN],
        "is_first_person": _is_first_person(new),
        "has_other_answer": None not in boxes and len({fold(str(box)) for box in boxes}) > 1,
    }


def _is_first_person(reasoning: str) -> bool | None:
    """Return whether a reasoning says `I`; null in a language whose `I` we do not know."""
    says_i = FIRST_PERSON.get(main_language(reasoning, find_words(reasoning)) or "")
    return None if says_i is None else bool(says_i.search(reasoning))


def _plain(number: str) -> str:
    whole = number.replace(",", "")
    return whole.rstrip("0").rstrip(".") if whole.count(".") == 1 else whole


def _ranked(known: pl.DataFrame) -> pl.DataFrame:
    """Return rewrites with their rank: of each rollout, the longest first, ties by id."""
    eligible = known.filter(pl.col("drop_reason").is_null())
    ordered = eligible.sort("num_chars", "rollout_id", descending=[True, False])
    place = pl.int_range(pl.len()).over("before_rollout_id").cast(pl.Int32)
    ranks = ordered.select("rollout_id", rank=place)
    found = known.join(ranks, on="rollout_id", how="left", maintain_order="left")
    reason = pl.coalesce("drop_reason", pl.when(pl.col("rank") > 0).then(pl.lit("shorter_rewrite")))
    return found.with_columns(drop_reason=reason).with_columns(
        is_kept=pl.col("drop_reason").is_null()
    )
