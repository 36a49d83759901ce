"""Yes and no, true and false, valid and invalid: which of the two an answer says.

Three pairs of words answer "is it so?" alike: yes and no, true and false, correct and incorrect.
One stands for the other (`yes` for a gold answer `true`) unless the problem itself speaks of what
is false, wrong or not: to "is it false that..." yes and true are opposite answers. Valid and
invalid stand for themselves: `yes` to "is it valid or invalid?" says neither.
"""

import re
from functools import lru_cache

from r1data.answers.text.wording import words
from r1data.patterns import lazy

PAIRS = (("yes", "no"), ("true", "false"), ("correct", "incorrect"), ("valid", "invalid"))
SAME_QUESTION = frozenset({0, 1, 2})
"""The pairs that stand for one another."""
PLACES = {word: (n, word == pair[0]) for n, pair in enumerate(PAIRS) for word in pair}
PLACES |= {"yeah": (0, True), "yep": (0, True), "nope": (0, False), "wrong": (2, False)}
PLACES |= dict.fromkeys(["是", "sí", "oui", "ja", "да", "sim", "はい", "예", "네"], (0, True))
PLACES |= dict.fromkeys(["否", "不是", "nein", "нет", "não", "いいえ", "아니요"], (0, False))
PLACES |= {"真": (1, True), "假": (1, False), "对": (2, True), "错": (2, False)}
PLACES |= {"正确": (2, True), "错误": (2, False)}
NOT = frozenset(["not", "never", "cannot", "neither", "nor", "hardly", "without", "either"])
SENTENCE = frozenset(
    [
        "it",
        "is",
        "this",
        "that",
        "statement",
        "argument",
        "claim",
        "conclusion",
        "syllogism",
        "sentence",
        "proposition",
        "expression",
        "answer",
        "deductively",
        "logically",
        "therefore",
        "so",
        "hence",
        "thus",
        "value",
        "evaluates",
        "to",
        "are",
        "does",
        "do",
        "he",
        "she",
        "they",
        "tell",
        "tells",
        "truth",
        "given",
        "premises",
        "explicitly",
        "stated",
    ]
)
"""Words that may stand around the one that answers, in a sentence that says nothing else."""
CONDITIONS = frozenset(["if", "unless", "only", "but", "except", "however", "sometimes"])
"""Words that take back half of an answer."""
THIRD = frozenset(["unknown", "uncertain", "undetermined", "undecidable", "maybe", "neither"])
"""Words for neither of the two."""
EITHER_OR = lazy(
    r"\b(?:yes (?:or|/) ?no|true ?(?:or|/) ?false|correct ?(?:or|/) ?incorrect)\b", re.IGNORECASE
)
TURNS = lazy(
    r"\b(?:not|n't|false|wrong|incorrect|untrue|invalid|fails?|never|no|unable)\b|n't\b",
    re.IGNORECASE,
)
MAX_WORDS = 30


def is_polar(gold_answer: str) -> bool:
    """Say whether a gold answer is one of the words of a pair, alone.

    >>> is_polar("(Yes)"), is_polar("no one")
    (True, False)
    """
    found = words(gold_answer)
    return len(found) == 1 and found[0] in PLACES


def speaks(answer: str) -> bool:
    """Say whether an answer holds a word of a pair at all."""
    return any(word in PLACES for word in words(answer)[: 10 * MAX_WORDS])


def is_same_polarity(gold_answer: str, predicted_answer: str, problem: str = "") -> bool | None:
    """Say whether an answer says what the gold answer, a word of a pair, says; None if unclear.

    >>> is_same_polarity("no", "No, he lies."), is_same_polarity("valid", "it is not valid")
    (True, False)
    >>> is_same_polarity("valid", "yes") is None
    True
    """
    pair, is_positive = PLACES[words(gold_answer)[0]]
    found = _read(predicted_answer)
    if found is None:
        return False if _is_neither_or_both(words(predicted_answer)) else None
    predicted_pair, predicted = found
    if predicted_pair != pair and not _are_alike(pair, predicted_pair, problem):
        return None
    return predicted is is_positive


def _are_alike(one: int, other: int, problem: str) -> bool:
    is_same_question = one in SAME_QUESTION and other in SAME_QUESTION
    return is_same_question and not _speaks_of_the_contrary(problem)


@lru_cache(maxsize=2_000)
def _speaks_of_the_contrary(problem: str) -> bool:
    last = EITHER_OR.sub("", problem).strip().rstrip(" ?.)").rpartition(". ")[2]
    return TURNS.search(last) is not None


@lru_cache(maxsize=20_000)
def _read(answer: str) -> tuple[int, bool] | None:
    """Return the pair that an answer speaks in, and whether it says the first of the two."""
    found = words(answer)
    if not found or len(found) > MAX_WORDS:
        return None
    if found[0] in PLACES and any(word in CONDITIONS for word in found):
        return None
    places = [n for n, word in enumerate(found) if word in PLACES]
    if places[:1] == [0] and (len(found) == 1 or re.match(r"\W*\w+\s*[,.;:(-]", answer)):
        return None if _contradicts(found) else PLACES[found[0]]
    if len(places) != 1 or not all(word in SENTENCE | NOT | PLACES.keys() for word in found):
        return None
    pair, is_positive = PLACES[found[places[0]]]
    turns = [n for n, word in enumerate(found) if word in NOT]
    if not turns:
        return pair, is_positive
    between = found[turns[0] + 1 : places[0]]
    is_plain = turns == [turns[0]] and found[turns[0]] == "not" and turns[0] < places[0]
    return (pair, not is_positive) if is_plain and set(between) <= ADVERBS else None


ADVERBS = frozenset(["deductively", "logically"])
"""Words that may stand between `not` and what it turns round."""


def _is_neither_or_both(found: tuple[str, ...]) -> bool:
    """Say whether an answer is a word for neither, or says both of a pair and nothing else."""
    if len(found) == 1:
        return found[0] in THIRD
    polar = {PLACES[word] for word in found if word in PLACES}
    return set(found) <= PLACES.keys() | {"and", "or", "both", "/"} and len(polar) > 1


def _contradicts(found: tuple[str, ...]) -> bool:
    """Say whether a later word of the same pair says the contrary: yes and no."""
    pair, is_positive = PLACES[found[0]]
    return any(PLACES.get(word) == (pair, not is_positive) for word in found[1:])
