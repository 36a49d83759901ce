"""Problems that reasoning-gym makes, each from a seed of its own.

The seed of a problem hashes the source's name, the task and the problem's position: neighbouring
positions, sources of other names and other tasks are unrelated, and a larger `size` adds problems
without changing those before. Problems are made in a child process whose string hashing is fixed
(several tasks walk through sets of strings, so that the same seed gives other problems in the next
process) and whose global random state is seeded for each problem (some tasks draw from it).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO

from r1data.processes import process_group
from r1data.prompts.sources import Generator
from r1data.records.read import Record
from r1data.seeds import canonical_json, derive_seed
from r1data.text import last_lines

COMMAND = (sys.executable, "-m", "r1data.prompts.generator_process")


def generate_problems(name: str, generator: Generator) -> Iterator[Record]:
    """Yield the problems of a generator under a source's name, in order.

    Raises `ValueError` with one line when the task or its arguments are wrong.
    """
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        process_group(COMMAND, environment={"PYTHONHASHSEED": "0"}, stderr=errors) as child,
    ):
        _ask(child, canonical_json([generator.task, generator.arguments]))
        for index in range(generator.size):
            _ask(child, str(derive_seed(name, generator.task, index)))
            reply = child.stdout.readline() if child.stdout else ""
            if not reply:
                raise ValueError(f"generator `{generator.task}`: {_why(errors)}")
            yield json.loads(reply)


def _ask(child: subprocess.Popen[str], line: str) -> None:
    """Write a line to the child; one that is gone says why on its standard error."""
    try:
        if child.stdin:
            child.stdin.write(f"{line}\n")
            child.stdin.flush()
    except BrokenPipeError:
        pass


def _why(errors: IO[str]) -> str:
    """Return the last line of a traceback without the exception's type."""
    errors.seek(0)
    end = last_lines(errors.read()) or ["its process ended without a word"]
    return end[0].removeprefix("ValueError: ")
