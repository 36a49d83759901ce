"""The tables that a file is curated by: what its rows hold, and what the steps make of them."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from assets.steps.curate import ROLLOUT_KEYS, Measuring, Sketching, compare_texts, rate, sketch
from assets.steps.ingest import Repeating, mark_repeated
from assets.steps.run import Run
from assets.steps.step import step
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Verdict
from r1data.answers.versions import VERSIONS, verifier_versions
from r1data.cli.curating.rows import Given, Shape, read_rows
from r1data.cli.curating.settings import Curation
from r1data.curation.evidence import Evidence
from r1data.curation.selection import Selection, select_rollouts, signals_read
from r1data.curation.signals.measure import measure_signals
from r1data.curation.signals.signal import Means
from r1data.execution.shards import map_shards
from r1data.marks import has_think_tags
from r1data.records.files import files_digest
from r1data.settings import Settings
from r1data.store.spec import TableSpec
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import BY_RULE, UNVERIFIED, Prompts, Rollouts, Selections, Signals, Verdicts
from r1data.text import storable
from r1data.verification.files import judge_cases
from r1data.verification.notes import noted

PROMPTS, ASKED, BENCHMARKS = "prompts/prompts", "prompts/filtered_prompts", "prompts/benchmarks"
ROLLOUTS, VERDICTS, SETTLED = "file/rollouts", "file/verdicts", "file/settled_verdicts"
SIGNALS, SKETCHES, RATES = "file/signals", "file/sketches", "file/pass_rates"
SELECTIONS = "file/selections"
BY_FILE = "file"
"""Stands for a verifier where the verdicts that the file brings are trusted."""
DATASET = "file"


class GivenFile(Settings):
    """A file, and where its rows have what."""

    path: str
    shape: Shape

    def content(self) -> dict[str, Any]:
        """Return what decides the rows: the file by what it holds."""
        return {"file": files_digest([Path(self.path)]), "shape": self.shape.content()}

    def blocks(self) -> Iterator[list[Given]]:
        """Yield its rows."""
        return read_rows(Path(self.path), self.shape)


class Judging(GivenFile):
    """A file, and the verifiers that judge its rows."""

    def content(self) -> dict[str, Any]:
        """Return what decides the verdicts."""
        return {**super().content(), "verifiers": verifier_versions()}


class Settling(GivenFile):
    """A file, and whether its own verdicts count."""

    trust_outcome: bool


class Deciding(Settings):
    """The rules of what is kept."""

    selection: Selection


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
        rate.table(RATES, rollouts=ROLLOUTS, verdicts=SETTLED),
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


@step(Prompts, version=1)
def ask(run: Run, writer: TableWriter, settings: GivenFile) -> None:
    """What each row asks, or why it cannot be read."""
    _write(run, writer, settings, _prompt)


@step(Prompts, version=1, may_be_empty=True)
def no_benchmarks(_run: Run, writer: TableWriter, _settings: Settings) -> None:
    """No problem."""
    writer.write(0, Prompts.create_empty())


@step(Rollouts, version=1, may_be_empty=True)
def take(run: Run, writer: TableWriter, settings: GivenFile) -> None:
    """The completion of each row that has one."""
    _write(run, writer, settings, _rollout)


@step(Verdicts, version=1, may_be_empty=True)
def judge(run: Run, writer: TableWriter, settings: Judging) -> None:
    """What the verifier concluded about each row that says which answer is right."""
    with run.progress.bar(writer.key, None, "rows") as bar:
        done = 0
        for block, rows in enumerate(settings.blocks()):
            done += len(rows)
            if not writer.is_done(block):
                writer.write(block, _judged([row for row in rows if row.case], run))
            bar.update(done)


@step(Verdicts, version=1, may_be_empty=True)
def settle(run: Run, writer: TableWriter, settings: Settling, verdicts: Table) -> None:
    """The verdict that counts on each completion: a rule's, the file's, or that nobody judged."""
    for block, rows in enumerate(settings.blocks()):
        ours = rows_of(verdicts, rows)
        judged = {row["rollout_id"]: row for row in ours.iter_rows(named=True)}
        settled = [
            _settled(row, judged, trust=settings.trust_outcome)
            for row in rows
            if row.completion is not None
        ]
        writer.write(block, pl.DataFrame(settled, schema=ours.schema))


@step(Signals, version=1, may_be_empty=True)
def measure(
    run: Run, writer: TableWriter, settings: Measuring, rollouts: Table, prompts: Table
) -> None:
    """What was measured on every completion, before any threshold."""
    write = partial(_measured, settings=settings, prompts=prompts)
    map_shards(writer, write, rollouts, progress=run.progress)


@step(Selections, version=1, may_be_empty=True)
def decide(
    run: Run,
    writer: TableWriter,
    settings: Deciding,
    *,
    prompts: Table,
    rollouts: Table,
    verdicts: Table,
    signals: Table,
    pass_rates: Table,
    sketches: Table | None = None,
) -> None:
    """What is decided on the completion of every row whose problem is not left out."""
    asked = surviving(prompts)
    keys = rollouts.read(ROLLOUT_KEYS).join(
        asked, on="prompt_id", how="semi", maintain_order="left"
    )
    known = Evidence(
        keys,
        verdicts.read().join(keys, on="rollout_id", how="semi", maintain_order="left"),
        signals=signals.read(signals_read(settings.selection)),
        pass_rates=pass_rates.read(),
    )
    decided = select_rollouts(
        known,
        settings=settings.selection,
        dataset=DATASET,
        comparing=compare_texts(settings.selection, rollouts, sketches, writer.folder),
    )
    writer.write(0, decided)


def surviving(prompts: Table) -> pl.DataFrame:
    """Return the `prompt_id`s whose problem is no reason to leave rows out.

    That other rows have the same problem is none: a problem can have several completions.
    """
    is_left = left_out().any().alias("is_left")
    rows = prompts.scan().group_by("prompt_id").agg(is_left).collect()
    return rows.filter(~pl.col("is_left")).select("prompt_id")


def left_out() -> pl.Expr:
    """Return what says of a prompt's row that its problem leaves all of its completions out."""
    is_exact = (pl.col("drop_reason") == "duplicate") & (pl.col("duplicate_kind") == "exact")
    is_asked = pl.col("drop_reason").fill_null("no_problem") != "no_problem"
    return is_asked & ~is_exact


