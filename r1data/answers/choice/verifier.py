r"""The `choice` verifier: a letter, several letters, or the text of an option.

An answer may be the letter (`B`, `(b)`, `\text{(B)}`, `Option B`), the letter with its text, or
the text alone, which must be one option's. A letter that merely begins a word or a sentence is
none, and a letter with another option's text is incorrect.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from r1data.answers.answer_types import AnswerType
from r1data.answers.choice.options import (
    Options,
    as_letter,
    find_option,
    is_index,
    is_no_option,
    read_options,
)
from r1data.answers.choice.readings import ends_a_list, read_behind_box, read_small_option
from r1data.answers.limits import unreadable
from r1data.answers.outcome import Outcome
from r1data.answers.reading.answer import NO_ANSWER, read_answer
from r1data.answers.reading.readings import Reading
from r1data.answers.text.verifier import as_verdict, compare_text, text_type
from r1data.answers.text.wording import bare
from r1data.answers.verdict import Item, Verdict
from r1data.answers.versions import VERSIONS
from r1data.answers.workers import Workers
from r1data.answers.writing.letters import (
    LABEL_END,
    LETTER,
    LETTER_IN_PROSE,
    LETTER_OF_EITHER_CASE,
    LETTERS_IN_PROSE,
    bracketed,
)
from r1data.answers.writing.scripts import in_ascii_signs
from r1data.patterns import lazy

NAMED = bracketed(LETTER)
LEAD = lazy(
    r"(?:(?:the )?(?:(?:correct|right|best|final) )?(?:option|choice|alternative|letter|answer)"
    r"(?: (?:is|choice|option))?:?|(?:i )?(?:choose|pick|select)|it is|it's)\s+(?=\S)"
    r"|(?:正确)?(?:答案|选项|选择|选)(?:是|为)?\s*:?\s*(?=\S)"
    rf"|(?:la|el|le|die|der)\s+(?=\(?{LETTER_IN_PROSE}\b)"
    r"|(?:la )?(?:opción|respuesta|réponse|antwort|вариант|ответ)(?: (?:es|est|ist))?:?\s+(?=\S)",
    re.IGNORECASE,
)
TRAIL = lazy(r"\s+is (?:correct|right|the (?:correct |right )?(?:answer|option|choice))$")
ONE = lazy(rf"\(?\s*({LETTER_OF_EITHER_CASE})\s*\)?\s*[.:]?")
SEVERAL = lazy(rf"{NAMED}[.]?(?:\s*(?:,|;|/|&|\+|\band\b|,\s*and\b|\s)\s*{NAMED}[.]?)+")
SMALL_SEVERAL = lazy(r"\(?[a-z]\)?(?:\s*(?:,|;|&|\band\b|,\s*and\b)\s*\(?[a-z]\)?)+")
ADJACENT = lazy(rf"{LETTER}{{2,10}}")
EITHER = lazy(rf"{NAMED}(?:\s*(?:,|\bor\b|,\s*or\b|/)\s*{NAMED})+")
DENIED = lazy(rf"(?:not|never|neither|any(?:thing)? but) {NAMED}(?:\W.*)?", re.IGNORECASE)
LABELLED = lazy(
    rf"(?:\(({LETTER_OF_EITHER_CASE})\)\s*[.:,-]?"
    rf"|({LETTER}\s*{LABEL_END}|[a-z]{LABEL_END}(?=\s))|({LETTER})\s+[-=]|({LETTER}),)\s*(.+)"
)
OTHER_LABEL = lazy(
    rf"\(({LETTER})\)|\b({LETTER}){LABEL_END}(?=\s|$)|\b(?:or|and|not|so) \(?({LETTER})\b"
    rf"|(?:^|, )({LETTER})(?=,|$)"
)
TAKEN_BACK = lazy(r"(?:\w+ )?(?:not|wrong|incorrect|false|cannot|can't|isn't|no)\b", re.IGNORECASE)
STANDING_FOR = frozenset(["letter", "optionletter", "choiceletter", "theletter", "answerletter"])
"""What stands in a box for the letter of an option, as `asked_forms` writes it."""
UNCLEAR = "names no option for sure"


class ChoiceVerifier:
    """Judges the choice of one option or of several."""

    name = "choice"
    version = VERSIONS["choice"]

    def type_answer(self, item: Item) -> str:
        """Return `choice`, `choices`, or the label of a text where it names no option."""
        letters = gold_letters(item.gold_answer, read_options(item.choices, item.problem))
        if not letters:
            return text_type(item.gold_answer, item.problem).value
        return (AnswerType.CHOICE if len(letters) == 1 else AnswerType.CHOICES).value

    def as_response(self, item: Item) -> str:
        """Return the gold answer in an answer block."""
        return f"<answer>{item.gold_answer}</answer>"

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch."""
        return [_verify(item) for item in items]


