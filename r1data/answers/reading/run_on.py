"""Run-on text: where a base model, done with its answer, goes on with a question of its own.

The answer to a made-up question answers nothing that was asked. What follows a label of a turn
(`User:`, `### Instruction:`) or of a question (`Question 2:`, `Problem:`) is made up if an answer
stands before it and it asks for something else than the problem does: in other words, or in nearly
the same ones where the answer before was announced. A question that the problem has, or that
divides the problem into smaller ones, is none. One that shares little with the problem, and whose
answer ends the text, is made up even if no answer stands before it.
"""

# ruff: noqa: RUF001 - marks of other scripts are the point

import re
from collections.abc import Callable
from itertools import islice

from r1data.answers.reading.readings import Reading
from r1data.patterns import lazy

MAX_LABELS = 8
"""Labels looked at, from the beginning."""
MAX_QUESTION = 400
"""Characters of a question that are compared."""
MIN_SAME = 8
NEW_SHARE = 0.5
"""A question of which so many words stand nowhere in the problem was made up."""
ROLES = r"user|human|instruction|usuario|utilisateur|benutzer|пользователь|用户"
QUESTIONS = (
    r"question|problem|exercise|task|query|q|input|example(?=[ \t]*#?[0-9])"
    r"|pregunta|problema|ejercicio|problème|exercice|frage"
    r"|aufgabe|вопрос|задача|pergunta|questão|问题|题目|问|例题"
)
STEMS = (
    *("user", "human", "instruction", "question", "problem", "exercise", "task", "query", "\nq"),
    *(" q", "*q", "_q", "usuario", "utilisateur", "benutzer", "пользователь", "用户", "pregunta"),
    *("ejercicio", "problème", "exercice", "frage", "aufgabe", "вопрос", "задача", "pergunta"),
    *("questão", "问", "题", "input", "example"),
)
"""What stands in every label: most texts hold none of it, and are not looked at twice."""
LINE = r"\n[ \t]*(?:#{1,6}[ \t]*|[*_>-]{1,3}[ \t]*)?[\[【<]?(?:new |next |another )?"
"""How a line with a label begins."""
LINE_LABEL = lazy(rf"{LINE}(?:{ROLES}|{QUESTIONS})", re.IGNORECASE)
LABEL = lazy(
    r"(?-i:(?<=[.!?>}])[ \t]+(?P<inline>Human|User):)"
    rf"|{LINE}(?:(?P<role>{ROLES})|(?P<question>{QUESTIONS}))[ \t]*#?(?P<number>[0-9]{{1,3}})?"
    r"[*_\]】]{0,3}[ \t]*(?:[:：.)>][*_]{0,3}|(?=\n))",
    re.IGNORECASE,
)
ANSWER = lazy(
    r"(?:\n[ \t#*_]*|[ \t])(?:answer|solution|response|assistant|output|a"
    r"|respuesta|solución|réponse"
    r"|antwort|lösung|ответ|решение|resposta|答案|答|解答|解)[ \t]*[0-9]*[*_]*[ \t]*[:：]",
    re.IGNORECASE,
)
TAKEN_UP = lazy(
    r"\bfinal answer\b|\n[ \t#*_]*(?:putting|combining|altogether|overall|in total|finally"
    r"|returning|going back|back to|in conclusion|adding (?:up|these|both)|summing)\b",
    re.IGNORECASE,
)
"""What concludes from several questions."""
SEVERAL = lazy(
    r"\((?:2|ii|b)\)|(?:^|\n)\s*(?:2|b)[.)]\s|\b(?:question|problem|part|task) (?:2|b|two)\b|②",
    re.IGNORECASE,
)
"""What a problem has that asks several things."""
INTERIM = lazy(
    r"\b(?:so far|for now|interim|intermediate|partial|subtotal|halfway|at this point"
    r"|first|sub-?(?:answer|question|problem)|step)\b",
    re.IGNORECASE,
)
"""What says that an answer is one on the way."""
ANNOUNCED = frozenset(["box", "sentence", "answer_tag", "json"])
"""The forms that say that an answer is the answer."""
WORD = lazy(r"[\u4e00-\u9fff]|[^\W\d_]{4,}|[0-9]+(?:[.,][0-9]+)*")
NUMBER = lazy(r"[0-9]+(?:[.,][0-9]+)*")
ASKING = frozenset(["what", "find", "compute", "calculate", "evaluate", "solve", "many", "much"])
MAX_PARAGRAPHS = 12
"""Paragraphs in which the answer of a question is looked for."""


