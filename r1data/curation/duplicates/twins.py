"""Twins of problems: which of some problems are nearly another of the table, whatever its numbers.

A stricter question than that of near duplicates, for splits: problems that differ in their facts
alone count as alike, and every pair that shares a band is compared.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import polars as pl

from r1data.curation.duplicates.jaccard import ShingleSets
from r1data.curation.duplicates.matching import candidate_keys
from r1data.curation.duplicates.near import NearMatch
from r1data.curation.duplicates.problems import in_one_notation, sketch_problems
from r1data.curation.duplicates.sketches import Bands
from r1data.curation.duplicates.tokens import Flags, Hashes, Places
from r1data.tables import Prompts

Read = Callable[[], Iterable[pl.DataFrame]]
"""Yields prompts, a shard at a time: `prompt_id`, `problem` and `choices`."""

LARGE_BUCKET = 200
"""A problem that shares a band with more than so many is taken for one of a family, uncompared:
then it is trained on, which is the safe side. Ours: of the 39,808 problems of DeepScaleR at most 27
share a band, and where 1% of 600,000 are looked at, a band has at most 1.2 million pairs."""
PAIRS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Problems:
    """The problems of a table by their places, each known by its prompt."""

    prompt_ids: pl.Series
    keys: Hashes
    """By which problems are candidates: see `candidate_keys`."""


def read_problems(read: Read, settings: NearMatch) -> Problems:
    """Return what problems are compared by; texts are read one shard at a time."""
    ids, bands = [pl.Series("prompt_id", [], pl.String)], [_no_bands(settings)]
    for frame in read():
        ids.append(frame["prompt_id"])
        bands.append(sketch_problems(frame, settings))
    sketches = np.concatenate(bands)
    return Problems(pl.concat(ids), candidate_keys(sketches, np.zeros(len(sketches), np.uint64)))


def find_twins(
    problems: Problems,
    chosen: Iterable[str],
    read: Read,
    settings: NearMatch,
    *,
    others: Iterable[str] | None = None,
    folder: Path | None = None,
) -> set[str]:
    """Return which of some prompts are nearly another one.

    Args:
        problems: All problems, from `read_problems`.
        chosen: The prompts that are looked at.
        read: Yields the texts in the same order.
        settings: When a problem is nearly another.
        others: The prompts that they are compared with; null means all but itself.
        folder: Where sets of shingles are kept meanwhile.
    """
    is_chosen = _is_one_of(problems, chosen)
    is_other = np.ones(len(is_chosen), bool) if others is None else _is_one_of(problems, others)
    pairs, is_found = _candidates(problems.keys, is_chosen, is_other)
    with TemporaryFile(dir=folder) as file:
        sets = ShingleSets(file, len(is_chosen), settings.shingle_size)
        _add_texts(sets, np.unique(pairs), read)
        for firsts, seconds in _at_once(pairs):
            is_twin = sets.compare(firsts, seconds, settings.threshold) >= settings.threshold
            is_found[firsts[is_twin]] = True
    return set(problems.prompt_ids.filter(pl.Series(is_found)))


def _no_bands(settings: NearMatch) -> Bands:
    return sketch_problems(Prompts.create_empty(), settings)


def _is_one_of(problems: Problems, prompt_ids: Iterable[str]) -> Flags:
    wanted = pl.Series(list(prompt_ids), dtype=pl.String)
    return problems.prompt_ids.is_in(wanted.implode()).to_numpy()


def _candidates(keys: Hashes, is_chosen: Flags, is_other: Flags) -> tuple[Places, Flags]:
    """Return pairs of rows that share a band, one a column, and which rows are of a family."""
    pairs = pl.DataFrame(schema={"first": pl.Int64, "second": pl.Int64})
    is_family = np.zeros(len(keys), bool)
    rows = pl.DataFrame({"row": np.arange(len(keys)), "is_chosen": is_chosen, "is_other": is_other})
    for column in keys.T:
        keyed = rows.with_columns(key=pl.Series(column)).filter(pl.col("key") != 0)
        firsts = keyed.filter("is_chosen").select("key", first="row")
        seconds = keyed.filter("is_other").select("key", second="row")
        large = seconds.group_by("key").len().filter(pl.col("len") > LARGE_BUCKET)
        family = firsts.join(large, on="key", how="semi")
        is_family[family["first"].to_numpy()] = True
        few = firsts.join(large, on="key", how="anti").join(seconds, on="key")
        new = few.select("first", "second").filter(pl.col("first") != pl.col("second"))
        pairs = pl.concat([pairs, new]).unique()
    return pairs.sort("first", "second").to_numpy().T.reshape(2, -1), is_family


def _add_texts(sets: ShingleSets, wanted: Places, read: Read) -> None:
    start = 0
    for frame in read():
        rows = wanted[(wanted >= start) & (wanted < start + frame.height)]
        if len(rows):
            sets.add(rows, in_one_notation(frame[rows - start]))
        start += frame.height


def _at_once(pairs: Places) -> Iterator[tuple[Places, Places]]:
    for start in range(0, pairs.shape[1], PAIRS_AT_ONCE):
        firsts, seconds = pairs[:, start : start + PAIRS_AT_ONCE]
        yield firsts, seconds