def _verify(item: Item) -> Verdict:
    if not bare(item.gold_answer):
        return Verdict(Outcome.BAD_GOLD, detail="gold answer: empty")
    options = read_options(item.choices, item.problem)
    if why := _gold_fault(item, options):
        return Verdict(Outcome.BAD_GOLD, detail=f"gold answer: {why}")
    reading = _read(item, options)
    if reading is None:
        return Verdict(Outcome.NO_ANSWER, detail=NO_ANSWER)
    if why := unreadable(reading.answer):
        return Verdict(Outcome.NO_ANSWER, detail=f"not read: {why}")
    is_equal = compare_choice(item.gold_answer, reading.answer, item.choices, item.problem)
    return as_verdict(is_equal, reading, UNCLEAR)


def _gold_fault(item: Item, options: Options) -> str:
    """Return why nothing can be judged by a gold answer; empty if something can."""
    if not options:
        return ""
    gold = as_letter(item.gold_answer, item.choices, options)
    if is_index(gold, options):
        return f"{gold.strip()} is no option's letter or text; give one of these, not its index"
    return "" if gold_letters(gold, options) <= options.keys() else "names an option there is not"


def _read(item: Item, options: Options) -> Reading | None:
    """Read an answer; a letter that is announced behind a box with no letter in it counts more.

    Where the box holds another option's text, both are the answer, which then names none for sure.
    """
    response = in_ascii_signs(item.response)
    reading = read_answer(
        response, is_cut_off=item.is_cut_off, problem=item.problem, forms=STANDING_FOR
    )
    if reading is None or (reading.form == "last_line" and ends_a_list(response)):
        return None if item.is_cut_off else read_small_option(response, options)
    if reading.form != "box" or _letters(_without_lead(bare(reading.answer)), options):
        return reading
    behind = read_behind_box(response, is_cut_off=item.is_cut_off)
    if behind is None:
        return reading
    valued = _option_valued(reading.answer, options)
    if valued and frozenset(valued) != _letters(_without_lead(bare(behind.answer)), options):
        return replace(behind, answer=f"{reading.answer}, and {behind.answer}")
    return behind


def _option_valued(boxed: str, options: Options) -> str | None:
    """Return the option whose text, or whose value without its unit, stands in a box."""
    text = bare(boxed)
    if option := find_option(text, options):
        return option
    with_unit = [letter for letter, other in options.items() if bare(other).startswith(f"{text} ")]
    return with_unit[0] if len(with_unit) == 1 and text[-1:].isdigit() else None


@lru_cache(maxsize=20_000)
def compare_choice(
    gold_answer: str, predicted_answer: str, choices: tuple[str, ...] = (), problem: str = ""
) -> bool | None:
    r"""Say whether an answer chooses what the gold answer does; None if that is unclear.

    >>> compare_choice("B", r"\text{(B)}"), compare_choice("B", "B and C"), compare_choice("B", "b")
    (True, False, True)
    >>> compare_choice("(B)", "42", ("41", "42")), compare_choice("B", "(B) 41", ("41", "42"))
    (True, False)
    """
    options = read_options(choices, problem)
    gold_answer = as_letter(gold_answer, choices, options)
    predicted_answer = as_letter(predicted_answer, choices, options)
    gold = gold_letters(gold_answer, options)
    if not gold:
        return compare_text(gold_answer, predicted_answer, problem)
    if bare(gold_answer) == bare(predicted_answer):
        return True
    return _compare(gold, predicted_answer, options)