Read = Callable[[str], Reading | None]
"""Reads the answer that a text gives."""


def before_run_on(response: str, problem: str, read: Read) -> str:
    r"""Return a response up to where a made-up turn or question begins.

    Args:
        response: What a model wrote.
        problem: What it was asked; empty if that is not known.
        read: Reads the answer that a text gives.

    >>> answered = lambda text: Reading("18", "sentence")
    >>> before_run_on("#### 18\n\nQuestion: What is 2 + 9?\n#### 11", "3 * 6?", answered)
    '#### 18'
    """
    text = f"\n{response}"
    is_line = "User:" not in response and "Human:" not in response
    if is_line and ("\n" not in response.strip() or not LINE_LABEL.search(text)):
        return response
    lowered = response.lower()
    if not any(stem in lowered for stem in STEMS):
        return response
    labels = list(islice(LABEL.finditer(text), MAX_LABELS))
    for place, label in enumerate(labels):
        before = text[1 : label.start()]
        if before.strip() and _is_made_up(text, label, labels[:place], problem, read):
            return before.rstrip()
    return response


def _is_made_up(
    text: str, label: re.Match[str], earlier: list[re.Match[str]], problem: str, read: Read
) -> bool:
    """Say whether what a label announces is something that was not asked."""
    asked = _question(text, label)
    if not _letters(asked) or _is_same(asked, problem):
        return False
    if turn := _turn_of(label):
        return not re.search(rf"\b{turn}\b\s*:", problem, re.IGNORECASE)
    if label["number"] and SEVERAL.search(problem):
        return False
    if any(not _is_same(_question(text, one), problem) for one in earlier):
        return False
    behind = text[label.end() :]
    if _is_taken_up(behind, read):
        return False
    before = text[1 : label.start()]
    if (answer := read(before)) is None:
        return _is_foreign(asked, problem, before) and _ends_with_answer(behind, read)
    if answer.form in ANNOUNCED and not INTERIM.search(before[-MAX_QUESTION:]):
        return read(behind) is not None or _is_new(asked, problem or before)
    return _is_new(asked, problem or before)


def _is_taken_up(behind: str, read: Read) -> bool:
    """Say whether something is concluded from the answer of a question, and is not that answer."""
    taken = TAKEN_UP.search(behind)
    if taken is None:
        return False
    answer, last = read(behind[: taken.start()]), read(behind)
    return answer is not None and (last is None or _value(answer) != _value(last))


def _is_new(asked: str, known: str) -> bool:
    """Say whether a question has numbers, or half of its words, that stand nowhere before."""
    words = _words(asked)
    new = words - _words(known)
    return any(word[0].isdigit() for word in new) or 0 < NEW_SHARE * len(words) <= len(new)


def _is_foreign(asked: str, problem: str, before: str) -> bool:
    """Say whether a question shares hardly a word with a known problem, and no number."""
    words = _words(asked) - ASKING
    known = _words(f"{problem}\n{before}")
    has_number = any(word[0].isdigit() for word in words & known)
    return (
        bool(problem and words) and not has_number and len(words - known) > NEW_SHARE * len(words)
    )


def _ends_with_answer(behind: str, read: Read) -> bool:
    """Say whether a text ends where the question that it begins with is answered."""
    paragraphs = behind.split("\n\n")[:MAX_PARAGRAPHS]
    texts = ("\n\n".join(paragraphs[:count]) for count in range(1, len(paragraphs) + 1))
    first = next(filter(None, map(read, texts)), None)
    last = read(behind)
    is_only = not any(_letters(_question(behind, one)) for one in LABEL.finditer(behind))
    return first is not None and last is not None and is_only and _value(first) == _value(last)


def _value(answer: Reading) -> str:
    """Return the last number of an answer, or its letters."""
    numbers = NUMBER.findall(answer.answer)
    return numbers[-1] if numbers else _letters(answer.answer)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


def _turn_of(label: re.Match[str]) -> str | None:
    """Return the name of whoever's turn a label begins; None where it is a question's."""
    return label["inline"] or label["role"]


def _question(text: str, label: re.Match[str]) -> str:
    """Return the first line of what a label announces."""
    asked = text[label.end() : label.end() + MAX_QUESTION]
    answer = ANSWER.search(asked)
    return (asked[: answer.start()] if answer else asked).strip().partition("\n")[0]


def _is_same(asked: str, problem: str) -> bool:
    """Say whether a question is the problem, or a part of it."""
    one, other = _letters(asked), _letters(problem)
    if not one or not other:
        return not one
    return one in other or (len(other) >= MIN_SAME and one.startswith(other))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
