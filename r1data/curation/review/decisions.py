"""Decisions: what a person says of a candidate, taken or refused with a line, and their log.

The log is the recipe's own, outside any version, and only ever grows: a decision that takes the
place of an earlier one follows it, and readers take the later.
"""

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from r1data.curation.review.candidates import Candidate, edited_text
from r1data.store.log import AppendLog, index_log, read_rows, state_of_log
from r1data.tables import Reviews
from r1data.text import storable

LOGS = "reviews"
"""The folder of the logs of decisions, one a round."""
WAIT_SECONDS = 10.0
"""How long a decision waits for another process that writes one."""
ANY_REJECT, MAJORITY = "any_reject", "majority"
"""The rules by which reviewers who differ are heard; so no reviewer has these names."""
MAX_NAME_CHARS = 80
KEYS = {"rollout_id": pl.String, "reviewer": pl.String}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on a rollout, as the log has it."""

    rollout_id: str
    prompt_id: str
    reviewer: str
    decision: str
    reasoning: str | None
    response: str | None
    note: str
    text_hash: str
    decided_at: str

    @property
    def said(self) -> tuple[str | None, ...]:
        """All of it but the time."""
        return tuple(value for name, value in asdict(self).items() if name != "decided_at")


def log_of(round_name: str) -> str:
    """Return the name of the log of a round's decisions."""
    return f"{LOGS}/{round_name}"


def check_reviewer(name: str | None) -> str:
    """Return a reviewer's name without white space around it.

    Raises:
        ValueError: It is missing, empty, long, not one line, or what a rule is called.
    """
    rule = f"1 to {MAX_NAME_CHARS} printable characters, and not {ANY_REJECT} or {MAJORITY}"
    if name is None:
        raise ValueError(f"--reviewer is missing; say who decides, in {rule}")
    is_good = name.isprintable() and name.strip() and len(name) <= MAX_NAME_CHARS
    if not is_good or name.strip() in (ANY_REJECT, MAJORITY):
        raise ValueError(f"--reviewer is {name!r:.90}; say who decides, in {rule}")
    return name.strip()


def decide(
    candidate: Candidate,
    reviewer: str,
    decision: str,
    *,
    reasoning: str | None = None,
    response: str | None = None,
    note: str = "",
) -> Decision:
    """Return a decision on a candidate, now.

    Args:
        candidate: What was seen.
        reviewer: Who decided.
        decision: `accept`, `edit` or `reject`.
        reasoning: The reasoning as it stands after reading, edited or not; null without any.
        response: The response, likewise.
        note: What is to be said of it.

    Raises:
        ValueError: The texts and the decision do not fit each other; the message says how.
    """
    said = (None if reasoning is None else reasoning.strip(), (response or "").strip())
    is_edited = said != candidate.parts
    if is_edited and decision == "accept":
        raise ValueError("`decision` is accept, and the text was edited; write edit")
    if not is_edited and decision == "edit":
        raise ValueError("`decision` is edit, and the text is as it was; write accept, or edit it")
    is_edit = decision == "edit"
    if is_edit:
        edited_text(candidate.text, *said)
    return Decision(
        rollout_id=candidate.rollout_id,
        prompt_id=candidate.prompt_id,
        reviewer=reviewer,
        decision=decision,
        reasoning=storable(said[0]) if is_edit and said[0] is not None else None,
        response=storable(said[1]) if is_edit else None,
        note=storable(note.strip()),
        text_hash=candidate.text_hash,
        decided_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def read_decisions(path: Path, state: str | None = None) -> dict[tuple[str, str], Decision]:
    """Return what a log of decisions says: of several of one reviewer on one rollout, the last.

    Args:
        path: The log; one that does not exist is empty.
        state: How far to read, see `state_of_log`; null reads all.
    """
    stop = int((state or state_of_log(path)).partition("-")[0])
    offsets = index_log(path, KEYS, Reviews).filter(pl.col("offset") < stop)["offset"]
    rows = read_rows(path, offsets) if offsets.len() else []
    names = [field.name for field in fields(Decision)]
    return {
        (row["rollout_id"], row["reviewer"]): Decision(**{name: row[name] for name in names})
        for row in rows
    }


class DecisionLog:
    """A round's log of decisions, held while the `with` block runs.

    Raises:
        TableBusyError: Another process writes to it for long.
    """

    def __init__(self, path: Path) -> None:
        self._log = AppendLog(path, wait_seconds=WAIT_SECONDS)
        self._known = read_decisions(path)

    def __enter__(self) -> "DecisionLog":
        return self

    def __exit__(self, *_: object) -> None:
        self._log.close()

    def take(self, decision: Decision, *, is_replacing: bool = False) -> bool:
        """Write a decision, durably; say whether it is new.

        One on another text than an earlier one follows it; the earlier is outdated anyway.

        Raises:
            ValueError: The reviewer decided otherwise on the same text, and nothing is replaced.
        """
        key = decision.rollout_id, decision.reviewer
        earlier = self._known.get(key)
        if earlier is not None and earlier.said == decision.said:
            return False
        is_conflict = earlier is not None and earlier.text_hash == decision.text_hash
        if earlier is not None and is_conflict and not is_replacing:
            raise ValueError(
                f"{decision.reviewer} decided otherwise on it before: {earlier.decision}, on "
                f"{earlier.decided_at[:10]}; that stays, unless you say --replace"
            )
        self._log.append(asdict(decision))
        self._log.sync()
        self._known[key] = decision
        return True
