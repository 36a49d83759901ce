"""Final-answer sentences: finding them, and the end of the answer in each."""

# ruff: noqa: RUF001 - letters and marks of other scripts are the point

import re
from collections.abc import Iterator

from r1data.answers.reading.bare_answers import (
    CONTENT,
    MAX_ANSWER,
    PROSE,
    clean,
    is_bare,
    is_whole,
)
from r1data.answers.reading.cues import CUES_BY_STEM, Cue
from r1data.answers.reading.decorations import without_decoration, without_pictures
from r1data.answers.writing.letters import LETTER_IN_PROSE
from r1data.patterns import lazy

MAX_CUES = 20
"""Cues looked at, from the end: a text full of them takes no longer than another."""
MAX_LEAD = 200
"""Characters before a cue that may put it in doubt."""
HASHES, SHORT_LABEL = "####", "A:"
STEMS = (*CUES_BY_STEM, HASHES)
SENTENCE_STARTS = ("\n", ". ", "? ", "! ", "。", "！", "？", "।")
CONNECTIVES = lazy(
    r".*(?:\b(?:so|therefore|thus|hence|means that|conclude that)\b|因此|所以|那么|故),?",
    re.DOTALL | re.IGNORECASE,
)
STOP = lazy(
    r"\$\$[^$]*\$\$|\$[^$\n]+\$(?![0-9])|\\\(.*?\\\)|\\\[.*?\\\]"
    r"|(?P<end>\n|[.!?](?=[\"'”’*_)\]`]*(?:\s|$))|[。！？।؟](?![0-9])|;\s|\s[—–]\s"
    r"|,?\s\(?(?:because|since|as (?=[a-z]{2})|which|where|rather than|instead of)\b"
    r"|,\s(?:not|and not|so|and so|for|giving|making|with|obtained|after|thus|hence|therefore"
    r"|car|denn|da|pois)\b"
    r"|,?\s(?:ya que|porque|parce qu|weil|perché|так как|потому)|，(?=[因所由这即其也故]))",
    re.DOTALL | re.IGNORECASE,
)
"""Mathematics, which is passed over, or the end of an answer."""
QUESTION_MARKS = ("?", "？", "؟")
ABBREVIATION = lazy(
    r"\b(?:approx|e\.g|i\.e|etc|vs|Dr|Mr|Mrs|Ms|St|Jr|Sr|No|a\.m|p\.m|U\.S|ca|(?<=[a-z] )[A-Z])\.$"
)
OPTION_LINE = lazy(rf"[*_]*{LETTER_IN_PROSE}\.[*_]*[ \t]+(?P<text>[^\n]{{1,80}}?)[.*_ \t]*(?=\n|$)")
"""An option with its text, which is all that its line holds."""
LONGEST_ABBREVIATION = 8
SECOND_THOUGHTS = lazy(
    r"[\s*_)\".]*(?:but |oh,? )?(?:no,|(?:wait|actually|hmm|correction|sorry|oops"
    r"|scratch that|that(?:['’]s| is) (?:wrong|incorrect|not)|this is (?:wrong|incorrect))\b)",
    re.IGNORECASE,
)
TAKEN_BACK = lazy(r"[\s*_$,(]*which is (?:wrong|incorrect|false|not)\b", re.IGNORECASE)
HASHED = lazy(
    r"####[ \t]*([-+]?[$€£¥]?[ \t]*[-+]?[0-9](?:[^\s]*[^\s.:)])?(?:[ \t][^\W\d]+)?)[ \t.]*$"
)
LABELLED = lazy(r"A:[ \t]*(\S[^\n]{0,80})")
FENCE = lazy(r"```[a-z]*\n(.*?)\n?```", re.DOTALL)
IS_THE = lazy(r"\bis (?:the|our|my) (?:final |correct |right )?$")
LIST = lazy(r"(?:[-*•]|[0-9]+[.)])[ \t]|\|")
GAP = lazy(r"[\s:：]*")

Found = tuple[str, int]
"""An answer and where its sentence ends; empty where the sentence denies that there is one."""


def read_final_sentence(text: str, *, is_cut_off: bool = False) -> str | None:
    """Return the answer in the last final-answer sentence of a text, or None.

    A sentence that doubts or asks is none. Where the last one denies, touches the end of a text
    that was cut off or is taken back by the next, nothing is read: it says "".

    >>> read_final_sentence("The answer is **18 dollars**, since 2 * 9 is 18.")
    '18 dollars'
    >>> read_final_sentence("If the answer is 5, we are done.") is None
    True
    """
    for start, stem in _stems(text):
        found = _read(text, start, stem)
        if found is None:
            continue
        answer, end = found
        if is_cut_off and not text[end:].strip(" .*_\n"):
            return ""
        return "" if SECOND_THOUGHTS.match(text, end) else answer
    return None


