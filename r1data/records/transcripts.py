"""Transcripts, as HH-RLHF has them: turns in one text, each after the name of who speaks."""

import re

from r1data.records.turns import Turn

SPEAKER = re.compile(r"(?:^|\n\n)(Human|Assistant):")
ROLES = {"Human": "user", "Assistant": "assistant"}


def transcript_turns(text: object) -> list[Turn] | None:
    r"""Return the turns of a transcript; None for anything that is none.

    >>> [turn.role for turn in transcript_turns("\n\nHuman: Hi!\n\nAssistant: Hello.") or ()]
    ['user', 'assistant']
    >>> transcript_turns("Hello.") is None
    True
    """
    marks = list(SPEAKER.finditer(text)) if isinstance(text, str) else []
    if not isinstance(text, str) or not marks or text[: marks[0].start()].strip():
        return None
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return [
        Turn(ROLES[mark[1]], text[mark.end() : end].strip())
        for mark, end in zip(marks, ends, strict=True)
    ]
