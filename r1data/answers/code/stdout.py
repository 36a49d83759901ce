"""Comparing printed output with the expected one, line by line, number by number."""

import math
import re

NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
INTEGER = re.compile(r"[-+]?[0-9]+")
PARTS = re.compile(r"([ \t]+|[,;:()\[\]{}])")
RELATIVE = 1e-6
MAX_SHOWN = 100


def difference(output: str, expected: str) -> str:
    r"""Return where an output differs from the expected one; empty if it does not.

    White space at the end of lines and empty lines at the end of all do not count. A number
    differs unless it is written the same; where a decimal is expected, unless it is as close as
    one part in a million.

    >>> difference("1\n", "1\n2\n"), difference("0.33333333", "0.3333333")
    ('1 lines, not 2', '')
    >>> difference("1.0", "1")
    "line 1: '1.0', not '1'"
    """
    given, wanted = _lines(output), _lines(expected)
    for number, (line, target) in enumerate(zip(given, wanted, strict=False), start=1):
        if not _agrees(line, target):
            return f"line {number}: {line[:MAX_SHOWN]!r}, not {target[:MAX_SHOWN]!r}"
    if len(given) != len(wanted):
        return f"{len(given)} lines, not {len(wanted)}"
    return ""


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _agrees(line: str, target: str) -> bool:
    if line == target:
        return True
    given, wanted = PARTS.split(line), PARTS.split(target)
    return len(given) == len(wanted) and all(map(_is_same_part, given, wanted))


def _is_same_part(part: str, target: str) -> bool:
    if part == target:
        return True
    if INTEGER.fullmatch(target) or not (NUMBER.fullmatch(target) and NUMBER.fullmatch(part)):
        return False
    return math.isclose(float(part), float(target), rel_tol=RELATIVE)
