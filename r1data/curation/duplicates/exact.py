"""Exact duplicates: prompts that stand twice, repeat a benchmark, or contradict one another.

Rows are marked, never removed, in two phases: each shard gives small keys, and one reduce over all
keys says what to mark, so that no table of texts is held whole. Shared n-grams are not looked for.

Of the rows of one prompt the best is kept: one that a verifier judges before one that none does,
one with a gold answer before one without, then by the order of the sources in the recipe, then the
longer problem (white space does not count), then by the order of the rows.
"""

import re
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl

from r1data.text import fold

TOKENS = re.compile(r"\.?\d+(?:\.\d+)*|[^\W\d_]+|[^\w\s.,;:?\"“”`$]|_")
DRESSING = re.compile(r"\\left(?![a-z])|\\right(?![a-z])|\\[!,; ]|[\s$]|(?<=\\)[dt](?=frac)")

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

IS_OPEN = pl.col("drop_reason").is_null()
LABEL = pl.format("{}/{}", "source", "upstream_row")


MARKS = (
    *("drop_reason", "contaminated_by", "contamination_kind", "contamination_score"),
    *("duplicate_of", "duplicate_kind", "similarity", "conflicting_gold"),
)
ROW = ("source", "upstream_row")
KEY_COLUMNS = (*ROW, "prompt_id", "problem", "choices", "verifier", "gold_answer", *MARKS)
"""What keys are made from."""
GOLD_COLUMNS = ("prompt_id", "gold_answer")


def duplicate_keys(prompts: pl.DataFrame) -> pl.DataFrame:
    """Return the keys by which a shard's rows are compared: some 100 bytes a row, and no text.

    The spelling is kept as 64 bits of its hash: among ten million problems two different ones
    share it with a chance of one in 300,000.
    """
    asked = asked_texts(prompts)
    spellings = [text_hash(found) if (found := spelling(text)) else None for text in asked]
    return prompts.select(
        *ROW,
        "prompt_id",
        *MARKS,
        is_judged=pl.col("verifier").is_not_null(),
        has_gold=pl.col("gold_answer").is_not_null(),
        num_chars=asked.str.count_matches(r"\S"),
        spelling=pl.Series(spellings, dtype=pl.UInt64),
    )


def asked_texts(prompts: pl.DataFrame) -> pl.Series:
    """Return what each row asks: its problem, with its choices where it has some."""
    choices = pl.col("choices").list.join(" ")
    return prompts.select(
        pl.concat_str("problem", choices, separator=" ", ignore_nulls=True)
    ).to_series()


def rank_order(keys: pl.DataFrame, chosen: pl.Series) -> npt.NDArray[np.int64]:
    """Return the numbers of the chosen rows, the best first; what is better is said above."""
    return (
        keys.with_row_index("position")
        .with_columns(source_place=pl.col("position").min().over("source"))
        .filter(chosen)
        .sort(
            *("is_judged", "has_gold", "source_place", "num_chars", "position"),
            descending=[True, True, False, True, False],
        )["position"]
        .cast(pl.Int64)
        .to_numpy()
    )


def labels(keys: pl.DataFrame) -> pl.Series:
    """Return the name of each row: `source/upstream_row`."""
    return keys.select(LABEL).to_series()


def repeated_prompt_ids(keys: pl.DataFrame) -> pl.Series:
    """Return the prompts that stand on several rows which may still be asked."""
    return keys.filter(IS_OPEN).filter(pl.col("prompt_id").is_duplicated())["prompt_id"].unique()


