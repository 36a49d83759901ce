"""The program's process: it limits itself, and runs what it was sent.

Nothing here is trusted once the program runs. It is told arguments and says values, as plain data;
what the tests expect is never in its sandbox.
"""

from __future__ import annotations

import posix
import sys

from r1data.answers.code.channel import send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PACKAGE = "r1data.answers.code"


def main(file: int, start: dict[str, Any]) -> None:
    """Run the program of a job: for its output, or for what the tests ask of its objects."""
    limit_process(start["limits"])
    sys.path.extend(start.get("paths", ()))
    send(file, b"ready")
    module = sys.modules[f"{PACKAGE}.{'printing' if start['kind'] == 'stdin' else 'served'}"]
    module.run(file, start)


def limit_process(limits: dict[str, int]) -> None:
    """Give up being root, and set the limits that the kernel holds for each process."""
    import resource

    if limits["user"]:
        posix.setgroups([])
        posix.setgid(limits["user"])
        posix.setuid(limits["user"])
    for name in ("AS", "NPROC", "NOFILE", "FSIZE", "CORE"):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limits[name],) * 2)
    if limits["CPU"]:
        resource.setrlimit(resource.RLIMIT_CPU, (limits["CPU"], limits["CPU"] + 1))
