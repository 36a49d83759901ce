"""Answers of reasoning-gym tasks that have one right answer, or a check of our own."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from r1data.answers.gym.tasks import CASED, REDUCED, UNORDERED
from r1data.answers.text.assignments import is_same_assignment, read_gold
from r1data.answers.text.numbers import MAX_DIGITS, NAME, exact_number, stated_number
from r1data.answers.text.polarity import is_polar, is_same_polarity, speaks
from r1data.answers.text.wording import bare
from r1data.text import fold

RATIO = re.compile(r"(-?)(?:\\[dt]?frac\s*\{\s*(-?\d+)\s*\}\s*\{\s*(\d+)\s*\}|(\d+)\s*/\s*(\d+))")
PRIME_POWER = re.compile(r"(\d+)\s*(?:\^|\*\*)\s*\{?(\d{1,3})\}?")
LAYOUT = re.compile(r"```\w*|\\(?:begin|end)\{\w*matrix\}|[\"'{}()$]|^[-:| \t]+$", re.MULTILINE)
COMPLEX = re.compile(r"([-+]?\d+(?:\.\d+)?)?(?:([-+]?(?:\d+(?:\.\d+)?)?)\*?[ij])?")
HUGE_EXPONENT = re.compile(r"[eE][-+]?[0-9]{4}")
MAX_COUNT = 100
FUTOSHIKI_SIGNS = frozenset("<>^v∧∨")  # noqa: RUF001 - they are drawn so


def compare_canonical(
    task: str, gold_answer: str, predicted_answer: str, problem: str = ""
) -> bool | None:
    r"""Say whether an answer is the one right answer of a task, exactly; None if it is not read.

    >>> compare_canonical("chain_sum", "2024", "2,024.0")
    True
    >>> compare_canonical("spiral_matrix", "1 2 3", "[1, 2, 3]")
    True
    >>> compare_canonical("chain_sum", "2024", "2025")
    False
    """
    if check := CHECKS.get(task):
        return check(gold_answer, predicted_answer)
    if _same_text(task, gold_answer, predicted_answer):
        return True
    if is_polar(gold_answer):
        return (
            is_same_polarity(gold_answer, predicted_answer) if speaks(predicted_answer) else False
        )
    if read_gold(gold_answer, problem):
        return is_same_assignment(gold_answer, predicted_answer, problem)
    if (number := stated_number(gold_answer)) is not None:
        return stated_number(predicted_answer) == number
    return _same_rows(task, gold_answer, predicted_answer)


def _same_text(task: str, gold_answer: str, predicted_answer: str) -> bool:
    sides = [_spaced(text) for text in (gold_answer, predicted_answer)]
    if task not in CASED:
        sides = [side.casefold() for side in sides]
    return sides[0] == sides[1]


def _spaced(text: str) -> str:
    return re.sub(r"\s*,\s*", ", ", fold(bare(text))).strip("\"'`").removesuffix(".")


def _same_rows(task: str, gold_answer: str, predicted_answer: str) -> bool:
    gold, predicted = (_rows(task, text) for text in (gold_answer, predicted_answer))
    return bool(gold) and gold == predicted


def _rows(task: str, answer: str) -> list[list[object]]:
    """Return the rows of a grid or a list, in whatever brackets; numbers as numbers."""
    text = re.sub(r"\]\s*,?\s*\[|\\\\", "\n", LAYOUT.sub(" ", answer)).replace("&", " ")
    rows = [re.split(r"[\s,|\[\]]+", line.strip(" ,|[]")) for line in text.splitlines()]
    found = [[_cell(task, cell) for cell in row if cell] for row in rows]
    if task == "futoshiki":  # the signs between the cells stand in the problem already
        found = [[cell for cell in row if cell not in FUTOSHIKI_SIGNS] for row in found]
    return [row for row in found if row]


def _cell(task: str, cell: str) -> object:
    number = exact_number(cell)
    return (cell if task in CASED else cell.casefold()) if number is None else number


def _is_rounded(gold_answer: str, predicted_answer: str) -> bool:
    """Compare to three significant figures or as many as the answer gives, if more."""
    gold, predicted = stated_number(gold_answer), stated_number(predicted_answer)
    if gold is None or predicted is None:
        return False
    digits = re.sub(r"[eE].*|\\times.*|[^\d]", "", bare(predicted_answer)).strip("0")
    return predicted == gold or predicted == Fraction(
        f"{float(gold):.{max(3, min(len(digits), 15)) - 1}e}"
    )


def _is_reduced(gold_answer: str, predicted_answer: str) -> bool:
    """Compare fractions as they are written: equal is not enough, where lowest terms are asked."""
    gold, predicted = _ratio(gold_answer), _ratio(predicted_answer)
    if gold is None:
        return stated_number(gold_answer) == stated_number(predicted_answer) is not None
    return gold == predicted


def _ratio(answer: str) -> tuple[int, int] | None:
    match = RATIO.fullmatch(bare(answer))
    if not match or len(match[0]) > MAX_DIGITS:
        return None
    top, bottom = int(match[2] or match[4]), int(match[3] or match[5])
    return (-top if match[1] else top), bottom


def _same_numbers(gold_answer: str, predicted_answer: str) -> bool:
    """Compare numbers in any order, each as often as it stands there."""
    gold, predicted = _numbers(gold_answer), _numbers(predicted_answer)
    return predicted is not None and gold == predicted


def _numbers(answer: str) -> Counter[Fraction] | None:
    """Return the numbers of a list or a product, powers as repeated factors; None if not read."""
    text = bare(re.sub(r"\\times|\\cdot|×|·|⋅|;", ",", answer)).rpartition("=")[2]  # noqa: RUF001
    found: Counter[Fraction] = Counter()
    for part in re.split(r",|\*(?!\*)|\band\b|\bor\b", text.strip(" []()")):
        power = PRIME_POWER.fullmatch(part.strip())
        number = exact_number(NAME.sub("", power[1] if power else part.strip()))
        if number is None or (power and int(power[2]) > MAX_COUNT):
            return None
        found[number] += int(power[2]) if power else 1
    return found


def _same_complex(gold_answer: str, predicted_answer: str) -> bool:
    gold, predicted = _complex(gold_answer), _complex(predicted_answer)
    return gold is not None and gold == predicted


def _complex(answer: str) -> tuple[Fraction, Fraction] | None:
    text = bare(answer).replace(" ", "").strip("()")
    match = COMPLEX.fullmatch(text) if len(text) <= MAX_DIGITS else None
    if not match or not match[0]:
        return None
    imaginary = match[2]
    if imaginary in ("", "+", "-"):
        imaginary = f"{imaginary}1"
    return Fraction(match[1] or 0), Fraction(imaginary or 0)


def _same_json(gold_answer: str, predicted_answer: str) -> bool:
    """Compare JSON values, numbers as numbers; what is no JSON as text."""
    try:
        sides = [json.loads(text, parse_float=_float) for text in (gold_answer, predicted_answer)]
        return _shape(sides[0]) == _shape(sides[1])
    except (ValueError, RecursionError):
        return fold(gold_answer) == fold(predicted_answer)


def _float(text: str) -> Fraction | str:
    """Return a decimal exactly; one of absurd size stays a text."""
    is_small = len(text) <= MAX_DIGITS and not HUGE_EXPONENT.search(text)
    return Fraction(text) if is_small else text


def _shape(value: Any) -> object:  # noqa: ANN401 - any JSON value is the point
    """Return a value in which true is not 1."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return (isinstance(value, bool), value)


CHECKS: Mapping[str, Callable[[str, str], bool | None]] = {
    **dict.fromkeys(UNORDERED, _same_numbers),
    **dict.fromkeys(REDUCED, _is_reduced),
    "codeio": _same_json,
    "complex_arithmetic": _same_complex,
    "power_function": _is_rounded,
}
"""Checks of our own: exact, where the task's scorer is loose."""
