"""Preferences: pairs of responses, what a judge is asked about them, and what is kept of them."""

import dataframely as dy
import polars as pl

from r1data.reasons import PAIR_REASONS

PAIR_ORDERS = ("first_as_a", "second_as_a")
"""Which response of a pair a question shows as A."""
MADE_BY = ("judge", "delta", "file")
"""How the better response of a pair is known."""
MESSAGES: dict[str, dy.Column] = {"role": dy.String(), "content": dy.String()}


class PairCandidates(dy.Schema):
    """One row per two completions of one prompt that could make a pair."""

    pair_id = dy.String(primary_key=True, description="Hash of the prompt and both completions.")
    made_by = dy.Enum(
        list(MADE_BY),
        description="How the better one is known: a `judge` says so, a strong policy wrote it and "
        "a weak one the other (`delta`), or a `file` says so.",
    )
    source = dy.String(description="The source of the prompt, or the name of the file of pairs.")
    place = dy.String(
        description="Where the texts stand: the table of rollouts, or the file's row."
    )
    prompt_id = dy.String(description="The prompt that was answered; of a file, its hash.")
    prompt = dy.List(dy.Struct(MESSAGES), description="The messages before the completions.")
    first = dy.String(nullable=True, description="A completion, reasoning included.")
    second = dy.String(nullable=True, description="The other one.")
    first_id = dy.String(description="Its rollout; of a file, the hash of its text.")
    second_id = dy.String(description="The same of the other one.")
    first_policy = dy.String(nullable=True, description="Who wrote it; null if nobody knows.")
    second_policy = dy.String(nullable=True, description="Who wrote the other one.")
    preferred = dy.Enum(
        ["first", "second"],
        nullable=True,
        description="The better one, where that is known beforehand; null asks the judge.",
    )
    first_is_safe = dy.Bool(nullable=True, description="Whether it is safe, as the file says.")
    second_is_safe = dy.Bool(nullable=True, description="The same of the other one.")
    licence = dy.String(nullable=True, description="The licence of the source or the file.")
    drop_reason = dy.String(nullable=True, description="Why it can be no pair; null if it can.")
    drop_detail = dy.String(nullable=True, description="The particulars of the drop reason.")

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(PAIR_REASONS))


class PreferenceQuestions(dy.Schema):
    """One row per pair and order: a question which of two responses is better."""

    pair_id = dy.String(primary_key=True, description="The pair.")
    order = dy.Enum(
        list(PAIR_ORDERS), primary_key=True, description="Which response is shown as A."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    question_id = dy.String(
        description="Hash of all that is asked, the `prompt_id` of its replies; rows can share it."
    )
    system_message = dy.String(description="What the judge is told to do.")
    question = dy.String(description="Conversation and responses, each between its fences.")
    refusal = dy.String(nullable=True, description="Why the judge is not asked; null if it is.")


class Preferences(dy.Schema):
    """One row per candidate: which completion is better, and whether the pair is kept."""

    pair_id = dy.String(primary_key=True, description="The pair.")
    made_by = dy.Enum(list(MADE_BY), description="How the better completion is known.")
    source = dy.String(description="The source of the prompt, or the name of the file of pairs.")
    place = dy.String(
        description="Where the texts stand: the table of rollouts, or the file's row."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    chosen_id = dy.String(
        nullable=True, description="The better completion; null where none is known to be."
    )
    rejected_id = dy.String(nullable=True, description="The other one.")
    chosen_policy = dy.String(nullable=True, description="Who wrote the better one, if known.")
    rejected_policy = dy.String(nullable=True, description="Who wrote the other one, if known.")
    judge = dy.String(nullable=True, description="The judge's name; null where none is asked.")
    judgements = dy.List(
        dy.Struct(
            {
                "order": dy.String(),
                "sample_index": dy.Int32(),
                "score": dy.Float64(nullable=True),
                "fault": dy.String(),
            }
        ),
        description="Each judgement with its order: 2 the first completion is much better, 1 "
        "better, 0 alike, -1 and -2 the second is; null, with its fault, says nothing.",
    )
    difference = dy.Float64(
        nullable=True,
        description="Mean score of the two orders, how much better the chosen one is: 0 to 2. "
        "Null where an order has no score.",
    )
    order_effect = dy.Float64(
        nullable=True,
        description="Mean score with the first as A minus that with the second as A: what the "
        "place did. Null where an order has no score.",
    )
    chosen_chars = dy.Int64(nullable=True, description="Characters of the better response.")
    rejected_chars = dy.Int64(nullable=True, description="Characters of the other one.")
    is_kept = dy.Bool(description="Whether it is a pair of the set.")
    drop_reason = dy.String(nullable=True, description="Why not; null if it is.")
    drop_detail = dy.String(nullable=True, description="The particulars of the drop reason.")
    split = dy.String(
        nullable=True, description="`train` or `held_out`, by prompt; null if it is left out."
    )

    @dy.rule()
    def dropped_means_a_reason(cls) -> pl.Expr:
        """A row is kept or has a drop reason, never both or neither."""
        return pl.col("is_kept") == pl.col("drop_reason").is_null()

    @dy.rule()
    def kept_means_a_choice(cls) -> pl.Expr:
        """Of a pair that is kept it is known which completion is better."""
        return ~pl.col("is_kept") | pl.col("chosen_id").is_not_null()

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(PAIR_REASONS))


class PreferencePairs(dy.Schema):
    """One row per pair that is kept, in TRL's conversational form for DPO and reward models."""

    dataset = dy.String(primary_key=True, description="The set, e.g. `alignment_rl`.")
    row = dy.Int64(primary_key=True, min=0, description="Position in the set.")
    prompt = dy.List(dy.Struct(MESSAGES), description="The messages before the completions.")
    chosen = dy.List(dy.Struct(MESSAGES), description="The better completion, reasoning included.")
    rejected = dy.List(dy.Struct(MESSAGES), description="The other one, reasoning included.")
    pair_id = dy.String(description="The pair.")
    made_by = dy.String(
        description="How the better completion is known: `judge`, `delta`, `file`; or `guard`, a "
        "pair made of another one's chosen completion, see `r1data.mixture.guards`."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    source = dy.String(description="The source of the prompt, or the name of the file of pairs.")
    licence = dy.String(nullable=True, description="The licence of the source or the file.")
    split = dy.String(
        nullable=True, description="`train` or `held_out`, which no model is trained on."
    )
