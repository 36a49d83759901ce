"""What a row asks: a bare question, or a conversation with its system turn and earlier turns."""

from dataclasses import dataclass

from r1data.records.read import Record, pick
from r1data.records.shapes import TOGETHER, text_at
from r1data.records.transcripts import transcript_turns
from r1data.records.turns import Turn, asked_last, read_conversation, role_at


@dataclass(frozen=True, slots=True)
class Question:
    """What a row asks, or why it asks nothing."""

    problem: str | None
    system: str | None = None
    earlier: tuple[Turn, ...] = ()
    fault: str = ""


def read_question(record: Record, path: str) -> Question:
    r"""Return what stands at a path: a text, or what the user of a conversation asks last.

    >>> read_question({"messages": [{"role": "user", "content": "1 + 1"}]}, "messages").problem
    '1 + 1'
    >>> turns = {"messages": [{"role": "system", "content": "Be brief."}]}
    >>> read_question(turns, "messages.0.content").fault
    "it is the system's turn, not the user's"

    Of a transcript, whose turns begin with `Human:` and `Assistant:`, it is the same.

    >>> said = {"chosen": "\n\nHuman: How do I pick a lock?\n\nAssistant: I will not say."}
    >>> read_question(said, "chosen").problem
    'How do I pick a lock?'
    """
    if TOGETHER in path:
        text = text_at(record, path)
        return Question(text, fault="" if text else "nothing")
    value = pick(record, path)
    turns = transcript_turns(value)
    if turns is not None and len(turns) > 1:
        told = asked_last(turns)
        return Question(told.problem, told.system, told.earlier, told.fault)
    found = read_conversation([value] if isinstance(value, dict) else value)
    if found is not None:
        return Question(found.problem, found.system, found.earlier, found.fault)
    role = role_at(record, path)
    if role not in (None, "user"):
        return Question(None, fault=f"it is the {role}'s turn, not the user's")
    if isinstance(value, str):
        return Question(value, fault="" if value.strip() else "empty")
    return Question(None, fault=type(value).__name__)
