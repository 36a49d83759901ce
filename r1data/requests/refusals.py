"""Refusals that may be everybody's: whether a request was at fault itself, or all would fail.

An endpoint's words do not always tell. A refusal that may be everybody's waits, not yet logged, for
the first completion of the run: then the refused request was at fault itself, and its row is
written. Where none comes, the run stops with the endpoint's own words, and the next one asks again.
What is in flight then is waited for: it may be paid already.
"""

import dataclasses
from collections.abc import Collection, Iterator

from r1data.protocol import EngineStoppedError, ErrorClass, Reply

MIN_FAILED = 5
"""So many failures in a row stop a run, or as many as requests may be in flight if that is more.
Where so many requests that were asked first are all refused, that is enough."""
REMEDIES = {
    ErrorClass.RATE_LIMITED: "lower `concurrency` or wait",
    ErrorClass.SERVER_ERROR: "see what the server's own log says",
    ErrorClass.UNREACHABLE: "start the server or correct `endpoint`",
    ErrorClass.TIMED_OUT: "raise `timeout_seconds` or lower `concurrency`",
    ErrorClass.UNPAID: "pay",
    ErrorClass.DENIED: "correct the policy",
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


NO_PAST = Past()


class Refusals:
    """The refusals of one policy, as its replies come."""

    def __init__(self, policy: str, *, concurrency: int, past: Past = NO_PAST) -> None:
        self.is_stopped = False
        """Whether nothing more is to be asked."""
        self._policy = policy
        self._past = past
        self._most = max(MIN_FAILED, concurrency)
        self._held: list[Reply] = []
        self._num_failed = 0
        self._is_answered = False
        self._first: dict[str, bool] = {}

    def ask(self, rollout_id: str) -> None:
        """Note that a request goes out."""
        if len(self._first) < MIN_FAILED:
            self._first[rollout_id] = False

    def settle(self, replies: Iterator[Reply]) -> Iterator[Reply]:
        """Yield the replies that may be logged, each with the class that it has in the end.

        A request that is rejected in a second run, while others are answered, is `refused` for
        good.

        Raises:
            EngineStoppedError: If only failures came, or too many one after the other; after all
                replies.
        """
        stop: EngineStoppedError | None = None
        for reply in replies:
            if reply.error_class is None:
                self._is_answered, self._num_failed, stop = True, 0, None
                yield from self._released()
            elif reply.remedy or reply.error_class in REMEDIES:
                self._count(reply)
            if reply.remedy and not self._is_answered:
                self._held.append(reply)
            else:
                yield self._final(reply)
            said = self._said()
            if said and stop is None:
                stop = self._stopped(said, self._held[0] if self._held else reply)
                self.is_stopped = True
        if stop is not None:
            raise stop
        if self._held and not self._past.is_answered:
            raise self._stopped("no request was answered", self._held[0])
        yield from self._released()

    def _count(self, reply: Reply) -> None:
        """Count a failure, unless the request was rejected before, while others were answered."""
        if reply.rollout_id in self._past.rejected:
            return
        self._num_failed += 1
        if reply.remedy and reply.rollout_id in self._first:
            self._first[reply.rollout_id] = True

    def _said(self) -> str | None:
        """Return what speaks for stopping the run; None if nothing does."""
        if len(self._first) == MIN_FAILED and all(self._first.values()) and not self._is_answered:
            return f"the first {MIN_FAILED} requests were all refused"
        if self._num_failed >= self._most:
            return f"the last {self._num_failed:,} requests all failed"
        return None

    def _released(self) -> Iterator[Reply]:
        held, self._held = self._held, []
        return map(self._final, held)

    def _final(self, reply: Reply) -> Reply:
        """Return a reply; what was rejected before as well is refused."""
        if reply.error_class is ErrorClass.REJECTED and reply.rollout_id in self._past.rejected:
            return dataclasses.replace(reply, error_class=ErrorClass.REFUSED)
        return reply

    def _stopped(self, said: str, reply: Reply) -> EngineStoppedError:
        assert reply.error_class is not None
        remedy = reply.remedy or REMEDIES[reply.error_class]
        return EngineStoppedError(
            f"policy {self._policy}: {said} ({reply.error_class}: {reply.error}); {remedy}, then "
            "run again"
        )
