"""Flags of a problem, by rules on English words; null for other languages.

The rules are plain on purpose: they say what a text literally asks for, and miss what it only
implies.
"""

import re
from typing import TypedDict

PROOF = re.compile(
    r"(?<!to )(?<!can )(?<!could )(?<!will )\b(?:dis)?prove\b(?! (?:useful|to be))"
    r"|(?:^|[.;:!?,]\s+|\b(?:and|or|then|please|\([a-z]\)|\d\.)\s+)show that\b"
    r"|\b(?:give|write|find|provide|complete) (?:a|the|your) proof\b",
    re.IGNORECASE,
)
"""`prove`, `disprove`, an imperative `show that`, or `give a proof`."""
PART = r"(?:^|\s)(?:\({0}\)|(?<=\n){0}[.)]|\*\*\(?{0}\)?[.)]?\*\*)\s"
PARTS = [
    re.compile(PART.format(first) + r".*" + PART.format(second), re.DOTALL)
    for first, second in (("a", "b"), ("i", "ii"), ("[Pp]art [Aa]", "[Pp]art [Bb]"))
]
"""Parts marked (a) and (b), or (i) and (ii). Capitals mark the options of a choice question."""
FIGURE = re.compile(
    r"\b(?:in|from|on|as|see|consider|using) (?:the|this) (?:\w+ ){0,2}"
    r"(?:figure|diagram|picture|image|drawing|illustration)s?\b"
    r"|\b(?:figure|diagram|picture|image|graph|grid|table|drawing|chart|map)s?"
    r"(?: \w+)? (?:below|above|shown|to the (?:right|left))\b"
    r"|\b(?:as|is|are) (?:shown|pictured|illustrated|depicted)\b(?! that\b)"
    r"|\b(?:pictured|shown) (?:below|above|here)\b"
    r"|!\[[^\]]*\]\(|<img\b",
    re.IGNORECASE,
)
DRAWN = re.compile(r"\[asy\]|\\begin\{(?:tikzpicture|asy|tabular|array)\}")
"""A figure that the text itself carries, as code."""


class Flags(TypedDict):
    """What kind of question a problem is; null where no rule speaks its language."""

    is_proof: bool | None
    is_multi_part: bool | None
    needs_figure: bool | None


def flag_problem(problem: str, language: str | None) -> Flags:
    """Return the flags of a problem.

    >>> flag_problem("Prove that the triangle in the figure is isosceles.", "en")
    {'is_proof': True, 'is_multi_part': False, 'needs_figure': True}
    """
    if language != "en":
        return Flags(is_proof=None, is_multi_part=None, needs_figure=None)
    return Flags(
        is_proof=bool(PROOF.search(problem)),
        is_multi_part=any(parts.search(problem) for parts in PARTS),
        needs_figure=bool(FIGURE.search(problem)) and not DRAWN.search(problem),
    )
