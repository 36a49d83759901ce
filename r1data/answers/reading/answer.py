r"""Reading the answer that a response gives: the forms that are read, in their order.

The first of these that is there:

1. `json`: the response is one JSON object, fenced or not, with an answer field.
2. `box`: the last closed `\boxed{}`; all of them where several are listed at the end. A box that
   is withdrawn ("\boxed{4}? No") is none, and a final-answer sentence behind a box counts more
   where it surely gives another answer.
3. `answer_tag`: the last closed `<answer>` block.
4. `sentence`: the last final-answer sentence ("The answer is 5.", "**Answer:** 5", "#### 5",
   "答案是5", "La respuesta es 5"), in the languages of `r1data.answers.reading.cues`.
5. `json`: a JSON object with an answer field that ends the response.
6. `last_line`: a last line that is nothing but an answer, or a response that is a short phrase.
7. `closing_sentence`: the conclusion that ends the response ("Therefore, 20 workers are needed.").

Numbers that merely stand in the text are never an answer; nor is what touches the end of a
response that was cut off, what stands before a box that never closes, what only repeats the form
that was asked for (`\boxed{answer}`), or what answers a question that the model made up.
"""

import re

from r1data.answers.reading.asked_forms import asked_forms
from r1data.answers.reading.bare_answers import BOLD
from r1data.answers.reading.boxes import (
    FRAMED,
    Box,
    find_box,
    is_box_open,
    is_placeholder,
    read_box,
)
from r1data.answers.reading.closing_sentences import read_closing_sentence
from r1data.answers.reading.final_sentences import SHORT_LABEL, read_final_sentence
from r1data.answers.reading.json_answers import read_json, read_last_json, strip_fence
from r1data.answers.reading.last_lines import read_last_line
from r1data.answers.reading.readings import Reading
from r1data.answers.reading.revisions import is_withdrawn, read_revision
from r1data.answers.reading.run_on import before_run_on
from r1data.text import BOX_COMMAND

ANSWER_START, ANSWER_END = "<answer>", "</answer>"
NO_ANSWER = "the response gives no answer in a form that is read"
BEGUN = re.compile(r"\s*(?!tags?\b|blocks?\b|elements?\b)[^\s`\"'),.;]")
"""What follows a tag that is meant, and not mentioned."""
WITHDRAWN = "What was in the box was withdrawn"
"""What stands for a box that was withdrawn, so that what follows is no text of its own."""
CLOSERS = " \n$*.)"
"""Signs behind a box that withdraw nothing."""
MAX_BLOCK = 2000
"""Characters of an answer block that is searched for a sentence."""


def read_answer(
    response: str,
    *,
    is_cut_off: bool = False,
    problem: str = "",
    forms: frozenset[str] = frozenset(),
) -> Reading | None:
    r"""Return the answer that a response gives, or None.

    `is_cut_off` says that the response ended at the token limit: what touches its end may be half
    an answer. What the problem asks for may be said without a word such as "so". `forms` are boxed
    words that stand for an answer, beside those that the problem names.

    >>> read_answer(r"<answer>\boxed{3}</answer>, that is 4")
    Reading(answer='3', form='box')
    >>> read_answer("Therefore, the answer is 3 apples.")
    Reading(answer='3 apples', form='sentence')
    >>> read_answer("We have 3 apples.") is None
    True
    """
    asked = before_run_on(response, problem, lambda text: _read(text, False, problem, forms))
    return _read(asked, is_cut_off and asked == response, problem, forms)


def _read(response: str, is_cut_off: bool, problem: str, forms: frozenset[str]) -> Reading | None:
    if response.lstrip()[:1] in ("{", "`") and (answer := read_json(response)):
        return Reading(_opened(answer), "json")
    if is_box_open(response) or _is_block_open(response):
        return None
    if (BOX_COMMAND in response or FRAMED in response) and (
        box := find_box(response, asked_forms(problem) | forms)
    ):
        return _read_behind(box, is_cut_off, problem)
    if answer := _read_tag(response):
        return Reading(answer, "answer_tag")
    is_cut_off = is_cut_off or response.count("```") % 2 == 1
    said = read_final_sentence(response, is_cut_off=is_cut_off)
    if said:
        inner = read_json(said)
        return Reading(inner, "json") if inner else Reading(said, "sentence")
    if is_cut_off:
        return None
    if answer := read_last_json(response):
        return Reading(_opened(answer), "json")
    return None if said == "" else _read_end(response, problem)


def _read_behind(box: Box, is_cut_off: bool, problem: str) -> Reading | None:
    """Return the last box, or what stands behind it where that withdraws or replaces it."""
    if not box.behind.strip(CLOSERS):
        return Reading(box.answer, "box")
    if is_withdrawn(*box):
        said = read_final_sentence(box.behind, is_cut_off=is_cut_off)
        if said or is_cut_off:
            return Reading(said, "sentence") if said else None
        return _read_end(f"{WITHDRAWN}{box.behind}", problem) if said is None else None
    later = None if is_cut_off else read_revision(*box)
    return Reading(later, "sentence") if later else Reading(box.answer, "box")


def _read_end(response: str, problem: str) -> Reading | None:
    if answer := read_last_line(strip_fence(response)):
        return Reading(answer, "last_line")
    answer = read_closing_sentence(response, problem)
    return Reading(answer, "closing_sentence") if answer else None


def _opened(answer: str) -> str:
    """Return what a box or a final-answer sentence inside an answer says; else the answer."""
    if BOX_COMMAND in answer:
        return read_box(answer) or answer
    is_option = answer.startswith(SHORT_LABEL)
    return answer if is_option else read_final_sentence(answer) or answer


def _is_block_open(response: str) -> bool:
    """Say whether an answer block is begun anew and never closes; a tag may also be mentioned."""
    end = response.rfind(ANSWER_END)
    start = response.rfind(ANSWER_START) if end >= 0 else -1
    return 0 <= end < start and bool(BEGUN.match(response, start + len(ANSWER_START)))


def _read_tag(response: str) -> str | None:
    answer, end = "", len(response)
    while not answer and (end := response.rfind(ANSWER_END, 0, end)) >= 0:
        start = response.rfind(ANSWER_START, 0, end)
        answer = response[start + len(ANSWER_START) : end].strip() if start >= 0 else ""
        if not is_placeholder(answer):
            break
        answer = ""
    if not answer or len(answer) > MAX_BLOCK:
        return answer or None
    bold = BOLD.fullmatch(answer)
    return read_json(answer) or _opened(bold[1] if bold else answer)