def mark_exact(
    keys: pl.DataFrame,
    benchmark_keys: pl.DataFrame,
    golds: pl.DataFrame,
    found: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return keys with their marks.

    Only rows without a drop reason get one, the first that holds: `contaminated`, where a
    benchmark has the same problem, be it with other capitals or punctuation; `conflicting_gold`,
    where rows of one prompt disagree on the gold answer, so that none can be trusted;
    `duplicate`, for all but the best of a prompt's rows.

    Args:
        keys: Of all prompts, in their order.
        benchmark_keys: Of all benchmark problems.
        golds: `prompt_id` and `gold_answer` of the rows without a drop reason, at least of the
            prompts that stand on several.
        found: What decontamination found of each row, see `r1data.curation.decontamination.marks`.
    """
    contaminated = _mark_contaminated(keys, benchmark_keys)
    if found is not None:
        contaminated = _mark_found(contaminated, found)
    return _mark_repeated(_mark_conflicting(contaminated, golds))


def changed_marks(keys: pl.DataFrame, marked: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose marks differ: `source`, `upstream_row` and the columns of `MARKS`."""
    is_changed = pl.any_horizontal(pl.col(name).ne_missing(keys[name]) for name in MARKS)
    return marked.filter(is_changed).select(*ROW, *MARKS)


def mark_duplicates(prompts: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a shard with their marks, in the same order."""
    found = marks.rename({name: f"{name}_found" for name in MARKS})
    return (
        prompts.join(found, on=ROW, how="left", maintain_order="left")
        .with_columns(pl.coalesce(f"{name}_found", name).alias(name) for name in MARKS)
        .select(prompts.columns)
    )


def spelling(problem: str) -> str:
    r"""Return a problem without its capitals, white space and punctuation.

    Signs that carry mathematics stay: `arcsin(-1)` is not `arcsin 1`.

    >>> spelling("What is $88 \\div (4 / 2)$?") == spelling("what is 88 \\div(4/2)")
    True
    >>> spelling("Is 1.5 < 2?") == spelling("Is 15 > 2?")
    False
    """
    return " ".join(TOKENS.findall(fold(problem).casefold().replace(APOSTROPHE, "'")))


def answer_spelling(gold_answer: str) -> str:
    r"""Return a gold answer without the commands by which LaTeX only changes its looks.

    It is a comparison of texts: 0.5 and 1/2 differ.

    >>> answer_spelling(r"{\left( 3, \dfrac12 \right)}.") == answer_spelling(r"$(3,\frac12)$")
    True
    """
    text = DRESSING.sub("", fold(gold_answer)).removesuffix(".").casefold()
    is_braced = re.fullmatch(r"\{[^{}]*\}", text) is not None
    return text[1:-1] if is_braced else text


def _mark_contaminated(keys: pl.DataFrame, benchmark_keys: pl.DataFrame) -> pl.DataFrame:
    benchmarks = benchmark_keys.drop_nulls("spelling").with_columns(label=LABEL)
    marked = keys
    for key in ("prompt_id", "spelling"):
        labels = benchmarks.unique(key, keep="first", maintain_order=True).select(key, "label")
        marked = (
            marked.join(labels, on=key, how="left", maintain_order="left")
            .with_columns(pl.coalesce("contaminated_by", "label").alias("contaminated_by"))
            .drop("label")
        )
    return marked.with_columns(_reason("contaminated", pl.col("contaminated_by").is_not_null()))


def _mark_found(keys: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    names = ("contaminated_by", "contamination_kind", "contamination_score")
    return (
        keys.with_columns(label=LABEL)
        .join(
            found,
            left_on="label",
            right_on="row",
            how="left",
            suffix="_found",
            maintain_order="left",
        )
        .with_columns(pl.coalesce(f"{name}_found", name).alias(name) for name in names)
        .with_columns(_reason("contaminated", pl.col("is_dropped").fill_null(False)))
        .select(keys.columns)
    )


def _mark_conflicting(keys: pl.DataFrame, golds: pl.DataFrame) -> pl.DataFrame:
    given = golds.drop_nulls("gold_answer").filter(pl.col("prompt_id").is_duplicated())
    spellings = [answer_spelling(gold) for gold in given["gold_answer"]]
    conflicts = (
        given.with_columns(spelling=pl.Series(spellings, dtype=pl.String))
        .group_by("prompt_id")
        .agg(
            golds=pl.col("gold_answer").unique(maintain_order=True),
            is_conflict=pl.n_unique("spelling") > 1,
        )
        .filter("is_conflict")
    )
    is_conflict = pl.col("golds").is_not_null()
    return keys.join(conflicts, on="prompt_id", how="left", maintain_order="left").with_columns(
        _reason("conflicting_gold", is_conflict),
        conflicting_gold=pl.when(IS_OPEN & is_conflict).then("golds").otherwise("conflicting_gold"),
    )


def _mark_repeated(keys: pl.DataFrame) -> pl.DataFrame:
    order = pl.Series(rank_order(keys, pl.repeat(True, keys.height, eager=True)))
    place = pl.when(IS_OPEN).then("place")
    is_repeat = IS_OPEN & (pl.col("place") != place.min().over("prompt_id"))
    kept = LABEL.sort_by(place, nulls_last=True).first().over("prompt_id")
    return keys.with_columns(place=order.arg_sort()).with_columns(
        _reason("duplicate", is_repeat),
        duplicate_of=pl.when(is_repeat).then(kept).otherwise("duplicate_of"),
        duplicate_kind=pl.when(is_repeat).then(pl.lit("exact")).otherwise("duplicate_kind"),
        similarity=pl.when(is_repeat).then(1.0).otherwise("similarity"),
    )


def _reason(reason: str, holds: pl.Expr) -> pl.Expr:
    """The drop reason, with one more for the rows that have none."""
    return (
        pl.when(IS_OPEN & holds).then(pl.lit(reason)).otherwise("drop_reason").alias("drop_reason")
    )


def text_hash(text: str) -> int:
    """Return 64 bits of a text's hash."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
