"""Near and semantic duplicates among prompts: other words, but the same facts and answer."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import Field

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
from r1data.curation.duplicates.guards import guards, numbers
from r1data.curation.duplicates.matching import Matches
from r1data.curation.duplicates.near import Candidates, NearMatch, find_near, in_table
from r1data.curation.duplicates.similarities import Half, match_vectors
from r1data.curation.duplicates.sketches import Bands, sketch
from r1data.curation.duplicates.tokens import Flags, Hashes, Places
from r1data.seeds import canonical_json
from r1data.settings import Settings
from r1data.text import fold

TEXT_COLUMNS = ("system_message", "problem", "choices", "gold_answer")
"""What prompts are compared by."""
LOOKS = r"\\(?:left|right|displaystyle|limits|text|mathrm|mathbf|operatorname)\b"
FRACTIONS = r"\\[dt]frac\b"
Blocks = Callable[[], Iterable[pl.DataFrame]]
"""Yields the shards of a table of prompts, with `TEXT_COLUMNS`."""


class SemanticMatch(Settings):
    """When one problem asks in other words what another one asks."""

    threshold: float = Field(0.85, ge=0.5, le=1)
    """The cosine of their vectors from which on they are duplicates; models differ in it."""
    require_gold: bool = True
    """Whether only problems are compared that have a gold answer, and the same one. Without, the
    vectors alone tell problems apart that differ in a few words, which they do badly."""


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
    return _with_matches(marked, matches, "near")


def mark_semantic(
    marked: pl.DataFrame, vectors: Half, blocks: Blocks, settings: SemanticMatch
) -> pl.DataFrame:
    """Return keys with the problems marked that ask, in other words, what a better row asks.

    The cosine of their vectors reaches the threshold; their system messages are the same; and their
    gold answers are the same and their numbers too, or, as the settings allow, their gold answers
    do not differ where both have one and their guards (`r1data.curation.duplicates.guards`) are the
    same. Every pair of such rows is compared. What was a duplicate of a row that now leaves is a
    duplicate of the row that is kept.

    Args:
        marked: The keys of all prompts, marked by `mark_exact` and perhaps by `mark_near`.
        vectors: Of each row; all zeros where it has none.
        blocks: Yields their texts.
        settings: When a problem asks what another one asks.
    """
    has_vector = pl.Series(np.asarray(vectors.any(axis=1)))
    order = rank_order(marked, marked.select(IS_OPEN).to_series() & has_vector)
    is_wanted = np.zeros(len(vectors), bool)
    is_wanted[order] = True
    groups, answers = np.zeros(len(vectors), np.uint64), np.zeros(len(vectors), np.uint64)
    for start, chosen, rows in _chosen(blocks(), is_wanted):
        asked = zip(rows["system_message"], asked_texts(rows), rows["gold_answer"], strict=True)
        shared = [_group(message, _shared(text, gold, settings)) for message, text, gold in asked]
        groups[start + chosen], answers[start + chosen] = shared, _answers(rows)
    if settings.require_gold:
        order = order[answers[order] > 0]
    matches = match_vectors(vectors[order], groups[order], answers[order], settings.threshold)
    return _with_matches(marked, in_table(matches, order, len(vectors)), "semantic")


def _shared(text: str, gold: str | None, settings: SemanticMatch) -> list[str]:
    """Return what a problem shares with those it is compared with, beside the system message.

    Only a gold answer with a number in it is one that others seldom have by chance.
    """
    if not settings.require_gold or gold is None:
        return guards(text)
    says_much = any(character.isdigit() for character in gold)
    return [answer_spelling(gold), *(numbers(text) if says_much else guards(text))]


def _with_matches(marked: pl.DataFrame, matches: Matches, kind: str) -> pl.DataFrame:
    """Return keys with the rows marked that leave for others, and those that had left for them."""
    rows, names = np.flatnonzero(matches.kept >= 0), labels(marked)
    found = pl.DataFrame(
        {
            "own": names.gather(rows),
            "drop_reason": pl.repeat(f"{kind}_duplicate", len(rows), dtype=pl.String, eager=True),
            "duplicate_of": names.gather(matches.kept[rows]),
            "duplicate_kind": pl.repeat(kind, len(rows), dtype=pl.String, eager=True),
            "similarity": matches.similarities[rows],
        }
    )
    had_left = pl.col("drop_reason").is_in(["duplicate", "near_duplicate"])
    own = pl.when(had_left).then("duplicate_of").otherwise(LABEL)
    return (
        marked.with_columns(own=own)
        .join(found, on="own", how="left", maintain_order="left", suffix="_found")
        .with_columns(pl.coalesce(f"{name}_found", name).alias(name) for name in found.columns[1:])
        .select(marked.columns)
    )


def _chosen(
    blocks: Iterable[pl.DataFrame], wanted: Flags
) -> Iterator[tuple[int, Places, pl.DataFrame]]:
    """Yield where each block begins, which of its rows are wanted, and these rows."""
    start = 0
    for block in blocks:
        chosen = np.flatnonzero(wanted[start : start + block.height])
        yield start, chosen, block[chosen]
        start += block.height


def _candidates(blocks: Iterable[pl.DataFrame], wanted: Flags) -> Iterator[Candidates]:
    for start, chosen, rows in _chosen(blocks, wanted):
        asked = zip(rows["system_message"], asked_texts(rows), strict=True)
        groups = (_group(message, facts(text)) for message, text in asked)
        yield Candidates(
            chosen + start,
            in_one_notation(rows),
            np.fromiter(groups, np.uint64, rows.height),
            _answers(rows),
        )


def _answers(rows: pl.DataFrame) -> Hashes:
    """Return what each row's gold answer is known by; 0 if it has none."""
    found = (text_hash(answer_spelling(gold)) if gold else 0 for gold in rows["gold_answer"])
    return np.fromiter(found, np.uint64, rows.height)


def in_one_notation(prompts: pl.DataFrame) -> pl.Series:
    """Return what each row asks, without what only changes how a formula looks."""
    return asked_texts(prompts).str.replace_all(LOOKS, " ").str.replace_all(FRACTIONS, "frac")


def _group(system_message: str | None, shared: list[str]) -> int:
    return text_hash(canonical_json([fold(system_message or ""), *shared]))
