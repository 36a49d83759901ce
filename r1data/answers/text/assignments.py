r"""Assignments of roles: who is a knight or a knave in a puzzle, in whatever form.

Read are sentences, lists, tables and JSON, by person (`Zoey: knight`) or by role (`Knights: Zoey,
Oliver`), in any order. What holds a word that is none of these (an `if`, an `only`) is not read.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from r1data.answers.text.wording import bare
from r1data.patterns import lazy

OPPOSITES = (
    *(("knight", "knave"), ("saint", "sinner"), ("hero", "villain"), ("angel", "devil")),
    *(("altruist", "egoist"), ("sage", "fool"), ("pioneer", "laggard")),
)
SYNONYMS = {
    "truth-teller": "knight",
    "truthteller": "knight",
    "truth teller": "knight",
    "liar": "knave",
}
"""Other names of knights and knaves, by the puzzle's own definition."""
ENTRY = lazy(
    r"(?:\(?\d+[).:]\s*)?(?:and )?(?P<name>[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*)?)"
    r"(?: is(?: an?)? | ?[:=] ?(?:an? )?| ?-+>? ?(?:an? )?)(?P<role>[a-z]+(?:-[a-z]+)?)",
    re.IGNORECASE,
)
PARTS = lazy(r"\s*(?:\n|;|,(?: and )?|\. | and )\s*")
ASKED = lazy(r"who is an? ([\w-]+) and who is an? ([\w-]+)", re.IGNORECASE)
NOT = frozenset(["not", "isn't", "isnt", "aren't", "arent"])
FILLERS = frozenset(
    [
        "is",
        "are",
        "a",
        "an",
        "the",
        "both",
        "and",
        "also",
        "so",
        "therefore",
        "thus",
        "hence",
        "we",
        "have",
        "conclude",
        "answer",
        "final",
        "solution",
        "identities",
        "identity",
        "role",
        "roles",
        "person",
        "inhabitant",
        "name",
        "character",
        "type",
        "that",
        "which",
        "means",
        "as",
        "follows",
        "be",
        "must",
        "who",
    ]
)
TOKEN = lazy(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
MAX_CHARS = 1000

Assignment = dict[str, str]


@lru_cache(maxsize=5_000)
def _parsed(gold_answer: str, problem: str) -> tuple[tuple[str, str], ...]:
    parts = [part for part in PARTS.split(gold_answer.strip().rstrip(".")) if part]
    entries = [ENTRY.fullmatch(bare(part)) for part in parts]
    found = [(entry["name"], entry["role"].casefold()) for entry in entries if entry]
    roles = {role for _, role in found}
    is_puzzle = roles <= set(roles_of(roles, problem))
    is_whole = len(found) == len(parts) and len(dict(found)) == len(found)
    return tuple(found) if found and is_puzzle and is_whole else ()


def read_gold(gold_answer: str, problem: str = "") -> Assignment:
    r"""Return who is what according to a gold answer; empty if it is no such answer.

    >>> read_gold("(1) Zoey is a knight\n(2) Oliver is a knave")
    {'Zoey': 'knight', 'Oliver': 'knave'}
    >>> read_gold("Paris is a city")
    {}
    """
    return dict(_parsed(gold_answer, problem)) if len(gold_answer) <= MAX_CHARS else {}


def roles_of(some: set[str], problem: str = "") -> tuple[str, ...]:
    """Return the two roles of a puzzle, from those its gold answer gives and what it asks.

    >>> roles_of({"knight"}), roles_of({"wumpus"}, "So who is a wumpus and who is a zorn?")
    (('knight', 'knave'), ('wumpus', 'zorn'))
    """
    asked = ASKED.search(problem)
    pairs = (*OPPOSITES, *([tuple(role.casefold() for role in asked.groups())] if asked else []))
    return next((tuple(pair) for pair in pairs if some and some <= set(pair)), ())


def is_same_assignment(gold_answer: str, predicted_answer: str, problem: str = "") -> bool | None:
    """Say whether an answer gives everybody the gold answer's role; None if it is not read.

    Nobody may be missing, and nobody may have both roles.

    >>> is_same_assignment("Zoey is a knight, Al is a knave", "Al isn't a knight; Zoey: knight")
    True
    """
    gold = read_gold(gold_answer, problem)
    roles = roles_of(set(gold.values()), problem)
    if len(predicted_answer) > MAX_CHARS:
        return None
    events = _events(predicted_answer, tuple(gold), roles)
    if events is None or not any(kind == "role" for kind, _ in events):
        return None
    pairs = _by_role(events) if events[0][0] == "role" else _by_person(events, roles)
    if pairs is None:
        return None
    return set(pairs) == set(gold.items())


def _events(
    answer: str, names: Sequence[str], roles: Sequence[str]
) -> list[tuple[str, str]] | None:
    """Return the persons, roles and negations of an answer in order; None if there is more."""
    text = bare(answer.replace("|", " ").replace("_", " "))
    text = re.sub(r"\btruth[ -]tellers?\b", "truthteller", text, flags=re.IGNORECASE)
    spelled = {name.casefold(): name for name in names}
    events = []
    for token in _tokens(text, names):
        kind = _kind(token, spelled, roles)
        if kind is None:
            return None
        if kind[0] != "filler":
            events.append(kind)
    return events


def _tokens(text: str, names: Sequence[str]) -> list[str]:
    long_names = [name for name in names if " " in name]
    if not long_names:
        return TOKEN.findall(text)
    known = "|".join(re.escape(name) for name in sorted(long_names, key=len, reverse=True))
    return re.findall(rf"{known}|{TOKEN.pattern}", text, flags=re.IGNORECASE)


def _kind(token: str, spelled: dict[str, str], roles: Sequence[str]) -> tuple[str, str] | None:
    plain = token.casefold()
    if plain in spelled and not (len(token) == 1 and token.islower()):
        return "name", spelled[plain]
    singular = plain.removesuffix("s") if plain not in roles else plain
    singular = singular if singular in roles or singular in SYNONYMS else _singular(plain)
    role = SYNONYMS.get(singular, singular)
    if role in roles:
        return "role", role
    if plain in NOT:
        return "not", plain
    return ("filler", plain) if plain in FILLERS else None


def _singular(plain: str) -> str:
    return {"heroes": "hero", "knaves": "knave", "sages": "sage"}.get(plain, plain)


def _by_person(
    events: Sequence[tuple[str, str]], roles: Sequence[str]
) -> list[tuple[str, str]] | None:
    """Return the persons with the role that follows them, or where negated with the other one."""
    pairs, waiting, is_turned = [], list[str](), False
    for kind, word in events:
        if kind == "name":
            waiting.append(word)
        elif kind == "not":
            if is_turned or not waiting:
                return None
            is_turned = True
        else:
            if not waiting:
                return None
            role = roles[1 - roles.index(word)] if is_turned else word
            pairs += [(name, role) for name in waiting]
            waiting, is_turned = [], False
    return pairs


def _by_role(events: Sequence[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """Return the persons with the role that stands before them."""
    pairs, role = [], ""
    for kind, word in events:
        if kind == "not":
            return None
        if kind == "role":
            role = word
        else:
            pairs.append((word, role))
    return pairs
