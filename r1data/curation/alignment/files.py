"""Pairs and labels from files: transcripts, conversations, messages and texts, read alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from r1data.curation.alignment.settings import LabelFile, PairFile, RowFile
from r1data.records.files import find_files, read_files
from r1data.records.questions import Question, read_question
from r1data.records.read import BadRecord, Record, as_text, pick
from r1data.records.shapes import find_problem
from r1data.records.transcripts import transcript_turns
from r1data.records.turns import Turn, completion_text, joined, turns_of
from r1data.seeds import content_id
from r1data.text import fold, storable

Messages = list[dict[str, str]]
SAID_SAFE = {
    **dict.fromkeys(("true", "1", "1.0", "safe", "yes"), True),
    **dict.fromkeys(("false", "0", "0.0", "unsafe", "no"), False),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a column holds: a completion, and the messages before it where it has them."""

    prompt: Messages = field(default_factory=list)
    text: str | None = None
    fault: str = ""


def read_pairs(name: str, settings: PairFile) -> Iterator[dict[str, Any]]:
    """Yield a row of `PairCandidates` for each row of a file of pairs, its better one first."""
    for row, record in read_files(find_files(settings.file), settings.rows):
        facts = _facts(name, row, settings)
        if isinstance(record, BadRecord):
            yield _unread(facts, record.reason, record.detail)
            continue
        chosen, rejected = (
            _said(record, column) for column in (settings.chosen, settings.rejected)
        )
        asked = _asked(record, settings, (settings.chosen, settings.rejected))
        if chosen.text is None or rejected.text is None:
            yield _unread(facts, "unread_pair", chosen.fault or rejected.fault)
        elif not (prompt := chosen.prompt or asked):
            yield _unread(facts, "unread_pair", "no prompt")
        else:
            is_other = prompt != (rejected.prompt or asked)
            yield {
                **facts,
                **_pair(prompt, chosen.text, rejected.text),
                "first_is_safe": _is_safe(record, settings.chosen_is_safe),
                "second_is_safe": _is_safe(record, settings.rejected_is_safe),
                "drop_reason": "other_prompt" if is_other else None,
                "drop_detail": None,
            }


def read_labels(name: str, settings: LabelFile) -> Iterator[dict[str, Any]]:
    """Yield a completion with its label for each row of a file, or why there is none."""
    for row, record in read_files(find_files(settings.file), settings.rows):
        facts = {"source": name, "place": f"{name}:{row}", "licence": settings.licence}
        if isinstance(record, BadRecord):
            yield {**facts, **_no_label(content_id(name, row)), "drop_reason": record.reason}
            continue
        said = _said(record, settings.completion)
        prompt = said.prompt or _asked(record, settings, (settings.completion,))
        if said.text is None or not prompt:
            yield {**facts, **_no_label(content_id(name, row)), "drop_reason": "no_text"}
            continue
        thought = pick(record, settings.reasoning) if settings.reasoning else None
        text = storable(joined(thought, said.text))
        is_safe = _is_safe(record, settings.is_safe)
        yield {
            **facts,
            "completion_id": content_id(prompt, text),
            "prompt_id": message_id(prompt),
            "prompt": prompt,
            "text": text,
            "is_safe": is_safe,
            "labelled_by": None if is_safe is None else "file",
            "drop_reason": None if is_safe is not None else "not_labelled",
        }


def message_id(prompt: Sequence[Mapping[str, str]]) -> str:
    """Return the id of a prompt of a file: equal for equal messages, white space apart."""
    return content_id([[one["role"], fold(one["content"])] for one in prompt])


def _facts(name: str, row: str, settings: PairFile) -> dict[str, Any]:
    return {
        "made_by": "file",
        "source": name,
        "place": f"{name}:{row}",
        "licence": settings.licence,
        "first_policy": None,
        "second_policy": None,
        "preferred": "first",
    }


def _pair(prompt: Messages, chosen: str, rejected: str) -> dict[str, Any]:
    first, second = storable(chosen), storable(rejected)
    return {
        "pair_id": content_id(prompt, first, second),
        "prompt_id": message_id(prompt),
        "prompt": prompt,
        "first": first,
        "second": second,
        "first_id": content_id(prompt, first),
        "second_id": content_id(prompt, second),
    }


def _unread(facts: dict[str, Any], reason: str, detail: str) -> dict[str, Any]:
    identity = content_id(facts["place"])
    nothing = dict.fromkeys(("pair_id", "prompt_id", "first_id", "second_id"), identity)
    texts: dict[str, Any] = {"prompt": [], "first": None, "second": None}
    told = {"drop_reason": reason, "drop_detail": detail}
    return {**facts, **nothing, **texts, "first_is_safe": None, "second_is_safe": None, **told}


def _no_label(identity: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"text": None, "is_safe": None, "labelled_by": None, "prompt": []}
    return {"completion_id": identity, "prompt_id": identity, **nothing}


def _said(record: Record, column: str) -> Said:
    value = pick(record, column)
    turns = transcript_turns(value) or turns_of(value)
    if turns is None:
        text, fault = completion_text(value)
        return Said(text=text, fault=f"`{column}`: {fault}" if text is None else "")
    *before, last = turns
    if last.role != "assistant":
        return Said(fault=f"`{column}`: the {last.role}'s turn is last")
    return Said([_message(turn) for turn in before], last.text)


def _asked(record: Record, settings: RowFile, taken: tuple[str, ...]) -> Messages:
    """Return the messages of the prompt's column; none where there is no such column."""
    rest = {name: value for name, value in record.items() if name not in taken}
    column = settings.prompt or find_problem([rest])
    if column is None:
        return []
    turns = transcript_turns(pick(record, column))
    if turns and turns[-1].role == "user":
        return [_message(turn) for turn in turns]
    return _messages(read_question(record, column))


def _messages(question: Question) -> Messages:
    if question.problem is None or not question.problem.strip():
        return []
    system = [{"role": "system", "content": storable(question.system)}] if question.system else []
    last = {"role": "user", "content": storable(question.problem)}
    return [*system, *(_message(turn) for turn in question.earlier), last]


def _message(turn: Turn) -> dict[str, str]:
    return {"role": storable(turn.role), "content": storable(turn.text)}


def _is_safe(record: Record, column: str | None) -> bool | None:
    value = None if column is None else as_text(pick(record, column))
    return None if value is None else SAID_SAFE.get(value.strip().casefold())
