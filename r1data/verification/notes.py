"""What is told in a verdict's detail about how a completion was taken apart."""

from dataclasses import replace

from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Verdict
from r1data.completions import Parts
from r1data.text import THINK_END, THINK_START, visible

MAX_TAG = 40
NO_RESPONSE = "no response after the reasoning"


def note_on(parts: Parts) -> str:
    """Return what is worth telling: think tags of another make, and text after the turn's end.

    >>> from r1data.completions import part
    >>> note_on(part("[THINK]2+2[/THINK]4"))
    'reasoning read from [THINK]'
    """
    notes = []
    if parts.tag and parts.tag not in (THINK_START, THINK_END):
        notes.append(f"reasoning read from {_short(parts.tag)}")
    if parts.ended_by:
        notes.append(f"what follows {_short(parts.ended_by)} is left out")
    return "; ".join(notes)


def noted(verdict: Verdict, note: str) -> Verdict:
    """Return a verdict with a note behind its detail."""
    if not note:
        return verdict
    return replace(verdict, detail="; ".join(filter(None, (verdict.detail, note))))


def without_response(parts: Parts) -> Verdict | None:
    """Return the verdict on a completion that has no response; None on any other."""
    return None if parts.response.strip() else Verdict(Outcome.NO_ANSWER, detail=NO_RESPONSE)


def _short(mark: str) -> str:
    shown = " ".join(visible(mark).split())
    return shown if len(shown) <= MAX_TAG else f"{shown[:MAX_TAG]}..."
