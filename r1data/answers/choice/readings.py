"""Reading the option that a response chooses, where it is not its last box that says so."""

from r1data.answers.choice.options import Options, find_option
from r1data.answers.reading.answer import read_answer
from r1data.answers.reading.readings import Reading
from r1data.answers.text.wording import bare
from r1data.answers.writing.letters import LABEL_END, bracketed
from r1data.patterns import lazy
from r1data.text import closed_boxes

LETTER_AT = lazy(
    rf"(?:(?:the )?(?:(?:correct|right|best|final) )?(?:option|choice|answer)(?: is)?:? )?"
    rf"{bracketed('[A-Z]')}{LABEL_END}?(?:\s.*)?"
)
SMALL_OPTION = lazy(rf"[*_\s]*\(?([a-z]){LABEL_END}\)?\s+([^*_\n]{{1,200}}?)[*_\s.]*")
NAMES_OPTION = frozenset(["sentence", "last_line", "answer_tag"])


def read_behind_box(response: str, *, is_cut_off: bool) -> Reading | None:
    r"""Return the letter that is announced behind the last box of a response, or None.

    >>> read_behind_box("$\\boxed{v = 3}$\n\nAnswer: (B)", is_cut_off=False)
    Reading(answer='(B)', form='sentence')
    >>> read_behind_box(r"$\boxed{B}$. Answers vary.", is_cut_off=False) is None
    True
    """
    boxes = list(closed_boxes(response))
    if not boxes:
        return None
    behind = response[max(end for _, end in boxes) + 1 :]
    found = read_answer(behind, is_cut_off=is_cut_off)
    is_letter = found and found.form in NAMES_OPTION and LETTER_AT.fullmatch(bare(found.answer))
    return found if is_letter else None


def read_small_option(response: str, options: Options) -> Reading | None:
    r"""Return the last line where it is an option with a small letter before it: `b. blue`.

    A line that ends a list of such is a list of the options, and no answer.

    >>> read_small_option("So it is\nb. blue", {"A": "red", "B": "blue"})
    Reading(answer='b. blue', form='last_line')
    >>> read_small_option("a. red\nb. blue", {"A": "red", "B": "blue"}) is None
    True
    """
    last = response.strip().split("\n")[-1]
    found = SMALL_OPTION.fullmatch(last)
    if not found or find_option(found[2], options) is None or ends_a_list(response):
        return None
    return Reading(last.strip(" *_"), "last_line")


def ends_a_list(response: str) -> bool:
    """Say whether the last lines are a list of options with small letters before them."""
    lines = [line for line in response.strip().split("\n") if line.strip()][-3:]
    found = [bool(SMALL_OPTION.fullmatch(line)) for line in lines]
    return len(found) > 1 and found[-1] and any(found[:-1])
