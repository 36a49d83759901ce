"""Reading sources into `Prompts`, a frame at a time, so that memory stays bounded.

Only a source whose `id` column is set costs memory by row: some 80 bytes, to find ids that repeat.
What becomes of a bad row is said in `r1data.prompts.rows`, what makes two problems the same in
`r1data.prompts.identity`.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import polars as pl

from r1data.prompts.columns import FIRST_ROWS, find_columns
from r1data.prompts.generators import generate_problems
from r1data.prompts.sources import Source, source_revision
from r1data.records.files import find_files, read_files
from r1data.records.hub import read_hub
from r1data.records.read import BadRecord, Record, as_text, pick
from r1data.seeds import content_id
from r1data.tables import Prompts
from r1data.text import storable

FRAME_ROWS = 2_000


def load_prompts(name: str, source: Source) -> Iterator[pl.DataFrame]:
    """Yield the rows of a source as frames of `Prompts` of at most 2,000 rows, in order.

    Every row of the source is a row here; one that cannot be used carries its `drop_reason`.
    Raises `ValueError` where the source as a whole cannot be read, or has no rows at all.
    """
    rows = _rows(name, source)
    schema = Prompts.create_empty().schema
    frame = None
    while block := list(islice(rows, FRAME_ROWS)):
        frame = pl.DataFrame(block, schema=schema)
        yield frame
    if frame is None:
        raise ValueError(f"source `{name}` has no rows; give it some or take it out.")


def read_source(name: str, source: Source) -> Iterator[tuple[str, Record | BadRecord]]:
    """Return the rows of a source as it holds them, with their positions, up to its limit."""
    return islice(_read(name, source), source.limit)


def gold_column(name: str, source: Source) -> str | None:
    """Return the column that a source's gold answers stand in, named or found; null for none."""
    first = [record for _, record in islice(read_source(name, source), FIRST_ROWS)]
    return find_columns(source, first).columns.gold_answer


def _read(name: str, source: Source) -> Iterator[tuple[str, Record | BadRecord]]:
    if source.file is not None:
        return read_files(find_files(source.file), source.rows)
    return _numbered(_made(name, source))


def _made(name: str, source: Source) -> Iterator[Record]:
    if source.hub is not None:
        return read_hub(source.hub)
    if source.generator is not None:
        return generate_problems(name, source.generator)
    return (problem.model_dump() for problem in source.problems or ())


def _numbered(records: Iterator[Record]) -> Iterator[tuple[str, Record | BadRecord]]:
    return ((str(row), record) for row, record in enumerate(records))


def _rows(name: str, source: Source) -> Iterator[dict[str, Any]]:
    from r1data.prompts.rows import prompt_row

    read = read_source(name, source)
    first = list(islice(read, FIRST_ROWS))
    columns = find_columns(source, [record for _, record in first]).columns
    revision = source_revision(source)
    ids = _RowIds(columns.id)
    for position, record in chain(first, read):
        upstream_row, is_repeated = ids.take(position, record)
        row = prompt_row(source, columns, record)
        if is_repeated:
            own = upstream_row.rpartition("#")[0]
            row["drop_reason"] = "duplicate_id"
            row["drop_detail"] = f"`{columns.id}` {own} stands on an earlier row"
        yield {"source": name, "revision": revision, "upstream_row": upstream_row, **row}


class _RowIds:
    """Gives each row of a source an id of its own: its id, or its position where it has none."""

    def __init__(self, column: str | None) -> None:
        self.column = column
        self.seen: set[int] = set()
        self.repeats: Counter[str] = Counter()

    def take(self, position: str, record: Record | BadRecord) -> tuple[str, bool]:
        """Return a row's id, and whether an earlier row had it: then `id#2`, `id#3`."""
        if self.column is None:
            return position, False
        found = None if isinstance(record, BadRecord) else as_text(pick(record, self.column))
        own = storable(found) if found else f"row {position}"
        if self._is_new(own):
            return own, False
        while True:
            self.repeats[own] += 1
            name = f"{own}#{self.repeats[own] + 1}"
            if self._is_new(name):
                return name, True

    def _is_new(self, name: str) -> bool:
        """Remember an id, as 60 bits of its hash."""
        before = len(self.seen)
        self.seen.add(int(content_id(name)[:15], 16))
        return len(self.seen) > before
