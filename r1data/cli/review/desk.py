"""The desk: where a person is shown one candidate after another and decides by a key."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

import click

from r1data.cli.terminal import CONSOLE, say
from r1data.curation.review.candidates import Candidate
from r1data.curation.review.decisions import Decision, decide
from r1data.curation.review.sheet import read_sheet, sheet_of

KEYS = "[a]ccept  [e]dit  [r]eject  [n]ote  [s]kip  [q]uit"
PLAIN = {"a": "accept", "r": "reject"}


class Desk(Protocol):
    """Where a person reads and answers."""

    def show(self, candidate: Candidate, place: str) -> None:
        """Show a candidate, and which of how many it is."""

    def say(self, line: str) -> None:
        """Show a line."""

    def key(self) -> str:
        """Return the key that is pressed; `q` where there will be none any more."""

    def note(self) -> str:
        """Return a line that is typed."""

    def edit(self, sheet: str) -> str | None:
        """Return what a person makes of a sheet; None if it was not saved."""


class TerminalDesk:
    """The desk in a terminal; the sheet is opened in $VISUAL or $EDITOR."""

    def show(self, candidate: Candidate, place: str) -> None:
        """Show a candidate; nothing in its texts is obeyed."""
        reasoning, response = candidate.parts
        CONSOLE.rule()
        say(f"{place}  {candidate.rollout_id}", style="bold")
        told = {
            "problem": candidate.problem,
            "gold answer": candidate.gold_answer,
            "reasoning": reasoning,
            "response": response,
            "remarks": ", ".join(candidate.remarks),
        }
        for name, text in told.items():
            if text:
                say(f"{name}:", style="bold")
                say(text)

    def say(self, line: str) -> None:
        """Show a line."""
        say(line)

    def key(self) -> str:
        """Return the key that is pressed; the end of the input and Ctrl-C end the review."""
        say(KEYS, style="dim")
        try:
            return click.getchar()
        except (KeyboardInterrupt, EOFError):
            return "q"

    def note(self) -> str:
        """Return a line that is typed."""
        try:
            return CONSOLE.input("note: ")
        except EOFError:
            return ""

    def edit(self, sheet: str) -> str | None:
        """Return what a person makes of a sheet in their editor; None if it was not saved.

        Raises:
            ValueError: The editor cannot be started, or what was saved is not UTF-8.
        """
        try:
            saved = click.edit(sheet.encode(), extension=".md")
        except click.ClickException as error:
            raise ValueError(f"{error.message}; set $EDITOR to an editor that is there") from error
        return None if saved is None else saved.decode()


def review_one_by_one(
    candidates: Sequence[Candidate], reviewer: str, desk: Desk, take: Callable[[Decision], bool]
) -> Counter[str]:
    """Show candidates one by one and take what is decided at once; return how often what was.

    Args:
        candidates: What is shown, in this order.
        reviewer: Who decides.
        desk: Where.
        take: Keeps a decision, durably; raises `ValueError` with a line if it cannot.
    """
    counts: Counter[str] = Counter()
    for number, candidate in enumerate(candidates, start=1):
        desk.show(candidate, f"{number} of {len(candidates)}")
        decided = _decide_on(candidate, reviewer, desk, take)
        if decided is None:
            return counts
        counts[decided] += 1
    return counts


def _decide_on(
    candidate: Candidate, reviewer: str, desk: Desk, take: Callable[[Decision], bool]
) -> str | None:
    """Return what a person does with a candidate: decides, or skips it; None if they leave."""
    note = ""
    while True:
        key = desk.key()
        if key in ("q", "s"):
            return None if key == "q" else "skipped"
        try:
            if key == "n":
                note = desk.note()
            elif key == "e" or key in PLAIN:
                decision = _decision(candidate, reviewer, desk, key, note)
                take(decision)
                return decision.decision
        except ValueError as error:
            desk.say(str(error))


def _decision(candidate: Candidate, reviewer: str, desk: Desk, key: str, note: str) -> Decision:
    reasoning, response = candidate.parts
    if key == "e":
        sheet = desk.edit(sheet_of(candidate))
        if sheet is None:
            raise ValueError("the sheet was not saved, so nothing is decided")
        reasoning, response = read_sheet(sheet, candidate)
    name = PLAIN.get(key, "edit")
    return decide(candidate, reviewer, name, reasoning=reasoning, response=response, note=note)
