"""Checking sources before any work is done: files, columns, generators."""

from difflib import get_close_matches
from itertools import islice

from r1data.prompts.columns import FIRST_ROWS, find_columns
from r1data.prompts.load import read_source
from r1data.prompts.sources import Columns, Source
from r1data.records.files import shown
from r1data.records.read import BadRecord, Record, paths
from r1data.records.shapes import columns_of, find_worked

SAMPLE_ROWS = 1_000
FEW_ROWS = 3
"""Where a row may take a network or a quarter of a second of computing."""
MAX_NAMES = 20


def check_source(name: str, source: Source) -> list[str]:
    """Read the first rows of a source and raise one line if it cannot be used as the recipe says.

    Returns what there is to say of it: the columns that were found by their names. A missing, empty
    or unreadable file, a column that no row has, an unknown task or argument, a Hub that cannot be
    reached, no problem or no gold answer in any row: `ValueError` or `FileNotFoundError`. Rows
    further down are not looked at: they are data.
    """
    try:
        return _check(name, source)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"source `{name}`: {error}") from error
    except ValueError as error:
        raise ValueError(f"source `{name}`: {error}") from error


def _check(name: str, source: Source) -> list[str]:
    num_rows = SAMPLE_ROWS if source.file else FEW_ROWS
    rows = [record for _, record in islice(read_source(name, source), num_rows)]
    records = [record for record in rows if not isinstance(record, BadRecord)]
    if not rows:
        file = shown(source.file) if source.file else "it"
        raise ValueError(f"{file} holds no rows; give it some or take it out.")
    if not records:
        bad = next(row for row in rows if isinstance(row, BadRecord))
        raise ValueError(f"none of the first {len(rows)} rows can be read; {bad.detail}.")
    found = find_columns(source, rows[:FIRST_ROWS])
    _check_columns(found.columns, records, source.named)
    from r1data.prompts.rows import prompt_row

    reasons = {prompt_row(source, found.columns, record)["drop_reason"] for record in records}
    if reasons == {"no_problem"}:
        raise ValueError(
            f"`columns.problem: {found.columns.problem}` holds no text in the first {len(rows)} "
            f"rows; there are {_names(records)}."
        )
    if reasons == {"no_gold_answer"}:
        raise ValueError(
            f"no gold answer in the first {len(rows)} rows for `verifier: {source.verifier}`; "
            f"{_remedy(source, records)}."
        )
    told = found.told(name)
    return [told] if told else []


def _remedy(source: Source, records: list[Record]) -> str:
    """Say how gold answers could be had: where they seem to stand, or how to do without."""
    without = "`verifier: null`, or `unverified: keep` to keep rows that nobody verifies"
    worked = find_worked(records)
    if worked is not None:
        found = f"`columns: {{gold_answer: {worked}, gold_from: boxed}}`"
        return f"{found} would find some; or say {without}"
    return (
        "set `columns.gold_answer` and `columns.gold_from` where the source has columns, or "
        f"{without}"
    )


def _check_columns(columns: Columns, records: list[Record], named: str | None) -> None:
    known = _paths(records)
    used = [(held, column) for held, path in columns.used().items() for column in columns_of(path)]
    for held, column in used:
        if column not in known:
            raise ValueError(
                f"unknown column `{column}` (`columns.{held}`); {_near(column, records)}"
                f"{_without(named, held)}."
            )


def _without(named: str | None, held: str) -> str:
    """Say how to do without a column that a named benchmark has, and this file has not."""
    if named is None or held == "problem":
        return ""
    return f"; where `{named}` is without one, say `columns: {{{held}: null}}`"


def _near(column: str, records: list[Record]) -> str:
    """Say which columns there are, the one first that is meant most likely."""
    known = _paths(records)
    inside = [path for path in known if path.endswith(f".{column}")]
    nearest = inside or get_close_matches(column, known, n=1, cutoff=0.0)
    if not nearest:
        return "its rows have no columns"
    return f"the nearest is `{nearest[0]}`; there are {_names(records)}"


def _paths(records: list[Record]) -> dict[str, None]:
    """Return the paths of all records, each once, in the order they appear."""
    return dict.fromkeys(path for record in records for path in paths(record))


def _names(records: list[Record]) -> str:
    known = list(_paths(records))
    rest = [f"and {len(known) - MAX_NAMES} more"] if len(known) > MAX_NAMES else []
    return ", ".join([*known[:MAX_NAMES], *rest])
