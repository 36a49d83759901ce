r"""Font commands: `\text{}` and its kin, which set what stands in their braces in type.

Each command stands here once, with the readers that take it off. To let a reader take off one more
changes verdicts, so the version of its verifier rises with it.
"""

from collections.abc import Iterable

COMMON = ("text", "textrm", "mathrm", "textbf", "mathbf", "mbox")
"""Fonts that words, units, names and the letters of options are set in."""
OF_BOTH = ("textit", "texttt", "mathit", "mathsf", "emph", "operatorname")
OF_WORDS = ("textsf", "underline")
r"""In formulas `\underline` is layout, and `\textsf` is not read."""
OF_FORMULAS = (
    *("textnormal", "hbox", "mathtt", "mathcal", "mathnormal", "mathop"),
    *("boldsymbol", "bm"),
)
"""Fonts of symbols, and rare ones."""
IN_WORDS = (*COMMON, *OF_BOTH, *OF_WORDS)
"""The fonts that are taken off an answer in words."""
IN_FORMULAS = (*COMMON, *OF_BOTH, *OF_FORMULAS)
r"""The fonts that are read as `\text` in an answer in mathematics."""


def command(fonts: Iterable[str]) -> str:
    r"""Return the pattern of a command that is one of some fonts, without its braces.

    >>> command(["text", "mbox"])
    '\\\\(?:text|mbox)'
    """
    return rf"\\(?:{'|'.join(fonts)})"
