"""Token statistics of a mixture by domain, beside the paper's table, and of its packing."""

import polars as pl

from r1data.mixture.packing import num_packed
from r1data.mixture.paper import DOMAINS, PAPER
from r1data.tables import HELD_OUT, TokenStatistics

CONTEXT = 32_768
"""Tokens of the context where a recipe names none: the paper's own."""
ALL = "all"
PAPER_NUM_ROWS = sum(rows.num_rows for rows in PAPER.values())
PAPER_NUM_TOKENS = sum(rows.num_rows * rows.mean_tokens for rows in PAPER.values())


def token_statistics(counted: pl.DataFrame, context: int, dataset: str) -> pl.DataFrame:
    """Return rows of `TokenStatistics`: one for each domain that has rows, and one for all.

    Args:
        counted: Rows of a mixture from `count_tokens`; what is held out is left aside.
        context: Tokens of the context that a policy is trained with.
        dataset: The mixture.
    """
    rows = counted.filter(pl.col("split").ne_missing(HELD_OUT))
    by_domain = rows.group_by("domain").agg(_aggregates(context))
    whole = rows.select(pl.lit(ALL).alias("domain"), *_aggregates(context)) if rows.height else None
    found = pl.concat([by_domain, whole]) if whole is not None else by_domain
    num_rows, num_tokens = rows.height, rows["num_tokens"].sum()
    packed = num_packed(rows["num_tokens"].to_list(), context)
    is_all = pl.col("domain") == ALL
    order = pl.Enum([*DOMAINS, ALL])
    return (
        found.join(_paper(), on="domain", how="left")
        .with_columns(
            pl.lit(dataset).alias("dataset"),
            row_share=pl.col("num_rows") / num_rows,
            token_share=pl.col("num_tokens") / num_tokens,
            context=pl.lit(context, pl.Int64),
            padding_share=1 - pl.col("num_used") / (pl.col("num_rows") * context),
            num_packed=pl.when(is_all).then(pl.lit(packed, pl.Int64)),
        )
        .with_columns(
            packed_padding_share=1 - pl.col("num_used") / (pl.col("num_packed") * context)
        )
        .sort(pl.col("domain").cast(order))
        .select(TokenStatistics.column_names())
    )


def _aggregates(context: int) -> list[pl.Expr]:
    tokens = pl.col("num_tokens")
    return [
        pl.len().cast(pl.Int64).alias("num_rows"),
        pl.col("prompt_id").n_unique().cast(pl.Int64).alias("num_prompts"),
        pl.col("num_rounds").mean().alias("mean_rounds"),
        tokens.sum().alias("num_tokens"),
        tokens.mean().alias("mean_tokens"),
        pl.col("is_estimated").sum().cast(pl.Int64).alias("num_estimated"),
        (tokens > context).sum().cast(pl.Int64).alias("num_longer"),
        (tokens - context).clip(0).sum().alias("num_cut_tokens"),
        tokens.clip(upper_bound=context).sum().alias("num_used"),
        _or_null(pl.col("variant").is_not_null().sum().cast(pl.Int64)).alias("num_variants"),
    ]


def _or_null(count: pl.Expr) -> pl.Expr:
    return pl.when(count > 0).then(count)


def _paper() -> pl.DataFrame:
    """Return the paper's table."""
    rows = [(name, one.num_rows, one.mean_rounds, one.mean_tokens) for name, one in PAPER.items()]
    mean = PAPER_NUM_TOKENS / PAPER_NUM_ROWS
    columns = ["domain", "paper_rows", "paper_mean_rounds", "paper_mean_tokens"]
    table = pl.DataFrame([*rows, (ALL, PAPER_NUM_ROWS, 1.0, mean)], schema=columns, orient="row")
    tokens = pl.col("paper_rows") * pl.col("paper_mean_tokens")
    return table.with_columns(
        paper_row_share=pl.col("paper_rows") / PAPER_NUM_ROWS,
        paper_token_share=tokens / PAPER_NUM_TOKENS,
    )
