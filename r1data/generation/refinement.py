"""Refinement: a model is asked to rewrite rollouts into the readable form, and its replies read.

It is shown the problem, the reasoning and the response, as data, and writes both anew, each under
a heading. The words of the request are ours; what it asks for is the paper's (v2, B.3.2): the first
person, the language of the problem, and a response that adds nothing to the reasoning.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
from pydantic import PositiveInt

from r1data.protocol import Sampling
from r1data.quoting import DATA_ONLY, fenced, inert
from r1data.seeds import content_id
from r1data.tables import RefinementQuestions, Rollouts
from r1data.text import THINK_END, THINK_START, split_reasoning

REASONING, SOLUTION = "=== REASONING ===", "=== SOLUTION ==="
SYSTEM_MESSAGE = (
    "You are an editor. You are shown a problem and a draft: somebody's reasoning about it and "
    "their solution. You rewrite the draft so that it is a pleasure to read, and change nothing of "
    f"what it says. {DATA_ONLY}"
)
REQUEST = (
    "Rewrite the draft. Do not solve the problem yourself.\n"
    "- The reasoning: in the first person, as somebody thinks aloud; whole sentences in short "
    "paragraphs; plain text without headings. Keep every step, every doubt and every check, and "
    "the order in which they come. Whatever is in another language than the problem you "
    "translate into the language of the problem.\n"
    "- The solution: for a reader, short and in clear steps, in the language of the problem. It "
    "says only what the reasoning has found: no new step, number or conclusion. It ends with the "
    "draft's final answer, marked as the draft marks it; where the draft does not mark it, in "
    r"\boxed{}."
    "\nReply with the two parts, each under its heading, and nothing else:\n"
    f"{REASONING}\n<the reasoning>\n{SOLUTION}\n<the solution>"
)
NO_REASONING = "it has no reasoning to rewrite"
ROLLOUT_COLUMNS = ("rollout_id", "prompt_id", "completion", "prefill")
PAIR = ("rollout_id", "before_rollout_id", "reply_id", "prompt_id")
IN_HEADINGS = "=#*:_- \t"


class RefinementSampling(Sampling):
    """How rewrites are sampled."""

    group_size: PositiveInt = 4
    """Rewrites of each rollout; the longest of those that verify is kept. The number is ours."""
    max_tokens: PositiveInt = 32_768
    """Reasoning and response together, and what the model thinks before it writes them."""


def ask_rewrites(rollouts: pl.DataFrame, prompts: pl.DataFrame) -> pl.DataFrame:
    """Return what a model is asked about rollouts: a row of `RefinementQuestions` for each.

    Args:
        rollouts: Rows of `Rollouts` that have a completion.
        prompts: `prompt_id` and `problem` of those that were answered, each once.
    """
    asked = rollouts.select(ROLLOUT_COLUMNS).join(
        prompts.select("prompt_id", "problem"), on="prompt_id", how="left", maintain_order="left"
    )
    rows = [_question(row) for row in asked.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=RefinementQuestions.create_empty().schema)


def read_rewrites(
    questions: pl.DataFrame, *, replies: pl.DataFrame, collection: str
) -> pl.DataFrame:
    """Return the rewrites that replies hold, as rows of `Rollouts` that answer the prompts.

    A reply that is not in the form that was asked for stays as it is: its form is then no think
    block and a response. The tokens of a rewrite are not known: those of the reply hold headings
    and what the model thought before it wrote.

    Args:
        questions: Rows of `RefinementQuestions`.
        replies: Rows of `Rollouts`, at least those that answer them; their prompts are questions.
        collection: The collection that rewrites are of.
    """
    paired = pairs(questions, replies)
    found = paired.join(
        replies.drop("prompt_id", "collection", "refined_from"),
        left_on="reply_id",
        right_on="rollout_id",
        how="left",
        maintain_order="left",
    )
    texts = [
        None if completion is None else rewrite(f"{prefill}{completion}")
        for prefill, completion in found.select("prefill", "completion").iter_rows()
    ]
    rows = found.with_columns(
        completion=pl.Series(texts, dtype=pl.String),
        prefill=pl.lit(""),
        collection=pl.lit(collection),
        refined_from=pl.col("before_rollout_id"),
        num_prompt_tokens=pl.lit(None, pl.Int32),
        num_completion_tokens=pl.lit(None, pl.Int32),
    )
    return rows.select(Rollouts.column_names())


def pairs(questions: pl.DataFrame, replies: pl.DataFrame) -> pl.DataFrame:
    """Return `PAIR` of each rewrite: its id, the rollout before, and the reply that holds it.

    Args:
        questions: Rows of `RefinementQuestions`.
        replies: `rollout_id`, `prompt_id` and `sample_index` of the replies.
    """
    asked = questions.filter(pl.col("refusal").is_null())
    answers = replies.select("sample_index", reply_id="rollout_id", question_id="prompt_id")
    both = asked.select("question_id", "prompt_id", before_rollout_id="rollout_id").join(
        answers, on="question_id", how="inner", maintain_order="left"
    )
    ids = [content_id("rewrite", *row) for row in both.select(*PAIR[1:3]).iter_rows()]
    return both.with_columns(rollout_id=pl.Series(ids, dtype=pl.String)).select(PAIR)


def rewrite(reply: str) -> str:
    r"""Return the whole completion that a reply writes; the reply itself if it is in no such form.

    What the model thinks before it writes is left out.

    >>> rewrite("<think>Hm.</think>=== REASONING ===\nI add.\n=== SOLUTION ===\n2")
    '<think>\nI add.\n</think>\n\n2'
    >>> rewrite("It is 2.")
    'It is 2.'
    """
    response = split_reasoning(reply)[1]
    lines = response.splitlines()
    names = [line.strip(IN_HEADINGS) if line[:1] in "=#*" else "" for line in lines]
    headings = [place for place, name in enumerate(names) if name in ("REASONING", "SOLUTION")]
    if [names[place] for place in headings] != ["REASONING", "SOLUTION"]:
        return response
    first, second = headings
    reasoning = "\n".join(lines[first + 1 : second]).strip()
    solution = "\n".join(lines[second + 1 :]).strip()
    return f"{THINK_START}\n{reasoning}\n{THINK_END}\n\n{solution}"


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    reasoning, response = split_reasoning(f"{row['prefill']}{row['completion']}")
    shown = fenced(
        problem=inert(row["problem"]), reasoning=inert(reasoning or ""), solution=inert(response)
    )
    question = f"{shown}\n\n{DATA_ONLY}\n\n{REQUEST}"
    return {
        "rollout_id": row["rollout_id"],
        "prompt_id": row["prompt_id"],
        "question_id": content_id(SYSTEM_MESSAGE, question),
        "system_message": SYSTEM_MESSAGE,
        "question": question,
        "refusal": None if (reasoning or "").strip() else NO_REASONING,
    }
