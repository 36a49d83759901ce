"""Comparing printed output with the expected one: lines, tokens, tolerances, any order."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
INTEGER = re.compile(r"[-+]?[0-9]+")
PARTS = re.compile(r"([ \t]+|[,;:()\[\]{}])")
WIDE = re.compile(r"\s{2,}")
ALIGNED = re.compile(r"\s{3,}")
ALPHANUMERIC = re.compile(r"[^\W_]")
RELATIVE = 1e-6
NEARLY_ZERO = 1e-9
"""How far from zero a number may be where a decimal zero is expected: what rounding leaves."""
MAX_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be from the expected one; either will do."""

    relative: float = RELATIVE
    absolute: float = 0.0
    of_zero: float = NEARLY_ZERO
    """How far from an expected zero, of which a relative tolerance says nothing."""

    def is_near(self, value: float, expected: float) -> bool:
        """Say whether a number is as near as that; one that is too large for a float never is."""
        if not (math.isfinite(value) and math.isfinite(expected)):
            return False
        near = math.isclose(value, expected, rel_tol=self.relative, abs_tol=self.absolute)
        return near or (expected == 0 and abs(value) <= self.of_zero)


USUAL = Tolerance()
OF_TEXTS = Tolerance(of_zero=0.0)


def difference(output: str, expected: str, *, given: str = "") -> str:
    r"""Return where an output differs from the expected one; empty if it does not.

    Empty lines at either end and white space at the end of lines do not count, nor does how much
    of it stands between numbers or before them. It counts where white space is part of the answer:
    in drawings and tables, in lines that are indented by more than a blank or unlike one another,
    between words, and everywhere if the input plays with it.
    A number differs unless it is written the same; where a decimal is expected, unless it is as
    close as one part in a million, or zero but for rounding.

    >>> difference("1\n", "1\n2\n"), difference("0.33333333", "0.3333333")
    ('1 lines, not 2', '')
    >>> difference("1.0", "1")
    "line 1: '1.0', not '1'"

    Args:
        output: What was printed.
        expected: What should have been.
        given: The input.
    """
    is_exact = _is_drawn(expected) or _has_wide_space(given)
    agrees = _agrees_exactly if is_exact else _agrees
    return _first_line(_begun(_lines(output)), _begun(_lines(expected)), agrees)


def exact_difference(output: str, expected: str) -> str:
    """Return the same where all white space counts but that at the end of lines and of all.

    No number but zero is as good as zero.
    """

    def agrees(line: str, target: str) -> bool:
        return _agrees_exactly(line, target, OF_TEXTS)

    return _first_line(_lines(output), _lines(expected), agrees)


def _first_line(
    given: Sequence[str], wanted: Sequence[str], agrees: Callable[[str, str], bool]
) -> str:
    for number, (line, target) in enumerate(zip(given, wanted, strict=False), start=1):
        if not agrees(line, target):
            return f"line {number}: {line[:MAX_SHOWN]!r}, not {target[:MAX_SHOWN]!r}"
    return f"{len(given)} lines, not {len(wanted)}" if len(given) != len(wanted) else ""


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _begun(lines: list[str]) -> list[str]:
    """Return lines without empty ones before the first."""
    return lines[next((number for number, line in enumerate(lines) if line), 0) :]


def _is_drawn(expected: str) -> bool:
    r"""Say whether white space is part of a text: it draws, or its lines are indented differently.

    >>> _is_drawn("1 2\n3"), _is_drawn("  1\n 121"), _is_drawn("*"), _is_drawn("YES")
    (False, True, True, False)
    """
    lines = [line for line in expected.replace("\r\n", "\n").split("\n") if line.strip()]
    indents = {len(line) - len(line.lstrip()) for line in lines}
    has_signs = any(not ALPHANUMERIC.search(token) for token in expected.split())
    return len(indents) > 1 or max(indents, default=0) > 1 or has_signs


