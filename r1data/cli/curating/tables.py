"""The tables that a file is curated by, each with the step that fills it."""

from collections.abc import Mapping

from assets.steps.curate import Rating, Sketching, rate, sketch
from assets.steps.decontaminate import find_leaks, find_quotes
from assets.steps.ingest import Repeating, Sources, ingest, mark_repeated
from assets.steps.measure import Measuring
from r1data.cli.curating.settings import Curation
from r1data.cli.curating.steps import (
    Deciding,
    GivenFile,
    Judging,
    Settling,
    ask,
    decide,
    judge,
    measure,
    settle,
    take,
)
from r1data.prompts.sources import Source
from r1data.settings import NO_SETTINGS
from r1data.store.spec import TableSpec

PROMPTS, ASKED, BENCHMARKS = "file/given", "file/asked", "file/benchmarks"
LEAKS, QUOTES = "file/leaks", "file/quotes"
ROLLOUTS, VERDICTS, SETTLED = "file/rollouts", "file/verdicts", "file/settled_verdicts"
SIGNALS, SKETCHES, RATES = "file/signals", "file/sketches", "file/pass_rates"
SELECTIONS = "file/selections"


def tables(
    file: GivenFile, curation: Curation, benchmarks: Mapping[str, Source]
) -> list[TableSpec]:
    """Return the tables that a file is curated by, each after those it reads."""
    return [*_asked(file, curation, benchmarks), *_answered(file, curation)]


def _asked(
    file: GivenFile, curation: Curation, benchmarks: Mapping[str, Source]
) -> list[TableSpec]:
    repeating = Repeating(
        near_duplicates=curation.near_duplicates, decontamination=curation.decontamination
    )
    given = {"prompts": PROMPTS, "benchmark_prompts": BENCHMARKS}
    specs = [
        ask.table(PROMPTS, file),
        ingest.table(BENCHMARKS, Sources(sources=dict(benchmarks))),
    ]
    if curation.decontamination is not None:
        specs.append(find_leaks.table(LEAKS, NO_SETTINGS, **given))
        given["contamination"] = LEAKS
    return [*specs, mark_repeated.table(ASKED, repeating, **given)]


def _answered(file: GivenFile, curation: Curation) -> list[TableSpec]:
    given = {"path": file.path, "shape": file.shape}
    selection, trust = curation.selection, curation.trust_outcome
    measuring = Measuring(
        reasoning=file.shape.reasoning, signals=tuple(sorted(selection.signals.wanted()))
    )
    specs = [
        take.table(ROLLOUTS, file),
        judge.table(VERDICTS, Judging(**given)),
        settle.table(SETTLED, Settling(**given, trust_outcome=trust), verdicts=VERDICTS),
        measure.table(SIGNALS, measuring, rollouts=ROLLOUTS, prompts=PROMPTS),
        rate.table(RATES, Rating(), rollouts=ROLLOUTS, verdicts=SETTLED),
    ]
    known = {
        "prompts": ASKED,
        "rollouts": ROLLOUTS,
        "verdicts": SETTLED,
        "signals": SIGNALS,
        "pass_rates": RATES,
    }
    if selection.near_duplicates is not None:
        sketching = Sketching(shingle_size=selection.near_duplicates.shingle_size)
        specs.append(sketch.table(SKETCHES, sketching, rollouts=ROLLOUTS))
        known["sketches"] = SKETCHES
    if selection.decontamination is not None:
        specs.append(find_quotes.table(QUOTES, rollouts=ROLLOUTS, benchmark_prompts=BENCHMARKS))
        known["contamination"] = QUOTES
    return [*specs, decide.table(SELECTIONS, Deciding(selection=selection), **known)]
