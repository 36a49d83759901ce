"""Rules that find spans of a kind: a cheap sign of a shard's rows, then a pattern and a check."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MANY_DIGITS = r"[0-9](?:[ ()./-]{0,2}[0-9]){6}"
"""Seven digits, with what stands between those of a number: the first sign of long ones."""

Check = Callable[[re.Match[str]], tuple[int, int] | None]
"""From what a pattern found to where the span begins and ends; None where it is no hit."""


class Span(NamedTuple):
    """A span of a text, in code points."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How spans of a kind are found."""

    kind: str
    signs: tuple[str, ...]
    """Regular expressions of Polars; a text that does not match each of them is not searched, and
    each is looked for only where those before it stand."""
    pattern: re.Pattern[str]
    check: Check


def whole(found: re.Match[str]) -> tuple[int, int]:
    """Return the span of a match, unchecked."""
    return found.span()


def find_spans(text: str, rules: Iterable[Rule]) -> list[Span]:
    """Return the spans that rules find in a text, in order; of two that overlap, the first rule's.

    >>> find_spans("a1b22", [Rule("number", ("[0-9]",), re.compile("[0-9]+"), whole)])
    [Span(start=1, end=2, kind='number'), Span(start=3, end=5, kind='number')]
    """
    found: list[Span] = []
    for rule in rules:
        hits = (rule.check(match) for match in rule.pattern.finditer(text))
        found += [Span(*hit, rule.kind) for hit in hits if hit and not _overlaps(hit, found)]
    return sorted(found)


def _overlaps(hit: tuple[int, int], found: Sequence[Span]) -> bool:
    return any(hit[0] < span.end and span.start < hit[1] for span in found)
