"""Rows of every fate, told by `r1data why` and held against SQL: `python -m performance.why_rows`.

Ten rollouts and ten prompts of each fate are taken from a recipe's data folder, by hash. The page
of each must have a line with what SQL says of it and the sentence of the reason. The first page of
each fate is printed whole with `--show`. The script exits with 1 if a page and SQL disagree.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from r1data.cli.why.page import trace
from r1data.reasons import SENTENCES
from r1data.store.query import open_session
from r1data.store.store import Store, open_store

SELECTIONS = "select rollout_id, drop_reason, rank from {table} order by hash(rollout_id)"
PROMPTS = """
select prompt_id, drop_reason, source || '/' || upstream_row as label from {table}
order by hash(prompt_id)
"""
NUMBER = 10


def main() -> None:
    """Ask for rows of each fate, compare, and print how many agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("data/demo"))
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    store = open_store(options.folder)
    agree = [
        _compared(store, key, is_shown=options.show)
        for key in store.keys()  # noqa: SIM118 - a method of the store
        if key.endswith(("/selections", "/filtered_prompts"))
    ]
    sys.exit(not all(agree))


def _compared(store: Store, key: str, *, is_shown: bool) -> bool:
    """Compare rows of each fate of a table, and tell whether all agree."""
    is_prompt = key.endswith("prompts")
    statement = (PROMPTS if is_prompt else SELECTIONS).format(table=key.replace("/", "."))
    with open_session(store.root) as session:
        rows = session.query(statement).rows()
    looked_at, agreeing = Counter[str](), Counter[str]()
    for identity, reason, told in rows:
        fate = reason or "kept"
        if looked_at[fate] == NUMBER:
            continue
        page = list(trace(store, identity))
        expected = _expected(key, reason, told, is_prompt=is_prompt)
        agreeing[fate] += expected in page
        looked_at[fate] += 1
        if is_shown and looked_at[fate] == 1:
            print("\n".join(page), end="\n\n")
    for fate, number in looked_at.items():
        print(f"{key:30} {fate:22} {agreeing[fate]} of {number} pages say what SQL says")
    return looked_at == agreeing


def _expected(key: str, reason: str | None, told: object, *, is_prompt: bool) -> str:
    """Return the line that the page of a row must have."""
    which = f" {told}" if is_prompt else ""
    if reason is not None:
        return f"{key}:{which} left for {reason}. {SENTENCES[reason]}"
    return f"{key}:{which} kept" + ("" if is_prompt else f", rank {told}")


if __name__ == "__main__":
    main()
