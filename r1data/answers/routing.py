"""Choosing the verifier of a problem from its row, where no column names one."""

import json
import re

from r1data.answers.answer_types import AnswerType
from r1data.answers.choice.options import as_letter, is_index, read_options
from r1data.answers.choice.verifier import gold_letters
from r1data.answers.text.verifier import text_type
from r1data.answers.text.wording import bare, words
from r1data.answers.verdict import Item
from r1data.answers.whole_golds import with_final_gold
from r1data.answers.writing.fonts import COMMON, command
from r1data.answers.writing.letters import LETTER_IN_PROSE, LETTERS, bracketed

IN_TYPE = re.compile(rf"{command((*COMMON, 'textit'))}\s*\{{([^{{}}]*)\}}")
"""Words in any other font look like mathematics, and `math` reads words too."""
OPTION = re.compile(
    rf"{bracketed(LETTER_IN_PROSE)}[.:]?"
    rf"|{LETTER_IN_PROSE}(?:(?:\s*,\s*|\s+and\s+){LETTER_IN_PROSE})+"
)
MATHEMATICAL = re.compile(
    r"[\\^_=<>|{}≤≥≠±×÷√∞π∪∩∈°%$€£]|\d\s*[-+*/!]|[-+*/]\s*\d|^\W*[-+]?[.\d]|^[A-Za-z]\W*$|"  # noqa: RUF001
    r"[A-Za-z]\([A-Za-z\d]|^[A-Za-z]\s*[-+*/]\s*[A-Za-z]\b"
)
IN_TEXT = frozenset(
    [
        *(AnswerType.YES_NO, AnswerType.ASSIGNMENT, AnswerType.DATE),
        *(AnswerType.TIME, AnswerType.ORDERING),
    ]
)
FUNCTIONS = frozenset(
    ["sin", "cos", "tan", "log", "ln", "exp", "sqrt", "pi", "infinity", "max", "min", "arctan"]
)
FIRST_OF_EAST_ASIA = "\u2e80"
MAX_FACTORS = 3
"""A word of no more letters can be a product of variables, where a problem speaks of such."""
RATIO = re.compile(r"\bratio\b|\d\s*:\s*\d+\s*(?:mix|scale)", re.IGNORECASE)


def find_verifier_name(item: Item) -> str:
    r"""Return the name of the verifier that judges a problem.

    In this order: tests are for `code`; an entry of reasoning-gym for `reasoning_gym`; the letter
    or the text of an option for `choice`; yes and no, who is what, dates, times, orders and words
    for `text`; everything mathematical, a single letter too, for `math`.

    >>> [find_verifier_name(Item("", gold)) for gold in ("x", r"\frac12", "5 cm", "Tuesday")]
    ['math', 'math', 'math', 'text']
    >>> find_verifier_name(Item("", "B", choices=("red", "blue")))
    'choice'
    """
    if item.tests is not None:
        return "code"
    if _is_gym_entry(item.metadata):
        return "reasoning_gym"
    item = with_final_gold(item, "math")
    if _is_choice(item):
        return "choice"
    return "text" if _is_text(item) else "math"


def _is_gym_entry(metadata: str | None) -> bool:
    """Say whether metadata holds an entry of reasoning-gym."""
    try:
        given = json.loads(metadata or "null")
    except (ValueError, RecursionError):
        return False
    return isinstance(given, dict) and {"task", "entry"} <= given.keys()


def _is_choice(item: Item) -> bool:
    """Say whether a gold answer is an option: of its choices, or a letter of the problem's."""
    if item.choices:
        options = read_options(item.choices, "")
        gold = as_letter(item.gold_answer, item.choices, options)
        return bool(gold_letters(gold, options)) or is_index(gold, options)
    text = bare(item.gold_answer)
    options = read_options((), item.problem) if OPTION.fullmatch(text) else {}
    return bool(options) and {letter for letter in text if letter in LETTERS} <= options.keys()


def _is_text(item: Item) -> bool:
    gold = IN_TYPE.sub(r"\1", item.gold_answer).strip().strip("$").strip()
    kind = text_type(gold, item.problem)
    if kind is AnswerType.TIME and RATIO.search(item.problem):
        return False
    if kind is AnswerType.ORDERING and MATHEMATICAL.search(gold.replace(">", ",")):
        return False
    if kind in IN_TEXT:
        return True
    if MATHEMATICAL.search(gold) or _is_in_letters(item, gold):
        return False
    return any(
        word.isdigit() or (word.isalpha() and (len(word) > 1 or word >= FIRST_OF_EAST_ASIA))
        for word in words(gold)
    )


def _is_in_letters(item: Item, gold: str) -> bool:
    """Say whether words are mathematics after all: a function, or a product of variables."""
    if any(word in FUNCTIONS for word in gold.casefold().split()):
        return True
    is_set_as_math = item.gold_answer.strip().startswith("$") and not IN_TYPE.search(
        item.gold_answer
    )
    is_product = len(gold) <= MAX_FACTORS and gold.isalpha() and gold.islower()
    return is_product and (is_set_as_math or "$" in item.problem or "\\(" in item.problem)
