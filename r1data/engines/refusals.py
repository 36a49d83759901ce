"""Refusals that may be everybody's: whether a request was at fault itself, or all would fail.

An endpoint's words do not always tell. A refusal that may be everybody's waits, not yet logged, for
the first completion of the run: then the refused request was at fault itself, and its row is
written. Where none comes, the run stops with the endpoint's own words, and the next one asks again.
"""

import dataclasses
from collections.abc import Collection, Iterator

from r1data.engines.protocol import EngineStoppedError, ErrorClass, Reply

MIN_FAILED = 5
"""So many failures in a row stop a run, or as many as requests may be in flight if that is more."""
REMEDIES = {
    ErrorClass.RATE_LIMITED: "lower `concurrency` or wait",
    ErrorClass.SERVER_ERROR: "see what the server's own log says",
    ErrorClass.UNREACHABLE: "start the server or correct `endpoint`",
    ErrorClass.TIMED_OUT: "raise `timeout_seconds` or lower `concurrency`",
    ErrorClass.UNPAID: "pay",
    ErrorClass.REJECTED: "correct the policy",
}
"""What to do where requests fail so one after the other."""


@dataclasses.dataclass(frozen=True, slots=True)
class Past:
    """What is known of a policy's replies in earlier runs."""

    is_answered: bool = False
    """Whether any request got a completion."""
    rejected: Collection[str] = ()
    """The rollouts whose last reply is `rejected`."""


def settle(
    replies: Iterator[Reply], policy: str, *, concurrency: int, past: Past = Past()
) -> Iterator[Reply]:
    """Yield the replies that may be logged, each with the class that it has in the end.

    A request that is rejected in a second run, while others are answered, is `refused` for good.

    Raises:
        EngineStoppedError: If only failures came, or too many one after the other.
    """
    held: list[Reply] = []
    num_failed = 0
    is_answered = False
    for reply in replies:
        if reply.error_class is None:
            is_answered, num_failed = True, 0
            yield from (_final(one, past) for one in held)
            held.clear()
        elif reply.remedy or reply.error_class in REMEDIES:
            num_failed += reply.rollout_id not in past.rejected
        if reply.remedy and not is_answered:
            held.append(reply)
        else:
            yield _final(reply, past)
        if num_failed >= max(MIN_FAILED, concurrency):
            said = f"the last {num_failed:,} requests all failed"
            raise _stopped(policy, said, held[0] if held else reply)
    if held and not past.is_answered:
        raise _stopped(policy, "no request was answered", held[0])
    yield from (_final(one, past) for one in held)


def _final(reply: Reply, past: Past) -> Reply:
    """Return a reply; what was rejected before as well is refused."""
    if reply.error_class is ErrorClass.REJECTED and reply.rollout_id in past.rejected:
        return dataclasses.replace(reply, error_class=ErrorClass.REFUSED)
    return reply


def _stopped(policy: str, said: str, reply: Reply) -> EngineStoppedError:
    assert reply.error_class is not None
    remedy = reply.remedy or REMEDIES[reply.error_class]
    return EngineStoppedError(
        f"policy {policy}: {said} ({reply.error_class}: {reply.error}); {remedy}, then run again"
    )
