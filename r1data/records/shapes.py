"""Columns of public sets, by what they hold: where problems, completions and gold answers stand.

A column is found by its name and by what the first rows hold in it, so that a set that is published
in a known form needs no map. A map that is given is never changed.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from r1data.records.read import Record, as_text, pick
from r1data.records.turns import FLAGS, read_conversation, turns_of

TOGETHER = " + "
"""Stands between columns whose texts belong together, an empty line between them."""
TURNS = ("messages", "conversations", "conversation", "dialog")
PROBLEMS = (
    *("problem", "question", "prompt", "instruction + input", "instruction", "query"),
    *(*TURNS, "input", "extra_info.question"),
)
PARTNERS = {
    "deepseek_solution": "deepseek_reasoning",
    "deepseek_attempt": "deepseek_thinking_trajectory",
    "message_content": "message_thinking",
    "answer_content": "think_content",
    "content": "reasoning_content",
}
"""The column of a response, and the column of the reasoning that belongs to it."""
COMPLETIONS = (
    *("completion", "completions", "generations", "responses", "response", "llm_response"),
    *("generated_solution", "generation", "output", "outputs", "model_output", *PARTNERS),
    *("reannotated_assistant_content", *TURNS),
)
REASONINGS = (
    *("reasoning", "reasoning_content", "thinking", "thought", "reasoning_trace"),
    *("thinking_trajectory", "think_content"),
)
RESPONSES = ("solution", "response", "content", "answer", "final_answer")
"""Hold a response only beside a column of reasoning: alone they are worked by hand."""
FINISHES = ("finish_reason", "finish_reasons", "stop_reason", "is_reasoning_complete")
OUTCOMES = (
    *("file_outcome", "correctness_math_verify", "is_correct", "correct", "is_verified"),
    *("verified", "correctness", "passed", "score", "reward", "correctness_llama"),
)
GOLDS = (
    *("gold_answer", "ground_truth", "reference_answer", "expected_answer", "final_answer"),
    *("gold_standard_solution", "gtruth_answer", "answer", "gold", "target", "gt"),
    *("reward_model.ground_truth", "reward_model.ground_truth.target", "extra_info.answer"),
)
CHOICES = ("choices", "options")
WORKED = ("solution", "answer", "ground_truth_solution", "extra_info.solution")
"""Can hold worked solutions, in whose last box the gold answer stands."""
MAX_GOLD_CHARS = 100
"""The median of what can be a column of gold answers; longer texts are worked solutions."""

Holds = Callable[[object], bool]


def find_problem(records: Sequence[Record]) -> str | None:
    """Return the column of the problems: texts, or conversations in which a user asks.

    >>> find_problem([{"instruction": "Add.", "input": "1, 2", "output": "3"}])
    'instruction + input'
    """
    return _first(PROBLEMS, records, _asks)


def find_completion(records: Sequence[Record]) -> tuple[str | None, str | None]:
    """Return the column of the completions, and that of their reasoning where it stands apart.

    >>> find_completion([{"problem": "1 + 1", "reasoning": "One more.", "solution": "2"}])
    ('solution', 'reasoning')
    >>> find_completion([{"prompt": "1 + 1", "completion": "2"}])
    ('completion', None)
    """
    found = _first(COMPLETIONS, records, _answers)
    if found in PARTNERS and _first((PARTNERS[found],), records, _reasons):
        return found, PARTNERS[found]
    reasoning = _first(REASONINGS, records, _reasons)
    if found is None and reasoning is not None:
        found = _first(RESPONSES, records, _answers)
    return found, reasoning if found and found not in TURNS else None


def find_finish_reason(records: Sequence[Record]) -> str | None:
    """Return the column of finish reasons, or of whether the reasoning is complete."""
    return _first(FINISHES, records, lambda value: value is not None)


def find_outcome(records: Sequence[Record]) -> str | None:
    """Return the column of verdicts that a file brings: booleans, or scores that are 0 or 1."""
    found = (name for name in OUTCOMES if _are_all(records, name, is_outcome))
    return next(found, None)


def find_gold(
    records: Sequence[Record], remedy: str = "name one of them in `columns.gold_answer`"
) -> tuple[str, str] | None:
    r"""Return the column of gold answers and how they are taken from it; None if there is none.

    Beside options there is none to be found: it may be a letter, an index or an option.

    Args:
        records: The first rows.
        remedy: What is to be done where two columns could hold it.

    >>> find_gold([{"question": "1 + 1", "answer": "one more\n#### 2"}])
    ('answer', 'hashes')

    Raises:
        ValueError: Two columns could hold it, and they differ.
    """
    if _first(CHOICES, records, lambda value: isinstance(value, list | dict)):
        return None
    completion, _ = find_completion(records)
    plain = [name for name in GOLDS if name != completion and _is_gold(records, name)]
    for one, other in pairwise(plain):
        if any(_differ(pick(record, one), pick(record, other)) for record in records):
            raise ValueError(
                f"`{one}` and `{other}` could both hold the gold answer, and they differ; {remedy}."
            )
    if not plain:
        return None
    return plain[0], "hashes" if _are_all(records, plain[0], _has_hashes) else "column"


def find_worked(records: Sequence[Record]) -> str | None:
    r"""Return a column of worked solutions with boxes: a remedy to name, not one to take.

    What a person worked and what a model wrote look alike, and a completion that is compared with
    its own answer is right whatever it says.

    >>> find_worked([{"problem": "1 + 1", "solution": r"So \boxed{2}."}])
    'solution'
    """
    completion, _ = find_completion(records)
    found = (name for name in WORKED if name != completion and _are_all(records, name, _has_box))
    return next(found, None)


def is_outcome(value: object) -> bool:
    """Tell whether a value is a verdict that a file brings, or a list of them."""
    if isinstance(value, list):
        return bool(value) and all(one is None or is_outcome(one) for one in value)
    return outcome_of(value) is not None


def outcome_of(value: object) -> str | None:
    """Return what a file's verdict says: `correct`, `incorrect`, or None where it says nothing.

    >>> outcome_of(True), outcome_of("0.0"), outcome_of(0.5)
    ('correct', 'incorrect', None)
    """
    text = (as_text(value) or "").strip().lower()
    if text in ("true", "1", "1.0", "correct", "pass", "passed", "yes"):
        return "correct"
    return "incorrect" if text in ("false", "0", "0.0", "incorrect", "wrong", "failed") else None


def text_at(record: Record, path: str) -> str | None:
    r"""Return the text at a path, or those of columns that belong together; None if it is none.

    >>> text_at({"instruction": "Add.", "input": "1, 2"}, "instruction + input")
    'Add.\n\n1, 2'
    """
    texts = [as_text(pick(record, column)) for column in columns_of(path)]
    found = [text for text in texts if text and text.strip()]
    return "\n\n".join(found) if texts[0] is not None else None


def columns_of(path: str) -> list[str]:
    """Return the columns that a path names."""
    return path.split(TOGETHER)


def _first(names: Sequence[str], records: Sequence[Record], holds: Holds) -> str | None:
    return next((name for name in names if _has(records, name, holds)), None)


def _has(records: Sequence[Record], name: str, holds: Holds) -> bool:
    """Tell whether a column is there and any row holds the right thing in it."""
    columns = columns_of(name)
    if any(pick(record, columns[-1]) is None for record in records[:1]) and len(columns) > 1:
        return False
    return any(holds(value) for value in _values(records, columns[0]))


def _are_all(records: Sequence[Record], name: str, holds: Holds) -> bool:
    values = list(_values(records, name))
    return bool(values) and all(holds(value) for value in values)


def _values(records: Sequence[Record], name: str) -> Iterator[object]:
    """Yield what some rows hold in a column, but for nothing."""
    found = (pick(record, name) for record in records)
    return (value for value in found if value is not None and value != "" and value != [])


def _asks(value: object) -> bool:
    found = read_conversation(value)
    if found is not None:
        return found.problem is not None
    return isinstance(value, str) and bool(value.strip())


def _answers(value: object) -> bool:
    if isinstance(value, list) and turns_of(value) is None:
        return any(_answers(one) for one in value)
    return bool(value) and isinstance(value, str | list | dict)


def _reasons(value: object) -> bool:
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and text.strip().lower() not in ("", *FLAGS) for text in texts)


def _is_gold(records: Sequence[Record], name: str) -> bool:
    texts = [as_text(value) for value in _values(records, name)]
    found = [text for text in texts if text is not None]
    if not found:
        return False
    return all(map(_has_hashes, found)) or median(map(len, found)) <= MAX_GOLD_CHARS


def _differ(one: object, other: object) -> bool:
    texts = as_text(one), as_text(other)
    return None not in texts and str(texts[0]).strip() != str(texts[1]).strip()


def _has_hashes(value: object) -> bool:
    return "####" in (as_text(value) or "")


def _has_box(value: object) -> bool:
    return r"\boxed" in (as_text(value) or "")
