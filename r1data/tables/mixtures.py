"""Mixtures: training rows in the form that TRL reads, what was left out of them, their quotas."""

import dataframely as dy
import polars as pl

from r1data.reasons import BAND_REASONS, MIXTURE_REASONS
from r1data.tables.later import LATER

TRAIN, HELD_OUT = "train", "held_out"
"""The splits of a mixture."""


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
    split = dy.String(
        metadata=LATER,
        nullable=True,
        description="`train` or `held_out`, which is not trained on; null where nothing is held "
        "out.",
    )
    collection = dy.String(
        metadata=LATER,
        nullable=True,
        description="The collection of the cold start that its rollout is of; null elsewhere.",
    )
    variant = dy.String(
        metadata=LATER,
        nullable=True,
        description="What was made of the rollout: `without_reasoning`, its twin without that, or "
        "`cut_reasoning`, cut at a budget; null where it is as it was kept.",
    )
    loss_on = dy.String(
        metadata=LATER,
        nullable=True,
        description="What is trained on, beside the end of the turn: `closing_tag`, that of the "
        "think block alone; null for the whole completion.",
    )
    template_flags = dy.String(
        metadata=LATER,
        nullable=True,
        description="What the chat template is told when the row is rendered, as JSON, e.g. that "
        "it does not think; null for nothing.",
    )


class RLPrompts(dy.Schema):
    """One row per prompt to train a policy on by its rewards, in the form of TRL's GRPO."""

    dataset = dy.String(primary_key=True, description="The set, e.g. `reasoning_rl`.")
    row = dy.Int64(primary_key=True, min=0, description="Position in the set.")
    prompt = dy.List(
        dy.Struct({"role": dy.String(), "content": dy.String()}),
        description="The messages that the policy is asked.",
    )
    solution = dy.String(
        nullable=True,
        description="The gold answer, by the name that TRL's own rewards read; null for programs.",
    )
    kind = dy.Enum(
        ["reasoning", "helpful", "safety"],
        description="What rewards a completion: a verifier, or the reward model of that name.",
    )
    verifier = dy.String(
        nullable=True,
        description="The verifier that judges a completion; null where a reward model does.",
    )
    gold_answer = dy.String(nullable=True, description="The gold answer, for our own rewards.")
    answer_type = dy.String(nullable=True, description="The gold answer's kind, for counting.")
    problem = dy.String(description="The bare question, which some verifiers read.")
    choices = dy.List(dy.String(), nullable=True, description="The options of a choice question.")
    tests = dy.String(nullable=True, description="Tests of a program, as JSON.")
    metadata = dy.String(nullable=True, description="What the source's own scorer needs, as JSON.")
    language = dy.String(nullable=True, description="ISO 639-1 code of the problem's language.")
    pass_rate = dy.Float64(
        nullable=True,
        min=0.0,
        max=1.0,
        description="How often a policy solved it; null where nobody measured that.",
    )
    num_judged = dy.Int32(nullable=True, description="Rollouts that the pass rate is of.")
    policy = dy.String(nullable=True, description="The policy whose pass rate it is.")
    prompt_id = dy.String(description="The prompt.")
    source = dy.String(description="The source of the prompt.")
    domain = dy.String(description="The domain of the prompt.")
    licence = dy.String(nullable=True, description="The licence of the source.")


class Bands(dy.Schema):
    """One row per prompt and policy: whether its pass rate is inside a band to train in."""

    dataset = dy.String(primary_key=True, description="The set, e.g. `reasoning_rl`.")
    prompt_id = dy.String(primary_key=True, description="The prompt.")
    policy = dy.String(primary_key=True, description="The policy whose pass rate it is.")
    pass_rate = dy.Float64(
        nullable=True, min=0.0, max=1.0, description="Correct / judged; null if nothing was judged."
    )
    num_judged = dy.Int32(description="Rollouts that say something about the policy.")
    drop_reason = dy.String(
        nullable=True, description="Why it is outside the band; null if it is inside."
    )

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(BAND_REASONS))


