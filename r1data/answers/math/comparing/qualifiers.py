r"""Clauses behind an answer that only repeat a domain or name a constant, and names before it.

`f(x) = cx \text{ for all real } x, \text{ where } c \text{ is a constant}` is `f(x) = cx`. A clause
that says more (`for x > 0`, `where c \ne 0`) stays, and makes another answer of it. Constants that
both sides declare are free to have any name; so is the constant of integration.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from r1data.answers.math.notation.notation import canonical
from r1data.answers.math.notation.vocabulary import GREEK, names
from r1data.patterns import lazy

MARKED = lazy(
    r"\b(?:for|where|with)\b|\\forall|∀|\\in(?![a-z])|\\ge|\bis\b|\bare\b|[+]\s*C\b|C\s*[+]|=.*\("
    r"|^\W*[A-Za-z]{1,3}\s*\(|\\vec|[∈ℝ≥:]"  # noqa: RUF001 - the sign of the reals
)
"""What every answer has that is looked at here; most have none of it."""
TEXT = lazy(r"\\text\s*\{([^{}]*)\}")
WHOLE_NAMES = names("i j k l m n p q N")
GREEK_NAME = rf"\\(?:{'|'.join(sorted(GREEK, key=len)[::-1])})(?![A-Za-z])"
NAME = rf"(?:{GREEK_NAME}|[A-Za-z])(?:_\{{?\w+\}}?)?(?![A-Za-z])"
NAMES = rf"(?P<names>{NAME}(?:\s*(?:,|and|,\s*and)\s*{NAME})*)"
EVERY = r"(?:for\s+)?(?:all|any|every|each|arbitrary|some)|\\forall|∀"
LEAD = rf"(?:where|with|{EVERY}|for)?\s*(?:{EVERY})?\s*"
KIND = r"(?:(?:an?|the|some|any|arbitrary|fixed|free|real|complex|is|are|be)\s+)*"
CONSTANT = r"(?:constants?|parameters?)(?: of integration)?"
NUMBERS = r"(?:(?:real|complex) )?(?:numbers?|values?(?: of)?)?|reals?"
INTEGERS = "integers?"
NATURALS = "(?:positive |non-?negative )integers?|(?:natural|whole) numbers?"
CLAUSES = {
    "whole": (
        rf"{LEAD}{NAMES}\s*\\in\s*\\Z",
        rf"{LEAD}{INTEGERS}\s+{NAMES}",
        rf"{LEAD}{NAMES}\s+(?:is|are)\s+(?:an?|any|arbitrary)?\s*{INTEGERS}",
    ),
    "natural": (
        rf"{LEAD}{NAMES}\s*\\in\s*(?:\\N(?:\s*\^[+*]|_\{{?0\}}?)?|\\Z\s*[\^_]\s*\{{?(?:\+|>0)\}}?)",
        rf"{LEAD}(?:{NATURALS})\s+{NAMES}",
        rf"{LEAD}{NAMES}\s+(?:is|are)\s+(?:an?|any)?\s*(?:{NATURALS})",
        rf"{LEAD}(?:{INTEGERS})?\s*{NAMES}\s*\\ge\s*[01]",
    ),
    "real": (
        rf"{LEAD}{NAMES}\s*\\in\s*(?:\\[RC]|\(\s*-\s*\\infty\s*,\s*\+?\s*\\infty\s*\))",
        rf"(?:{EVERY})\s+(?:{NUMBERS})\s*{NAMES}",
        rf"{LEAD}{NAMES}\s+(?:is|are)\s+{KIND}(?:real|complex)(?: numbers?)?",
    ),
    "constant": (
        rf"{LEAD}{KIND}{CONSTANT}\s+{NAMES}",
        rf"{LEAD}{NAMES}\s+(?:(?:is|are|being|denotes?)\s+)?{KIND}(?:real )?{CONSTANT}",
    ),
}
PATTERNS = {kind: tuple(map(lazy, forms)) for kind, forms in CLAUSES.items()}
STARTS = lazy(
    rf"\s*[,;(]\s*|\s+(?=(?:for|where|with)\b|\\forall|∀)|\s*(?=\\forall|∀)"
    rf"|(?<=[\s)])(?={NAME}\s*\\in\s)"
)
COUNTED = ("whole", "natural")
MAX_CLAUSES = 3
INTEGRATION = lazy(r"^(?P<start>.*[^\s(^{=].*?)?(?:\+\s*C\s*$)|^C\s*\+(?P<rest>.+)$")
ANY_CONSTANT = lazy(
    r"\+\s*(?:[ckKD]|[cC]_\{?[0-9]\}?|\\text\s*\{\s*(?:constant|const\.?)\s*\})\s*$"
)
RUN = lazy(r"\\[A-Za-z]+|[A-Za-z]+")
LONGEST_PRODUCT = 3
NAMED_VALUE = lazy(
    r"\s*(?:(?:[fghFGHPQE]|Pr|Var)(?:'|_\{?\w+\}?)*\s*\([^()]*\)|\|?\\vec\s*\{?[a-zA-Z]\}?\|?"
    r"|\\(?:max|min)\s*[a-zA-Z]|[A-Z]{1,3}(?:_\{?\w+\}?)?(?:\s*:\s*[A-Z]{1,3}(?:_\{?\w+\}?)?)+)\s*=(?P<value>[^=]+)"
)


@dataclass(frozen=True, slots=True)
class Qualified:
    """An answer without the clauses behind it that change nothing."""

    answer: str
    kinds: tuple[tuple[str, str], ...] = ()
    """The names that they declare, each with `whole`, `natural`, `real` or `constant`."""

    def free(self, kind: str = "") -> list[tuple[str, str]]:
        """Return the names declared that are no argument or index, as they come in the answer."""
        found = [
            (name, declared)
            for name, declared in dict.fromkeys(self.kinds)
            if kind in ("", declared) and not _is_bound(name, self.answer)
        ]
        return sorted(found, key=lambda item: self.answer.find(item[0]))


def aligned(gold_answer: str, predicted_answer: str) -> tuple[str, str]:
    r"""Return both answers without what only qualifies them, in the same names of constants.

    >>> aligned("f(x)=cx", r"f(x)=kx, k \in \mathbb{R}")
    ('f(x)=cx', 'f(x)=kx')
    >>> aligned(r"cx \text{ for any real } c", r"kx, k \in \mathbb{R}")[1]
    'cx'
    >>> aligned("x", r"x \text{ for } x > 0")[1], aligned("x^2 + C", "x^2 + c")[1]
    ('x \\text{ for } x > 0', 'x^2 + C')
    """
    if not _is_marked(gold_answer) and not _is_marked(predicted_answer):
        return gold_answer, predicted_answer
    gold, predicted = without_clauses(gold_answer), without_clauses(predicted_answer)
    if _are_at_odds(gold, predicted):
        return gold_answer, predicted_answer
    given = _with_names_of(gold, predicted)
    named = NAMED_VALUE.fullmatch(canonical(gold.answer))
    if named and "=" not in given:
        return named["value"].strip(), given
    return gold.answer, _with_same_integration(gold.answer, given)


@lru_cache(maxsize=50_000)
def _is_marked(answer: str) -> bool:
    return MARKED.search(answer) is not None


def without_clauses(answer: str) -> Qualified:
    r"""Take the clauses off an answer that repeat its domain, or say that a name is a constant.

    >>> without_clauses(r"2\pi k, k \in \mathbb{Z}").answer, without_clauses("x, y").answer
    ('2\\pi k', 'x, y')
    """
    kinds: list[tuple[str, str]] = []
    text = answer
    for _ in range(MAX_CLAUSES):
        found = _last_clause(text)
        if found is None:
            break
        text, named = found
        kinds = [*named, *kinds]
    return Qualified(text, tuple(kinds)) if kinds else Qualified(answer)


def _last_clause(answer: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Return what stands before the clause that ends an answer, and what the clause declares."""
    text = " ".join(TEXT.sub(r" \1 ", canonical(answer)).split())
    for start in STARTS.finditer(text):
        before = text[: start.start()].rstrip(" ,;")
        clause = text[start.end() :].strip(" ,;.()")
        found = _declared(clause, before) if _says_something(before) else None
        if found:
            return before, found
    return None


