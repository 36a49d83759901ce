"""Published drop rates: what share of a source others lost to a filter, by kind of source.

One table is published, by hand, for one training set: Olmo 3's. So a share outside it is a reason
to look at rows, not a fault.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OLMO = "Olmo 3 (arXiv 2512.13961, Table 50)"
OLMO_PER_CENT: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "chat": {
        "WildChat, part of Tülu": {"format": "1.61", "content": "3.10", "Chinese": "1.09"},
        "WildChat, new": {
            "format": "1.53",
            "content": "3.13",
            "repetition": "0.02",
            "Chinese": "1.16",
        },
        "OASST": {"format": "0.08", "Chinese": "3.86"},
    },
    "instructions": {
        "Persona IF": {
            "format": "0.19",
            "content": "0.29",
            "repetition": "<.01",
            "Chinese": "0.08",
        },
        "precise IF": {"content": "0.62", "repetition": "<.01", "Chinese": "1.17"},
    },
    "reasoning": {
        "OpenThoughts3, regenerated": {"format": "3.22", "repetition": "<.01", "Chinese": "0.04"},
        "SYNTHETIC-2, verified": {"format": "0.01", "repetition": "<.01", "Chinese": "0.32"},
    },
    "programs": {"code mix": {"repetition": "<.01", "Chinese": "<.01"}},
    "safety": {
        "CoCoNot": {"format": "0.57", "Chinese": "0.10"},
        "WildGuard": {"format": "0.37", "content": "0.54", "repetition": "<.01", "Chinese": "0.12"},
        "WildJailbreak": {"format": "0.13", "content": "0.61", "Chinese": "<.01"},
    },
    "languages": {"Aya": {"format": "0.15", "repetition": "<.01", "Chinese": "5.62"}},
}
"""By kind of source and source: per cent of its rows that each filter dropped, as printed."""
KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("math", "stem", "logic"), ("reasoning",)),
    "code": ("reasoning", "programs"),
    "general": ("chat", "instructions", "safety", "languages"),
}
"""The kinds of source that a domain of ours is compared with."""
FILTERS: Mapping[str, str] = {
    "malformed": "format",
    **dict.fromkeys(("looping", "repetitive"), "repetition"),
    **dict.fromkeys(("mixed_language", "wrong_language"), "Chinese"),
    **dict.fromkeys(("other_identity", "ai_disclaimer"), "content"),
}
"""Our drop reasons for which that table has a filter, and the filter. Ours look for all languages
and theirs for Chinese in the last turn; theirs of content looks for names of developers, cut-off
dates and political phrases."""


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """The shares that one filter dropped of sources of one kind."""

    smallest: float
    largest: float
    by: str
    """Who published them, and of which filter."""


def published_rate(domain: str | None, drop_reason: str) -> PublishedRate | None:
    """Return what is published for a filter and a source's domain; None where nothing is.

    >>> published_rate("math", "malformed").largest
    0.0322
    """
    column = FILTERS.get(drop_reason)
    printed = [] if column is None else _printed(KINDS.get(domain or "", ()), column)
    if not printed:
        return None
    smallest = min(0.0 if text.startswith("<") else _fraction(text) for text in printed)
    return PublishedRate(smallest, max(map(_fraction, printed)), f"{OLMO}, {column}")


def _printed(kinds: Iterable[str], column: str) -> list[str]:
    sources = (source for kind in kinds for source in OLMO_PER_CENT[kind].values())
    return [source[column] for source in sources if column in source]


def _fraction(per_cent: str) -> float:
    return round(float(per_cent.removeprefix("<")) / 100, 6)
