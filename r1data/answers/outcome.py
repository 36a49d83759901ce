"""The outcomes of judging: correct, incorrect, and the reasons for neither."""

from enum import StrEnum


class Outcome(StrEnum):
    """A verifier's conclusion about a response. Compare with `is`: every member is true."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NO_ANSWER = "no_answer"
    """The response holds no answer in a form that is read, or was cut off before it."""
    UNDECIDED = "undecided"
    """No rule can tell; a judge may."""
    BAD_GOLD = "bad_gold"
    """The gold answer does not verify against itself: blame the prompt, not the policy."""
    TIMED_OUT = "timed_out"
    """Judging took longer, or more memory, than its limit."""
    FAILED = "failed"
    """The verifier crashed; `detail` says how."""


JUDGED = (Outcome.CORRECT, Outcome.INCORRECT, Outcome.NO_ANSWER)
"""The outcomes that say something about the policy: the denominator of a pass rate."""
