"""Held-out conversations: those that open alike stand on one side of a split."""

import polars as pl

from r1data.curation.duplicates.near import NearMatch
from r1data.curation.duplicates.twins import find_twins, read_problems
from r1data.mixture.held_out import HeldOut, choose_held_out
from r1data.seeds import content_id
from r1data.tables import HELD_OUT, TRAIN


def openings_of(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return what the user says first in each row's conversation: such belong to one split."""
    said = pl.col("prompt").list.eval(
        pl.when(pl.element().struct.field("role") == "user").then(
            pl.element().struct.field("content")
        )
    )
    return frame.select(key, opening=said.list.drop_nulls().list.first().fill_null(""))


def with_splits(
    rows: pl.DataFrame, kept: pl.DataFrame, held_out: HeldOut | None, dataset: str, key: str
) -> pl.DataFrame:
    """Return rows with their split: conversations that open alike are on one side."""
    openings = kept["opening"].unique(maintain_order=True)
    ids = pl.Series([content_id(text) for text in openings], dtype=pl.String)
    chosen: set[str] = set()
    if held_out is not None and len(ids):
        match = NearMatch(threshold=held_out.similarity)
        problems = pl.DataFrame({"prompt_id": ids, "problem": openings}).with_columns(
            choices=pl.lit(None, pl.List(pl.String))
        )
        known = read_problems(lambda: [problems], match)
        chosen = choose_held_out(
            ids.to_list(),
            lambda some: find_twins(known, some, lambda: [problems], match),
            held_out,
            dataset,
        )
    sides = pl.DataFrame(
        {"opening": openings, "split": [HELD_OUT if one in chosen else TRAIN for one in ids]},
        schema={"opening": pl.String, "split": pl.String},
    )
    split = kept.drop("split").join(sides, on="opening", how="left", maintain_order="left")
    known_splits = split.select(key, "split")
    return (
        rows.drop("split")
        .join(known_splits, on=key, how="left", maintain_order="left")
        .select(rows.columns)
    )
