"""Closing sentences: the conclusion that a finished response ends with, and the answer in it.

A response that boxes, tags and announces nothing may still answer: "Therefore, the minimum number
of boxes is 17." Its last sentence is read where it draws a conclusion ("so", "thus"), or says of
what the problem asks for. It gives its answer in bold, at its end, or as the one thing it counts.
A condition, a doubt, a bound, a case, a supposition, a quotation and a question give none, nor does
a sentence that does not end.
"""

# ruff: noqa: RUF001 - signs of mathematics and marks of other scripts are the point

import re

from r1data.answers.reading.bare_answers import DELIMITED, is_whole
from r1data.answers.reading.concluded_values import (
    read_bold_value,
    read_numbered,
    read_value,
)
from r1data.answers.reading.questions import is_asked_for
from r1data.answers.writing.thousands import without_spaces
from r1data.patterns import lazy

MAX_CHARS = 600
"""Characters of the last paragraph that are looked at."""
MAX_CLAUSE = 300
MAX_COURTESIES = 3
"""Lines of courtesy that may follow a conclusion."""
BREAK = lazy(r"\n\s*\n|\n(?=\s*(?:[-*•#>|]|[0-9]+[.)])\s)|\n(?![a-z])")
SENTENCE_START = lazy(r"(?<=[.!?])[*_)\"”]*\s+(?=[*_\"“(]*(?:[A-Z∴]|\$|\\))|(?<=[。！？])")
ABBREVIATION = lazy(r"\b(?:approx|e\.g|i\.e|vs|Dr|Mr|Mrs|Ms|St|No|[A-Z])\.$")
END = lazy(r"(?:[.!](?:\*\*|[*_)]|\$+|\\[\])])?|。|！|\*\*|\$|\\[\])])$")
"""The end of a sentence that is whole: a full stop, or emphasis or mathematics that closes."""
ORNAMENT = lazy(r"[\s✓✔✅☑∎■□⬛🎉🎯👍]+$|(?:\$?\\(?:black)?square\$?|Q\.?E\.?D\.?)\s*$")
COURTESY = lazy(
    r"\s*(?:i hope|hope (?:this|that)|(?:please )?(?:let me know|feel free)|if you (?:have|need)"
    r"|would you like|thanks?\b|thank you|good luck|happy |(?:is|was) there anything"
    r"|you['’]re welcome"
    r"|does (?:this|that) (?:help|make sense)|please (?:ask|reach)|have a (?:great|nice|good)"
    r"|(?:if )?any (?:other |more |further )?questions|i(?:['’]m|['’]d be| am) happy)[^\n]*$",
    re.IGNORECASE,
)
CONCLUSION = lazy(
    r"(?:^[\s*_>#-]*|[,;:–—][*_]*\s+(?:and\s+)?)"
    r"(?:so|thus|hence|therefore|consequently|accordingly|altogether|overall|finally"
    r"|in (?:total|all|conclusion|summary|the end)|as a result|it follows that"
    r"|(?:since|because|as) (?:[^,.]|[,.](?=[0-9]))+(?=,)"
    r"|(?:this|that|which) (?:means|implies|shows)(?: that)?|meaning(?: that)?"
    r"|(?:this|that)(?= (?:makes|gives|leaves|comes to|adds up to|amounts to) )"
    r"|(?:we|i) (?:can )?conclude(?: that)?|∴|\$?\\therefore\$?)"
    r"(?!\s+(?:far|that|much|many|long|as|to)\b)[*_]*,?[*_]*\s+",
    re.IGNORECASE,
)
CONCLUDED_WITHIN = lazy(
    r"^([^,;:.]{2,80}?)( (?:is|are|was|were|must))? (?:therefore|thus|hence|consequently)(?= )"
)
"""A word of conclusion behind the subject: `the crate therefore holds 144 pieces`."""
STATED = lazy(
    r"[*_]*(?:we (?:find|get|obtain|see)(?: that)? )?(?:the|its|his|her|their|our|your)\b"
    r"(?![^.]*\b(?:given|goal|target|starting|initial|original|before|one|each|discriminant"
    r"|(?:de)?nominator|factor|side)\b)"
    r"[^,;:]*\b(?:is|are|was|were|equals|comes to)\b",
    re.IGNORECASE,
)
"""A sentence that says what something is: its answer stands at its end."""
WORKED_OUT = lazy(r"=\s*(?:\\[dt]?frac\{)?[-$€£*\\({]*([0-9][0-9,.]*)")
SUM_WORKED_OUT = lazy(rf"[0-9)}}]\s*(?:[-+*/×÷−]|\\\w+)[^=]*{WORKED_OUT.pattern}")
FIRST_NUMBER = lazy(r"[0-9][0-9,.]*")
ELEMENTARY = lazy(
    r"\b(?:in a (?:week|day|year|month|triangle|circle|dozen|deck|square|hour|minute)|formula"
    r"|coefficient|intercept|radius|slope|rest|remaining"
    r"|common (?:denominator|factor|ratio|difference))\b",
    re.IGNORECASE,
)
"""What a sentence without a word of conclusion says on the way to an answer."""
PROSE_END = re.compile(r"[.!:=)$\]]\s*$")
"""The end of a paragraph of prose or mathematics; a heading has none."""
MIN_ALIKE = 20
"""Characters by which a sentence is found again in its text."""
SUMMED_UP = lazy(r"\b(?:in total|in all|altogether)[*_]*[.!][*_]*$", re.IGNORECASE)
CHINESE_CONCLUSION = lazy(r"(?:^|[，；,;])\s*(?:因此|所以|故|综上所述|综上|于是|总共|一共)[，,]?")
DOUBT = lazy(
    r"\b(?:if|unless|whether|suppos\w+|assum\w+|hypothe\w+|perhaps|maybe|possibly|probably|likely"
    r"|seems?|appears?|might|guess\w*|estimat\w+|unsure|unclear|unknown|never|cannot|can not"
    r"|neither|wrong|incorrect|false|impossible|contradict\w*|but|however|although|though|except"
    r"|instead|what|how|why|question|asks?|asked|sa(?:id|ys?)|claim\w*|argu\w+|believes?|thinks?"
    r"|thought|student|example|bound|interim|intermediate|partial|subtotal|so far|step|cases?"
    r"|at this point|current(?:ly)?"
    r"|another|one of|one (?:\w+ )?(?:value|solution|root|answer|example|way|choice)"
    r"|an? (?:possible )?(?:solution|root|answer|candidate|value)|remains? to|still"
    r"|(?:possible|chance) that|possibility|suffices|enough to|according to|recall|notice|states?"
    r"|\w+['’]s (?:answer|guess|result)|too (?:small|large|big|many|few|high|low|much|little)"
    r"|we (?:know|use|set|take|choose|pick|plug|substitute|call|denote|define|multiply|divide|add"
    r"|subtract|compute|calculate|solve|simplify|look|want|were given|are given)"
    r"|yet|need to|have to|let(?:['’]s| us)|we (?:will|shall|now)|next|continu\w+|try\w*"
    r"|consider\w*"
    r"|(?:could|would|can|should|may) (?:\w+ )?(?:be|equal)(?! (?:\w+ed|made|sold|built|drawn)\b)"
    r"|(?:is|are|was|were|do|does|did|will|would|should|must|may|has|have|had) not)\b|n['’]t\b"
    r"|\b(?:first|second|third|last|previous|former|latter)(?! (?:[0-9]|\w+ty\b|digits?\b|few|two"
    r"|three|four|five|six|seven|eight|nine|ten))\b|[\"“”「」?？]|如果|若|假设|是否|不|可能|吗|第",
    re.IGNORECASE,
)
"""What says that a sentence is no answer, wherever it stands."""
SUPPOSITION = lazy(
    r"\b(?:suppose|assum(?:e|ed|ing)|imagine|pretend|hypothetical\w*|contradiction|guess)\b"
    r"(?! (?:\w+ ){1,3}(?:is|be|are|denotes?|represents?) (?:the|a) )",
    re.IGNORECASE,
)
"""What makes all that follows it in its paragraph hold under a condition only."""
REASON = lazy(r",?\s(?:since|because|as (?=[a-z]{2}|\$)).*$", re.DOTALL)
"""The reason that follows a conclusion."""


