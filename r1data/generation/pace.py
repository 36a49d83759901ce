"""Foreseeing when sampling ends, from when each completion was asked for and came.

Two things make the plain "rows left by rows a second" jump. Completions come in bursts, since many
begin at once and are about equally long. And the last ones come late: when nothing waits any more,
the end is where the longest of those in flight ends, however many rows a second came before.
So the time left is that of the rows that wait, by the pace of a long time back, and then that of
the rows in flight, by their ages and by how long completions have taken.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

MIN_WINDOW_SECONDS = 60.0
MIN_WINDOW_ROUNDS = 3
"""The pace is that of the latest time which holds so many completions for each place in flight."""
NUM_LATENCIES = 500
BEYOND = 0.25
"""What is in flight longer than any completion took may take this share of its age once more."""
HALVINGS = 20


class Pace:
    """What has been asked and answered when; all times are seconds on one clock."""

    def __init__(self) -> None:
        self._num_left = 0
        self._in_flight: dict[str, float] = {}
        self._began: float | None = None
        """When the engine began to work, its loading done."""
        self._window_began = 0.0
        self._answers = deque[float]()
        self._latencies = deque[float](maxlen=NUM_LATENCIES)

    def expect(self, number: int) -> None:
        """Note that so many completions more are still to come."""
        self._num_left += number

    def ask(self, rollout_id: str, now: float) -> None:
        """Note that a completion was asked for."""
        self._in_flight[rollout_id] = now

    def answer(self, rollout_id: str, now: float, seconds: float) -> None:
        """Note that it came, so long after an engine that was ready had begun with it."""
        if self._began is None:
            self._began = self._window_began = now - seconds
        self._num_left -= 1
        del self._in_flight[rollout_id]
        self._answers.append(now)
        self._latencies.append(seconds)
        while self._is_window_long(now, without=1):
            self._window_began = self._answers.popleft()

    def seconds_left(self, now: float) -> float | None:
        """Return how long it will take to the last completion.

        None as long as fewer came than are in flight: they may be the short ones.
        """
        num_in_flight = len(self._in_flight)
        if self._began is None or len(self._answers) < max(1, num_in_flight):
            return None
        num_waiting = max(0, self._num_left - num_in_flight)
        ages = [now - max(asked, self._began) for asked in self._in_flight.values()]
        begun = 0 if self._is_window_long(now) else min(num_in_flight, len(self._answers)) / 2
        pace = (len(self._answers) + begun) / max(now - self._window_began, 1e-3)
        return num_waiting / pace + last_end(ages, sorted(self._latencies))

    def _is_window_long(self, now: float, *, without: int = 0) -> bool:
        """Tell whether the answers, but for the first, are enough to tell the pace by."""
        num_needed = MIN_WINDOW_ROUNDS * max(1, len(self._in_flight))
        if len(self._answers) - without < num_needed:
            return False
        return now - self._answers[without - 1 if without else 0] >= MIN_WINDOW_SECONDS


def last_end(ages: Sequence[float], latencies: Sequence[float]) -> float:
    """Return the median time to the end of the last of some requests, by their ages.

    Each ends as those did that took longer than it has taken so far.

    Args:
        ages: How long each has been in flight.
        latencies: How long others took, sorted.

    >>> last_end([], [10.0])
    0.0
    >>> round(last_end([4.0, 9.0], [10.0, 10.0]), 1)
    6.0
    """
    if not ages:
        return 0.0
    low, high = 0.0, max(max(latencies), max(ages) * (1 + BEYOND))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _probability_of_end(ages, latencies, middle) < 0.5:
            low = middle
        else:
            high = middle
    return high


def _probability_of_end(ages: Sequence[float], latencies: Sequence[float], seconds: float) -> float:
    """Return how probable it is that all of some requests end within so many seconds."""
    probability = 1.0
    for age in ages:
        num_longer = len(latencies) - bisect_right(latencies, age)
        num_later = len(latencies) - bisect_right(latencies, age + seconds)
        if num_longer:
            probability *= 1 - num_later / num_longer
        elif seconds < BEYOND * age:
            return 0.0
    return probability
