"""Mixtures: training rows in the form that TRL reads."""

import dataframely as dy

from r1data.tables.later import LATER


class Mixtures(dy.Schema):
    """One row per training example, in TRL's conversational prompt-completion form."""

    dataset = dy.String(primary_key=True, description="The mixture, e.g. `sft`.")
    row = dy.Int64(primary_key=True, min=0, description="Position in the mixture.")
    prompt = dy.List(
        dy.Struct({"role": dy.String(), "content": dy.String()}),
        description="The messages before the completion.",
    )
    completion = dy.List(
        dy.Struct({"role": dy.String(), "content": dy.String()}),
        description="The assistant's message, reasoning included.",
    )
    rollout_id = dy.String(description="The rollout it came from.")
    prompt_id = dy.String(description="The prompt that was answered.")
    source = dy.String(description="The source of the prompt.")
    domain = dy.String(description="The domain of the prompt.")
    licence = dy.String(nullable=True, description="The licence of the source.")
    is_unverified = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="True where nothing says that its answer is right; else null.",
    )
    file_outcome = dy.String(
        metadata=LATER,
        nullable=True,
        description="The verdict that a file of existing rollouts brought.",
    )
    metadata = dy.String(
        metadata=LATER,
        nullable=True,
        description="Other columns of its row in the file of rollouts, or else in its source.",
    )