def gold_letters(gold_answer: str, options: Options) -> frozenset[str]:
    """Return the letters of the options that a gold answer names; none if it names none.

    >>> sorted(gold_letters("AC", {})), sorted(gold_letters("blue", {"A": "red", "B": "blue"}))
    (['A', 'C'], ['B'])
    >>> gold_letters("DNA", {"A": "RNA", "B": "DNA"})
    frozenset({'B'})
    """
    text = bare(gold_answer)
    if options and find_option(text, options) is None:
        text = _without_lead(text)
    if not ONE.fullmatch(text) and (option := find_option(text, options)):
        return frozenset(option)
    letters = _letters(text, options)
    if letters or not options:
        return letters
    if labelled := LABELLED.fullmatch(text):
        letter = _label(labelled)
        return frozenset(letter) if letter in options else frozenset()
    return frozenset()


def _compare(gold: frozenset[str], answer: str, options: Options) -> bool | None:
    whole = bare(answer)
    text = _without_lead(whole)
    labelled = LABELLED.fullmatch(text)
    if labelled and _label(labelled) in options and labelled[5] in options.values():
        return _compare_labelled(gold, _label(labelled), labelled[5], options)
    if _is_another_text(text, options):
        return False
    if option := find_option(whole, options):
        return _compare_named(gold, whole, option, options)
    letters = _letters(text, options)
    if letters:
        return letters == gold
    if EITHER.fullmatch(text) or DENIED.fullmatch(text):
        return False
    if option := find_option(text, options):
        return gold == {option}
    if labelled and not _is_formula(labelled, options):
        return _compare_labelled(gold, _label(labelled), labelled[5], options)
    return False if _is_none_of(text, gold, options) else None


def _is_another_text(text: str, options: Options) -> bool:
    """Say whether a letter stands before the text of another option: `A Mercury`, with B Mercury.

    An article may begin an option: `A cat` is no letter where an option says so.
    """
    letter, _, rest = text.partition(" ")
    texts = {bare(option).casefold().rstrip(" .") for option in options.values()}
    is_option = text.casefold().rstrip(" .") in texts
    if letter not in options or not rest or is_option:
        return False
    return find_option(rest, options) not in (None, letter)


def _is_formula(labelled: re.Match[str], options: Options) -> bool:
    """Say whether a letter stands before `=` or `-` and no option's text: `B = 3v`."""
    return bool(labelled[3] and options) and find_option(labelled[5], options) is None


def _compare_named(gold: frozenset[str], text: str, option: str, options: Options) -> bool | None:
    """Compare an answer that is an option's text; one that is another's letter too is unclear."""
    one = ONE.fullmatch(text)
    if one and one[1].upper() in options and one[1].upper() != option:
        return gold == {one[1].upper()} if one[0] != one[1] else None
    return gold == {option}


def _compare_labelled(
    gold: frozenset[str], letter: str, rest: str, options: Options
) -> bool | None:
    """Compare a letter with a text behind it, which must not be another option's."""
    option = find_option(rest, options)
    others = any(letter not in match.groups() for match in OTHER_LABEL.finditer(rest))
    if option is None and (others or TAKEN_BACK.match(rest)):
        return None
    if option not in (None, letter) or _is_none_of(rest, frozenset(letter), options):
        return False
    return gold == {letter}


def _is_none_of(text: str, letters: frozenset[str], options: Options) -> bool:
    named = {letter: options[letter] for letter in letters if letter in options}
    return bool(named) and is_no_option(text, named)


def _letters(text: str, options: Options) -> frozenset[str]:
    """Return the letters that a text consists of; none if it holds anything else."""
    if one := ONE.fullmatch(text):
        return frozenset(one[1].upper())
    if options and SMALL_SEVERAL.fullmatch(text):
        text = re.sub(r"\b[a-z]\b", lambda letter: letter[0].upper(), text)
    if SEVERAL.fullmatch(text):
        return frozenset(re.findall(rf"\b{LETTER}\b", text))
    if ADJACENT.fullmatch(text) and _can_be_letters(text, options):
        return frozenset(text)
    return frozenset()


def _can_be_letters(text: str, options: Options) -> bool:
    """Say whether capitals side by side can be letters of options: ABD, but not DNA or BAD."""
    known = options or dict.fromkeys(LETTERS_IN_PROSE, "")
    return list(text) == sorted(set(text)) and set(text) <= known.keys()


def _without_lead(text: str) -> str:
    while (lead := LEAD.match(text)) and lead.end() < len(text):
        text = bare(text[lead.end() :])
    return bare(TRAIL.sub("", text))


def _label(match: re.Match[str]) -> str:
    return next(label for label in match.groups()[:4] if label)[0].upper()
