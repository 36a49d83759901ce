"""Deciding on pairs: which completion is better, whether that is sure, and lengths in balance.

A judged pair is decided by the mean of the two orders' means, so that an order with more judgements
weighs no more, and only if both orders prefer the same response.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

import polars as pl

from r1data.curation.alignment.settings import Decision
from r1data.seeds import content_id
from r1data.tables import PAIR_ORDERS, Preferences
from r1data.text import split_reasoning

LENGTH_EDGES = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Edges of the bins in which lengths are balanced: the binary logarithm of how many times as long
the longer response is as the shorter. Ours."""
LENGTHS = ("pair_id", "chosen_chars", "rejected_chars")
COPIED = ("pair_id", "made_by", "source", "place", "prompt_id", "drop_detail")
NOTHING_SAID: Mapping[str, Any] = {"refusal": None, "judgements": []}


def decide_pairs(
    candidates: pl.DataFrame,
    said: pl.DataFrame | None,
    settings: Decision,
    *,
    judge: str | None,
    max_length_difference: int | None,
) -> pl.DataFrame:
    """Return a row of `Preferences` for each candidate, without its split; lengths may be unlike.

    Args:
        candidates: Rows of `PairCandidates`, e.g. of a shard.
        said: What a judge said of pairs: `pair_id`, `refusal` and `judgements`.
        settings: Which pairs are kept.
        judge: The judge's name.
        max_length_difference: Of delta pairs, in characters; null for no limit.
    """
    by_pair = {} if said is None else {row["pair_id"]: row for row in said.to_dicts()}
    rows = [
        _decided(row, by_pair.get(row["pair_id"], NOTHING_SAID), settings, judge)
        for row in candidates.iter_rows(named=True)
    ]
    for row in rows:
        row["drop_reason"] = row["drop_reason"] or _too_unlike(row, max_length_difference)
    return _marked(pl.DataFrame(rows, schema=Preferences.create_empty().schema))


def balance_lengths(preferences: pl.DataFrame) -> pl.DataFrame:
    """Return rows of `Preferences` of which pairs left until neither length is preferred.

    In bins of pairs that differ as much in length, those too many on a side leave, by hash: a pair
    that is added displaces few others. Pairs of equal length stay.
    """
    kept = preferences.filter("is_kept", pl.col("chosen_chars") != pl.col("rejected_chars"))
    leaving = pl.Series([*_surplus(kept.select(*LENGTHS).iter_rows())], dtype=pl.String)
    is_leaving = pl.col("pair_id").is_in(leaving.implode())
    reason = pl.when(is_leaving).then(pl.lit("unbalanced_length")).otherwise("drop_reason")
    return _marked(preferences.with_columns(drop_reason=reason))


def _marked(preferences: pl.DataFrame) -> pl.DataFrame:
    return preferences.with_columns(is_kept=pl.col("drop_reason").is_null())


def _decided(
    row: Mapping[str, Any], said: Mapping[str, Any], settings: Decision, judge: str | None
) -> dict[str, Any]:
    found = {name: row[name] for name in COPIED} | _scores(said["judgements"])
    is_asked = row["preferred"] is None
    found["judge"] = judge if is_asked and row["drop_reason"] is None else None
    difference = found.pop("oriented")
    reason = row["drop_reason"]
    if is_asked and reason is None:
        reason = _undecided(said, found, settings)
        found["drop_detail"] = said["refusal"] or _faults(said["judgements"]) or None
    is_first = row["preferred"] == "first" if not is_asked else (difference or 0) > 0
    is_known = reason is None or (difference is not None and difference != 0)
    sides = ("first", "second") if is_first else ("second", "first")
    for name, side in zip(("chosen", "rejected"), sides, strict=True):
        found |= _of_side(row, name, side if is_known else None)
    return found | {"drop_reason": reason, "split": None}


def _of_side(row: Mapping[str, Any], name: str, side: str | None) -> dict[str, Any]:
    text = None if side is None else row[side]
    return {
        f"{name}_id": None if side is None else row[f"{side}_id"],
        f"{name}_policy": None if side is None else row[f"{side}_policy"],
        f"{name}_chars": None if text is None else len(split_reasoning(text)[1].strip()),
    }


def _scores(judgements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what some judgements come to; `oriented` is above 0 if the first is better."""
    by_order = {order: list[float]() for order in PAIR_ORDERS}
    for one in judgements:
        if one["score"] is not None:
            by_order[one["order"]].append(one["score"])
    found: dict[str, Any] = {"judgements": judgements}
    if not all(by_order.values()):
        return found | {"oriented": None, "difference": None, "order_effect": None}
    first, second = (fmean(scores) for scores in by_order.values())
    oriented = (first + second) / 2
    return found | {
        "oriented": oriented,
        "difference": abs(oriented),
        "order_effect": first - second,
    }


def _undecided(said: Mapping[str, Any], found: Mapping[str, Any], settings: Decision) -> str | None:
    if said["refusal"] is not None:
        return "not_shown"
    if found["difference"] is None:
        return "no_verdict"
    if found["difference"] < abs(found["order_effect"]) / 2:
        return "decided_by_order"
    return "not_decided" if found["difference"] <= settings.min_difference else None


def _faults(judgements: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{one['order']}: {one['fault']}" for one in judgements if one["fault"])


def _too_unlike(row: Mapping[str, Any], limit: int | None) -> str | None:
    if row["made_by"] != "delta" or limit is None:
        return None
    is_beyond = abs(row["chosen_chars"] - row["rejected_chars"]) > limit
    return "length_difference" if is_beyond else None


def _surplus(pairs: Iterable[tuple[str, int, int]]) -> Iterator[str]:
    """Yield the pairs that are too many on a side of their bin."""
    bins: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for pair_id, chosen_chars, rejected_chars in pairs:
        ratio = math.log2(chosen_chars / rejected_chars)
        number = sum(abs(ratio) >= edge for edge in LENGTH_EDGES)
        bins[number][ratio > 0].append(pair_id)
    for sides in bins.values():
        fewer, more = sorted(sides, key=len)
        more.sort(key=lambda pair_id: content_id("unbalanced_length", pair_id))
        yield from more[len(fewer) :]
