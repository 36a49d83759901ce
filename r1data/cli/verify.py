"""Judging a user's own file of completions."""

import time
from collections.abc import Sequence
from pathlib import Path

import typer

from r1data.answers.code.packages import check_packages
from r1data.answers.outcome import Outcome
from r1data.answers.workers import Workers, WorkersError
from r1data.cli.terminal import CONSOLE, TERMINAL, cell, lean_grid, say
from r1data.text import Reasoning
from r1data.verification.file_verdicts import Agreement, is_agreed
from r1data.verification.files import VerifiedFile, verify_file
from r1data.verification.rows import COLUMNS, Layout

MAX_FAILED_SHARE = 0.05
FAILED = 1
DISAGREEMENTS = (("correct", "not"), ("incorrect", "correct"))
SLOW_SECONDS = 0.1
"""Rows that took less are not called slow."""


def judge_file(
    source: Path, out: Path, *, workers: int | None, seconds: float, layout: Layout
) -> None:
    """Judge the rows of a file, and print their outcomes and the slowest of them.

    Ends with exit status 1 if more rows failed or timed out than `MAX_FAILED_SHARE`.

    Raises:
        ValueError: The file cannot be judged, or the workers cannot be started.
    """
    started = time.monotonic()
    try:
        with Workers(workers, seconds=seconds) as pool:
            found = verify_file(source, out, pool=pool, progress=TERMINAL, layout=layout)
    except WorkersError as error:
        raise ValueError(str(error)) from error
    _print_outcomes(found)
    _print_slowest(found)
    if found.agreement is not None:
        _print_agreement(found.agreement)
    if found.replaced_columns:
        names = ", ".join(sorted(found.replaced_columns))
        say(f"replaced columns of the input: {names}")
    if found.no_sandbox:
        say(found.no_sandbox)
    took = time.monotonic() - started
    say(f"{found.num_rows:,} rows in {out}, judged in {took:.1f} s")
    if found.failed_share > MAX_FAILED_SHARE:
        raise typer.Exit(FAILED)


def read_layout(
    columns: Sequence[str],
    reasoning: Reasoning,
    packages: Sequence[str] = (),
    more: Sequence[str] = (),
) -> Layout:
    """Return how rows are to be read, from texts such as `completion=output`.

    Args:
        columns: The texts.
        reasoning: Whether the chat template opened the think block.
        packages: What programs may import.
        more: Columns that can be mapped beside those of `COLUMNS`.

    Raises:
        ValueError: A text does not map a column, a column is mapped twice, or a package is not
            installed here.
    """
    check_packages(packages)
    known = (*COLUMNS, *more)
    mapped: dict[str, str] = {}
    for text in columns:
        ours, is_mapped, theirs = text.partition("=")
        if not is_mapped or not theirs or ours not in known:
            raise ValueError(
                f"--column {text!r} maps no column; write OURS=THEIRS, for example "
                f"completion=output, with OURS one of {', '.join(known)}."
            )
        if ours in mapped:
            raise ValueError(f"--column maps {ours} twice, to {mapped[ours]} and to {theirs}.")
        mapped[ours] = theirs
    return Layout(mapped, reasoning, tuple(packages))


def _print_agreement(agreement: Agreement) -> None:
    say(
        f"agrees with the file's `{agreement.column}` on {agreement.num_agreed:,} of "
        f"{agreement.num_compared:,} rows that both judge"
    )
    for given, ours in DISAGREEMENTS:
        count = sum(
            n
            for (held, outcome), n in agreement.counts.items()
            if held == given and is_agreed(held, outcome) is False
        )
        if count:
            say(f"{given} there and {ours} here: {count:,}")


def _print_outcomes(found: VerifiedFile) -> None:
    outcomes = [one for one in Outcome if any(seen is one for _, seen in found.outcomes)]
    grid = lean_grid("answer type", "rows", *(one.value.replace("_", " ") for one in outcomes))
    types = sorted({kind for kind, _ in found.outcomes})
    rows = [(kind, [found.outcomes[kind, one] for one in outcomes]) for kind in types]
    rows.sort(key=lambda row: -sum(row[1]))
    if len(rows) > 1:
        columns = zip(*(counts for _, counts in rows), strict=True)
        rows.append(("all", [sum(column) for column in columns]))
    for kind, counts in rows:
        grid.add_row(cell(kind), f"{sum(counts):,}", *(f"{count:,}" for count in counts))
    CONSOLE.print(grid)


def _print_slowest(found: VerifiedFile) -> None:
    slow = [row for row in found.slowest if row.seconds >= SLOW_SECONDS]
    if not slow:
        return
    grid = lean_grid("slowest: row", "id", "seconds", "outcome")
    for row in slow:
        grid.add_row(f"{row.position + 1:,}", cell(row.row_id), f"{row.seconds:.2f}", row.outcome)
    CONSOLE.print(grid)
