"""Safety labels with what a judge is asked for them, and reward models."""

import dataframely as dy
import polars as pl

from r1data.reasons import LABEL_REASONS
from r1data.tables.preferences import MESSAGES

SAFETY_ORDERS = ("safe_first", "unsafe_first")
"""Which of the two words a question names first."""
LABELLED_BY = ("judge", "file", "rule", "pair")
"""What can say that a completion is safe or not."""


class SafetyQuestions(dy.Schema):
    """One row per completion and order: a question whether it is safe."""

    rollout_id = dy.String(primary_key=True, description="The rollout.")
    order = dy.Enum(
        list(SAFETY_ORDERS), primary_key=True, description="Which of the words is named first."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    question_id = dy.String(
        description="Hash of all that is asked, the `prompt_id` of its reply; rows can share it."
    )
    system_message = dy.String(description="What the judge is told to do.")
    question = dy.String(
        description="Conversation, reasoning and response, each between its fences."
    )
    refusal = dy.String(nullable=True, description="Why the judge is not asked; null if it is.")


class SafetyLabels(dy.Schema):
    """One row per completion: whether it is safe, reasoning and response together."""

    dataset = dy.String(primary_key=True, description="The set, e.g. `alignment_rl`.")
    row = dy.Int64(primary_key=True, min=0, description="Position in the set.")
    completion_id = dy.String(description="The rollout; of a file, the hash of its text.")
    prompt_id = dy.String(description="The prompt that was answered; of a file, its hash.")
    source = dy.String(description="The source of the prompt, or the name of the file.")
    place = dy.String(
        description="Where the text stands: the table of rollouts, or the file's row."
    )
    prompt = dy.List(dy.Struct(MESSAGES), description="The messages before the completion.")
    completion = dy.List(
        dy.Struct(MESSAGES), description="The assistant's message, reasoning included."
    )
    is_safe = dy.Bool(nullable=True, description="Whether it is safe; null where nothing says.")
    labelled_by = dy.Enum(
        list(LABELLED_BY),
        nullable=True,
        description="What says so: a `judge` in both orders, the `file`, the `rule` of unsafe "
        "requests and responses, or the `pair`, whose better completion is taken for safe.",
    )
    detail = dy.String(description="What the judge or the rule found; else empty.")
    licence = dy.String(nullable=True, description="The licence of the source or the file.")
    is_kept = dy.Bool(description="Whether a model learns from it.")
    drop_reason = dy.String(nullable=True, description="Why not; null if it does.")
    split = dy.String(
        nullable=True, description="`train` or `held_out`, by prompt; null if it is left out."
    )

    @dy.rule()
    def dropped_means_a_reason(cls) -> pl.Expr:
        """A row is kept or has a drop reason, never both or neither."""
        return pl.col("is_kept") == pl.col("drop_reason").is_null()

    @dy.rule()
    def kept_means_a_label(cls) -> pl.Expr:
        """What is kept is safe or unsafe."""
        return ~pl.col("is_kept") | pl.col("is_safe").is_not_null()

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(LABEL_REASONS))


class RewardModels(dy.Schema):
    """One row per reward model."""

    model = dy.String(primary_key=True, description="Its name, e.g. `helpful_model`.")
    kind = dy.Enum(
        ["pairwise", "pointwise"],
        description="Trained on pairs, it reads the response alone; on labels, all of the "
        "completion.",
    )
    revision = dy.String(description="Hash of its weights.")
    location = dy.String(
        description="Folder of the weights, relative to the data folder if inside it."
    )
    trained_from = dy.String(description="Revision of the model training began from.")
    trained_on = dy.String(description="`table@data version` it was trained on.")
    num_rows = dy.Int64(description="Pairs or completions it was trained on.")
    num_held_out = dy.Int64(description="Pairs or completions held out.")
    accuracy = dy.Float64(
        nullable=True,
        min=0.0,
        max=1.0,
        description="Of held-out pairs, the share whose chosen response scores higher, ties half; "
        "of held-out completions, the share on the right side of 0.",
    )
    standard_error = dy.Float64(nullable=True, description="Of the accuracy, clustered by prompt.")
    training = dy.String(description="Training settings and final metrics, as JSON.")