class MixtureSelections(dy.Schema):
    """One row per kept rollout a mixture decided on."""

    dataset = dy.String(primary_key=True, description="The mixture, e.g. `sft`.")
    rollout_id = dy.String(primary_key=True, description="The rollout that a round keeps.")
    prompt_id = dy.String(description="The prompt that was answered.")
    domain = dy.String(description="The domain of the prompt.")
    source = dy.String(description="The source of the prompt.")
    is_kept = dy.Bool(description="Whether it is in the mixture.")
    drop_reason = dy.String(nullable=True, description="Why not; null if it is.")
    rank = dy.Int64(
        nullable=True,
        description="Place among those of its domain that no cap of a source leaves out, from 0: "
        "the first of each prompt, then the second, each time by hash.",
    )
    split = dy.String(
        nullable=True,
        description="`train` or `held_out`; null where nothing is held out, or it is left out.",
    )

    @dy.rule()
    def dropped_means_a_reason(cls) -> pl.Expr:
        """A row is kept or has a drop reason, never both or neither."""
        return pl.col("is_kept") == pl.col("drop_reason").is_null()

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(MIXTURE_REASONS))


class Quotas(dy.Schema):
    """One row per domain and source of a mixture: how many rows were wanted, and how many taken."""

    dataset = dy.String(primary_key=True, description="The mixture, e.g. `sft`.")
    kind = dy.Enum(
        ["domain", "source", "split"],
        primary_key=True,
        description="What is counted: the rows of a domain, the rows of a source, or the prompts "
        "of a split.",
    )
    name = dy.String(primary_key=True, description="The domain, the source or the split.")
    wanted = dy.Int64(
        nullable=True,
        description="The quota of a domain or a split; of a source, how many it may have at most. "
        "Null where the recipe sets none.",
    )
    available = dy.Int64(
        description="What there is; of a domain, what the caps of its sources leave."
    )
    taken = dy.Int64(description="What the mixture has of it.")
    shortfall = dy.Int64(
        nullable=True,
        description="Wanted and not there; nothing else fills it. Null where none is wanted, and "
        "of a source.",
    )


class TokenStatistics(dy.Schema):
    """One row per domain of a mixture, and one for all: its tokens beside DeepSeek-R1's."""

    dataset = dy.String(primary_key=True, description="The mixture, e.g. `sft`.")
    domain = dy.String(primary_key=True, description="The domain, or `all`.")
    num_rows = dy.Int64(description="Rows that are trained on.")
    num_prompts = dy.Int64(description="Their prompts.")
    row_share = dy.Float64(description="Their share of all rows.")
    paper_row_share = dy.Float64(nullable=True, description="That share in the paper's table.")
    num_tokens = dy.Int64(description="Tokens of prompts and completions.")
    num_estimated = dy.Int64(
        description="Rows whose tokens nobody counted: they are estimated from their characters."
    )
    token_share = dy.Float64(nullable=True, description="Their share of all tokens.")
    paper_token_share = dy.Float64(nullable=True, description="That share in the paper's table.")
    mean_tokens = dy.Float64(description="Tokens of a row, on average.")
    paper_mean_tokens = dy.Float64(nullable=True, description="The paper's average.")
    mean_rounds = dy.Float64(description="Turns of the user in a row, on average.")
    paper_mean_rounds = dy.Float64(nullable=True, description="The paper's average.")
    context = dy.Int64(description="Tokens of the context that is trained with.")
    num_longer = dy.Int64(description="Rows that are longer.")
    num_cut_tokens = dy.Int64(description="Tokens of theirs that are beyond it.")
    padding_share = dy.Float64(
        description="Share of tokens that are padding, were each row padded to the context."
    )
    num_packed = dy.Int64(
        nullable=True,
        description="Of all rows: the sequences that they are packed into, as TRL's `bfd` does.",
    )
    packed_padding_share = dy.Float64(
        nullable=True, description="Of all rows: share of tokens that are padding in these."
    )
    num_variants = dy.Int64(
        metadata=LATER,
        nullable=True,
        description="Of the rows, those that are variants of others; null if none is.",
    )
