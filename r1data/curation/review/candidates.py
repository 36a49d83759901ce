"""Candidates: rollouts as a person is shown them, and their texts with what a person edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from r1data.completions import part
from r1data.marks import find_marks
from r1data.seeds import content_id

ROLLOUT_COLUMNS = ("rollout_id", "prompt_id", "prefill", "completion")
PROMPT_COLUMNS = ("prompt_id", "problem", "gold_answer")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rollout that a person is to decide on."""

    rollout_id: str
    prompt_id: str
    problem: str
    gold_answer: str | None
    text: str
    """The whole completion: prefill and completion."""
    remarks: tuple[str, ...] = ()
    """What verdicts and signals say of it, one fact each."""

    @property
    def text_hash(self) -> str:
        """Hash of the whole completion, by which a decision says what was seen."""
        return text_hash(self.text)

    @property
    def parts(self) -> tuple[str | None, str]:
        """The reasoning, if it has any, and the response, each without white space around it."""
        return parts_of(self.text)


def text_hash(text: str) -> str:
    """Return the hash of a whole completion."""
    return content_id("text", text)


def parts_of(text: str) -> tuple[str | None, str]:
    r"""Return reasoning and response of a whole completion, without white space around them.

    >>> parts_of("<think>\n1 + 1\n</think>\n\n2")
    ('1 + 1', '2')
    """
    parts = part(text)
    reasoning = parts.reasoning
    return None if reasoning is None else reasoning.strip(), parts.response.strip()


def edited_text(text: str, reasoning: str | None, response: str) -> str:
    r"""Return a whole completion with another reasoning and response; all around them stays.

    That is its tags, its white space and its end tokens.

    >>> edited_text("<think>\n1 + 1\n</think>\n\n2", "One and one", "two")
    '<think>\nOne and one\n</think>\n\ntwo'

    Raises:
        ValueError: One of them is missing where there was one, or the result would not be read as
            that reasoning and that response: there are tags in one of them.
    """
    old_reasoning, old_response = parts_of(text)
    if old_reasoning is None and reasoning is not None:
        raise ValueError("the completion has no reasoning; leave `reasoning` null")
    if old_reasoning is not None and reasoning is None:
        raise ValueError("`reasoning` is null, and the completion has one; write it, or reject it")
    if not response.strip():
        raise ValueError("the edited response is empty; write one, or reject it")
    start = text.rfind(old_response)
    before, after = text[:start], text[start + len(old_response) :]
    if reasoning is not None and old_reasoning is not None:
        place = before.find(old_reasoning)
        before = before[:place] + reasoning.strip() + before[place + len(old_reasoning) :]
    edited = before + response.strip() + after
    wanted = (None if reasoning is None else reasoning.strip(), response.strip())
    if parts_of(edited) != wanted or len(find_marks(edited)) > len(find_marks(text)):
        raise ValueError(
            "the edited text would be read in another way than it was written; take think tags and "
            "end tokens out of it"
        )
    return edited


def sample_candidates(
    rollouts: pl.DataFrame, *, number: int, seed: int, without: Sequence[str] = ()
) -> pl.DataFrame:
    """Return some rollouts, drawn by hash: with one seed all reviewers get the same, in one order.

    Args:
        rollouts: Rows with a `rollout_id`.
        number: How many; fewer where there are fewer.
        seed: Another one draws others.
        without: Ids of rollouts that are left out.
    """
    left = rollouts.filter(pl.col("rollout_id").is_in(list(without)).not_())
    drawn = [content_id("review", seed, rollout_id) for rollout_id in left["rollout_id"]]
    return left.with_columns(drawn=pl.Series(drawn, dtype=pl.String)).sort("drawn").head(number)


def candidates_of(
    rollouts: pl.DataFrame, prompts: pl.DataFrame, remarks: Mapping[str, Sequence[str]]
) -> list[Candidate]:
    """Return rollouts as people are shown them, in their order.

    Args:
        rollouts: Rows with `ROLLOUT_COLUMNS`.
        prompts: Rows with `PROMPT_COLUMNS`, of the prompts that were asked.
        remarks: What is to be said of rollouts, by id.
    """
    facts = {row["prompt_id"]: row for row in prompts.select(PROMPT_COLUMNS).iter_rows(named=True)}
    rows = rollouts.select(ROLLOUT_COLUMNS).iter_rows(named=True)
    return [_candidate(row, facts.get(row["prompt_id"], {}), remarks) for row in rows]


def _candidate(
    row: Mapping[str, Any], prompt: Mapping[str, Any], remarks: Mapping[str, Sequence[str]]
) -> Candidate:
    return Candidate(
        rollout_id=row["rollout_id"],
        prompt_id=row["prompt_id"],
        problem=prompt.get("problem") or "",
        gold_answer=prompt.get("gold_answer"),
        text=f"{row['prefill']}{row['completion'] or ''}",
        remarks=tuple(remarks.get(row["rollout_id"], ())),
    )
