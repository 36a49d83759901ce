"""The front matter of a dataset card, which the Hub reads: size, licence, splits."""

from collections.abc import Sequence

import polars as pl

from r1data.mixture.licences import hub_licence

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


def front_matter(title: str, counts: pl.DataFrame, splits: Sequence[str]) -> str:
    """Return the front matter as YAML.

    Args:
        title: The dataset's name for people.
        counts: From `count_rows`.
        splits: Those that have rows.
    """
    from huggingface_hub import DatasetCardData

    licence = hub_licence(counts["licence"])
    names = ", ".join(sorted({name or NOT_STATED for name in counts["licence"]}))
    is_mixed = licence == "other"
    files = [{"split": split, "path": f"data/{split}-*.parquet"} for split in splits]
    data = DatasetCardData(
        pretty_name=title,
        license=licence,
        size_categories=[size_category(int(counts["num_rows"].sum()))],
        task_categories=["text-generation"],
        tags=["r1data", "reasoning", "synthetic", "trl"],
        configs=[{"config_name": "default", "data_files": files}],
        license_name="mixed" if is_mixed else None,
        license_details=names if is_mixed else None,
    )
    return str(data.to_yaml())


def size_category(num_rows: int) -> str:
    """Return the Hub's word for a number of rows.

    >>> size_category(9_999_999), size_category(10_000_000)
    ('1M<n<10M', '10M<n<100M')
    """
    return next((size for limit, size in SIZES.items() if num_rows < limit), LARGEST)
