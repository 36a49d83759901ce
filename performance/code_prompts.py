"""Code prompts with reference solutions, from public benchmark files, as the `code` verifier's."""

import ast
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1data.answers.code.preambles import IMPORTS, NODES
from r1data.answers.code.public_forms import gathered_tests

LACKS_PACKAGE = frozenset(
    f"leetcode/{row}"
    for row in (141, 221, 953, 985, 1047, 1197, 1374, 1613, 1752, 1769, 1810, 1817, 1857)
)
"""Reference solutions that import sortedcontainers (1374: numpy), which the sandbox has not."""


@dataclass(frozen=True, slots=True)
class CodePrompt:
    """A prompt with the solution that its source gives."""

    name: str
    program: str
    code: str
    setup: str = ""
    entry_point: str | None = None
    row: str = ""
    """The tests as the set publishes them, in JSON."""

    @property
    def tests(self) -> str:
        """Return the tests as the column `tests` holds them."""
        parts = {"setup": self.setup, "code": self.code, "entry_point": self.entry_point}
        return json.dumps({"kind": "asserts", **parts})


def humaneval(data: Path) -> Iterator[CodePrompt]:
    """Return HumanEval; functions of the problem that tests use are the tests' own."""
    with gzip.open(data / "benchmarks/humaneval.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            program = row["prompt"] + row["canonical_solution"]
            helpers = [
                ast.unparse(node)
                for node in ast.parse(program).body
                if getattr(node, "name", "") != row["entry_point"]
            ]
            setup, entry_point = "\n".join(helpers), row["entry_point"]
            yield CodePrompt(row["task_id"], program, row["test"], setup, entry_point, _row(row))


def mbpp(data: Path) -> Iterator[CodePrompt]:
    """Return MBPP, challenge tests included; two of its set-ups need the program's own class."""
    with (data / "prompts/mbpp.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            code = "\n".join(row["test_list"] + row["challenge_test_list"])
            entry_point = "sum" if row["task_id"] == 126 else None  # a builtin's name
            name = f"mbpp/{row['task_id']}"
            setup = row["test_setup_code"]
            yield CodePrompt(name, row["code"], code, setup, entry_point, _row(row))


def leetcode(data: Path) -> Iterator[CodePrompt]:
    """Return LeetCode with what the site adds to every solution."""
    rows = json.loads((data / "prompts/leetcode_train.json").read_text("utf-8"))
    for number, row in enumerate(rows):
        tests = row["tests"] if isinstance(row["tests"], dict) else ast.literal_eval(row["tests"])
        code = tests["functional"]
        name, setup = f"leetcode/{number}", IMPORTS + NODES
        yield CodePrompt(name, row["solutions"], code, setup, row=_row({"tests": tests}))


def _row(row: dict[str, Any]) -> str:
    return json.dumps(gathered_tests(row, is_code=True))


SETS = {"humaneval": humaneval, "mbpp": mbpp, "leetcode": leetcode}
