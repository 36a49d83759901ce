"""Gold answers that say there is none: the words that stand in answer columns instead of one."""

# ruff: noqa: RUF001 - words and dashes of other scripts are the point

import re
from functools import lru_cache

from r1data.answers.writing.fonts import COMMON, command

BY_GOLD = frozenset(["math", "choice", "text"])
"""The verifiers that have nothing but the gold answer to judge by; others may expect such words."""
MISSING: frozenset[str] = frozenset(
    [
        *("notfound", "not found", "answer not found", "no answer found", "no answer"),
        *("no final answer", "no answer available", "no answer provided", "no answer given"),
        *("answer not provided", "answer not given", "answer not available", "not available"),
        *("not provided", "not given", "not specified", "unspecified", "not applicable", "no data"),
        *("no ground truth", "no reference answer", "no gold answer", "no solution provided"),
        *("n/a", "n.a", "#n/a", "<na>", "nan", "nat", "null", "nil", "unknown", "unanswered"),
        *("tbd", "tba", "todo", "to be determined", "to be added", "omitted", "placeholder"),
        *("missing", "missing answer", "answer missing", "none given", "none provided"),
        *("see solution", "see above", "see below", "see explanation", "see proof", "see figure"),
        *("无答案", "暂无", "暂无答案", "没有答案", "未知", "待定", "略", "见解析", "答案略"),
        *("sin respuesta", "pas de réponse", "keine antwort", "нет ответа"),
    ]
)
"""Words that mean a missing answer, unless the problem offers them as one."""
AS_WRITTEN = frozenset(["None", "NONE", "NA"])
"""The same, in these letters alone: `none` answers how many, and Na is sodium."""
PROOFS = re.compile(
    r"(?:(?:an?|the|see|this is an?) )?proofs?(?: (?:is |was )?(?:omitted|required|given|provided"
    r"|shown|completed?|above|below|question|problem|needed|follows|based|only|in solution))?"
    r"|prove|proven|q\.e\.d|qed|证明|证明略|证明题|略证"
)
"""Words that stand where a proof was asked for: there is no answer to compare with."""
NO_LETTER = re.compile(r"[?？.…_\-–—*/\\\s]+")
"""Marks alone."""
FRAME = " \t\r\n$*`\"'“”‘’.:;!()[]{}"
IN_FONT = re.compile(
    rf"{command((*COMMON, 'textit'))}\s*\{{([^{{}}]*)\}}|\\boxed\s*\{{([^{{}}]*)\}}"
)
OFFERED = (
    r"(?:\b(?:answer|write|reply|respond|say|state|return|output|print|enter|give|option|choose"
    r"|label|classif\w+|true|false)\b[^\n]{0,80}?|\bor\s+(?:\w+\s+)?|[\"'`“‘(\[]\s*)"
)


@lru_cache(maxsize=1_000)
def find_missing(gold_answer: str, problem: str = "", choices: tuple[str, ...] = ()) -> str | None:
    r"""Return the word by which a gold answer says that there is none; None if it is an answer.

    A word that the problem offers as an answer, or that is one of its choices, is one.

    >>> find_missing(r"\text{N/A}"), find_missing("None"), find_missing("none")
    ('N/A', 'None', None)
    >>> find_missing("unknown", "Answer with true, false or unknown.") is None
    True
    """
    word = IN_FONT.sub(lambda match: match[1] or match[2] or "", gold_answer).strip()
    if not word:
        return None
    if NO_LETTER.fullmatch(word):
        return word
    bare = word.strip(FRAME)
    small = " ".join(bare.casefold().split())
    if PROOFS.fullmatch(small):
        return bare
    if small not in MISSING and bare not in AS_WRITTEN:
        return None
    is_choice = any(small == choice.strip(FRAME).casefold() for choice in choices)
    is_offered = re.search(rf"{OFFERED}(?<!\w){re.escape(small)}(?!\w)", problem, re.IGNORECASE)
    return None if is_choice or is_offered else bare
