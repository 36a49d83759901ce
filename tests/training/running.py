"""Trainings in tests: in this process, which takes a second, or in one of their own."""

import importlib
import io
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from r1data.processes import process_group

CONFIGS = Path(__file__).parents[2] / "training" / "configs"


def flags(arguments):
    return [str(text) for name, value in arguments.items() for text in (f"--{name}", value)]


def train_here(entry_point, kinds, arguments):
    """Train in this process; return the lines it said and its exit status."""
    from training.process import run

    report = io.StringIO()
    train = importlib.import_module(f"training.{entry_point}").train
    status = run(kinds, train, report, flags(arguments))
    return [json.loads(line) for line in report.getvalue().splitlines()], status


@contextmanager
def training(entry_point, arguments, *, accelerate=None, errors=subprocess.DEVNULL, options=()):
    """Train in a process of its own; give it, and the lines it says."""
    launch = ["accelerate.commands.launch", "--config_file", accelerate, "-m"] if accelerate else []
    command = [
        sys.executable,
        *options,
        "-m",
        *launch,
        f"training.{entry_point}",
        *flags(arguments),
    ]
    threads = {"OMP_NUM_THREADS": "1"}
    with process_group(list(map(str, command)), environment=threads, stderr=errors) as child:
        yield child, (json.loads(line) for line in child.stdout)


def train_apart(entry_point, arguments, **others):
    """Train in a process of its own, to the end; return the lines it said and its exit status."""
    with training(entry_point, arguments, **others) as (child, lines):
        return list(lines), child.wait()


def processes_that_name(text):
    """The processes with a text in their command, this one apart."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(text) in command and int(path.parent.name) != os.getpid():
            found.append(int(path.parent.name))
    return found
