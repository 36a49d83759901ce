"""The command `r1data curate`: a file in, its rows back with what was decided on each."""

import shutil
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from assets.steps.run import Run
from r1data.cli.curating.rows import find_shape
from r1data.cli.curating.settings import Curation
from r1data.cli.curating.steps import GivenFile
from r1data.cli.curating.tables import tables
from r1data.cli.curating.written import Curated, write_rows
from r1data.cli.terminal import CONSOLE, TERMINAL, cell, lean_grid, say
from r1data.prompts.sources import Source
from r1data.reasons import SENTENCES
from r1data.records.write import check_out
from r1data.verification.rows import Layout

KEPT = "kept"
MAX_SOURCES = 12
"""Sources that the drop table shows one by one."""


def curate_file(
    source: Path,
    out: Path,
    *,
    layout: Layout,
    curation: Curation,
    benchmarks: Mapping[str, Source],
) -> None:
    """Curate the rows of a file, write them, and print the drop table.

    What is measured stands in a hidden folder beside `out` until that is written: a run that was
    killed goes on from it.

    Raises:
        ValueError: The file cannot be curated, or `out` cannot be written.
    """
    started = time.monotonic()
    check_out(out, source)
    shape, told = find_shape(source, layout)
    if told:
        say(told)
    file = GivenFile(path=str(source), shape=shape)
    folder = out.with_name(f".{out.name}.curating")
    specs = tables(file, curation, benchmarks)
    for line in (line for spec in specs if spec.check for line in spec.check(spec.settings)):
        say(line)
    with Run(specs, folder / "tables", progress=TERMINAL) as run:
        for spec in specs:
            run.make(spec.key)
        found = write_rows(run, file, out, curation.selection.decontamination)
    shutil.rmtree(folder)
    _print_fates(found)
    if found.replaced_columns:
        say(f"replaced columns of the input: {', '.join(sorted(found.replaced_columns))}")
    took = time.monotonic() - started
    say(f"kept {found.num_kept:,} of {found.num_rows:,} rows; all are in {out} ({took:.1f} s)")


def _print_fates(found: Curated) -> None:
    """Print how many rows of each source were kept, and how many left for each reason."""
    sources = Counter[str]()
    for (source, _), count in found.fates.items():
        sources[source] += count
    grid = lean_grid("source", "fate", "rows", "share")
    for source, total in sources.most_common(MAX_SOURCES):
        counts = {reason: n for (one, reason), n in found.fates.items() if one == source}
        for reason, count in sorted(
            counts.items(), key=lambda pair: (pair[0] is not None, -pair[1])
        ):
            fate = reason or KEPT
            grid.add_row(cell(source), fate, f"{count:,}", f"{count / total:.1%}")
    CONSOLE.print(grid)
    if len(sources) > MAX_SOURCES:
        say(f"and {len(sources) - MAX_SOURCES} more sources")
    for reason in sorted({reason for _, reason in found.fates if reason is not None}):
        say(f"{reason}: {SENTENCES[reason]}")
    if found.forms:
        told = ", ".join(f"{form} {count:,}" for form, count in found.forms.most_common())
        say(f"malformed are: {told}; where prompts open the block, say `--reasoning prefilled`")
