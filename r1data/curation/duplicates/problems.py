"""Near duplicates among prompts: problems in other words, but with the same facts and answer."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from r1data.curation.duplicates.exact import (
    IS_OPEN,
    LABEL,
    answer_spelling,
    asked_texts,
    labels,
    rank_order,
    text_hash,
)
from r1data.curation.duplicates.facts import facts
from r1data.curation.duplicates.near import Candidates, NearMatch, find_near
from r1data.curation.duplicates.sketches import Bands, sketch
from r1data.curation.duplicates.tokens import Flags
from r1data.seeds import canonical_json
from r1data.text import fold

TEXT_COLUMNS = ("system_message", "problem", "choices", "gold_answer")
"""What prompts are compared by."""
LOOKS = r"\\(?:left|right|displaystyle|limits|text|mathrm|mathbf|operatorname)\b"
FRACTIONS = r"\\[dt]frac\b"
Blocks = Callable[[], Iterable[pl.DataFrame]]
"""Yields the shards of a table of prompts, with `TEXT_COLUMNS`."""


def sketch_problems(prompts: pl.DataFrame, settings: NearMatch) -> Bands:
    """Return the sketches of a shard's problems, with their choices."""
    return sketch(in_one_notation(prompts), settings.shingle_size)


def mark_near(
    marked: pl.DataFrame,
    bands: Bands,
    blocks: Blocks,
    settings: NearMatch,
    folder: Path | None = None,
) -> pl.DataFrame:
    """Return keys with the near duplicates marked among the rows that are still asked.

    Two prompts are near duplicates if their problems, choices included, are similar, their facts
    (`r1data.curation.duplicates.facts`) and system messages are the same, and their gold answers
    do not differ where both have one. What was an exact duplicate of a row that now leaves is a
    duplicate of the row that is kept.

    Args:
        marked: The keys of all prompts, marked by `mark_exact`.
        bands: Their sketches.
        blocks: Yields their texts.
        settings: When a problem is nearly another.
        folder: Where sets of shingles are kept meanwhile.
    """
    order = rank_order(marked, marked.select(IS_OPEN).to_series())
    matches = find_near(
        bands, order, lambda wanted: _candidates(blocks(), wanted), settings, folder=folder
    )
    rows, names = np.flatnonzero(matches.kept >= 0), labels(marked)
    near = pl.DataFrame(
        {
            "own": names.gather(rows),
            "drop_reason": pl.repeat("near_duplicate", len(rows), dtype=pl.String, eager=True),
            "duplicate_of": names.gather(matches.kept[rows]),
            "duplicate_kind": pl.repeat("near", len(rows), dtype=pl.String, eager=True),
            "similarity": matches.similarities[rows],
        }
    )
    own = pl.when(drop_reason="duplicate").then("duplicate_of").otherwise(LABEL)
    return (
        marked.with_columns(own=own)
        .join(near, on="own", how="left", maintain_order="left", suffix="_found")
        .with_columns(pl.coalesce(f"{name}_found", name).alias(name) for name in near.columns[1:])
        .select(marked.columns)
    )


def _candidates(blocks: Iterable[pl.DataFrame], wanted: Flags) -> Iterator[Candidates]:
    start = 0
    for block in blocks:
        chosen = np.flatnonzero(wanted[start : start + block.height])
        rows = block[chosen]
        groups = map(_group, rows["system_message"], asked_texts(rows))
        answers = (text_hash(answer_spelling(gold)) if gold else 0 for gold in rows["gold_answer"])
        yield Candidates(
            chosen + start,
            in_one_notation(rows),
            np.fromiter(groups, np.uint64, rows.height),
            np.fromiter(answers, np.uint64, rows.height),
        )
        start += block.height


def in_one_notation(prompts: pl.DataFrame) -> pl.Series:
    """Return what each row asks, without what only changes how a formula looks."""
    return asked_texts(prompts).str.replace_all(LOOKS, " ").str.replace_all(FRACTIONS, "frac")


def _group(system_message: str | None, text: str) -> int:
    return text_hash(canonical_json([fold(system_message or ""), *facts(text)]))
