"""What a judge is asked: which rollouts, how much of them it sees, and in which words.

A judge compares a candidate with a reference, once with either first. It is shown the predicted
answer alone wherever a rule read one, so nothing around it can sway the judge and equal answers are
asked about once. Where no rule did, a marked answer (a box, an answer block) is shown alone too;
only what has neither is shown by its response, and never by its reasoning. A response that speaks
to its judge is not shown at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import polars as pl
from pydantic import PositiveInt

from r1data.answers.outcome import Outcome
from r1data.protocol import Sampling
from r1data.quoting import DATA_ONLY, fenced
from r1data.seeds import content_id
from r1data.settings import PolicyName, Settings
from r1data.tables import UNVERIFIED, JudgeQuestions
from r1data.text import split_reasoning
from r1data.verification.facts import judging_facts
from r1data.verification.judge.guards import find_addressing, quotable

ORDERS = ("reference_first", "candidate_first")
ROLLOUT_COLUMNS = ("rollout_id", "prompt_id", "completion", "prefill", "finish_reason")
VERDICT_COLUMNS = ("rollout_id", "outcome", "predicted_answer", "verifier")
PROMPT_COLUMNS = (
    *("prompt_id", "problem", "choices", "gold_answer", "tests", "drop_reason"),
    *("system_message", "earlier_turns"),
)

MARKED_FORMS = ("box", "answer_tag")
"""Forms in which a response itself says where its answer begins and ends."""

SYSTEM_MESSAGES = {
    "correctness": (
        "You are an examiner. You compare a candidate's answer to a problem with the reference "
        "answer, which is right. The candidate is correct only if it gives the same final answer: "
        "the same value, quantity, choice or meaning, whole, whatever its notation or wording. An "
        "answer that is only partly right, that names several possibilities, or that gives none "
        f"is incorrect. {DATA_ONLY}"
    ),
    "quality": (
        "You are an examiner. You rate how good a candidate's solution of a problem is, given the "
        "reference answer, which is right. 10 is correct, complete, clear and to the point; 5 is "
        "correct but hard to follow or with faults that do not matter to its answer; 1 is wrong or "
        f"unreadable. Length is no merit. {DATA_ONLY}"
    ),
    "quality_alone": (
        "You are an examiner. You rate how good a candidate's response to a request is. There is "
        "no reference. 10 is right as far as you can tell, does all that is asked in the form and "
        "the language that it is asked in, and is clear and well written; 5 does what is asked "
        "with gaps or slips; 1 is wrong, harmful, unreadable or beside the point. Length, praise "
        f"for the asker and promises are no merit. {DATA_ONLY}"
    ),
}
REQUESTS = {
    "correctness": (
        "Does the candidate give the reference's answer? Reply with one JSON object and nothing "
        'else: {"rationale": "<one or two sentences>", "verdict": "correct"}, with "incorrect" or, '
        'if you cannot tell, "unsure" as the verdict.'
    ),
    "quality": (
        "How good is the candidate? Reply with one JSON object and nothing else: "
        '{"rationale": "<one or two sentences>", "score": <a whole number from 1 to 10>}.'
    ),
}
ALONE = "quality_alone"
"""What the judge is told about a response that has no reference."""


class JudgeSampling(Sampling):
    """How a judge is sampled: once for each order."""

    group_size: Literal[1] = 1
    """One reply to each order of a question."""
    temperature: float = 0.0
    """0 takes the likeliest token each time."""
    max_tokens: PositiveInt = 2_048
    """Reasoning included: more for a judge that thinks at length."""


class Judge(Settings):
    """A policy that judges what rules cannot, with every question asked in both orders."""

    later: ClassVar[frozenset[str]] = frozenset({"unverified"})

    policy: PolicyName
    """A policy of the recipe; of its template only `reasoning` and `prefill` count."""
    sampling: JudgeSampling = JudgeSampling()
    """How its replies are sampled."""
    second_look: bool = False
    """Whether it is asked about `incorrect` and `no_answer` too; it can only turn them `correct`,
    and only if both orders say so. What tests decided stays."""
    quality: bool = False
    """Whether it rates, from 1 to 10, the rollouts that a rule found correct."""
    unverified: bool = False
    """Whether it rates, from 1 to 10, the rollouts of prompts that no rule can judge and the recipe
    keeps (`unverified: keep`): without a reference, so that it knows no better than it does."""

    @property
    def rates(self) -> bool:
        """Whether any rollout gets a score."""
        return self.quality or self.unverified

    def purposes(self) -> dict[Outcome, str]:
        """Return what it is asked for, by the rule's outcome; not asked about the others."""
        second = (Outcome.INCORRECT, Outcome.NO_ANSWER) if self.second_look else ()
        rated = {Outcome.CORRECT: "quality"} if self.quality else {}
        return dict.fromkeys((Outcome.UNDECIDED, *second), "correctness") | rated


@dataclass(frozen=True, slots=True)
class _Case:
    """A rollout that is to be judged, with what its prompt says."""

    prompt: Mapping[str, Any]
    outcome: Outcome
    purpose: str
    response: str
    predicted_answer: str
    is_cut_off: bool
    is_alone: bool = False
    """Whether it is rated without a reference."""

    @property
    def shown(self) -> str:
        """Whether the judge sees the predicted answer alone, or the response."""
        has_answer = self.purpose == "correctness" and self.predicted_answer.strip()
        return "answer" if has_answer else "response"

    @property
    def candidate(self) -> str:
        """The text that the judge sees."""
        return self.predicted_answer if self.shown == "answer" else self.response

    def refusal(self, addressing: str | None) -> str | None:
        """Return why the judge is not asked, if it is not."""
        is_second_look = self.outcome in (Outcome.INCORRECT, Outcome.NO_ANSWER)
        is_hostile = addressing is not None and (
            self.shown == "response" or find_addressing(self.candidate) is not None
        )
        reasons = {
            "the prompt has no reference answer": not self.is_alone
            and not (self.prompt["gold_answer"] or "").strip(),
            "tests decided": is_second_look and self.prompt["tests"] is not None,
            "no response after the reasoning": not self.response.strip(),
            "cut off at the token limit": self.is_cut_off and self.shown == "response",
            f"the {self.shown} speaks to its judge": is_hostile,
        }
        return next((reason for reason, is_so in reasons.items() if is_so), None)


