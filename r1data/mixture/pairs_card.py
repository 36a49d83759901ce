"""The card of exported pairs: what they are, how the better response is known, and how made."""

import polars as pl

from r1data.mixture.card import SPLIT, Origin, how_made, splits_of
from r1data.mixture.front_matter import NOT_STATED, front_matter
from r1data.mixture.markdown import escaped, table
from r1data.tables import HELD_OUT

CONVENTIONS = """\
## Rows

Each row is a pair in TRL's conversational form for DPO and for reward models. `prompt` holds the
messages before the completions, with the policy's instruction; `chosen` and `rejected` hold the
better and the other completion, reasoning and think tags included. `made_by` says how the better
one is known: a `judge` preferred it in both orders, a strong policy wrote it and a weak one the
other (`delta`), or a `file` says so. `pair_id` leads to `preferences`, which has each judgement.
"""


def pairs_card(counts: pl.DataFrame, origin: Origin) -> str:
    """Return the card as Markdown with the front matter that the Hub reads.

    Args:
        counts: From `count_pairs`.
        origin: All that is needed to make them again.
    """
    title = f"{origin.recipe}: {origin.table}"
    splits = splits_of(counts)
    return "\n".join(
        [
            f"---\n{front_matter(title, counts, splits)}\n---\n\n# {escaped(title)}\n",
            f"{counts['num_rows'].sum():,} pairs of responses made by r1data.\n",
            table(counts, missing=NOT_STATED),
            CONVENTIONS,
            *([SPLIT] if HELD_OUT in splits else []),
            *how_made(origin),
        ]
    )


def count_pairs(pairs: pl.LazyFrame) -> pl.DataFrame:
    """Count pairs by source, licence and how they were made; `num_held_out` where any is."""
    keys = ("source", "made_by", "licence")
    counts = pairs.group_by(keys).agg(
        num_rows=pl.len(),
        num_held_out=(pl.col("split") == HELD_OUT).fill_null(False).sum(),
    )
    found = counts.sort("num_rows", *keys, descending=[True, False, False, False]).collect()
    return found if found["num_held_out"].sum() else found.drop("num_held_out")
