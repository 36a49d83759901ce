"""Comparing answers in words: dates, times, yes and no, assignments, orderings, names."""

import re
from functools import lru_cache

from r1data.answers.answer_types import AnswerType
from r1data.answers.math.notation.notation import PLAIN
from r1data.answers.math.values.parsing import TEXT, read_value
from r1data.answers.math.values.values import Words
from r1data.answers.text.verifier import compare_text, text_type
from r1data.answers.text.wording import words

MATHEMATICAL = re.compile(r"[0-9^_=+*/<>|]|\\(?!text)")
TEXTUAL = frozenset(
    {
        AnswerType.DATE,
        AnswerType.TIME,
        AnswerType.YES_NO,
        AnswerType.ASSIGNMENT,
        AnswerType.ORDERING,
    }
)
CLOCK = re.compile(r"[0-9]:[0-9]{2}\s*(?:\\text\s*\{)?\s*[ap]\.?\s?m\b", re.IGNORECASE)
HYPHENED = re.compile(r"[0-9]{3,4}-[0-9]{2,4}(?:-[0-9]{2,4})*")
"""A date or a telephone number, and no difference."""
MIN_LETTERS = 3
"""Shorter words may be products of variables, whose case counts."""
MIN_ALIKE, MAX_NAME = 4, 3


@lru_cache(maxsize=20_000)
def is_in_words(gold_answer: str) -> bool:
    r"""Say whether a gold answer is words, which are compared as such; a date or a time is too.

    >>> is_in_words("Evelyn"), is_in_words("4:30 p.m."), is_in_words(r"\oint f")
    (True, True, False)
    """
    if CLOCK.search(gold_answer) or HYPHENED.fullmatch(gold_answer.strip()):
        return True
    gold = read_value(gold_answer)
    if not isinstance(gold, Words):
        return False
    return not is_mathematical(gold) or text_type(without_commands(gold.text)) in TEXTUAL


def is_mathematical(value: Words) -> bool:
    """Say whether words look like mathematics that is not read here."""
    return bool(MATHEMATICAL.search(TEXT.sub("", value.text)))


def without_commands(text: str) -> str:
    r"""Return a text answer without LaTeX, case and white space.

    >>> without_commands(r"\text{Not  Valid}")
    'not valid'
    """
    return " ".join(TEXT.sub(r"\1", text).split()).strip(" .,;").casefold()


def are_same_words(one: str, other: str) -> bool:
    """Say whether two canonical answers are the same words."""
    if PLAIN.fullmatch(one):
        return False
    said = without_commands(one)
    is_long = len(said) >= MIN_LETTERS and said.replace(" ", "").isalpha()
    return is_long and said == without_commands(other)


def compare_words(gold_answer: str, predicted_answer: str, problem: str) -> bool | None:
    """Compare words; short ones that share no word's beginning differ: mathematics has few names.

    `circle` is no `ellipse`, while `the odd ones` may be `odd`.

    >>> compare_words("circle", "ellipse", ""), compare_words("odd", "the odd ones", "")
    (False, None)
    """
    found = compare_text(gold_answer, predicted_answer, problem)
    if found is not None:
        return found
    ours, theirs = words(gold_answer), words(predicted_answer)
    if len(ours) == len(theirs):
        differing = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
        if all(len(one) == len(other) == 1 for one, other in differing):
            return False
    is_short = max(len(ours), len(theirs)) <= MAX_NAME
    is_alike = {word[:MIN_ALIKE] for word in ours} & {word[:MIN_ALIKE] for word in theirs}
    return False if is_short and not is_alike else None