def _has_wide_space(given: str) -> bool:
    """Say whether an input has white space that a program may have to keep or to take away."""
    lines = [line for line in _lines(given) if not _is_of_numbers(line)]
    return any(WIDE.search(line) or line[:1].isspace() or "\t" in line for line in lines)


def _is_of_numbers(line: str) -> bool:
    return all(map(NUMBER.fullmatch, line.split()))


def _agrees(line: str, target: str) -> bool:
    is_table = ALIGNED.search(target.strip())
    if is_table or (WIDE.search(target.strip()) and not _is_of_numbers(target)):
        return _agrees_exactly(line.lstrip(), target.lstrip())
    return _agrees_exactly(" ".join(line.split()), " ".join(target.split()))


def _agrees_exactly(line: str, target: str, tolerance: Tolerance = USUAL) -> bool:
    if line == target:
        return True
    given, wanted = PARTS.split(line), PARTS.split(target)
    return len(given) == len(wanted) and all(
        part == other or (not INTEGER.fullmatch(other) and _is_near(part, other, tolerance))
        for part, other in zip(given, wanted, strict=True)
    )


def _is_near(part: str, target: str, tolerance: Tolerance) -> bool:
    are_numbers = NUMBER.fullmatch(target) and NUMBER.fullmatch(part)
    return bool(are_numbers) and tolerance.is_near(float(part), float(target))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A way to compare outputs that tests name."""

    name: str = "lines"
    tolerance: Tolerance = USUAL

    def difference(self, output: str, expected: str, *, given: str = "") -> str:
        """Return where an output differs from the expected one; empty if it does not."""
        if self.name == "lines":
            return difference(output, expected, given=given)
        return COMPARISONS[self.name](output, expected, self.tolerance)


LINES = Comparison()


def _by_tokens(output: str, expected: str, _: Tolerance) -> str:
    return _first_other(output.split(), expected.split(), str.__eq__)


def _by_tokens_in_any_case(output: str, expected: str, _: Tolerance) -> str:
    return _first_other(output.casefold().split(), expected.casefold().split(), str.__eq__)


def _by_floats(output: str, expected: str, tolerance: Tolerance) -> str:
    """Compare tokens; numbers, unless both are integers, as near as the tolerance says."""

    def is_same(token: str, target: str) -> bool:
        are_integers = INTEGER.fullmatch(token) and INTEGER.fullmatch(target)
        is_near = not are_integers and _is_near(token, target, tolerance)
        return token == target or is_near

    return _first_other(output.split(), expected.split(), is_same)


def _by_lines_in_any_order(output: str, expected: str, _: Tolerance) -> str:
    given, wanted = (
        Counter(" ".join(line.split()) for line in text.splitlines() if line.strip())
        for text in (output, expected)
    )
    return _first_missing(given, wanted, "line")


def _by_tokens_in_any_order(output: str, expected: str, _: Tolerance) -> str:
    return _first_missing(Counter(output.split()), Counter(expected.split()), "token")


def _first_other(
    given: Sequence[str], wanted: Sequence[str], is_same: Callable[[str, str], bool]
) -> str:
    for number, (token, target) in enumerate(zip_longest(given, wanted), start=1):
        if token is None or target is None:
            return f"{len(given)} tokens, not {len(wanted)}"
        if not is_same(token, target):
            return f"token {number}: {token[:MAX_SHOWN]!r}, not {target[:MAX_SHOWN]!r}"
    return ""


def _first_missing(given: Counter[str], wanted: Counter[str], noun: str) -> str:
    for some, others, said in ((wanted, given, "is missing"), (given, wanted, "is one too many")):
        for text in some - others:
            return f"the {noun} {text[:MAX_SHOWN]!r} {said}"
    return ""


COMPARISONS: Mapping[str, Callable[[str, str, Tolerance], str]] = {
    "tokens": _by_tokens,
    "tokens_any_case": _by_tokens_in_any_case,
    "floats": _by_floats,
    "lines_any_order": _by_lines_in_any_order,
    "tokens_any_order": _by_tokens_in_any_order,
}
"""Ways to compare that tests can name besides `lines`, which is the usual one."""
