"""What the files of existing rollouts have, and what of it a round reads, in words."""

from collections.abc import Iterable

import polars as pl

from assets.steps.match import prompt_messages
from assets.steps.sample import Asking
from r1data.cli.file_counts import count_line
from r1data.engines.file_rows import file_columns
from r1data.engines.matching import match_file_rows
from r1data.policies.settings import RolloutsPolicy
from r1data.store.table import Table
from r1data.tables import FileRows

READ = "read"
COLUMNS = ("policy", "prompt_id", "sample_index", "drop_reason")


def matched(
    name: str,
    policy: RolloutsPolicy,
    settings: Asking,
    *,
    made: Table | None,
    prompts: Iterable[pl.DataFrame],
) -> pl.DataFrame:
    """Return the rows of `FileRows` of a policy: of the table, or else by reading its files."""
    if made is not None:
        return made.read(COLUMNS).filter(pl.col("policy") == name)
    asked = prompt_messages(prompts, settings.sources, policy)
    rows = list(match_file_rows(name, policy, asked, settings.sampling.group_size))
    return pl.DataFrame(rows, schema=FileRows.create_empty().schema).select(COLUMNS)


def in_files(rows: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """Return the problems of which files have completions, with the samples that there are."""
    taken = rows.filter(pl.col("drop_reason").is_null())
    samples = taken.group_by("prompt_id").agg(samples=pl.col("sample_index").sort())
    return problems.join(samples, on="prompt_id", how="inner", maintain_order="left")


def told_of(name: str, policy: RolloutsPolicy, rows: pl.DataFrame) -> str:
    """Return a line that says how many completions a policy's files have, and what is read.

    Where columns were found by their names, a second line says which.
    """
    line = f"{name}: {count_line(rows)} in {policy.location}"
    return "\n".join(filter(None, [line, file_columns(name, policy).told]))
