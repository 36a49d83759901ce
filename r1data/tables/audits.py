"""Majority answers, and the blind audits of the gold answers that they contradict."""

import dataframely as dy

AUDIT_OUTCOMES = (
    *("gold", "majority", "neither", "same", "unsure"),
    *("malformed", "no_reply", "not_asked"),
)
"""What an audit can come to."""
AUDIT_ORDERS = ("gold_first", "majority_first")


class MajorityAnswers(dy.Schema):
    """One row per prompt: the answer that most of its rollouts give."""

    prompt_id = dy.String(primary_key=True, description="The prompt.")
    verifier = dy.String(nullable=True, description="The rule that tells which answers are equal.")
    gold_answer = dy.String(nullable=True, description="The gold answer.")
    majority_answer = dy.String(
        nullable=True,
        description="The answer with the most votes, in its most frequent wording; the gold "
        "answer wins a tie. Null where no rollout has one, or where answers cannot be compared.",
    )
    is_gold = dy.Bool(nullable=True, description="Whether that is the gold answer.")
    num_judged = dy.Int32(description="Rollouts that were judged.")
    num_correct = dy.Int32(description="Of those, the ones that give the gold answer.")
    num_votes = dy.Int32(description="Of those, the ones that give the majority answer.")
    majority_share = dy.Float64(
        nullable=True, min=0.0, max=1.0, description="Votes / judged; null if nothing was judged."
    )


class AuditQuestions(dy.Schema):
    """One row per prompt and order: a question which of two answers is right."""

    prompt_id = dy.String(primary_key=True, description="The prompt.")
    order = dy.Enum(
        list(AUDIT_ORDERS), primary_key=True, description="Which answer is shown first."
    )
    question_id = dy.String(
        description="Hash of all that is asked, the `prompt_id` of its reply; rows can share it."
    )
    gold_answer = dy.String(description="The gold answer.")
    majority_answer = dy.String(description="The answer that most rollouts give.")
    majority_share = dy.Float64(min=0.0, max=1.0, description="Votes for it / judged.")
    system_message = dy.String(description="What the judge is told to do.")
    question = dy.String(description="Problem and answers, each between its fences; unnamed.")
    refusal = dy.String(nullable=True, description="Why the judge is not asked; null if it is.")


class GoldAudits(dy.Schema):
    """One row per doubted gold answer: what a judge that knew no origins said of two answers."""

    prompt_id = dy.String(primary_key=True, description="The prompt.")
    judge = dy.String(
        nullable=True, description="The judge's name in the recipe; null where none is asked."
    )
    gold_answer = dy.String(description="The gold answer.")
    majority_answer = dy.String(description="The answer that most rollouts give.")
    majority_share = dy.Float64(min=0.0, max=1.0, description="Votes for it / judged.")
    outcome = dy.Enum(
        list(AUDIT_OUTCOMES),
        description="`gold` or `majority`: right in both orders; `neither`: the gold answer is "
        "wrong in both, and the majority's not right in both; `same`: both are right; `unsure`: "
        "anything else; `malformed`, `no_reply` and `not_asked`: no verdict.",
    )
    is_suspect = dy.Bool(
        description="Whether the gold answer is wrong in both orders or, where no judge is asked, "
        "whether more rollouts agree on another than the recipe allows."
    )
    verdict_gold_first = dy.String(
        nullable=True,
        description="Which answer is right: `gold`, `majority`, `both`, `neither`, `unsure`.",
    )
    verdict_majority_first = dy.String(nullable=True, description="The same in the other order.")
    rationale_gold_first = dy.String(nullable=True, description="Why, as the judge says.")
    rationale_majority_first = dy.String(nullable=True, description="The same in the other order.")
    detail = dy.String(description="Why there is no verdict, for each order; else empty.")
