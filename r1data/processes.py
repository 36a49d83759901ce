"""Child processes that end as a group and never outlive their parent.

vLLM and training runs start processes of their own, ignore signals while they compute, and leave
orphans on the GPU when only the child itself is ended. So each child leads a session of its own,
which is killed whole; and each child reads its standard input in a thread, whose end-of-file says
that the parent is gone, however it went.
"""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TextIO

GRACE_SECONDS = 5.0


@contextmanager
def process_group(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    stderr: IO[str] | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a group of its own with pipes to it; end the whole group on leaving.

    The command must call `end_with_parent` or read its standard input itself.
    """
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        bufsize=1,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    try:
        yield child
    finally:
        end_group(child)


def end_group(child: subprocess.Popen[str]) -> None:
    """End a child and everything in its group: asked first, killed after `GRACE_SECONDS`."""
    if child.stdin:
        with suppress(BrokenPipeError):
            child.stdin.close()
    _signal_group(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_SECONDS)
    _signal_group(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdout:
        child.stdout.close()


def end_with_parent() -> None:
    """Kill this process's group once its standard input ends: the parent is gone.

    For children that do not read their standard input themselves. Does nothing where that is no
    pipe: a terminal, or the `/dev/null` of a batch job.
    """
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_kill_at_end_of_input, name="end-with-parent", daemon=True).start()


def end_own_group() -> None:
    """Kill this process and everything in its group, at once."""
    os.killpg(os.getpgrp(), signal.SIGKILL)


def own_standard_output() -> TextIO:
    """Return standard output for this process's own lines; what libraries print goes to stderr."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return own


def _kill_at_end_of_input() -> None:
    while os.read(0, 4096):  # not sys.stdin: at exit the interpreter would wait for its lock
        pass
    end_own_group()


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