def _stems(text: str) -> Iterator[tuple[int, str]]:
    """Yield where the stems of cues stand, from the end."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text
    found = [(0, SHORT_LABEL)] if text.startswith(SHORT_LABEL) else []
    if f"\n{SHORT_LABEL}" in text:
        found.append((text.rfind(f"\n{SHORT_LABEL}") + 1, SHORT_LABEL))
    for stem in STEMS:
        if stem in lowered:
            position, left = lowered.rfind(stem), MAX_CUES
            while position >= 0 and left:
                found.append((position, stem))
                position, left = lowered.rfind(stem, 0, position), left - 1
    found.sort(reverse=True)
    yield from found[:MAX_CUES]


def _read(text: str, start: int, stem: str) -> Found | None:
    if stem in (HASHES, SHORT_LABEL):
        return _read_label(text, start, stem)
    if stem == "answer" and (verb := IS_THE.search(text, max(0, start - 20), start)):
        return _read_before(text, verb.start(), start + len(stem))
    readings = (_read_after(text, start, cue) for cue in CUES_BY_STEM[stem])
    return next((found for found in readings if found), None)


def _read_label(text: str, start: int, stem: str) -> Found | None:
    """Read `#### 18`, as GSM8K has it, and `A: 18` on the last line."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if before.endswith("#") or without_decoration(before):
        return None
    line_end = text.find("\n", start)
    end = len(text) if line_end < 0 else line_end
    if stem == HASHES:
        match = HASHED.match(text, start, end)
    else:
        match = None if text[end:].strip() else LABELLED.fullmatch(text, start, end)
    answer = clean(match[1]) if match else ""
    return (answer, end) if answer and is_whole(answer) else None


def _read_before(text: str, start: int, end: int) -> Found | None:
    """Read "So 42 is the answer."."""
    answer = CONNECTIVES.sub("", _lead(text, start)).strip(" ,:")
    is_said = bool(answer) and is_bare(answer) and text[end : end + 1] not in QUESTION_MARKS
    return (clean(answer), end) if is_said else None


def _read_after(text: str, start: int, cue: Cue) -> Found | None:
    """Read "The answer is 42."."""
    verb = cue.verb.match(text, start)
    if verb is None:
        return None
    lead = without_decoration(_lead(text, start))
    if not cue.lead.search(lead) or cue.doubt.search(CONNECTIVES.sub("", lead)):
        return None
    gap = GAP.match(text, verb.end())
    begin = gap.end() if gap else verb.end()
    if fence := FENCE.match(text, begin):
        return fence[1], fence.end()
    if "\n" in text[verb.end() : begin] and LIST.match(text, begin):
        return "", begin
    end, after = _end(text, begin)
    answer = cue.ending.sub("", clean(without_pictures(text[begin:end]))).strip()
    if lead.endswith("(") and answer.count(")") > answer.count("("):
        answer = answer.removesuffix(")")
    if (
        not CONTENT.search(answer)
        or text.startswith(QUESTION_MARKS, end)
        or cue.description.search(answer)
    ):
        return None
    if cue.denial.search(answer) or TAKEN_BACK.match(text, end) or _goes_on(text, after):
        return "", after
    return (answer, after) if is_whole(answer) else None


def _goes_on(text: str, after: int) -> bool:
    """Say whether the very next line is an answer too: then the one before is not all of it."""
    return text[after - 1 : after] == "\n" and is_bare(text[after:].partition("\n")[0])


def _lead(text: str, start: int) -> str:
    """Return what stands before a position in its sentence."""
    window = text[max(0, start - MAX_LEAD) : start]
    found = [window.rfind(mark) + len(mark) for mark in SENTENCE_STARTS if mark in window]
    return window[max(found, default=0) :]


def _end(text: str, begin: int) -> tuple[int, int]:
    """Return where the answer that begins at a position ends, and where what ends it does."""
    limit = min(len(text), begin + MAX_ANSWER)
    option = OPTION_LINE.match(text, begin)
    if option and ". " not in option["text"] and not PROSE.search(option["text"]):
        return option.end(), option.end()
    for stop in STOP.finditer(text, begin, limit):
        tail = text[max(begin, stop.end() - LONGEST_ABBREVIATION) : stop.end()]
        if stop["end"] and not (ABBREVIATION.search(tail) and text[stop.end() :].strip()):
            return stop.start(), stop.end()
    return limit, limit
