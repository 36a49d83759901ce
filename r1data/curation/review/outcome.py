"""The outcome of reviews: rows of reviews, edited rollouts, and which rollouts stay."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.curation.review.candidates import ROLLOUT_COLUMNS, edited_text, text_hash
from r1data.curation.review.decisions import MAJORITY, Decision
from r1data.curation.review.settings import Review
from r1data.seeds import content_id
from r1data.tables import (
    NO_VERIFIER,
    NOT_KEPT,
    OTHER_TEXT,
    UNVERIFIED,
    Reviews,
    Rollouts,
    Selections,
)

ACCEPT, EDIT, REJECT = "accept", "edit", "reject"
REVIEW_COLUMNS = ("rollout_id", "reviewer", "decision", "outdated", "edited_rollout_id")
NOT_SAMPLED = (
    "num_completion_tokens",
    "max_tokens",
    "file_outcome",
    "file_row",
    "seconds",
    "engine",
)
"""Columns that say how a text was sampled; of an edited one they are null."""


def project_reviews(decisions: Iterable[Decision], rollouts: pl.DataFrame) -> pl.DataFrame:
    """Return a row of `Reviews` for each decision, by rollout and reviewer.

    Args:
        decisions: What the log has, one for each reviewer and rollout.
        rollouts: The candidates as they are now, with `ROLLOUT_COLUMNS`.
    """
    texts = _texts(rollouts)
    rows = [asdict(one) | _state(one, texts.get(one.rollout_id)) for one in decisions]
    rows.sort(key=lambda row: (row["rollout_id"], row["reviewer"]))
    return pl.DataFrame(rows, schema=Reviews.create_empty().schema)


def edited_rollouts(reviews: pl.DataFrame, rollouts: pl.DataFrame) -> pl.DataFrame:
    """Return a row of `Rollouts` for each edited text: its own id, and that of what it came from.

    Two reviewers who wrote the same text made one rollout.

    Args:
        reviews: Rows of `Reviews`.
        rollouts: The candidates.
    """
    edits = reviews.filter(pl.col("edited_rollout_id").is_not_null())
    edits = edits.unique("edited_rollout_id", keep="first", maintain_order=True)
    wanted = edits.select("rollout_id", "edited_rollout_id", "reasoning", "response")
    rows = rollouts.join(wanted, on="rollout_id", how="inner", maintain_order="left_right")
    texts = [_completion(row) for row in rows.iter_rows(named=True)]
    completion = pl.DataFrame(texts, schema={"prefill": pl.String, "completion": pl.String})
    return rows.with_columns(
        refined_from=pl.col("rollout_id"),
        rollout_id=pl.col("edited_rollout_id"),
        finish_reason=pl.lit("stop"),
        prefill=completion["prefill"],
        completion=completion["completion"],
        **dict.fromkeys(NOT_SAMPLED, pl.lit(None)),
    ).select(Rollouts.column_names())


def select_reviewed(
    rollouts: pl.DataFrame,
    reviews: pl.DataFrame,
    edited: pl.DataFrame,
    verdicts: pl.DataFrame,
    *,
    settings: Review,
    dataset: str,
) -> pl.DataFrame:
    """Return a row of `Selections` for each candidate and each edited rollout.

    An edited rollout stands in the place of its candidate if the verifier finds it correct. If it
    does not, both leave: somebody found the candidate wanting. Where no rule can judge the prompt,
    whoever edited it is the judge.

    Args:
        rollouts: The candidates: `rollout_id` and `prompt_id`.
        reviews: Rows with `REVIEW_COLUMNS`.
        edited: The edited rollouts: `rollout_id` and `prompt_id`.
        verdicts: On the edited rollouts: `rollout_id`, `verifier` and `outcome`.
        settings: Who decides.
        dataset: The dataset that decides.
    """
    verified = {
        rollout_id
        for rollout_id, verifier, outcome in verdicts.select(
            "rollout_id", "verifier", pl.col("outcome").cast(pl.String)
        ).iter_rows()
        if outcome == Outcome.CORRECT or verifier in (UNVERIFIED, NO_VERIFIER)
    }
    counted = reviews.select(REVIEW_COLUMNS).filter(pl.col("outdated").is_null())
    by_rollout = counted.partition_by("rollout_id", as_dict=True)
    reasons: dict[str, str | None] = {}
    for rollout_id in rollouts["rollout_id"]:
        rows = by_rollout.get((rollout_id,))
        found = [] if rows is None else rows.sort("reviewer").to_dicts()
        reasons |= _fates(rollout_id, found, verified, settings)
    both = pl.concat([frame.select("rollout_id", "prompt_id") for frame in (rollouts, edited)])
    decided = [reasons[rollout_id] for rollout_id in both["rollout_id"]]
    reason = pl.Series("drop_reason", decided, dtype=pl.String)
    columns = Selections.column_names()
    rest = [pl.lit(None).alias(name) for name in columns if name not in both.columns]
    return (
        both.with_columns(rest)
        .with_columns(dataset=pl.lit(dataset), drop_reason=reason, is_kept=reason.is_null())
        .select(columns)
    )


def resolve(reviews: Sequence[Mapping[str, Any]], when_differing: str) -> str:
    """Return what reviewers decide together: a decision, or `reviewers_differ`.

    Args:
        reviews: The decisions that count on one rollout, at least one.
        when_differing: The rule, or the reviewer who decides.

    >>> two = [{"reviewer": "anna", "decision": "edit"}, {"reviewer": "ben", "decision": "reject"}]
    >>> resolve(two, "any_reject"), resolve(two, "majority"), resolve(two, "anna")
    ('reject', 'reviewers_differ', 'edit')
    """
    named = [one["decision"] for one in reviews if one["reviewer"] == when_differing]
    counts = Counter(named or [one["decision"] for one in reviews])
    num_kept = counts[ACCEPT] + counts[EDIT]
    if when_differing == MAJORITY and counts[REJECT] == num_kept:
        return "reviewers_differ"
    limit = num_kept if when_differing == MAJORITY else 0
    if counts[REJECT] > limit:
        return REJECT
    is_edited = counts[EDIT] >= counts[ACCEPT] if when_differing == MAJORITY else counts[EDIT] > 0
    return EDIT if is_edited else ACCEPT


def _fates(
    rollout_id: str,
    reviews: Sequence[Mapping[str, Any]],
    verified: Collection[str],
    settings: Review,
) -> dict[str, str | None]:
    """Return the drop reason, if any, of a candidate and of each rollout edited from it."""
    edits = Counter(one["edited_rollout_id"] for one in reviews if one["edited_rollout_id"])
    fates = {edit: "edit_not_taken" if edit in verified else "edit_not_verified" for edit in edits}
    if not reviews:
        return {rollout_id: None if settings.unreviewed == "keep" else "not_reviewed"}
    decision = resolve(reviews, settings.when_differing)
    if decision == ACCEPT:
        return {**fates, rollout_id: None}
    if decision != EDIT:
        reason = "rejected_by_reviewer" if decision == REJECT else decision
        return dict.fromkeys((rollout_id, *edits), reason)
    chosen = _chosen(reviews, edits, verified, settings.when_differing)
    if chosen is None:
        return {**fates, rollout_id: "edit_not_verified"}
    return {**fates, chosen: None, rollout_id: "edited"}


def _chosen(
    reviews: Sequence[Mapping[str, Any]],
    edits: Counter[str],
    verified: Collection[str],
    when_differing: str,
) -> str | None:
    """Return the edit that is taken: of those that verify the one most wrote, then by name.

    Where a named reviewer decides, it is that one's edit or none.
    """
    named = [one for one in reviews if one["reviewer"] == when_differing]
    written = [one["edited_rollout_id"] for one in named or reviews]
    able = [edit for edit in written if edit in verified]
    return max(able, key=lambda edit: edits[edit], default=None)


def _texts(rollouts: pl.DataFrame) -> dict[str, str]:
    """Return the whole completion of each rollout, by id."""
    whole = pl.col("prefill") + pl.col("completion").fill_null("")
    return dict(rollouts.select(ROLLOUT_COLUMNS).select("rollout_id", whole).iter_rows())


def _state(decision: Decision, text: str | None) -> dict[str, str | None]:
    """Return why a decision does not count any more, or else the id of the text that it edited."""
    if text is None:
        return {"outdated": NOT_KEPT, "edited_rollout_id": None}
    if text_hash(text) != decision.text_hash:
        return {"outdated": OTHER_TEXT, "edited_rollout_id": None}
    if decision.response is None:
        return {"outdated": None, "edited_rollout_id": None}
    edited = edited_text(text, decision.reasoning, decision.response)
    edited_id = content_id("edited", decision.rollout_id, edited)
    return {"outdated": None, "edited_rollout_id": edited_id}


def _completion(row: Mapping[str, Any]) -> dict[str, str]:
    """Return prefill and completion of an edited rollout: the edit may have changed either."""
    old_prefill = row["prefill"]
    text = edited_text(f"{old_prefill}{row['completion']}", row["reasoning"], row["response"])
    prefill = old_prefill if text.startswith(old_prefill) else ""
    return {"prefill": prefill, "completion": text.removeprefix(prefill)}
