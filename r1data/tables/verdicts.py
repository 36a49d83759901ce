"""Verdicts of rules, and the questions and judgements of judges."""

from enum import StrEnum

import dataframely as dy
import polars as pl

from r1data.answers.outcome import Outcome

BY_RULE = "rule"
"""Stands in `decided_by` where no judge decided."""
UNVERIFIED = "unverified"
"""Stands in the verdicts on rollouts that a recipe keeps though no rule can judge them."""
NO_VERIFIER = "none"
"""Stands in the verdicts on rollouts of other prompts that no rule can judge; its version is 0."""


class Verdicts(dy.Schema):
    """One row per judgement of a rollout by a verifier."""

    rollout_id = dy.String(primary_key=True, description="The rollout that was judged.")
    verifier = dy.String(primary_key=True, description="The rule that judged it.")
    verifier_version = dy.Int32(
        primary_key=True, description="Its version; raised when verdicts change."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    outcome = dy.Enum([outcome.value for outcome in Outcome], description="The conclusion.")
    predicted_answer = dy.String(
        nullable=True, description="The answer found in the response, if any."
    )
    detail = dy.String(description="Why, where the outcome alone does not say; else empty.")
    decided_by = dy.String(
        nullable=True, description="`rule`, or the judge's policy where a rule did not decide."
    )
    answer_type = dy.String(
        nullable=True,
        description="A label for counting: the gold answer's kind, e.g. `integer`.",
    )
    read_from = dy.String(
        nullable=True, description="The form the answer was read from, e.g. `box`, `sentence`."
    )
    test_results = dy.String(
        nullable=True, description="What became of each test of a program, as JSON."
    )
    seconds = dy.Float64(description="Time the judgement took; not part of the content.")

    @dy.rule()
    def no_answer_means_none_predicted(cls) -> pl.Expr:
        """A rollout with no answer carries no predicted answer."""
        return (pl.col("outcome") != Outcome.NO_ANSWER.value) | pl.col("predicted_answer").is_null()


class Finding(StrEnum):
    """What a judge's two replies about a rollout, one per order, come to together."""

    CORRECT = "correct"
    """Right in both orders."""
    INCORRECT = "incorrect"
    """Wrong in both orders."""
    SCORED = "scored"
    """A score of quality in both orders."""
    DISAGREEMENT = "disagreement"
    """Right in one order and wrong in the other: the order decided, not the answer."""
    UNSURE = "unsure"
    """The judge says that it cannot tell, in one order or in both."""
    MALFORMED = "malformed"
    """A reply is not in the form that was asked for; `detail` says how."""
    NO_REPLY = "no_reply"
    """A request failed; `detail` names its error class."""
    NOT_ASKED = "not_asked"
    """The judge was not shown the rollout; `detail` says why."""


class JudgeQuestions(dy.Schema):
    """One row per rollout, purpose and order: what a judge is asked about it."""

    rollout_id = dy.String(primary_key=True, description="The rollout that is judged.")
    purpose = dy.Enum(
        ["correctness", "quality"],
        primary_key=True,
        description="`correctness` of its answer, or `quality` of a response that is correct or "
        "that no rule can judge.",
    )
    order = dy.Enum(
        ["reference_first", "candidate_first"],
        primary_key=True,
        description="What the question shows first; the problem stands for a missing reference.",
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    question_id = dy.String(
        description="Hash of all that is asked, the `prompt_id` of its reply; rows can share it."
    )
    shown = dy.Enum(
        ["answer", "response"],
        description="What is shown of the rollout: its predicted answer alone, or its response.",
    )
    system_message = dy.String(description="What the judge is told to do.")
    question = dy.String(description="Problem, reference and candidate, each between its fences.")
    addressing = dy.String(
        nullable=True, description="Where the response speaks to its judge, if it does."
    )
    refusal = dy.String(nullable=True, description="Why the judge is not asked; null if it is.")


class Judgements(dy.Schema):
    """One row per rollout, judge and purpose: what both orders of a question came to."""

    rollout_id = dy.String(primary_key=True, description="The rollout that was judged.")
    judge = dy.String(primary_key=True, description="The judge's name in the recipe.")
    purpose = dy.Enum(
        ["correctness", "quality"],
        primary_key=True,
        description="`correctness` of its answer, or `quality` of a response that is correct or "
        "that no rule can judge.",
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    finding = dy.Enum([finding.value for finding in Finding], description="The conclusion.")
    score = dy.Float64(nullable=True, description="Mean of both orders; null unless both score.")
    score_reference_first = dy.Float64(
        nullable=True,
        description="Correctness: 1 right, 0.5 unsure, 0 wrong. Quality: 1 to 10. Null: no score.",
    )
    score_candidate_first = dy.Float64(nullable=True, description="The same in the other order.")
    difference = dy.Float64(
        nullable=True, description="Reference first minus candidate first: what the order did."
    )
    rationale_reference_first = dy.String(nullable=True, description="Why, as the judge says.")
    rationale_candidate_first = dy.String(nullable=True, description="The same in the other order.")
    shown = dy.Enum(["answer", "response"], description="What the judge was shown of the rollout.")
    addressing = dy.String(
        nullable=True, description="Where the response speaks to its judge, if it does."
    )
    detail = dy.String(description="Why there is no score, for each order; else empty.")
