"""The dataset card: a mixture's contents, its origin, and how to make it again."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from r1data.text import fenced

HUB_LICENCES = frozenset(
    {
        *("apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "mpl-2.0", "gpl-3.0"),
        *("cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nd-4.0"),
        *("cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0"),
        *("odc-by", "odbl", "pddl", "cdla-permissive-2.0", "unlicense"),
    }
)
"""The names of licences that the Hub takes; others are `other`, and listed."""

SIZES = {
    1_000: "n<1K",
    10_000: "1K<n<10K",
    100_000: "10K<n<100K",
    1_000_000: "100K<n<1M",
    10_000_000: "1M<n<10M",
    100_000_000: "10M<n<100M",
    1_000_000_000: "100M<n<1B",
    10_000_000_000: "1B<n<10B",
    100_000_000_000: "10B<n<100B",
    1_000_000_000_000: "100B<n<1T",
}
"""The Hub's categories of size, each by the number of rows that is too large for it."""
LARGEST = "n>1T"
NOT_STATED = "not stated"
MARKUP = re.compile(r"([\\`*_\[\]|~])")

CONVENTIONS = """\
## Rows

Each row is a training example in TRL's conversational prompt-completion form. `prompt` holds the
messages before the completion: the system message, if any, and the problem with the policy's
instruction, without the worked examples that the policy may have been shown. `completion` holds the
assistant's message as the policy wrote it, reasoning and think tags included. `rollout_id` and
`prompt_id` hash the content they name, so a row can be traced through every table it came from.
Seeds are derived by hash from round, prompt and sample index; the recipe below states the sampling.
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a mixture: all that is needed to make it again."""

    table: str
    """Key of the table, e.g. `sft/sft_mixture`."""
    data_version: str
    recipe: str
    """Name of the recipe."""
    recipe_yaml: str
    """The recipe, resolved."""
    git_revision: str
    """Of r1data."""
    command: str
    """The command that makes the table again."""
    sources: Mapping[str, str]
    """Revision of each source."""
    policies: Mapping[str, str]
    """Revision of each policy whose completions it may hold."""


def dataset_card(counts: pl.DataFrame, funnel: pl.DataFrame, origin: Origin) -> str:
    """Return the card as Markdown with the front matter that the Hub reads.

    Names that come from data are escaped; no problem or completion is quoted.

    Args:
        counts: From `count_rows`.
        funnel: From `count_drop_reasons`.
        origin: Where the rows came from.
    """
    title = f"{origin.recipe}: {origin.table}"
    num_rows = counts["num_rows"].sum()
    return "\n".join(
        [
            f"---\n{_front_matter(title, counts)}\n---\n\n# {_escape(title)}\n",
            f"{num_rows:,} training examples made by r1data.{_told_unverified(counts)}\n",
            _table(counts),
            CONVENTIONS,
            f"## What left, and why\n\n{_table(funnel)}",
            f"## Sources\n\n{_table(_pairs('source', origin.sources))}",
            f"## Policies\n\n{_table(_pairs('policy', origin.policies))}",
            "## How to make it again\n",
            f"- git revision of r1data: `{origin.git_revision}`",
            f"- data version: `{origin.data_version}`\n",
            f"{fenced(origin.command, 'bash')}\n",
            f"The recipe `{origin.recipe}`, resolved:\n",
            f"{fenced(origin.recipe_yaml, 'yaml')}\n",
        ]
    )


def count_rows(mixture: pl.LazyFrame) -> pl.DataFrame:
    """Count a mixture's rows by source, domain and licence, the most frequent first.

    Where some were verified by nobody, `num_unverified` counts those.
    """
    keys = ("source", "domain", "licence")
    unverified = pl.col("is_unverified").fill_null(False).sum()
    counts = mixture.group_by(keys).agg(num_rows=pl.len(), num_unverified=unverified)
    if not counts.select(pl.col("num_unverified").sum()).collect().item():
        counts = counts.drop("num_unverified")
    return counts.sort("num_rows", *keys, descending=[True, False, False, False]).collect()


def count_drop_reasons(tables: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Count the rows of each table by drop reason: those that stayed first, under `kept`."""
    return pl.concat(
        table.group_by(drop_reason=pl.col("drop_reason").fill_null("kept"))
        .agg(num_rows=pl.len())
        .sort(pl.col("drop_reason") != "kept", -pl.col("num_rows").cast(pl.Int64), "drop_reason")
        .select(pl.lit(key).alias("table"), "drop_reason", "num_rows")
        .collect()
        for key, table in tables.items()
    )


def hub_licence(licences: Iterable[str | None]) -> str:
    """Return the Hub's name for the one licence that all rows share, else `other`.

    >>> hub_licence(["CC BY 4.0", "cc-by-4.0"])
    'cc-by-4.0'
    >>> hub_licence(["MIT", None])
    'other'
    """
    names = {licence.strip().lower().replace(" ", "-") if licence else "" for licence in licences}
    return names.pop() if len(names) == 1 and names <= HUB_LICENCES else "other"


def size_category(num_rows: int) -> str:
    """Return the Hub's word for a number of rows.

    >>> size_category(9_999_999), size_category(10_000_000)
    ('1M<n<10M', '10M<n<100M')
    """
    return next((size for limit, size in SIZES.items() if num_rows < limit), LARGEST)


def _front_matter(title: str, counts: pl.DataFrame) -> str:
    from huggingface_hub import DatasetCardData

    licence = hub_licence(counts["licence"])
    names = ", ".join(sorted({name or NOT_STATED for name in counts["licence"]}))
    is_mixed = licence == "other"
    split = {"split": "train", "path": "data/train-*.parquet"}
    data = DatasetCardData(
        pretty_name=title,
        license=licence,
        size_categories=[size_category(int(counts["num_rows"].sum()))],
        task_categories=["text-generation"],
        tags=["r1data", "reasoning", "synthetic", "trl"],
        configs=[{"config_name": "default", "data_files": [split]}],
        license_name="mixed" if is_mixed else None,
        license_details=names if is_mixed else None,
    )
    return str(data.to_yaml())


def _told_unverified(counts: pl.DataFrame) -> str:
    if "num_unverified" not in counts.columns:
        return ""
    num_unverified = int(counts["num_unverified"].sum())
    return (
        f" Of these {num_unverified:,} were verified by nobody: no rule can judge them, and the "
        "recipe keeps them so (`is_unverified`)."
    )


def _pairs(name: str, revisions: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame({name: list(revisions), "revision": list(revisions.values())})


def _table(frame: pl.DataFrame) -> str:
    lines = [
        frame.columns,
        ["---"] * frame.width,
        *([_cell(value) for value in row] for row in frame.iter_rows()),
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return NOT_STATED if value is None else _escape(str(value))


def _escape(text: str) -> str:
    """Show a text from data as it stands, on one line, whatever markup it holds."""
    return MARKUP.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
