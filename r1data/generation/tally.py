"""The progress of sampling: how much is done, how fast, how much of it cut off."""

import time

from r1data.generation.blocks import Block
from r1data.generation.pace import Pace
from r1data.progress import Bar
from r1data.protocol import RETRYABLE, Reply, Request

UPDATE_SECONDS = 0.1
FORESEE_SECONDS = 1.0


class Tally:
    """What the progress bar says: how much is done, how fast, how much of it cut off."""

    def __init__(self, bar: Bar, num_prompts: int, num_rollouts: int) -> None:
        self.num_rollouts = num_rollouts
        self._bar = bar
        self._num_prompts = num_prompts
        self._num_prompts_done = num_prompts
        self._num_done = num_rollouts
        self._num_tokens = self._num_cut_off = 0
        self.num_finished = 0
        """Completions that came in this run."""
        self._began: float | None = None
        self._pace = Pace()
        self._shown = self._foreseen = 0.0
        self._seconds_left: float | None = None
        self._num_later = 0
        self._num_undecided: int | None = None

    def open(self, block: Block) -> None:
        """Count what a block still lacks as not done."""
        self._num_prompts_done -= block.num_open_prompts
        self._num_done -= len(block.unanswered)
        self._pace.expect(len(block.unanswered))

    def leave_for_later(self, num_samples: int, num_undecided: int) -> None:
        """Count samples of undecided prompts as not done: a later wave asks them, or they stop.

        The time left is therefore the most it can be.
        """
        self._pace.expect(num_samples - self._num_later)
        self._num_later, self._num_undecided = num_samples, num_undecided

    def ask(self, request: Request) -> None:
        """Note that a request goes to the engine."""
        self._pace.ask(request.rollout_id, time.monotonic())

    def add(self, reply: Reply, *, num_finished_prompts: int) -> None:
        """Count a reply, and show the counts if it is time."""
        now = time.monotonic()
        self._began = self._began or now - reply.seconds
        self._pace.answer(reply.rollout_id, now, reply.seconds)
        self._num_prompts_done += num_finished_prompts
        self._num_done += reply.error_class not in RETRYABLE
        self._num_tokens += reply.num_completion_tokens or 0
        self.num_finished += reply.error_class is None
        self._num_cut_off += reply.finish_reason == "length"
        self.show()

    def show(self, *, is_last: bool = False) -> None:
        """Show the counts, at most ten times a second but for the last time."""
        now = time.monotonic()
        if now - self._shown < UPDATE_SECONDS and not is_last:
            return
        self._shown = now
        facts: dict[str, float | str] = {
            "prompts": f"{self._prompts_done()}/{self._num_prompts}",
            "tokens/s": self._num_tokens / max(now - (self._began or now), 1e-3),
            "length": self._num_cut_off / max(self.num_finished, 1),
        }
        done = self._num_done - self._num_later
        self._bar.update(done, facts, seconds_left=self._foresee(now, is_last=is_last))

    def _prompts_done(self) -> int:
        """Return how many prompts need nothing more; of waves, as of the end of the last."""
        if self._num_undecided is None:
            return self._num_prompts_done
        return self._num_prompts - self._num_undecided

    def _foresee(self, now: float, *, is_last: bool) -> float | None:
        """Return how long it will take, reckoned anew once a second."""
        if is_last or now - self._foreseen >= FORESEE_SECONDS:
            self._foreseen = now
            self._seconds_left = self._pace.seconds_left(now)
        return self._seconds_left
