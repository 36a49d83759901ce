"""Rollouts: sampled completions."""

import dataframely as dy

from r1data.tables.later import LATER


class Rollouts(dy.Schema):
    """One row per sampled completion."""

    rollout_id = dy.String(
        primary_key=True,
        description="Hash of prompt, policy revision, template, sampling, sample index and the "
        "larger limit, if any.",
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    sample_index = dy.Int32(min=0, description="Position inside the prompt's group.")
    policy = dy.String(description="Name of the policy in the recipe.")
    policy_revision = dy.String(
        description="Hash of its weights, or the revision its recipe declares."
    )
    template_id = dy.String(
        description="Hash of chat template, system prompt, worked examples, prefill."
    )
    sampling_id = dy.String(
        description="Hash of the sampling settings that change the distribution."
    )
    completion = dy.String(
        nullable=True,
        description="Everything sampled after the prompt, raw; null if there was an error.",
    )
    prefill = dy.String(
        description="All that the prompt began the completion with, a think tag that the chat "
        "template opens included: a whole completion is prefill and completion. Often empty."
    )
    finish_reason = dy.Enum(
        ["stop", "length"],
        nullable=True,
        description="Why sampling ended; null if there was an error.",
    )
    num_prompt_tokens = dy.Int32(
        nullable=True,
        description="Tokens of the rendered prompt; of several samples of one request, with the "
        "first.",
    )
    num_completion_tokens = dy.Int32(
        nullable=True,
        description="Tokens sampled; of several samples of one request, shared out by length.",
    )
    max_tokens = dy.Int32(
        metadata=LATER,
        nullable=True,
        description="The larger limit at which it was asked again; null where it was not.",
    )
    error_class = dy.String(
        nullable=True, description="Class of the error, e.g. `prompt_too_long`."
    )
    error = dy.String(nullable=True, description="What the engine said.")
    metadata = dy.String(
        metadata=LATER,
        nullable=True,
        description="Other columns of its row in a file, as JSON; long texts are left out.",
    )
    file_outcome = dy.String(
        metadata=LATER,
        nullable=True,
        description="The verdict that the file brings, `correct` or `incorrect`; never used as "
        "ours.",
    )
    file_row = dy.String(
        metadata=LATER,
        nullable=True,
        description="Where a file has it: its row, and its place in the row's list.",
    )
    collection = dy.String(
        metadata=LATER,
        nullable=True,
        description="The collection of the cold start that it is of; null elsewhere.",
    )
    refined_from = dy.String(
        metadata=LATER,
        nullable=True,
        description="The rollout whose text a person or a model rewrote; null where it was sampled "
        "from the prompt alone.",
    )
    seconds = dy.Float64(
        nullable=True, description="From the request to its end; not part of the content."
    )
    engine = dy.String(
        nullable=True,
        description="Engine, version, device and number format; not part of the content.",
    )
