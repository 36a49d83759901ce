"""The tables that a file is curated by, each with the step that fills it."""

from assets.steps.curate import Measuring, Rating, Sketching, rate, sketch
from assets.steps.ingest import Repeating, mark_repeated
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
    no_benchmarks,
    settle,
    take,
)
from r1data.store.spec import TableSpec

PROMPTS, ASKED, BENCHMARKS = "prompts/prompts", "prompts/filtered_prompts", "prompts/benchmarks"
ROLLOUTS, VERDICTS, SETTLED = "file/rollouts", "file/verdicts", "file/settled_verdicts"
SIGNALS, SKETCHES, RATES = "file/signals", "file/sketches", "file/pass_rates"
SELECTIONS = "file/selections"


def tables(file: GivenFile, curation: Curation) -> list[TableSpec]:
    """Return the tables that a file is curated by, each after those it reads."""
    given = {"path": file.path, "shape": file.shape}
    near, reasoning = curation.selection.near_duplicates, file.shape.reasoning
    measuring = Measuring(reasoning=reasoning, signals=curation.selection.signals.wanted())
    specs = [
        ask.table(PROMPTS, file),
        no_benchmarks.table(BENCHMARKS),
        mark_repeated.table(
            ASKED,
            Repeating(near_duplicates=curation.near_duplicates),
            prompts=PROMPTS,
            benchmark_prompts=BENCHMARKS,
        ),
        take.table(ROLLOUTS, file),
        judge.table(VERDICTS, Judging(**given)),
        settle.table(
            SETTLED,
            Settling(**given, trust_outcome=curation.trust_outcome),
            verdicts=VERDICTS,
        ),
        measure.table(SIGNALS, measuring, rollouts=ROLLOUTS, prompts=PROMPTS),
        rate.table(RATES, Rating(), rollouts=ROLLOUTS, verdicts=SETTLED),
    ]
    if near is not None:
        specs.append(
            sketch.table(SKETCHES, Sketching(shingle_size=near.shingle_size), rollouts=ROLLOUTS)
        )
    decided = {"sketches": SKETCHES} if near is not None else {}
    return [
        *specs,
        decide.table(
            SELECTIONS,
            Deciding(selection=curation.selection),
            prompts=ASKED,
            rollouts=ROLLOUTS,
            verdicts=SETTLED,
            signals=SIGNALS,
            pass_rates=RATES,
            **decided,
        ),
    ]