def rows_of(table: Table, rows: list[Given]) -> pl.DataFrame:
    """Return what a table of completions says of some rows that follow one another."""
    between = pl.col("rollout_id").is_between(pl.lit(rows[0].key), pl.lit(rows[-1].key))
    with table.naming_damage():
        return table.scan().filter(between).collect()


def _write(
    run: Run, writer: TableWriter, file: GivenFile, row_of: Callable[[Given], dict[str, Any] | None]
) -> None:
    """Write a row of a table for each row of a file that has one."""
    schema = writer.schema.create_empty().schema
    done = 0
    with run.progress.bar(writer.key, None, "rows") as bar:
        for block, rows in enumerate(file.blocks()):
            found = [row for given in rows if (row := row_of(given)) is not None]
            writer.write(block, pl.DataFrame(found, schema=schema))
            done += len(rows)
            bar.update(done)


def _prompt(given: Given) -> dict[str, Any]:
    """Return what a row asks; one that asks nothing, or is left out as a whole, is not compared."""
    asked = given.problem
    is_asked = asked.problem is not None and given.drop_reason is None
    return {
        "source": given.source,
        "revision": "",
        "upstream_row": given.key,
        "prompt_id": given.prompt_key,
        "domain": "general",
        "language": given.language,
        "system_message": storable(asked.system or "") or None,
        "problem": asked.problem or "",
        "gold_answer": storable(given.gold_answer or "") or None,
        "verifier": None if given.case is None else "any",
        "drop_reason": None if is_asked else "no_problem",
    }


def _rollout(given: Given) -> dict[str, Any] | None:
    if given.completion is None:
        return None
    return {
        "rollout_id": given.key,
        "prompt_id": given.prompt_key,
        "sample_index": 0,
        "policy": DATASET,
        "policy_revision": "",
        "template_id": "",
        "sampling_id": "",
        "completion": given.completion,
        "prefill": given.prefill,
        "finish_reason": given.finish_reason,
        "file_outcome": given.outcome,
    }


def _judged(rows: list[Given], run: Run) -> pl.DataFrame:
    """Return the verdicts on rows that say which answer is right."""
    cases = [row.case for row in rows if row.case is not None]
    found = [
        {
            "rollout_id": row.key,
            "prompt_id": row.prompt_key,
            "verifier": case.verifier or "none",
            "verifier_version": VERSIONS.get(case.verifier, 0),
            "decided_by": BY_RULE,
            "answer_type": answer_type,
            **_finding(noted(verdict, case.note)),
        }
        for row, case, (verdict, answer_type) in zip(
            rows, cases, judge_cases(cases, run.workers), strict=True
        )
    ]
    return pl.DataFrame(found, schema=Verdicts.create_empty().schema)


def _finding(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "predicted_answer": verdict.predicted_answer,
        "detail": verdict.detail,
        "read_from": verdict.read_from,
        "seconds": verdict.seconds,
    }


def _settled(given: Given, ours: Mapping[str, dict[str, Any]], *, trust: bool) -> dict[str, Any]:
    """Return the verdict that counts on a completion."""
    keys = {"rollout_id": given.key, "prompt_id": given.prompt_key, "seconds": 0.0, "detail": ""}
    if trust and given.outcome is not None:
        return {**keys, "verifier": BY_FILE, "verifier_version": 0, "outcome": given.outcome}
    if given.key in ours:
        return ours[given.key]
    undecided = Outcome.UNDECIDED.value
    return {**keys, "verifier": UNVERIFIED, "verifier_version": 0, "outcome": undecided}


def _measured(rollouts: pl.DataFrame, *, settings: Measuring, prompts: Table) -> pl.DataFrame:
    """Measure the completions of a shard: those without think tags as reasoning in the open."""
    texts = rollouts.select("prefill", "completion").iter_rows()
    tagged = pl.Series(
        [has_think_tags(prefill + text) for prefill, text in texts], dtype=pl.Boolean
    )
    measured = [
        measure_signals(
            rollouts.filter(chosen),
            means=Means(reasoning),
            wanted=settings.signals,
            prompts=prompts,
        )
        for chosen, reasoning in ((tagged, settings.reasoning), (~tagged, "none"))
    ]
    return rollouts.select("rollout_id").join(
        pl.concat(measured), on="rollout_id", how="left", maintain_order="left"
    )
