"""Conclusions: the answer that a reasoning ends with, beside the one that its response gives."""

from r1data.answers.limits import unreadable
from r1data.answers.math.comparing.pairs import Pair, judge_exactly
from r1data.answers.reading.answer import read_answer
from r1data.answers.reading.boxes import find_box
from r1data.answers.reading.final_sentences import read_final_sentence
from r1data.answers.reading.revisions import is_surely_another
from r1data.curation.duplicates.facts import NUMBER_WORDS
from r1data.patterns import lazy
from r1data.text import BOX_COMMAND

TAIL = 600
"""Characters at the end of the reasoning in which it concludes."""
MAX_ANSWER = 200
"""Characters of an answer that is compared: what is longer is an explanation."""
SURE = frozenset(["box", "answer_tag", "json", "sentence"])
"""The forms of an answer in a response that leave no doubt about it."""
DOUBT = lazy(
    r"(?i)\b(?:wait|but|hmm+|however|alternatively|actually|let me|let's|not sure|maybe|perhaps"
    r"|unless|or is|double[- ]check|verify|re-?check|instead|no,|earlier|previous"
    r"|simplif\w+|convert\w*"
    r"|round|part|format\w*|in terms of|equivalent|should i|written as|expressed)\b"
    r"|等等|不过|但是|但|或者|可能|也许|检查|验证|化简|换算|四舍五入|不对"
)
"""What behind an answer makes it less than a conclusion, or announces another form of it."""
MORE = lazy(r"(?i)[\s*$)}]*,?\s*(?:which|where|or|and|meaning|i\.e\.|so)\b|\s*[=≈(]")
"""What follows an answer that says it in other words."""
PARTS = lazy(
    r"\b[Pp]arts?\b|\b(?:first|second|next|other) (?:question|answer|problem)\b"
    r"|\((?:b|ii)\)(?![*_\s]*(?:is|\.|$))"
)
"""What shows that a problem has more than one answer."""
HARD = lazy(
    r"[$€£¥]?-?[0-9][0-9.,]*(?:/[0-9]+)?(?:\s?(?:%|\\%|°|[^\W\d_]{1,12}\.?))?|\\[dt]?frac\S{2,40}"
    r"|[^\sa-zA-Z]{0,10}[a-zA-Z]?[^\sa-zA-Z]{1,30}"
)
"""A number with its unit, or a formula: what a response repeats if it says it at all."""
LETTER = lazy(r"\(?[A-Ja-j]\)?")
"""The letter of an option, which a response may say in the option's words."""
FEW_WORDS = 3
FRACTION = lazy(r"\\[dt]?frac\s*\{?([^{}\\ ]+)\}?\s*\{?([^{}\\ ]+)\}?")
TOKEN = lazy(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]{2,}|[^\W\d_]")
DRESS = frozenset(["text", "mathrm", "textbf", "mathbf", "frac", "dfrac", "tfrac", "left", "right"])


def read_conclusion(reasoning: str) -> str | None:
    r"""Return the answer that a reasoning ends with, or None where it is in any doubt.

    >>> read_conclusion("2 + 2 is 4. So the answer is 4.")
    '4'
    >>> read_conclusion("So the answer is 4. But wait, it could be 5.") is None
    True
    """
    tail = reasoning[-TAIL:]
    found = find_box(tail) if BOX_COMMAND in tail else None
    if found is not None:
        answer, behind = found
        later = read_final_sentence(behind)
        if later is not None:
            answer = later
    else:
        answer = read_final_sentence(tail) or ""
    answer = answer.strip()
    place = tail.rfind(answer)
    if not answer or len(answer) > MAX_ANSWER or place < 0:
        return None
    behind = tail[place + len(answer) :]
    return None if DOUBT.search(behind) or MORE.match(behind) else answer


def compare_conclusion(reasoning: str, response: str) -> tuple[str | None, str | None]:
    r"""Return how a response stands to its reasoning, and the answer that the reasoning ends with.

    That is `agrees`, `contradicts`, `only_in_reasoning`, or None where that cannot be said.

    >>> compare_conclusion("So the answer is 4.", r"It is \boxed{5}.")
    ('contradicts', '4')
    >>> compare_conclusion("So the answer is 4.", "I added both numbers.")
    ('only_in_reasoning', '4')
    """
    concluded = read_conclusion(reasoning)
    if concluded is None:
        return None, None
    given = read_answer(response)
    if given is None:
        return ("only_in_reasoning" if _is_alone(concluded, response) else None), concluded
    if given.form not in SURE or PARTS.search(reasoning, max(0, len(reasoning) - TAIL)):
        return None, concluded
    return _compare(concluded, given.answer), concluded


def _compare(concluded: str, given: str) -> str | None:
    if concluded == given:
        return "agrees"
    if len(given) > MAX_ANSWER or unreadable(concluded) or unreadable(given):
        return None
    equal = judge_exactly(Pair(concluded, given))
    if equal:
        return "agrees"
    is_another = equal is False and is_surely_another(concluded, given)
    return "contradicts" if is_another and is_surely_another(given, concluded) else None


def _is_alone(answer: str, response: str) -> bool:
    """Say whether a response surely does not say an answer."""
    is_letter = LETTER.fullmatch(answer) is not None
    is_short = len(response.split()) <= FEW_WORDS
    is_sure = is_short if is_letter else HARD.fullmatch(answer) is not None
    return is_sure and not _stands_in(answer, response)


def _stands_in(answer: str, response: str) -> bool:
    """Say whether a response holds each number and word of an answer, in whatever form."""
    return {*_tokens(answer)} <= {*_tokens(response)}


def _tokens(text: str) -> list[str]:
    plain = FRACTION.sub(r"\1/\2", text).casefold()
    return [NUMBER_WORDS.get(token, token) for token in TOKEN.findall(plain) if token not in DRESS]
