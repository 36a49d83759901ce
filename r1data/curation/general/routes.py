"""Routes of general prompts: the kind of each, whether it is asked to reason, what is not asked."""

import polars as pl

from r1data.curation.general.deserving import ANSWERED_AT_ONCE, reasoning_rule
from r1data.curation.general.kinds import Kinds, PromptKind, told_kinds
from r1data.curation.general.unsafe import UnsafeKind, unsafe_request
from r1data.settings import Settings
from r1data.tables import PromptKinds

BY_KIND = "kind"
"""The rule of prompts of whose kind the recipe says whether they are asked to reason."""
VERSION = 1
"""Raised by hand when a rule finds something else."""


class Routing(Settings):
    """What decides how a general prompt is asked."""

    kinds: Kinds = Kinds()
    reasoning: dict[PromptKind, bool] = {}
    unsafe: tuple[UnsafeKind, ...] = ()
    sources: tuple[str, ...] | None = None
    """The sources whose prompts the round asks; null means all."""
    rules: int = VERSION
    """The version of the rules."""


def route_prompts(prompts: pl.DataFrame, settings: Routing) -> pl.DataFrame:
    """Return a row of `PromptKinds` for each prompt of a shard that the round's sources have.

    Args:
        prompts: Rows of `Prompts`; those with a drop reason have no row.
        settings: What decides.
    """
    asked = prompts.filter(pl.col("drop_reason").is_null())
    if settings.sources is not None:
        asked = asked.filter(pl.col("source").is_in(settings.sources))
    kinds = told_kinds(asked, settings.kinds)
    read = zip(asked["problem"], kinds["prompt_kind"], strict=True)
    rules = pl.Series([reasoning_rule(text, kind) for text, kind in read], dtype=pl.String)
    harms = [unsafe_request(text) for text in asked["problem"]]
    by_kind = pl.col("prompt_kind").replace_strict(
        settings.reasoning, default=None, return_dtype=pl.Boolean
    )
    is_unsafe = pl.col("unsafe_kinds").list.eval(pl.element().is_in(settings.unsafe)).list.any()
    rows = asked.select("prompt_id", "source").with_columns(
        kinds.get_columns(),
        rule=rules,
        unsafe_kinds=pl.Series(harms, dtype=pl.List(pl.String)),
    )
    return rows.with_columns(
        pl.col("told_by").cast(PromptKinds.columns()["told_by"].dtype),
        is_reasoned=pl.coalesce(by_kind, pl.col("rule").is_in(ANSWERED_AT_ONCE).not_()),
        reasoning_rule=pl.when(by_kind.is_null()).then("rule").otherwise(pl.lit(BY_KIND)),
        drop_reason=pl.when(is_unsafe.fill_null(False)).then(pl.lit("unsafe")),
    ).select(PromptKinds.column_names())