def read_closing_sentence(text: str, problem: str = "") -> str | None:
    r"""Return the answer that the last sentence of a finished response concludes with, or None.

    >>> read_closing_sentence("We add: 4 + 5 = 9.\n\nTherefore, the total is **9** boxes.")
    '9 boxes'
    >>> read_closing_sentence("Hence 20 workers are needed."), read_closing_sentence("So x is 5")
    ('20 workers', None)
    >>> read_closing_sentence("If x were 5, the total would be 17.") is None
    True
    """
    sentence, before = _last_sentence(text)
    if not sentence or DOUBT.search(DELIMITED.sub(" ", sentence)) or SUPPOSITION.search(before):
        return None
    clause = _concluded(sentence)
    if clause is None and not is_asked_for(sentence, problem) and not SUMMED_UP.search(sentence):
        return _stated(sentence, before, text)
    clause = without_spaces(REASON.sub("", clause or sentence).strip())
    if len(clause) > MAX_CLAUSE:
        return None
    answer = read_value(clause) or read_numbered(clause, problem)
    return answer if answer and is_whole(answer) else None


def _stated(sentence: str, before: str, text: str) -> str | None:
    """Return what a sentence without a word of conclusion says that something is, or None.

    It is in bold in a paragraph of its own, or what was worked out last; in a paragraph of its own
    behind others, where nothing was worked out before, it needs neither.
    """
    if not before.strip() and (answer := read_bold_value(sentence, is_said=True)):
        return answer
    answer = read_value(sentence, is_at_end=True) if STATED.match(sentence) else None
    shown = text[-MAX_CHARS:].rpartition(sentence[:MIN_ALIKE])[0]
    worked_out = [*WORKED_OUT.findall(shown), *SUM_WORKED_OUT.findall(sentence)][-1:]
    given = FIRST_NUMBER.findall(answer or "")[:1]
    if not worked_out:
        is_ending = not before.strip() and shown.endswith("\n\n") and PROSE_END.search(shown)
        return answer if is_ending and not ELEMENTARY.search(sentence) else None
    is_last = [number.rstrip(".,") for number in given] == [
        number.rstrip(".,") for number in worked_out
    ]
    return answer if is_last and not ELEMENTARY.search(sentence) else None


