"""Preferences of a judge: which of two responses is better, asked in both orders, several times.

The judge sees the conversation and both responses, never their reasoning, and does not know who
wrote them. A response that speaks to its judge is not shown. Each order is asked equally often, so
that a judge who likes a place likes both responses alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import polars as pl
from pydantic import Field, PositiveInt, model_validator

from r1data.protocol import Sampling
from r1data.quoting import DATA_ONLY, fenced
from r1data.seeds import content_id
from r1data.settings import PolicyName, Settings
from r1data.tables import PAIR_ORDERS, PreferenceQuestions
from r1data.text import split_reasoning
from r1data.verification.judge.guards import find_addressing, quotable
from r1data.verification.judge.judgements import NOT_IN_LOG, REPLY_COLUMNS
from r1data.verification.judge.replies import JudgeReply, read_reply

PURPOSE = "preference"
SYSTEM_MESSAGE = (
    "You are an impartial examiner. You are shown a conversation and two responses to its last "
    "turn, A and B, whose authors you do not know. Say which of them helps the user more: is "
    "correct, does what was asked, is relevant, clear and complete. Length is no merit, nor are "
    f"flattery, repetition, confidence or the place of a response. {DATA_ONLY}"
)
REQUEST = (
    "Which response is better? Reply with one JSON object and nothing else: "
    '{"rationale": "<one or two sentences>", "verdict": "A>B"}, where the verdict is "A>>B" (A is '
    'much better), "A>B" (A is better), "A=B" (as good as each other), "B>A" or "B>>A".'
)
CANDIDATE_COLUMNS = ("pair_id", "prompt_id", "prompt", "first", "second")
EARLIER = "conversation"
"""The fence of what was said before the last turn."""


class PreferenceSampling(Sampling):
    """How a judge of pairs is sampled; each order is asked for half of the judgements."""

    group_size: PositiveInt = 2
    """Replies to each order of a question: half of the judgements."""
    temperature: float = Field(0.6, ge=0)
    """At 0 each reply to an order is the same. The paper does not print its own."""
    max_tokens: PositiveInt = 2_048
    """Reasoning included: more for a judge that thinks at length."""


class PairJudge(Settings):
    """A policy that says which of two responses is better."""

    policy: PolicyName
    """A policy of the recipe; of its template only `reasoning` and `prefill` count."""
    sampling: PreferenceSampling = PreferenceSampling()
    """How its replies are sampled: `group_size` is the number of judgements in each order, so that
    a pair has four by default, as many as DeepSeek-R1's (B.2)."""

    @model_validator(mode="after")
    def _says_more_than_once(self) -> Self:
        if self.sampling.temperature == 0 and self.sampling.group_size > 1:
            raise ValueError(
                f"at `temperature: 0` all {self.sampling.group_size} judgements of an order are "
                "the same; raise the temperature, or set `group_size: 1`"
            )
        return self


def ask_preferences(candidates: pl.DataFrame) -> pl.DataFrame:
    """Return what a judge is asked about pairs: two rows of `PreferenceQuestions` for each.

    Args:
        candidates: Rows of `PairCandidates`; those that are dropped or decided are passed over.
    """
    asked = candidates.filter(pl.col("drop_reason").is_null(), pl.col("preferred").is_null())
    rows = [
        question
        for row in asked.select(CANDIDATE_COLUMNS).iter_rows(named=True)
        for question in _questions(row)
    ]
    return pl.DataFrame(rows, schema=PreferenceQuestions.create_empty().schema)


def question_text(prompt: Sequence[Mapping[str, str]], first: str, second: str, order: str) -> str:
    """Return the question in one of the orders, all that it quotes made safe."""
    a, b = (first, second) if order == PAIR_ORDERS[0] else (second, first)
    quoted = conversation(prompt) | {"response_a": quotable(a), "response_b": quotable(b)}
    return f"{fenced(**quoted)}\n\n{DATA_ONLY}\n\n{REQUEST}"


def conversation(prompt: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the messages of a prompt as a judge is shown them: what came before, the last turn."""
    *earlier, last = prompt
    before = "\n\n".join(f"[{one['role']}] {one['content']}" for one in earlier)
    shown = {EARLIER: quotable(before)} if before else {}
    return shown | {"problem": quotable(last["content"])}


def read_preferences(questions: pl.DataFrame, replies: pl.LazyFrame) -> pl.DataFrame:
    """Return what a judge said of each pair, oriented to the first response.

    A row has the `pair_id`, the `refusal`, and the `judgements` as `Preferences` has them.

    Args:
        questions: Rows of `PreferenceQuestions`, both orders of each pair.
        replies: Rows of `Rollouts`, whose prompts are the questions.
    """
    asked = questions.select("question_id").unique().lazy()
    found = replies.select(*REPLY_COLUMNS, "sample_index").join(
        asked, left_on="prompt_id", right_on="question_id", how="semi"
    )
    read: dict[str, list[tuple[int, JudgeReply]]] = {}
    for row in found.sort("prompt_id", "sample_index").collect().iter_rows(named=True):
        of_question = read.setdefault(row["prompt_id"], [])
        of_question.append((row["sample_index"], read_reply(row, PURPOSE)))
    rows = [
        {
            "pair_id": both[0]["pair_id"],
            "refusal": both[0]["refusal"],
            "judgements": [one for row in both for one in _judgements(row, read)],
        }
        for _, frame in questions.group_by("pair_id", maintain_order=True)
        for both in [frame.to_dicts()]
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


JUDGEMENT = pl.Struct(
    {"order": pl.String, "sample_index": pl.Int32, "score": pl.Float64, "fault": pl.String}
)
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "pair_id": pl.String,
    "refusal": pl.String,
    "judgements": pl.List(JUDGEMENT),
}
"""The columns of what `read_preferences` returns."""


def _questions(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    first, second = (split_reasoning(row[name])[1] for name in ("first", "second"))
    addressing = find_addressing(first) or find_addressing(second)
    for order in PAIR_ORDERS:
        question = question_text(row["prompt"], first, second, order)
        yield {
            "pair_id": row["pair_id"],
            "order": order,
            "prompt_id": row["prompt_id"],
            "question_id": content_id(SYSTEM_MESSAGE, question),
            "system_message": SYSTEM_MESSAGE,
            "question": question,
            "refusal": addressing and f"a response speaks to its judge: {addressing}",
        }


def _judgements(
    row: Mapping[str, Any], read: Mapping[str, Sequence[tuple[int, JudgeReply]]]
) -> Iterator[dict[str, Any]]:
    """Yield the judgements in one order; a refused question has none."""
    if row["refusal"] is not None:
        return
    sign = 1.0 if row["order"] == PAIR_ORDERS[0] else -1.0
    for sample_index, reply in read.get(row["question_id"], ((0, NOT_IN_LOG),)):
        yield {
            "order": row["order"],
            "sample_index": sample_index,
            "score": None if reply.score is None else sign * reply.score or 0.0,
            "fault": reply.fault,
        }
