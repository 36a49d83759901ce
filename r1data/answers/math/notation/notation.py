r"""Normalising LaTeX and Unicode mathematics to one notation, without commands for layout.

LaTeX commands for layout go, Unicode signs become commands, fonts become `\text`, dollars that
delimit formulas go and dollars that are money become `\dollar`.
"""

import re
from functools import lru_cache

from r1data.answers.math.notation.signs import GONE, KNOWN, PARTABLE, SAME, SIGNS
from r1data.answers.writing.fonts import IN_FORMULAS, command
from r1data.answers.writing.scripts import in_ascii_signs, with_indices
from r1data.answers.writing.thousands import (
    without_commas_in_braces,
    without_latex_separators,
    without_spaces,
)
from r1data.text import fold

PLAIN = re.compile(
    r"(?P<sign>-?)(?:(?P<number>[0-9]+(?:\.(?P<decimals>[0-9]+))?)"
    r"|(?P<top>[0-9]+)/(?P<bottom>[0-9]+)|\\frac\{(?P<over>[0-9]+)\}\{(?P<under>[0-9]+)\})"
)
"""Integers, decimals and fractions that are canonical already."""
IN_FONT = command(IN_FORMULAS)
FONT = re.compile(rf"{IN_FONT}\s*\*?\s*\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}")
UNIT = rf"\{{\s*{IN_FONT}\s*\{{([^{{}}]*)\}}((?:\^\{{?[0-9]\}}?)?)\s*\}}"
UNIT_FRACTION = re.compile(rf"\\[dt]?frac\s*{UNIT}\s*{UNIT}")
COLOR = re.compile(r"\\(?:text)?color\s*\{[^{}]*\}")
WIDTHS = re.compile(r"\\[hv](?:space|phantom)\s*\*?\{[^{}]*\}|\\phantom\s*\{[^{}]*\}")
PREFIXED = re.compile(r"(?<![0-9A-Za-z.\\])0([xbo])([0-9A-Fa-f]+)(?![0-9A-Za-z])")
PREFIX_BASES = {"x": 16, "b": 2, "o": 8}
DECIMAL_COMMA = re.compile(r"(?<=[0-9])\{,\}(?=[0-9])")
EXPONENT = re.compile(r"(?<![A-Za-z\\])([0-9]+(?:\.[0-9]+)?)[eE]([-+]?[0-9]+)(?![A-Za-z0-9.])")
INFIX = re.compile(r"\{([^{}]*)\\(over|choose)(?![a-z])([^{}]*)\}")
SPACING = re.compile(r"(?<!\\)\\[,!;: ]|~|\\\\\s*$")
COMMAND = re.compile(r"\\([A-Za-z]+)")
MATRIX = re.compile(r"\\begin(\{[a-zA-Z]*matrix\})(.*?)\\end\{[a-zA-Z]*matrix\}", re.DOTALL)
LONE_BACKSLASH = re.compile(r"\\(?=[-+0-9. ])")
DOUBLED = re.compile(r"\\\\(?=[A-Za-z])")
BRACED_WORD = re.compile(r"(?<![A-Za-z_^}\\])\{([A-Za-z][A-Za-z ]+)\}")
LONGEST_GLUED = 3
REAL_NUMBERS = re.compile(r"\\mathbb\s*\{?\s*([RZNQC])\s*\}?")
DOLLARS = re.compile(r"(?<!\\)\$+")


@lru_cache(maxsize=50_000)
def canonical(answer: str) -> str:
    r"""Return an answer in the one notation that is parsed.

    >>> canonical(r"$\left( 3,\, \dfrac{\pi}{2} \right)$."), canonical("10{,}000"), canonical("2√3")
    ('( 3, \\frac{\\pi}{2} )', '10000', '2 \\sqrt 3')
    """
    if PLAIN.fullmatch(answer):
        return answer
    signs = with_indices(in_ascii_signs(fold(answer))).translate(SIGNS)
    text = WIDTHS.sub("", COLOR.sub("", signs))
    text = without_latex_separators(text)
    text = EXPONENT.sub(r"\1\\times10^{\2}", DECIMAL_COMMA.sub(".", text))
    text = INFIX.sub(_as_prefix, text) if r"\over" in text or r"\choose" in text else text
    text = REAL_NUMBERS.sub(r"\\\1 ", text.replace(r"\$", r"\dollar ").replace("**", "^"))
    if r"\begin" not in text:
        text = DOUBLED.sub(r"\\", text)
    text = PREFIXED.sub(_as_based, text) if PREFIXED.search(text) else text
    text = _without_delimiters(MATRIX.sub(_with_row_breaks, text) if "matrix" in text else text)
    return fold(without_spaces(_trimmed(_with_plain_commands(text))))


def _with_plain_commands(text: str) -> str:
    text = BRACED_WORD.sub(r" \\text{\1} ", text.replace("{}", ""))
    text = UNIT_FRACTION.sub(r"\\text{\1\2/\3\4}", without_commas_in_braces(text))
    text = FONT.sub(_as_text, text)
    return COMMAND.sub(_renamed, SPACING.sub(" ", text)).replace(r"\%", "%")


def _without_delimiters(text: str) -> str:
    for start, end in ((r"\(", r"\)"), (r"\[", r"\]")):
        text = text.replace(start, " ").replace(end, " ") if text.count(start) else text
    signs = DOLLARS.findall(text)
    if len(signs) == 1:
        return text.replace("$", r"\dollar ")
    return DOLLARS.sub(" ", text)


def _as_text(match: re.Match[str]) -> str:
    inside = match[1].replace("{", "").replace("}", "")
    letters = [character for character in inside if character.isalpha()]
    is_plain = len(letters) < 2 or inside.lstrip()[:1].isdigit()
    return f" {match[1]} " if is_plain else f"\\text{{{inside}}}"


def _as_based(match: re.Match[str]) -> str:
    return f"{match[2]}_{{{PREFIX_BASES[match[1]]}}}"


def _as_prefix(match: re.Match[str]) -> str:
    name = "frac" if match[2] == "over" else "binom"
    return f"\\{name}{{{match[1]}}}{{{match[3]}}}"


def _renamed(match: re.Match[str]) -> str:
    name = match[1]
    if name in GONE:
        return ""
    if name not in KNOWN and len(name) > 2:
        name, rest = _parted(name)
        return f"\\{SAME.get(name, name)} {rest}" if rest else match[0]
    same = SAME.get(name, name)
    return f"\\{same}" if same.isalpha() else same


def _parted(name: str) -> tuple[str, str]:
    r"""Part a command from letters that a lost space glued to it: `\sinx`, `\pia`."""
    for size in range(len(name) - 1, 1, -1):
        if name[:size] in PARTABLE and len(name) - size <= LONGEST_GLUED:
            return name[:size], name[size:]
    return name, ""


def _with_row_breaks(match: re.Match[str]) -> str:
    r"""Give back the row breaks of a matrix that lost half of each `\\`."""
    body = match[2]
    if r"\\" not in body:
        body = LONE_BACKSLASH.sub(r"\\\\", body)
    return f"\\begin{match[1]}{body}\\end{match[1]}"


def _trimmed(text: str) -> str:
    text = text.strip().strip("*").rstrip(".,;").strip()
    return text.removesuffix("\\").strip()
