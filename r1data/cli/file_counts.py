"""How many completions files of existing rollouts have, and how many of them are read."""

from collections.abc import Iterator

import polars as pl

from r1data.store.store import Store
from r1data.tables import FileRows


def file_lines(store: Store) -> Iterator[str]:
    """Yield a line for each policy whose files a round has read."""
    keys = [key for key in store.keys() if store.current(key)]  # noqa: SIM118 - no mapping
    for key in keys:
        if store.table(key).schema is not FileRows:
            continue
        rows = store.table(key).read(["policy", "drop_reason"])
        for (policy,), of_policy in rows.group_by("policy", maintain_order=True):
            yield f"{key}, {policy}: {count_line(of_policy)}"


def count_line(rows: pl.DataFrame) -> str:
    """Return how many completions are read and why the others are not, the most frequent first.

    >>> count_line(pl.DataFrame({"drop_reason": [None, "no_prompt"]}))
    '1 of 2 completions are read (no_prompt 1)'
    """
    counts = (
        rows.group_by("drop_reason").len().sort(["len", "drop_reason"], descending=[True, False])
    )
    left = [f"{reason} {count:,}" for reason, count in counts.iter_rows() if reason is not None]
    num_read = rows["drop_reason"].null_count()
    why = f" ({', '.join(left)})" if left else ""
    return f"{num_read:,} of {rows.height:,} completions are read{why}"