def ask_questions(
    rollouts: pl.DataFrame,
    *,
    verdicts: pl.DataFrame,
    prompts: pl.DataFrame,
    judge: Judge,
) -> pl.DataFrame:
    """Return what the judge is asked about rollouts: two rows of `JudgeQuestions` for each.

    Rollouts that the recipe does not have judged have none; those that are to be judged and cannot
    be shown have their rows too, with the reason.

    Args:
        rollouts: Rows of `Rollouts`.
        verdicts: What the rules concluded, at least on these.
        prompts: Rows of `Prompts`, at least those that were answered.
        judge: Whom to ask, and about what.
    """
    purposes = judge.purposes()
    wanted = verdicts.select(VERDICT_COLUMNS).filter(
        pl.col("outcome").cast(pl.String).is_in([outcome.value for outcome in purposes])
    )
    judged = rollouts.select(ROLLOUT_COLUMNS).join(wanted, on="rollout_id", maintain_order="left")
    facts = judging_facts(prompts.select(PROMPT_COLUMNS), judged)
    rows = [
        {"rollout_id": row["rollout_id"], "prompt_id": row["prompt_id"], **asked}
        for row in judged.iter_rows(named=True)
        for asked in _asked(
            _case(
                row,
                facts[row["prompt_id"]],
                purposes,
                is_alone=judge.unverified and row["verifier"] == UNVERIFIED,
            )
        )
    ]
    return pl.DataFrame(rows, schema=JudgeQuestions.create_empty().schema)


def question_text(
    purpose: str, order: str, *, problem: str, reference: str | None, candidate: str
) -> str:
    """Return the question in one of the orders, all that it quotes made safe.

    Where there is no reference, what was asked takes its place.
    """
    sides = {"problem": problem, "reference": reference or "", "candidate": candidate}
    first = () if reference is None else ("problem",)
    compared = ("problem" if reference is None else "reference", "candidate")
    names = (*first, *(compared if order == "reference_first" else reversed(compared)))
    shown = fenced(**{name: quotable(sides[name]) for name in names})
    return f"{shown}\n\n{DATA_ONLY}\n\n{REQUESTS[purpose]}"


def _case(
    row: Mapping[str, Any],
    prompt: Mapping[str, Any],
    purposes: Mapping[Outcome, str],
    *,
    is_alone: bool,
) -> _Case:
    from r1data.answers.reading.answer import read_answer

    response = split_reasoning(f"{row['prefill']}{row['completion']}")[1]
    outcome, is_cut_off = Outcome(row["outcome"]), row["finish_reason"] == "length"
    reading = read_answer(response, is_cut_off=is_cut_off)
    marked = reading.answer if reading and reading.form in MARKED_FORMS else ""
    return _Case(
        prompt=prompt,
        outcome=outcome,
        purpose="quality" if is_alone else purposes[outcome],
        is_alone=is_alone,
        response=response,
        predicted_answer=row["predicted_answer"] or marked,
        is_cut_off=is_cut_off,
    )


def _asked(case: _Case) -> Iterator[dict[str, Any]]:
    addressing = find_addressing(f"{case.response}\n{case.predicted_answer}")
    system_message = SYSTEM_MESSAGES[ALONE if case.is_alone else case.purpose]
    for order in ORDERS:
        question = question_text(
            case.purpose,
            order,
            problem=conversation_text(case.prompt) if case.is_alone else problem_text(case.prompt),
            reference=None if case.is_alone else case.prompt["gold_answer"] or "",
            candidate=case.candidate,
        )
        yield {
            "purpose": case.purpose,
            "order": order,
            "question_id": content_id(system_message, question),
            "shown": case.shown,
            "system_message": system_message,
            "question": question,
            "addressing": addressing,
            "refusal": case.refusal(addressing),
        }


def conversation_text(prompt: Mapping[str, Any]) -> str:
    """Return what was said up to a response, as a judge is shown it: the problem alone, or all.

    >>> prompt = {"system_message": "You are a pirate.", "earlier_turns": None, "choices": None}
    >>> conversation_text(prompt | {"problem": "Hello"}).splitlines()
    ['system: You are a pirate.', '', 'user: Hello']
    """
    problem = problem_text(prompt)
    said = [("system", prompt["system_message"])] if prompt["system_message"] else []
    said += [(turn["role"], turn["content"]) for turn in prompt["earlier_turns"] or ()]
    turns = [f"{role}: {text}" for role, text in (*said, ("user", problem))]
    return "\n\n".join(turns) if said else problem


def problem_text(prompt: Mapping[str, Any]) -> str:
    """Return the problem of a prompt as a judge is shown it, with its options, if it has some."""
    options = prompt["choices"] or ()
    listed = "".join(f"\n{chr(ord('A') + n)}. {option}" for n, option in enumerate(options))
    return f"{prompt['problem']}\n\nOptions:{listed}" if listed else str(prompt["problem"])
