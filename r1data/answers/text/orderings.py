"""Orderings: chains (A > B > C), numbered lists, arrows and lists with commas.

Where an answer says which way it runs (`>` or `<`), a chain read backwards is the same chain. A
list that does not say so is compared as it stands.
"""

import json
import re
from functools import lru_cache

from r1data.answers.text.wording import bare, words
from r1data.patterns import lazy

CHAIN = lazy(r"\s*(?:\\(?:gt|lt|succ|prec|rightarrow|to)(?![a-zA-Z])|[-=]+>|[→⇒>≻<≺])\s*")
UPWARD = lazy(r"^(?:\\(?:lt|prec)|[<≺])$")
DOWNWARD = lazy(r"^(?:\\(?:gt|succ)|[>≻])$")
NUMBERED = lazy(r"(?:^|\n|,|;| )\s*(?:\(?(\d{1,2})[).:])\s+")
COMMAS = lazy(r"\s*(?:,\s*(?:and|then)\s|[,;\n]|\sthen\s)\s*")
ASKED = lazy(
    r"\b(?:order|sort|arrang|rank|sequence|chronolog|ascending|descending"
    r"|from (?:the )?(?:\w+est|most|least)\b|(?:\w+est|most|least)(?: \w+)? (?:first|last)\b"
    r"|first to last|left to right|top to bottom)",
    re.IGNORECASE,
)
FALLING = lazy(
    r"\bdescending|\b(?:tall|larg|great|high|old|heavi|long|fast|bigg|strong)est"
    r" (?:\w+ )?(?:first|to)\b",
    re.IGNORECASE,
)
RISING = lazy(
    r"\bascending|\b(?:short|small|low|young|light|slow|weak|few)est (?:\w+ )?(?:first|to)\b",
    re.IGNORECASE,
)
DIRECTED = ("<", ">")
MAX_CHARS = 1000


def asks_for_order(problem: str) -> bool:
    """Say whether a problem asks for things in an order.

    >>> asks_for_order("List the birds from the lightest to the heaviest."), asks_for_order("Who?")
    (True, False)
    """
    return ASKED.search(problem) is not None


def is_ordering(gold_answer: str, problem: str = "") -> bool:
    """Say whether a gold answer puts things in an order: a chain, or a list that was asked for.

    >>> is_ordering("Ann > Bob > Cid"), is_ordering("Ann, Bob", "Sort the names."), is_ordering("a")
    (True, True, False)
    """
    items, direction = _read(gold_answer)
    is_list = len(items) >= 2 and len(set(items)) == len(items) and all(len(i) <= 4 for i in items)
    return is_list and (bool(direction) or asks_for_order(problem))


def is_same_order(gold_answer: str, predicted_answer: str, problem: str = "") -> bool | None:
    """Say whether an answer puts the gold answer's things in its order; None if that is unclear.

    Where the problem says that the greatest comes first, a list is a chain with `>`.

    >>> is_same_order("Ann > Bob > Cid", "Cid < Bob < Ann"), is_same_order("Ann, Bob", "Bob, Ann")
    (True, False)
    """
    gold, gold_way = _read(gold_answer)
    is_signed = gold_way in DIRECTED
    gold_way = gold_way if is_signed else _way_asked(problem)
    predicted, way = _read(predicted_answer)
    if not predicted or not all(predicted):
        return None
    if {gold_way, way} == set(DIRECTED):
        predicted, way = predicted[::-1], gold_way
    if sorted(gold) != sorted(predicted):
        is_partial = set(predicted) < set(gold) or set(gold) < set(predicted)
        return False if is_partial and len(predicted) > 1 else None
    if gold == predicted:
        return True if gold_way in DIRECTED or way not in DIRECTED else None
    is_unsure = is_signed if way not in DIRECTED else gold_way not in DIRECTED
    return None if is_unsure and predicted == gold[::-1] else False


def _way_asked(problem: str) -> str:
    """Return the sign that a list runs along, where a problem says what comes first."""
    ways = [bool(form.search(problem)) for form in (RISING, FALLING)]
    return DIRECTED[ways.index(True)] if sum(ways) == 1 else ""


@lru_cache(maxsize=20_000)
def _read(answer: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the things an answer lists, as words, and the way it says they run."""
    if len(answer) > MAX_CHARS:
        return (), ""
    for read in (_json, _chain, _numbered, _commas):
        parts, direction = read(answer.strip())
        if len(parts) >= 2:
            return tuple(words(part) for part in parts), direction
    return (), ""


def _json(answer: str) -> tuple[list[str], str]:
    if not answer.startswith("["):
        return [], ""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        found = answer.strip("[]").split(",")
    return [str(item) for item in found], "list"


def _chain(answer: str) -> tuple[list[str], str]:
    text = bare(answer)
    signs = {sign.strip() for sign in CHAIN.findall(text)}
    ways = {"<" if UPWARD.match(s) else ">" if DOWNWARD.match(s) else "arrow" for s in signs}
    return (CHAIN.split(text), ways.pop()) if len(ways) == 1 else ([], "")


def _numbered(answer: str) -> tuple[list[str], str]:
    numbers = [int(number) for number in NUMBERED.findall(answer)]
    if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        return [], ""
    lead, *rest = NUMBERED.split(answer)
    return ([] if lead.strip() else rest[1::2]), "numbers"


def _commas(answer: str) -> tuple[list[str], str]:
    return COMMAS.split(bare(answer).removesuffix(".")), ""
