"""The end of a program's run: exit status and exception, as its own process reports them."""

from __future__ import annotations

MAX_DETAIL = 300
NO_PROGRAM = 1000
"""Reported in the place of an exit status: the program does not compile."""


def described(error: BaseException, *, with_line: bool = False) -> str:
    """Return an exception as Python prints it, whatever its class makes of that."""
    try:
        said = str(error)[:MAX_DETAIL]
    except BaseException:  # noqa: BLE001 - the program's own class
        said = "(it cannot be printed)"
    line = f" (line {getattr(error, 'lineno', 0)})" if with_line else ""
    return f"{type(error).__name__}: {said}{line if line not in said else ''}"
