"""Filling in the tests of prompts that come with reference solutions and none of their own.

Such a prompt says in its `metadata` what its source knows, as JSON: `solutions` (known-good
programs), `generators` (of inputs), and where there are any `wrong_solutions`, `entry_point` and
the `packages` that these programs import.
"""

import json
from typing import Any

import polars as pl

from r1data.answers.code.generated_tests import GeneratedTests, generate_tests
from r1data.answers.code.packages import MissingPackage, check_packages

NO_TESTS = "no_tests"
"""The drop reason of a prompt for which no generated input was kept."""


def fill_tests(prompts: pl.DataFrame) -> pl.DataFrame:
    """Return prompts with tests generated where solutions allow it; the others as they are.

    A prompt whose tests change is another prompt: its `prompt_id` is to be made anew. One for
    which no input was kept is dropped as `no_tests`, with the counts.
    """
    is_missing = (
        (pl.col("verifier") == "code")
        & pl.col("tests").is_null()
        & pl.col("metadata").is_not_null()
        & pl.col("drop_reason").is_null()
    )
    if prompts.filter(is_missing).is_empty():
        return prompts
    rows = [
        _filled(row) if is_open else row
        for row, is_open in zip(
            prompts.iter_rows(named=True), prompts.select(is_missing).to_series(), strict=True
        )
    ]
    return pl.DataFrame(rows, schema=prompts.schema)


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    known = _solutions(row["metadata"])
    if known is None:
        return {**row, "drop_reason": NO_TESTS, "drop_detail": "no tests, and no solutions"}
    try:
        check_packages(known.get("packages") or ())
    except MissingPackage as error:
        return {**row, "drop_reason": NO_TESTS, "drop_detail": str(error)}
    made = generate_tests(
        known["generators"],
        known["solutions"],
        known.get("wrong_solutions") or (),
        entry_point=known.get("entry_point"),
        packages=tuple(known.get("packages") or ()),
    )
    if made.tests is None:
        return {**row, "drop_reason": NO_TESTS, "drop_detail": _counts(made)}
    return {**row, "tests": made.tests}


def _solutions(metadata: str) -> dict[str, Any] | None:
    """Return what a prompt's metadata says of its solutions, if it says enough."""
    try:
        known = json.loads(metadata)
    except (ValueError, RecursionError):
        return None
    if not isinstance(known, dict):
        return None
    names = ("generators", "solutions", "wrong_solutions", "packages")
    lists = [known.get(name) for name in names]
    is_readable = all(
        isinstance(programs, list) and all(isinstance(program, str) for program in programs)
        for programs in (*lists[:2], *(one or [] for one in lists[2:]))
    )
    entry_point = known.get("entry_point")
    is_named = entry_point is None or (isinstance(entry_point, str) and entry_point.isidentifier())
    return known if is_readable and is_named and all(lists[:2]) else None


def _counts(made: GeneratedTests) -> str:
    return (
        f"none of {made.num_inputs} generated inputs was kept: on {made.num_disagreed} the "
        f"solutions fail or disagree, {made.num_idle} are answered by every wrong one too"
    )
