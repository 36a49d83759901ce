"""Candidates of pairs: two completions of one prompt, from rollouts or from files of pairs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from r1data.curation.duplicates.exact import spelling
from r1data.policies.templates import Template
from r1data.seeds import content_id
from r1data.text import split_reasoning

ROLLOUT_COLUMNS = (
    *("rollout_id", "prompt_id", "policy", "sample_index", "prefill", "completion"),
    "finish_reason",
)
PROMPT_COLUMNS = (
    *("prompt_id", "problem", "system_message", "earlier_turns", "source", "licence"),
    "drop_reason",
)
BARE = Template()
UNKNOWN = dict.fromkeys(("first_is_safe", "second_is_safe", "drop_detail"))
Row = dict[str, Any]


def pair_rollouts(
    rollouts: pl.DataFrame,
    prompts: pl.DataFrame,
    policies: tuple[str, ...],
    *,
    made_by: str,
    place: str,
) -> Iterator[Row]:
    """Yield a row of `PairCandidates` for each two rollouts of a prompt that make a pair.

    Of two policies, those with the same sample index; of one policy, the first with the second,
    the third with the fourth and so on, so that no rollout stands in two pairs.

    Args:
        rollouts: `ROLLOUT_COLUMNS`, of these policies and any others.
        prompts: `PROMPT_COLUMNS`, one row a prompt.
        policies: One or two; of a `delta`, first the strong one.
        made_by: How the better one is known.
        place: The key of the table of rollouts.
    """
    asked = {row["prompt_id"]: row for row in prompts.iter_rows(named=True)}
    wanted = rollouts.filter(pl.col("policy").is_in(list(policies))).sort("sample_index")
    for (prompt_id,), group in wanted.group_by("prompt_id", maintain_order=True):
        facts = facts_of(asked[str(prompt_id)], place) | {"made_by": made_by, **UNKNOWN}
        for first, second in _twos(group, policies):
            yield {**facts, **_pair(first, second), "preferred": _preferred(made_by)}


def checked(rows: Iterable[Row], benchmarks: Collection[str] = ()) -> Iterator[Row]:
    """Yield candidates, those that make no pair with the reason.

    Args:
        rows: As `pair_rollouts` and `read_pairs` yield them.
        benchmarks: The spellings of benchmark problems.
    """
    seen: set[str] = set()
    for row in rows:
        yield _decided(row, seen, benchmarks)


def is_benchmark(prompt: Iterable[Mapping[str, str]], benchmarks: Collection[str]) -> bool:
    """Tell whether a turn of the user is a benchmark's problem, in whatever capitals and marks."""
    asked = (one["content"] for one in prompt if one["role"] == "user")
    return bool(benchmarks) and any(spelling(text) in benchmarks for text in asked)


def facts_of(asked: Mapping[str, Any], place: str) -> Row:
    """Return what a rollout answers, from its prompt's row, and where it stands."""
    prompt = BARE.messages(asked["problem"], asked["system_message"], asked["earlier_turns"])
    copied = {name: asked[name] for name in ("prompt_id", "source", "licence")}
    return {**copied, "prompt": list(prompt), "place": place}


def _twos(group: pl.DataFrame, policies: tuple[str, ...]) -> Iterator[tuple[Row, Row]]:
    """Yield the rollouts of a prompt two by two; what has no partner makes no pair."""
    sides = [group.filter(policy=policy).to_dicts() for policy in policies]
    if len(policies) == 1:
        yield from zip(sides[0][::2], sides[0][1::2], strict=False)
        return
    by_index = [{row["sample_index"]: row for row in side} for side in sides]
    shared = sorted(by_index[0].keys() & by_index[1].keys())
    yield from ((by_index[0][index], by_index[1][index]) for index in shared)


def _pair(first: Row, second: Row) -> Row:
    found: Row = {
        "pair_id": content_id(first["prompt_id"], first["rollout_id"], second["rollout_id"]),
        "drop_reason": None,
    }
    for side, row in (("first", first), ("second", second)):
        is_whole = row["completion"] is not None and row["finish_reason"] != "length"
        found[f"{side}_id"], found[f"{side}_policy"] = row["rollout_id"], row["policy"]
        found[side] = f"{row['prefill']}{row['completion']}" if is_whole else None
    return found


def _preferred(made_by: str) -> str | None:
    return "first" if made_by == "delta" else None


def _decided(row: Row, seen: set[str], benchmarks: Collection[str]) -> Row:
    """Return a candidate with its reason; what is unread or repeated is known by its place."""
    reason = row["drop_reason"]
    if reason is None and row["pair_id"] in seen:
        reason = "repeated_pair"
    if reason is not None:
        return row | {"drop_reason": reason, "pair_id": content_id(row["pair_id"], row["place"])}
    seen.add(row["pair_id"])
    return row | {"drop_reason": _fault(row, benchmarks)}


def _fault(row: Row, benchmarks: Collection[str]) -> str | None:
    responses = [_response(row[side]) for side in ("first", "second")]
    if not all(responses):
        return "no_response"
    if responses[0] == responses[1]:
        return "same_response"
    return "benchmark_problem" if is_benchmark(row["prompt"], benchmarks) else None


def _response(text: str | None) -> str:
    return "" if text is None else split_reasoning(text)[1].strip()
