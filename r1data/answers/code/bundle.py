"""The modules that run inside a sandbox, compiled outside and sent through a pipe.

So the sandbox needs no file of ours, and a start costs no compiling.
"""

import marshal
import struct
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = "r1data.answers.code"
PRINTING = ("channel", "endings", "printing", "candidate")
SERVED = ("nodes", "values", "channel", "endings", "served", "candidate")
EXAMINER = (
    *("nodes", "values", "channel", "remote", "shapes", "link", "asserts"),
    *("faults", "candidate", "expected", "checks", "record", "examiner"),
)

BOOT = """
import sys, posix, marshal
def read(size):
    parts = []
    while size:
        part = posix.read(int(sys.argv[1]), size)
        if not part:
            posix._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
builtins = sys.modules['builtins'].__dict__
modules, start = (marshal.loads(read(int.from_bytes(read(4), "big"))) for _ in range(2))
for name, code in modules:
    module = sys.modules[name] = type(sys)(name)
    module.__builtins__ = dict(builtins)
    if code:
        exec(code, module.__dict__)
descriptor = int(sys.argv[1])
del sys.argv[1:]
module.main(descriptor, start)
"""
"""The first code in a sandbox: it reads the modules and calls the last one's `main`.

Each module has its own copy of the builtins, so that a program may change those it sees.
"""


def compiled(modules: tuple[str, ...]) -> list[tuple[str, Any]]:
    """Return the modules with their code, in order, and the packages they are in."""
    parents = [PACKAGE.rsplit(".", depth)[0] for depth in (2, 1, 0)]
    sources = {name: Path(__file__).with_name(f"{name}.py").read_text("utf-8") for name in modules}
    return [(name, None) for name in parents] + [
        (f"{PACKAGE}.{name}", compile(source, f"<{name}>", "exec", dont_inherit=True, optimize=2))
        for name, source in sources.items()
    ]


def framed(message: bytes) -> bytes:
    """Return a message with its length in front."""
    return struct.pack(">I", len(message)) + message


def start_message(modules: tuple[str, ...], start: dict[str, Any]) -> bytes:
    """Return what a sandbox is to be sent first: its code, and what to begin with."""
    return _packed(modules) + framed(marshal.dumps(start))


@cache
def _packed(modules: tuple[str, ...]) -> bytes:
    return framed(marshal.dumps(compiled(modules)))
