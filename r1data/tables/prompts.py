"""Prompts, and the rows of files that answer them."""

import dataframely as dy
import polars as pl

from r1data.reasons import FILE_REASONS, PROMPT_REASONS
from r1data.tables.later import LATER


class Prompts(dy.Schema):
    """One row per problem, as its source gave it."""

    source = dy.String(
        primary_key=True, description="Name of the source in the recipe, e.g. `gsm8k`."
    )
    revision = dy.String(
        primary_key=True, description="Revision of the source: the Hub's, or a hash of the file."
    )
    upstream_row = dy.String(
        primary_key=True, description="The row's id in its source; its position where it has none."
    )
    prompt_id = dy.String(
        description="Hash of domain, system message, problem, choices and tests; rows can share it."
    )
    domain = dy.String(description="`math`, `code`, `stem`, `logic` or `general`.")
    licence = dy.String(
        nullable=True, description="Licence of the source, as the recipe states it."
    )
    language = dy.String(nullable=True, description="ISO 639-1 code of the problem's language.")
    system_message = dy.String(
        nullable=True, description="System message that belongs to the problem."
    )
    earlier_turns = dy.List(
        dy.Struct({"role": dy.String(), "content": dy.String()}),
        metadata=LATER,
        nullable=True,
        description="The turns of a conversation before the problem; null if there are none.",
    )
    problem = dy.String(description="The bare question, before any template; empty if unreadable.")
    choices = dy.List(dy.String(), nullable=True, description="The options of a choice question.")
    reference_solution = dy.String(
        metadata=LATER,
        nullable=True,
        description="The worked solution that the source gives, if the recipe says where.",
    )
    gold_answer = dy.String(
        nullable=True, description="The reference answer; null if there is none."
    )
    answer_type = dy.String(
        nullable=True,
        description="A label for counting: the gold answer's kind, e.g. `integer`.",
    )
    verifier = dy.String(
        nullable=True, description="The verifier that judges its rollouts, e.g. `math`."
    )
    tests = dy.String(nullable=True, description="Tests of a program, as JSON.")
    metadata = dy.String(
        nullable=True, description="What the source's own scorer needs to know, as JSON."
    )
    other_columns = dy.String(
        metadata=LATER,
        nullable=True,
        description="Columns of its row that the recipe maps to nothing, as JSON; long texts are "
        "left out.",
    )
    is_unverified = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="True where the recipe keeps it though no rule can judge answers; else null.",
    )
    is_proof = dy.Bool(nullable=True, description="Asks for a proof, which no rule can judge.")
    is_multi_part = dy.Bool(nullable=True, description="Asks several questions at once.")
    needs_figure = dy.Bool(nullable=True, description="Refers to a figure that the text lacks.")
    drop_reason = dy.String(nullable=True, description="Why it is not asked; null if it is.")
    drop_detail = dy.String(nullable=True, description="The particulars of the drop reason.")
    duplicate_of = dy.String(
        nullable=True, description="`source/upstream_row` of the row that is kept in its place."
    )
    duplicate_kind = dy.String(
        metadata=LATER,
        nullable=True,
        description="`exact`, `near` or `semantic`; null if it is no duplicate.",
    )
    similarity = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="To the row that is kept: the Jaccard index of their shingles, or the cosine "
        "of their vectors if `semantic`.",
    )
    contaminated_by = dy.String(
        nullable=True, description="`source/upstream_row` of the benchmark problem it repeats."
    )
    contamination_kind = dy.String(
        metadata=LATER,
        nullable=True,
        description="How it repeats it: a kind of `Contaminations`; null where that is not asked.",
    )
    contamination_score = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="How much of it: a score of `Contaminations`.",
    )
    conflicting_gold = dy.List(
        dy.String(), nullable=True, description="All gold answers, where sources disagree on them."
    )

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(PROMPT_REASONS))


def askable(prompts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the prompts that may be asked, in order: no drop reason, one row per `prompt_id`."""
    kept = prompts.filter(pl.col("drop_reason").is_null())
    return kept.unique("prompt_id", keep="first", maintain_order=True)


class FileRows(dy.Schema):
    """One row per completion in the files of existing rollouts, and per row without one."""

    policy = dy.String(primary_key=True, description="Name of the policy in the recipe.")
    file_row = dy.String(
        primary_key=True,
        description="Position in the file, from 0; after the file's name where there are several.",
    )
    part = dy.Int32(primary_key=True, description="Place in the row's list of completions.")
    prompt_index = dy.Int32(
        primary_key=True, description="Counts the prompts that it answers, where it has several."
    )
    prompt_id = dy.String(nullable=True, description="The prompt that it answers; null if none.")
    sample_index = dy.Int32(nullable=True, description="Its position inside the prompt's group.")
    drop_reason = dy.String(nullable=True, description="Why it is not taken; null if it is.")
    drop_detail = dy.String(nullable=True, description="The particulars of the drop reason.")

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(FILE_REASONS))
