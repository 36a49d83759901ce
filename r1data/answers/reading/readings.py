"""An answer as it stands in a response, with the form it was read from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer as it stands in a response, not empty, and the form it was read from."""

    answer: str
    form: str
    """`json`, `box`, `answer_tag`, `sentence`, `last_line` or `closing_sentence`; verifiers read
    others: `program`, or `whole` where a short response says of everybody who they are."""
