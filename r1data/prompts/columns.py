"""The columns of a source: those its recipe maps, and those that are known by their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from r1data.prompts.sources import Columns, Source
from r1data.records.read import BadRecord, Record, paths
from r1data.records.shapes import TURNS, find_gold, find_problem

FIRST_ROWS = 20
"""Rows by which columns are found."""
OWN_COLUMNS = Columns(gold_answer="gold_answer")
"""The columns of inline problems."""
GENERATOR_COLUMNS = Columns(gold_answer="gold_answer", metadata="metadata")
"""The columns of generated problems."""
JUDGED_OTHERWISE = ("code", "reasoning_gym")
"""Verifiers that judge by tests or by a task's own rules, and not by a gold answer."""
HOW = {"column": "", "hashes": " after `####`"}


@dataclass(frozen=True, slots=True)
class Found:
    """The columns of a source, and which of them nobody named."""

    columns: Columns
    found: Mapping[str, str]
    """What is held, and where it was found, in words."""

    def told(self, name: str) -> str | None:
        """Return a line that says what was found in a source; None if nothing had to be."""
        if not self.found:
            return None
        told = " and ".join(f"the {held} in {where}" for held, where in self.found.items())
        return f"source `{name}`: found {told}; `columns` can say otherwise"


def find_columns(source: Source, first: Sequence[Record | BadRecord]) -> Found:
    """Return the columns of a source, by its recipe and by what its first rows hold.

    A column that the recipe names stays, be it there or not. A gold answer is looked for where a
    verifier needs one.

    Raises:
        ValueError: Two columns could hold the gold answer, and they differ.
    """
    if source.generator is not None:
        return Found(GENERATOR_COLUMNS, {})
    if not (source.hub or source.file):
        return Found(OWN_COLUMNS, {})
    records = [record for record in first if not isinstance(record, BadRecord)]
    named, changes, found = source.columns, {}, {}
    problem = None if _is_there(named, records) else find_problem(records)
    if problem is not None:
        changes["problem"] = problem
        found["problem"] = f"`{problem}`{', the last turn of its user' if problem in TURNS else ''}"
    gold = find_gold(records) if _lacks_gold(source) else None
    if gold is not None:
        changes |= {"gold_answer": gold[0], "gold_from": gold[1]}
        found["gold answer"] = f"`{gold[0]}`{HOW[gold[1]]}"
    return Found(named.model_copy(update=changes), found)


def _is_there(columns: Columns, records: Sequence[Record]) -> bool:
    """Tell whether the recipe names the column of the problems, or has it under its usual name."""
    is_named = "problem" in columns.model_fields_set
    return is_named or any(columns.problem in paths(record) for record in records)


def _lacks_gold(source: Source) -> bool:
    columns = source.columns
    needs = source.verifier is not None and source.verifier not in JUDGED_OTHERWISE
    return needs and columns.gold_answer is None and columns.tests is None
