"""Reviews: what people decided on rollouts, and how far two of them agree."""

import dataframely as dy

DECISIONS = ("accept", "edit", "reject")
"""What a person can decide on a rollout."""
OTHER_TEXT, NOT_KEPT = "other_text", "not_kept"
"""Why a decision does not count any more."""


class Reviews(dy.Schema):
    """One row per reviewer and rollout: what a person decided on it."""

    rollout_id = dy.String(primary_key=True, description="The rollout that was reviewed.")
    reviewer = dy.String(primary_key=True, description="The name of who reviewed it.")
    prompt_id = dy.String(description="The prompt that it answers.")
    decision = dy.Enum(
        list(DECISIONS),
        description="`accept`: it is good as it is; `edit`: it is good as it is written here; "
        "`reject`: it is not.",
    )
    reasoning = dy.String(
        nullable=True,
        description="The edited reasoning; null unless it was edited, and where it has none.",
    )
    response = dy.String(nullable=True, description="The edited response; null unless edited.")
    note = dy.String(description="What the reviewer says of it; often empty.")
    text_hash = dy.String(description="Hash of the whole completion that the reviewer saw.")
    outdated = dy.String(
        nullable=True,
        description="Why it does not count any more: `other_text`, the rollout has another "
        "completion now; `not_kept`, it is no candidate any more. Null if it counts.",
    )
    edited_rollout_id = dy.String(
        nullable=True, description="The rollout that has the edited text; null unless it counts."
    )
    decided_at = dy.String(
        description="When it was decided: ISO 8601, UTC; not part of the content."
    )


class Agreements(dy.Schema):
    """One row per two reviewers: how often they decided alike on what both reviewed."""

    reviewer = dy.String(primary_key=True, description="The one whose name comes first.")
    other_reviewer = dy.String(primary_key=True, description="The other.")
    num_rollouts = dy.Int32(
        description="Rollouts that both decided on; outdated ones do not count."
    )
    num_equal = dy.Int32(description="Of those, the ones on which both decided the same.")
    equal_share = dy.Float64(min=0.0, max=1.0, description="`num_equal` of `num_rollouts`.")
    kappa = dy.Float64(
        nullable=True,
        description="Cohen's kappa (1960): agreement beyond chance, 1 at most. Null where both "
        "decided always the same one thing, so that chance explains all of it.",
    )
    kappa_standard_error = dy.Float64(
        nullable=True,
        description="Its standard error for many rollouts (Fleiss, Cohen and Everitt, 1969); too "
        "small where there are few, and 0 where they agree on all.",
    )