def _says_something(before: str) -> bool:
    is_closed = all(before.count(one) == before.count(other) for one, other in ("()", "[]", "{}"))
    return is_closed and any(character.isalnum() for character in before)


def _declared(clause: str, before: str) -> list[tuple[str, str]]:
    """Return the names that a clause declares, if it does nothing else; none it may not."""
    for kind, patterns in PATTERNS.items():
        for pattern in patterns:
            if match := pattern.fullmatch(clause):
                found = re.findall(NAME, match["names"].replace("and", ","))
                is_allowed = _may_declare(kind, found, clause, before)
                return [(name, kind) for name in found] if is_allowed else []
    return []


def _may_declare(kind: str, found: list[str], clause: str, before: str) -> bool:
    """Say whether a clause changes nothing: an index is whole anyway, and an argument is any."""
    if kind in ("whole", "natural"):
        return all(name.partition("_")[0] in WHOLE_NAMES for name in found)
    is_any = re.search(r"\bsome\b", clause) is None
    return is_any or not any(_is_bound(name, before) for name in found)


def _is_bound(name: str, answer: str) -> bool:
    """Say whether a name is a function's argument, a sequence's index, or what the answer gives."""
    name = re.escape(name)
    bound = rf"[A-Za-z}}]\s*\(\s*{name}\s*[,)]|_\{{?{name}\b|^\s*{name}\s*="
    return re.search(bound, answer.partition("=")[0] + "=") is not None


