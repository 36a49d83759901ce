"""A gallery: three rows of each table of a data folder, their long texts cut."""

import json
from collections.abc import Iterator
from typing import Any

from pages.markdown import code, table
from r1data.store.store import Store

ROWS = 3
LONGEST = 240
INTRODUCTION = """\
# Gallery

Three rows of each table of {name}, drawn from all over it: `make gallery` writes this page. Texts
are cut after {longest} characters, and columns that hold nothing in the three rows are left out.
[tables.md](tables.md) says what each column means; `r1data show TABLE` shows whole rows.
"""


def gallery_page(store: Store) -> str:
    """Return three rows of each table that is made, evenly spread over it."""
    shown = [INTRODUCTION.format(name=code(store.root.name), longest=LONGEST)]
    for key in sorted(store.keys()):
        found = store.table(key)
        spread = found.scan().gather_every(max(1, found.num_rows // ROWS)).head(ROWS)
        shown += _section(key, found.num_rows, spread.collect().to_dicts())
    return "\n".join(shown) + "\n"


def _section(key: str, num_rows: int, rows: list[dict[str, Any]]) -> Iterator[str]:
    yield f"\n## {key}\n\n{num_rows:,} row{'' if num_rows == 1 else 's'}.\n"
    numbers = [str(number) for number in range(1, len(rows) + 1)]
    names = list(rows[0]) if rows else []
    cells = [[code(name), *(_cell(row[name]) for row in rows)] for name in names]
    if filled := [row for row in cells if any(row[1:])]:
        yield from table(["column", *numbers], filled)


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a table holds
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    line = " ".join(text.split())
    return code(line if len(line) <= LONGEST else f"{line[:LONGEST]}…")
