r"""Reading answers: the one a response gives, and what kind of answer it is.

An answer is what the last closed `\boxed{}` of the response holds or, without one, its last closed
`<answer>` block. Numbers that merely stand in the text are never an answer.
"""

import re
from fractions import Fraction

from r1data.text import fold, last_boxed

MAX_CHARS = 2000
"""A longer text is a solution, not an answer."""
MAX_DEPTH = 20
"""Parsers take time exponential in the nesting; real answers stay below 10."""

ANSWER_START, ANSWER_END = "<answer>", "</answer>"
WRAPPERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))
LAYOUT = re.compile(
    r"(\\\\)|\\[,!;:]|\\(?:left|right)(?![a-zA-Z])\.?|(\\ |~)|\\[dt](frac(?![a-zA-Z]))"
)
GROUPED = re.compile(r"(?<=[0-9])\{,\}(?=[0-9])")
NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
INTEGER = re.compile(rf"([-+]?)({NUMBER})")
DECIMAL = re.compile(rf"([-+]?)((?:{NUMBER})?\.[0-9]+)")
FRACTION = re.compile(
    rf"([-+]?)(?:(?:\\frac\s*\{{\s*(?P<a>-?(?:{NUMBER}))\s*\}}\s*\{{\s*(?P<b>{NUMBER})\s*\}})"
    rf"|(?:\\frac\s*(?P<c>[0-9])\s*(?P<d>[0-9]))|(?:(?P<e>{NUMBER})\s*/\s*(?P<f>{NUMBER})))"
)
MATHEMATICAL = re.compile(r"[\\0-9^_=+*/<>|]|^[a-zA-Z]$|\(")
TEXT_COMMAND = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox)\s*\{([^{}]*)\}")


def read_answer(response: str) -> str | None:
    r"""Return the answer that a response gives, or None.

    >>> read_answer(r"<answer>\boxed{3}</answer>, that is 4")
    '3'
    >>> read_answer("the answer is 3") is None
    True
    """
    answer = last_boxed(response)
    if answer is None:
        end = response.rfind(ANSWER_END)
        start = response.rfind(ANSWER_START, 0, max(end, 0))
        answer = response[start + len(ANSWER_START) : end] if start >= 0 else ""
    return answer.strip() or None


def unreadable(answer: str) -> str:
    """Return why a text is too long or too deep to be read as an answer; else empty.

    >>> unreadable("(" * 30)
    'nested 30 deep; at most 20 is read'
    """
    if len(answer) > MAX_CHARS:
        return f"{len(answer):,} characters; at most {MAX_CHARS:,} are read"
    depth = deepest = 0
    for character in answer:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return f"nested {deepest} deep; at most {MAX_DEPTH} is read" if deepest > MAX_DEPTH else ""


def plain(answer: str) -> str:
    r"""Return an answer without what only changes its looks: equal texts are equal answers.

    >>> plain(r"$\left( 3, \dfrac{1}{2} \right)$.")
    '( 3, \\frac{1}{2} )'
    """
    text = fold(LAYOUT.sub(_without_layout, answer)).removesuffix(".").strip()
    for start, end in WRAPPERS:
        if text.startswith(start) and text.endswith(end) and len(text) > len(start + end):
            text = text[len(start) : -len(end)].strip()
    return GROUPED.sub(",", text)


def words(answer: str) -> str:
    r"""Return an answer in words: text commands unwrapped, case folded.

    >>> words(r"\text{Not  Valid}")
    'not valid'
    """
    return fold(TEXT_COMMAND.sub(r"\1", plain(answer))).casefold()


def rational(answer: str) -> Fraction | None:
    r"""Return the number that a plain answer is, if it is an integer, a fraction or a decimal.

    >>> rational(r"-\frac{1}{2}"), rational("1,234"), rational(".5")
    (Fraction(-1, 2), Fraction(1234, 1), Fraction(1, 2))
    >>> rational("1/0") is None and rational("50%") is None
    True
    """
    if match := INTEGER.fullmatch(answer) or DECIMAL.fullmatch(answer):
        return Fraction(match[1] + match[2].replace(",", ""))
    if match := FRACTION.fullmatch(answer):
        a, b = (int(part.replace(",", "")) for part in match.groups()[1:] if part)
        return None if b == 0 else Fraction(-a if match[1] == "-" else a, b)
    return None


def answer_type(gold_answer: str) -> str:
    """Return what a mathematical answer is: integer, decimal, fraction, expression or text.

    >>> [answer_type(answer) for answer in ("1,234", "0.5", "1/2", "x + 1", "Evelyn")]
    ['integer', 'decimal', 'fraction', 'expression', 'text']
    """
    answer = plain(gold_answer)
    for name, pattern in (("integer", INTEGER), ("decimal", DECIMAL), ("fraction", FRACTION)):
        if pattern.fullmatch(answer):
            return name
    return "expression" if MATHEMATICAL.search(TEXT_COMMAND.sub("", answer)) else "text"


def _without_layout(match: re.Match[str]) -> str:
    line_break, space, fraction = match.groups()
    return line_break or (" " if space else f"\\{fraction}" if fraction else "")