def _are_at_odds(gold: Qualified, predicted: Qualified) -> bool:
    """Say whether one side lets a name be other numbers than the other does."""
    kinds = [dict(side.kinds) for side in (gold, predicted)]
    shared = kinds[0].keys() & kinds[1].keys()
    is_odd = any((kinds[0][name] in COUNTED) != (kinds[1][name] in COUNTED) for name in shared)
    has_natural = [bool(side.free("natural")) for side in (gold, predicted)]
    is_loose = not gold.kinds and any(
        name in WHOLE_NAMES and "(" not in predicted.answer for name, _ in predicted.free("real")
    )
    return is_odd or is_loose or has_natural[0] != has_natural[1]


def _with_names_of(gold: Qualified, predicted: Qualified) -> str:
    """Return a predicted answer in the gold answer's names of what both declare."""
    ours, theirs = gold.free(), predicted.free()
    pairs = [
        (other, one)
        for (one, kind), (other, their_kind) in zip(ours, theirs, strict=False)
        if one != other and (kind in COUNTED) == (their_kind in COUNTED)
    ]
    is_clear = len(ours) == len(theirs) and not any(
        _has_name(predicted.answer, one) or _has_name(gold.answer, other) for other, one in pairs
    )
    if not pairs or not is_clear:
        return predicted.answer
    new_names = dict(pairs)
    return RUN.sub(lambda run: _renamed(run[0], new_names), predicted.answer)


def _has_name(answer: str, name: str) -> bool:
    return any(name in run for run in RUN.findall(answer) if _is_product(run))


def _is_product(run: str) -> bool:
    return not run.startswith("\\") and len(run) <= LONGEST_PRODUCT


def _renamed(run: str, new_names: dict[str, str]) -> str:
    return "".join(new_names.get(letter, letter) for letter in run) if _is_product(run) else run


def _with_same_integration(gold_answer: str, predicted_answer: str) -> str:
    """Return a predicted answer with the gold answer's name for a constant of integration."""
    gold, predicted = canonical(gold_answer), canonical(predicted_answer)
    if not INTEGRATION.fullmatch(gold) or _has_name(predicted, "C"):
        is_numbered = ANY_CONSTANT.search(predicted) and predicted.count("C") == 1
        if not INTEGRATION.fullmatch(gold) or not is_numbered:
            return predicted_answer
    found = ANY_CONSTANT.search(predicted)
    if found is None:
        return predicted_answer
    before = predicted[: found.start()]
    letter = found[0].strip("+ {}")[:1]
    return predicted_answer if _has_name(before, letter) else f"{before}+ C"
