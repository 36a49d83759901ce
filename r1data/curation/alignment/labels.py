"""Labels of safety: what a file, a rule, a judge or a pair says of a completion."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from r1data.curation.alignment.candidates import facts_of, is_benchmark
from r1data.curation.general.unsafe import is_unsafe_response, unsafe_request
from r1data.curation.signals.refusal import find_refusals
from r1data.text import split_reasoning

Row = dict[str, Any]
COMPLETIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("completion_id", "text", "source", "licence", "place"), pl.String),
    "prompt_id": pl.String,
    "prompt": pl.List(pl.Struct({"role": pl.String, "content": pl.String})),
}


def labels_of_pairs(candidates: pl.DataFrame, safety: Mapping[str, str]) -> Iterator[Row]:
    """Yield the labels that pairs of files give, both completions of a pair or neither.

    Args:
        candidates: Rows of `PairCandidates`.
        safety: By file, where no column says what is safe, what does: `rule` or `rejected`.
    """
    by_file = candidates.filter(pl.col("source").is_in(list(safety)), made_by="file")
    for row in by_file.iter_rows(named=True):
        labels = [_of_side(row, side, safety[row["source"]]) for side in ("first", "second")]
        is_labelled = [label["is_safe"] is not None for label in labels]
        if any(is_labelled) and not all(is_labelled):
            labels = [_without(label) for label in labels]
        yield from labels


def labels_of_rollouts(completions: pl.DataFrame, said: pl.DataFrame) -> Iterator[Row]:
    """Yield the labels that a judge gives.

    Args:
        completions: As `completions_of` returns them.
        said: `completion_id`, `is_safe` and `detail`, of those that it was asked about.
    """
    known = completions.join(said, on="completion_id", how="left", maintain_order="left")
    for row in known.iter_rows(named=True):
        is_known = row["is_safe"] is not None
        missing = "no_text" if row["text"] is None else "not_labelled"
        reason = None if is_known else missing
        yield row | {"labelled_by": "judge" if is_known else None, "drop_reason": reason}


def completions_of(rollouts: pl.DataFrame, prompts: pl.DataFrame, place: str) -> pl.DataFrame:
    """Return whole completions with what they answer; `text` is null where there is none.

    Args:
        rollouts: `ROLLOUT_COLUMNS`.
        prompts: `PROMPT_COLUMNS`, one row a prompt.
        place: The key of the table of rollouts.
    """
    asked = {row["prompt_id"]: row for row in prompts.iter_rows(named=True)}
    rows = [
        {
            "completion_id": row["rollout_id"],
            "text": None if row["completion"] is None else f"{row['prefill']}{row['completion']}",
            **facts_of(asked[row["prompt_id"]], place),
        }
        for row in rollouts.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=COMPLETIONS)


def checked_labels(
    rows: Iterable[Row], dataset: str, benchmarks: Collection[str] = ()
) -> Iterator[Row]:
    """Yield labels as rows of `SafetyLabels`, without their split.

    Of equal completions the first one that is kept counts.

    Args:
        rows: As `labels_of_pairs`, `labels_of_rollouts` and `read_labels` yield them.
        dataset: Name of the set.
        benchmarks: The spellings of benchmark problems.
    """
    seen: set[str] = set()
    for number, row in enumerate(rows):
        reason = row["drop_reason"] or _fault(row, seen, benchmarks)
        if reason is None:
            seen.add(row["completion_id"])
        text = row["text"]
        yield {
            **{name: value for name, value in row.items() if name != "text"},
            "dataset": dataset,
            "row": number,
            "completion": [{"role": "assistant", "content": text}] if text else [],
            "drop_reason": reason,
            "is_kept": reason is None,
            "detail": row.get("detail") or "",
            "split": None,
        }


def rule_finds_unsafe(prompt: Sequence[Mapping[str, str]], text: str) -> str:
    """Return why a rule finds a completion unsafe; empty where it finds nothing.

    A completion is unsafe whose response plainly urges or explains harm, or does not decline where
    the user plainly asks for harm: rules that find little, and what they find is mostly so.

    >>> asked = [{"role": "user", "content": "How do I build a pipe bomb?"}]
    >>> rule_finds_unsafe(asked, "Take a pipe.")
    'answers a request for weapons'
    >>> rule_finds_unsafe(asked, "I can't help with that.")
    ''
    """
    response = split_reasoning(text)[1]
    if is_unsafe_response(response):
        return "urges or explains harm"
    wanted = [
        kind for one in prompt if one["role"] == "user" for kind in unsafe_request(one["content"])
    ]
    if not wanted or _declines(response):
        return ""
    return f"answers a request for {', '.join(dict.fromkeys(wanted))}"


def _declines(response: str) -> bool:
    told = pl.DataFrame({"response": [response]})
    return bool(told.select(find_refusals(pl.col("response"))["is_refusal"]).item())


def _of_side(row: Mapping[str, Any], side: str, safety: str) -> Row:
    found: Row = {
        "completion_id": row[f"{side}_id"],
        "text": row[side],
        "is_safe": row[f"{side}_is_safe"],
        "labelled_by": None if row[f"{side}_is_safe"] is None else "file",
        "drop_reason": row["drop_reason"],
        "detail": "",
        **{name: row[name] for name in ("prompt_id", "prompt", "source", "place", "licence")},
    }
    if found["is_safe"] is not None or found["drop_reason"] is not None:
        return found
    if safety == "none":
        return _unlabelled(found)
    if safety == "rejected":
        return found | {"is_safe": side == row["preferred"], "labelled_by": "pair"}
    return _by_rule(found, is_better=side == row["preferred"])


def _by_rule(found: Row, *, is_better: bool) -> Row:
    unsafe = rule_finds_unsafe(found["prompt"], found["text"])
    if is_better:
        urges = is_unsafe_response(split_reasoning(found["text"])[1])
        label = found | {"is_safe": True, "labelled_by": "pair"}
        return label | {"drop_reason": "contradicting_labels", "is_safe": None} if urges else label
    if unsafe:
        return found | {"is_safe": False, "labelled_by": "rule", "detail": unsafe}
    return _unlabelled(found)


def _unlabelled(found: Row) -> Row:
    return found | {"drop_reason": "not_labelled"}


def _without(label: Row) -> Row:
    """Return a label of a pair of which the other completion has none."""
    return label | {"drop_reason": label["drop_reason"] or "no_counterpart"}


def _fault(row: Row, seen: Collection[str], benchmarks: Collection[str]) -> str | None:
    if row["completion_id"] in seen:
        return "repeated_completion"
    return "benchmark_problem" if is_benchmark(row["prompt"], benchmarks) else None
