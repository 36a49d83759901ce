"""Files of candidates: a line each, for people to decide on and edit, and what they bring back."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from r1data.curation.review.candidates import Candidate
from r1data.curation.review.decisions import Decision, DecisionLog, decide
from r1data.text import INVISIBLE, storable_value

AS_EXPORTED = "bring it back as it was exported"
REMEDIES = {
    "decision": "write accept, edit or reject, or leave it null",
    "rollout_id": AS_EXPORTED,
    "text_hash": AS_EXPORTED,
}
SHOWN_CHARS = 60
OPEN, TAKEN, KNOWN = "left open", "taken", "there already"


class Line(BaseModel):
    """A line that a person brings back; what else stands in it is for reading only."""

    model_config = ConfigDict(strict=True)

    rollout_id: str
    text_hash: str
    decision: Literal["accept", "edit", "reject"] | None
    reasoning: str | None
    response: str
    note: str | None = None


@dataclass(slots=True)
class BroughtBack:
    """What became of the lines of a file."""

    counts: Counter[str] = field(default_factory=Counter)
    """Lines by what became of them; those taken by their decision."""
    refused: list[str] = field(default_factory=list)
    """A sentence for each line that is refused: its number, what is wrong and what to do."""


def exported(candidate: Candidate) -> dict[str, Any]:
    """Return the line of a candidate, with its decision left open."""
    reasoning, response = candidate.parts
    return {
        "rollout_id": candidate.rollout_id,
        "text_hash": candidate.text_hash,
        "problem": candidate.problem,
        "gold_answer": candidate.gold_answer,
        "remarks": list(candidate.remarks),
        "decision": None,
        "note": "",
        "reasoning": reasoning,
        "response": response,
    }


def exported_lines(candidates: Iterable[Candidate]) -> Iterator[str]:
    """Yield the line of each candidate, as JSON; what a terminal would obey is an escape in it."""
    for candidate in candidates:
        line = json.dumps(storable_value(exported(candidate)), ensure_ascii=False)
        yield INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], line) + "\n"


def bring_back(
    lines: Iterable[bytes],
    candidates: Mapping[str, Candidate],
    reviewer: str,
    log: DecisionLog,
    *,
    is_replacing: bool = False,
) -> BroughtBack:
    """Take the decisions of a file into a log; a line that is refused costs itself alone.

    Args:
        lines: The file; empty lines are passed over.
        candidates: Those there are now, by rollout.
        reviewer: Who decided.
        log: Where decisions are kept.
        is_replacing: Take a decision in the place of the reviewer's other one on the same text.
    """
    brought = BroughtBack()
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            decision = _decision(raw, candidates, reviewer)
            if decision is None:
                brought.counts[OPEN] += 1
            elif log.take(decision, is_replacing=is_replacing):
                brought.counts[decision.decision] += 1
            else:
                brought.counts[KNOWN] += 1
        except ValueError as error:
            brought.refused.append(f"line {number}: {error}")
    return brought


def _decision(raw: bytes, candidates: Mapping[str, Candidate], reviewer: str) -> Decision | None:
    """Return what a line decides; None if it leaves that open."""
    line = _line(raw)
    candidate = candidates.get(line.rollout_id)
    if candidate is None:
        raise ValueError(
            f"`rollout_id` is {line.rollout_id[:SHOWN_CHARS]!r}, which is no candidate (any more); "
            "export again"
        )
    if candidate.text_hash != line.text_hash:
        raise ValueError(
            f"rollout {line.rollout_id} has another text now than the one that was reviewed, so "
            "nothing is taken; export again"
        )
    if line.decision is None:
        _refuse_lost_edit(line, candidate)
        return None
    return decide(
        candidate,
        reviewer,
        line.decision,
        reasoning=line.reasoning,
        response=line.response,
        note=line.note or "",
    )


def _refuse_lost_edit(line: Line, candidate: Candidate) -> None:
    said = (None if line.reasoning is None else line.reasoning.strip(), line.response.strip())
    if said != candidate.parts:
        raise ValueError("the text was edited, and `decision` is null; write edit")


def _line(raw: bytes) -> Line:
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        told = f"{error.msg}: character {error.pos}"
        raise ValueError(f"it is no JSON ({told}); mend it, or export again") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("it holds what no export has; export again") from error
    if not isinstance(row, dict):
        raise ValueError("it is no JSON object; bring back one object a line, as exported")
    try:
        return Line.model_validate(row)
    except ValidationError as error:
        raise ValueError(_told(error, row)) from error


def _told(error: ValidationError, row: Mapping[str, Any]) -> str:
    """Return what is wrong with the first value that does not fit, and what to do."""
    name = str(error.errors()[0]["loc"][0])
    remedy = REMEDIES.get(name, "write a text")
    if name not in row:
        return f"`{name}` is missing; {AS_EXPORTED}"
    return f"`{name}` is {repr(row[name])[:SHOWN_CHARS]}; {remedy}"
