"""Signals: what was measured on rollouts."""

import dataframely as dy


class Signals(dy.Schema):
    """One row per rollout: what was measured on it, before any threshold."""

    rollout_id = dy.String(primary_key=True, description="The rollout that was measured.")
    prompt_id = dy.String(description="The prompt that was answered.")
    form = dy.String(
        description="`well_formed`, or what is wrong: `empty`, `not_closed`, `not_opened`, "
        "`opened_twice`, `closed_twice`, `text_before`, `no_reasoning`, `no_response`, `has_tags`."
    )
    num_reasoning_chars = dy.Int32(description="Characters inside the think block.")
    num_response_chars = dy.Int32(description="Characters after the think block.")
    completion_hash = dy.String(
        nullable=True, description="Hash of the completion: equal texts, equal hash."
    )


class Sketches(dy.Schema):
    """One row per rollout: the numbers by which near duplicates are found."""

    rollout_id = dy.String(primary_key=True, description="The rollout.")
    prompt_id = dy.String(description="The prompt that was answered.")
    bands = dy.List(
        dy.Int32(),
        description="The bands of its MinHash: rollouts that share one may be near duplicates.",
    )