def _last_sentence(text: str) -> tuple[str, str]:
    """Return the last sentence, empty if it does not end, and what its paragraph says before."""
    text = ORNAMENT.sub("", text[-MAX_CHARS:].rstrip())
    for _ in range(MAX_COURTESIES):
        bare = ORNAMENT.sub("", COURTESY.sub("", text).rstrip())
        if bare == text:
            break
        text = bare
    breaks = list(BREAK.finditer(text))
    paragraph = text[breaks[-1].end() :] if breaks else text
    if not END.search(paragraph):
        return "", ""
    starts = [
        found.end()
        for found in SENTENCE_START.finditer(paragraph)
        if found.end() < len(paragraph) and not ABBREVIATION.search(paragraph[: found.start()])
    ]
    start = starts[-1] if starts else 0
    return " ".join(paragraph[start:].split()), paragraph[:start]


def _concluded(sentence: str) -> str | None:
    """Return what follows the last word of conclusion; None if there is none."""
    for pattern in (CONCLUSION, CHINESE_CONCLUSION):
        if found := list(pattern.finditer(sentence)):
            return sentence[found[-1].end() :]
    within = CONCLUDED_WITHIN.match(sentence)
    return f"{within[1]}{within[2] or ''}{sentence[within.end() :]}" if within else None
