"""Variants of rows: twins without their reasoning, and reasoning that is cut at a budget.

Both stand beside the rows that they are made of. Nemotron Nano 3 strips the thought from 10% of its
rows and cuts 3% of its thoughts at budgets chosen by chance, with the answer kept; SmolLM3 trains
both modes. Hermes 4 closes thoughts by force: with the ordinary loss its model ran on more often
than before, with the loss on the closing tag and the end of the turn alone hardly ever, and at 20k
tokens that cost 20 points of AIME24, at 30k next to nothing (their reports).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import polars as pl
from pydantic import Field, PositiveInt, field_validator

from r1data.completions import part
from r1data.mixture.plain import Plain, without_reasoning
from r1data.mixture.token_counts import CHARS_PER_TOKEN
from r1data.policies.templates import Template
from r1data.seeds import content_id
from r1data.settings import Settings
from r1data.text import THINK_END, THINK_START

Variant = Literal["without_reasoning", "cut_reasoning"]
CLOSING_TAG = "closing_tag"
"""What a row of cut reasoning is trained on, beside the end of its turn."""
NO_THINK = Template(reasoning="none", instruction="/no_think")
"""The words by which Qwen3 and SmolLM3 are asked for no reasoning."""
DIGITS = 15
"""Of a hash, from which a number between 0 and 1 is made."""

Share = Annotated[float, Field(gt=0, le=1)]


class Twins(Plain):
    """Rows without reasoning beside their twins, asked in a way that says so."""

    share: Share
    """Of the rows that reason, chosen by hash, so many have a twin without their reasoning."""
    template: Template = NO_THINK
    """What surrounds the problem of a twin: it must ask for no reasoning, by an `instruction`, a
    `system_prompt` or `chat_template_kwargs` such as `{enable_thinking: false}`."""

    @field_validator("template")
    @classmethod
    def _asks_for_none(cls, template: Template) -> Template:
        if not (template.instruction or template.system_prompt or template.chat_template_kwargs):
            raise ValueError(
                "a twin is asked as the row beside it, and could be told from it by nothing; give "
                "an `instruction`, a `system_prompt` or `chat_template_kwargs` that asks for no "
                "reasoning"
            )
        return template


class CutReasoning(Settings):
    """Reasoning that is cut at a budget and closed, trained on the closing tag alone."""

    share: Share
    """Of the rows whose reasoning is longer than the budget chosen for them, chosen by hash, so
    many have a variant that is cut there."""
    budgets: tuple[PositiveInt, ...] = Field(min_length=1)
    """Tokens of reasoning after which it is closed; of several each row has one, by hash. Where
    nobody counted tokens, a token has three characters."""


class Variants(Settings):
    """The variants of a training set's rows."""

    without_reasoning: Twins | None = None
    cut_reasoning: CutReasoning | None = None


NO_VARIANTS = Variants()


@dataclass(frozen=True, slots=True)
class Varied:
    """Rollouts as a variant has them."""

    variant: Variant
    rollouts: pl.DataFrame
    """With the completion of the variant, and no prefill before it."""
    template: Template | None = None
    """What surrounds their problems; null for what surrounds those of the other rows."""


def variants_of(rollouts: pl.DataFrame, settings: Variants, dataset: str) -> Iterator[Varied]:
    """Yield rollouts as each variant has them.

    Args:
        rollouts: Rows of `Rollouts`, kept; those without reasoning have no variant.
        settings: Which variants, and of how many rows.
        dataset: The mixture: another one takes other rows.
    """
    twins, cut = settings.without_reasoning, settings.cut_reasoning
    if twins is not None:
        yield Varied("without_reasoning", _twins(rollouts, twins, dataset), twins.template)
    if cut is not None:
        yield Varied("cut_reasoning", _cut(rollouts, cut, dataset))


def _twins(rollouts: pl.DataFrame, settings: Twins, dataset: str) -> pl.DataFrame:
    chosen = _chosen(rollouts, settings.share, dataset, "without_reasoning")
    parts = [part(text) for text in _whole(chosen)]
    responses = [one.response.strip() if one.reasoning else "" for one in parts]
    texts = [
        without_reasoning(response, settings.think_block) if response else None
        for response in responses
    ]
    return _with_texts(chosen, texts)


def _cut(rollouts: pl.DataFrame, settings: CutReasoning, dataset: str) -> pl.DataFrame:
    chosen = _chosen(rollouts, settings.share, dataset, "cut_reasoning")
    counts = chosen["num_completion_tokens"].to_list()
    texts = [
        cut_reasoning(text, _budget(rollout_id, settings.budgets), num_tokens)
        for text, rollout_id, num_tokens in zip(
            _whole(chosen), chosen["rollout_id"], counts, strict=True
        )
    ]
    return _with_texts(chosen, texts)


def cut_reasoning(text: str, budget: int, num_tokens: int | None = None) -> str | None:
    r"""Return a whole completion with its reasoning cut at a budget, at the end of a word.

    None where its reasoning is not longer, or stands in no plain think tags. Its response stays.

    Args:
        text: The completion with its prefill.
        budget: Tokens of reasoning.
        num_tokens: Tokens of the completion, if somebody counted them.

    >>> cut_reasoning("<think>one two three four</think>4", 3)
    '<think>one two\n</think>4'
    >>> cut_reasoning("<think>one</think>4", 3) is None
    True
    """
    if text.count(THINK_END) != 1 or not text.lstrip().startswith(THINK_START):
        return None
    begin, end = text.index(THINK_START) + len(THINK_START), text.index(THINK_END)
    chars_per_token = len(text) / num_tokens if num_tokens else CHARS_PER_TOKEN
    limit = begin + int(budget * chars_per_token)
    if limit >= end:
        return None
    words = text[begin:limit].rsplit(None, 1)
    is_whole = text[limit].isspace() or text[limit - 1].isspace()
    kept = text[begin:limit] if is_whole or len(words) < 2 else words[0]
    return f"{text[:begin]}{kept.rstrip()}\n{text[end:]}"


def _budget(rollout_id: str, budgets: tuple[int, ...]) -> int:
    return budgets[int(content_id("budget", rollout_id)[:DIGITS], 16) % len(budgets)]


def _chosen(rollouts: pl.DataFrame, share: float, dataset: str, variant: str) -> pl.DataFrame:
    """Return a share of rollouts, by hash."""
    places = [
        int(content_id(dataset, variant, rollout_id)[:DIGITS], 16) / 16**DIGITS
        for rollout_id in rollouts["rollout_id"]
    ]
    return rollouts.filter(pl.Series(places, dtype=pl.Float64) < share)


def _whole(rollouts: pl.DataFrame) -> list[str]:
    return rollouts.select(pl.col("prefill") + pl.col("completion")).to_series().to_list()


def _with_texts(rollouts: pl.DataFrame, texts: Sequence[str | None]) -> pl.DataFrame:
    """Return the rollouts of which there is a variant, with its text as their completion."""
    changed = pl.Series("completion", texts, dtype=pl.String)
    return rollouts.with_columns(changed, prefill=pl.lit("")).filter(changed.is_not_null())
