"""Bare answers: texts that are nothing but an answer, and the decoration around one."""

# ruff: noqa: RUF001 - letters and marks of other scripts are the point

import re

from r1data.answers.writing.letters import LETTER_IN_PROSE, bracketed, label
from r1data.patterns import lazy
from r1data.text import BOX_COMMAND

MAX_ANSWER = 600
"""Characters of an answer that is not in a box, a block or a JSON object."""
FILLER = lazy(
    r"(?:(?:given by|simply|just|exactly|precisely|therefore|thus|then|indeed|now|clearly|hence"
    r"|approximately|roughly|equal to"
    rf"|option(?=\s+\(?{LETTER_IN_PROSE}\b)|choice(?=\s+\(?{LETTER_IN_PROSE}\b))[,:]?"
    r"|\\approx|≈)\s+",
    re.IGNORECASE,
)
MATHEMATICS = lazy(r"\$\$([^$]*)\$\$|\$([^$\n]+)\$(?![0-9])|\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
REMARK = lazy(
    r"\s+\((?!(?:mod|or|and|if|when|unless|except|not|but|plus|minus|with|for|only|both|either)\b)[a-z]{2}[^()]*\)$"
)
BOLD = lazy(r"(?<![\w)\]}])\*\*(\S|\S.*?\S)\*\*(?![\w(\[{])", re.DOTALL)
QUOTED = lazy(r"[\"“'‘]([^\"“”]*)[\"”'’]")
CONTENT = lazy(r"\w|[∞∅π√]|\\[a-zA-Z]")
"""A letter, a digit or a sign of a value: an answer has at least one."""
EDGES = " \t\r\n*`\u200b\ufeff\u00a0"
RELATION = lazy(r"[=<>≤≥≈≠]|\\(?:leq?|geq?|neq?|approx|equiv|to|implies|[Rr]ightarrow)(?![a-zA-Z])")
VARIABLE = lazy(r"\\?[a-zA-Z]+(?:_(?:\w|\{\w+\}))?(?:\([a-z]\))?\s*=(?!=)")
DELIMITED = lazy(
    r"\$\$[^$]+\$\$|\$[^$]+\$|\\\((?:(?!\\\)).)+\\\)|\\\[(?:(?!\\\]).)+\\\]", re.DOTALL
)
NUMBER = lazy(
    r"[-+−]?(?:[$€£¥₹]|\\\$)?\s?[-+−]?(?:[0-9]+(?:[,. ][0-9]+)*|\.[0-9]+)"
    r"(?:/[0-9]+|[eE][-+]?[0-9]+)?\s?(?:%|\\%|°)?"
    r"(?:\s?[^\W\d_]{1,12}(?:[²³]|\^[23]|/[^\W\d_]{1,3})?){0,2}"
)
EXPRESSION = lazy(
    r"(?:\\[a-zA-Z]++|\\[{}|,;! \\]|[-+*/^_().,:{}|\[\]<>=!'&∪∩∞π√±−×÷·°%∈∅ \d]"
    r"|[a-zA-Z]{1,2}(?![a-zA-Z]))++"
)
WORD = lazy(rf"(?:yes|no|true|false|{bracketed(LETTER_IN_PROSE)}\.?)", re.IGNORECASE)
OPTION = lazy(rf"{label(LETTER_IN_PROSE)}\s+")
PROSE = lazy(
    r"\b(?:(?-i:I)|i['’]m|we|you|it|he|she|they|is|are|was|were|be|so|thus|therefore|hence|let|wait"
    r"|sorry|cannot|can|not sure|unsure|don['’]?t|step|because|if|what|which|hi|hello|please"
    r"|and|or|the end|done|todo|n/a|unknown|okay|ok|maybe|perhaps|probably)\b"
    r"|n['’]t\b|[:?？…]$|\.\.\.$|^#|^[-*] |^\||^[0-9]+[.)]\s",
    re.IGNORECASE,
)


def clean(answer: str) -> str:
    r"""Return an answer without emphasis, fillers, mathematics' delimiters and a remark behind it.

    >>> clean("simply **$5$ cm** (as shown)"), clean("$18"), clean(r"\(1\) and \(2\).")
    ('5 cm', '$18', '1 and 2')
    """
    answer = BOLD.sub(r"\1", answer).strip(EDGES)
    while match := FILLER.match(answer):
        answer = answer[match.end() :]
    answer = MATHEMATICS.sub(lambda match: next(filter(None, match.groups()), "").strip(), answer)
    answer = REMARK.sub("", answer.strip()).strip(EDGES).removesuffix(".").removesuffix(",").strip()
    quoted = QUOTED.fullmatch(answer)
    return quoted[1].strip() if quoted else answer


def is_whole(answer: str) -> bool:
    r"""Say whether what was opened in an answer is closed too.

    >>> is_whole(r"\frac{1}{2}"), is_whole(r"\frac{1}{2"), is_whole("$x"), is_whole("$18")
    (True, False, False, True)
    """
    if len(answer) >= MAX_ANSWER or answer.count("{") != answer.count("}"):
        return False
    if _num_open(answer) > 0 or BOX_COMMAND in answer or r"\(" in answer or r"\[" in answer:
        return False
    return all(part.lstrip()[:1].isdigit() or not part for part in answer.split("$")[1:])


def is_bare(line: str) -> bool:
    r"""Say whether a line is a number (with a unit), a formula, a letter, yes or no.

    A formula has no relation but `variable = value`: others are steps of a derivation.

    >>> is_bare("18 dollars"), is_bare(r"$x = \sqrt{2}$"), is_bare("3 * 4 = 12"), is_bare("so 5")
    (True, True, False, False)
    """
    bare = clean(line)
    if not is_whole(bare) or not CONTENT.search(bare) or _num_open(bare):
        return False
    if WORD.fullmatch(bare):
        return True
    if OPTION.match(bare):
        return False
    is_prose = bool(PROSE.search(line)) or not (
        NUMBER.fullmatch(bare) or EXPRESSION.fullmatch(bare)
    )
    if is_prose and not DELIMITED.fullmatch(line.strip("*_ ").removesuffix(".").strip()):
        return False
    left = VARIABLE.match(bare)
    return not RELATION.search(bare[left.end() :] if left else bare)


def _num_open(answer: str) -> int:
    """Return how many more brackets are opened than closed; the last of [0, 1[ closes."""
    closing = 2 * answer.endswith("[")
    return sum(map(answer.count, "([")) - sum(map(answer.count, ")]")) - closing
