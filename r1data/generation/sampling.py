"""Sampling a table of rollouts: samples that the log lacks are asked, and logged as they come.

The table is written from the log, block by block, each as soon as its last group is complete. So a
run that was stopped goes on where it stood, and one that finds everything in the log does not even
start the engine.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import polars as pl

from r1data.endpoints.reply_check import check_reply
from r1data.generation.blocks import Block, number_blocks, with_samples
from r1data.generation.budget import Allowance, Budget, most_of
from r1data.generation.pace import Pace
from r1data.progress import SILENT, Bar, Progress
from r1data.protocol import RETRYABLE, Engine, Reply, Request
from r1data.requests.log import RequestLog
from r1data.requests.refusals import Refusals
from r1data.store.writer import TableWriter

UPDATE_SECONDS = 0.1
FORESEE_SECONDS = 1.0


class UnansweredError(RuntimeError):
    """Some requests failed in a way that may pass; everything else is in the log."""


def sample_rollouts(
    start_engine: Callable[[], Engine],
    log: RequestLog,
    prompts: pl.DataFrame,
    writer: TableWriter,
    *,
    round_name: str,
    progress: Progress = SILENT,
    on_block: Callable[[], object] = lambda: None,
    first_block: int = 0,
    is_finished_only: bool = False,
    budget: Budget | None = None,
) -> int:
    """Write a group of rollouts for each prompt; return the number of the block after the last.

    Args:
        start_engine: Returns the engine; not called if the log has everything.
        log: Where replies are kept, open for writing; it knows the policy and the sampling.
        prompts: `prompt_id`, `problem` and `system_message` of the prompts to ask, in order; also
            `earlier_turns`, and `samples`, the samples that are wanted, where groups are unlike.
        writer: The table.
        round_name: Part of each sample's seed.
        progress: Where to show how far it is.
        on_block: Called after each block is written.
        first_block: The number of the first block, where a table holds several policies.
        is_finished_only: Ask for nothing: what the log lacks becomes a row `not_asked`.
        budget: What may be asked; null means no limit.

    Raises:
        CapReachedError: If the budget ends before everything is asked.
        UnansweredError: If replies are missing that a later run may get.
        EngineStoppedError: If the engine cannot go on at all.
    """
    if prompts["prompt_id"].is_duplicated().any():
        raise ValueError(f"{writer.key}: a prompt_id stands twice among the prompts; keep one row")
    prompts = with_samples(prompts, log.sampling.group_size)
    blocks = number_blocks(prompts, first_block)
    total = int(prompts["samples"].list.len().sum())
    with progress.bar(writer.key, total, "rollouts") as bar:
        allowance = Allowance(budget or Budget(), most_of(log.policy, log.sampling, prompts))
        tally = _Tally(bar, prompts.height, total)
        sampling = _Sampling(log, writer, round_name, on_block, tally, allowance)
        unfinished = sampling.write_finished(blocks, is_finished_only=is_finished_only)
        while unfinished:
            sampling.ask(start_engine, unfinished)
            unfinished = sampling.cut_off(unfinished)
    return first_block + len(blocks)


class _Sampling:
    """One call of `sample_rollouts`: the blocks that are being asked, and what is in flight."""

    def __init__(
        self,
        log: RequestLog,
        writer: TableWriter,
        round_name: str,
        on_block: Callable[[], object],
        tally: "_Tally",
        allowance: Allowance,
    ) -> None:
        self._log = log
        self._index = log.index()
        self._writer = writer
        self._round_name = round_name
        self._on_block = on_block
        self._tally = tally
        self._allowance = allowance
        self._in_flight: dict[str, tuple[Request, Block]] = {}

    def write_finished(
        self, blocks: Sequence[tuple[int, pl.DataFrame]], *, is_finished_only: bool
    ) -> list[tuple[int, pl.DataFrame]]:
        """Write the blocks for which the log has everything; return the others."""
        unfinished = []
        for number, prompts in blocks:
            if self._writer.is_done(number):
                continue
            block = Block(
                number, prompts, self._log, self._index, is_finished_only=is_finished_only
            )
            if block.unanswered and not is_finished_only:
                unfinished.append((number, prompts))
                self._tally.open(block)
            else:
                self._write(block)
        return unfinished

    def cut_off(self, blocks: Sequence[tuple[int, pl.DataFrame]]) -> list[tuple[int, pl.DataFrame]]:
        """Return the blocks with completions to be asked again at a larger limit."""
        unwritten = [block for block in blocks if not self._writer.is_done(block[0])]
        if not unwritten:
            return []
        self._index = self._log.index()
        return self.write_finished(unwritten, is_finished_only=False)

    def ask(
        self, start_engine: Callable[[], Engine], blocks: Sequence[tuple[int, pl.DataFrame]]
    ) -> None:
        """Ask for what is missing in some blocks, and write each when it is complete."""
        waiting = _Waiting(self._requests(blocks))
        if not self._allowance.may_ask():
            self._allowance.check()
        engine = start_engine()
        failures: dict[str, list[str]] = {}
        while waiting.is_more and self._allowance.may_ask():
            for reply in self._replies(engine, waiting):
                self._take(reply)
                if reply.error_class in RETRYABLE:
                    failures.setdefault(str(reply.error_class), []).append(reply.error or "")
        self._tally.show(is_last=True)
        if waiting.is_more:
            self._allowance.check()
        if failures:
            raise self._unanswered(failures)

    def _replies(self, engine: Engine, waiting: "_Waiting") -> Iterator[Reply]:
        """Yield the replies to all that may be asked now; when they came, more may be allowed."""
        policy, past = self._log.policy.name, self._index.past()
        past = replace(past, is_answered=past.is_answered or self._tally.num_finished > 0)
        refusals = Refusals(policy, concurrency=engine.concurrency, past=past)
        asked = self._asked(waiting, refusals)
        with _closing(engine.complete(asked, self._log.sampling)) as replies:
            yield from refusals.settle(map(check_reply, replies))

    def _asked(self, waiting: "_Waiting", refusals: Refusals) -> Iterator[Request]:
        """Yield what may be asked of what waits, each noted as it goes out."""
        while waiting.is_more and self._allowance.may_ask() and not refusals.is_stopped:
            request, block = waiting.take()
            self._in_flight[request.rollout_id] = (request, block)
            refusals.ask(request.rollout_id)
            self._tally.ask(request)
            self._allowance.ask()
            yield request

    def _requests(
        self, blocks: Sequence[tuple[int, pl.DataFrame]]
    ) -> Iterator[tuple[Request, Block]]:
        for number, prompts in blocks:
            block = Block(number, prompts, self._log, self._index)
            yield from ((request, block) for request in block.requests(self._round_name))

    def _unanswered(self, failures: Mapping[str, Sequence[str]]) -> UnansweredError:
        counts = sorted(((len(said), name) for name, said in failures.items()), reverse=True)
        told = "; ".join(f"{count} {name}: {failures[name][-1]}" for count, name in counts)
        return UnansweredError(
            f"{self._writer.key}: {sum(map(len, failures.values()))} of {self._tally.num_rollouts} "
            f"rollouts have no completion ({told}); run again to ask for these only, or with "
            "--finished-only to go on without them"
        )

    def _take(self, reply: Reply) -> None:
        """Log a reply first of all; then write its block, if it was the last."""
        request, block = self._in_flight.pop(reply.rollout_id)
        offset = self._log.append(request, reply)
        self._allowance.take(reply, self._log.cost(reply))
        num_open = block.num_open_prompts
        block.take(request, offset, reply)
        self._tally.add(reply, num_finished_prompts=num_open - block.num_open_prompts)
        if block.is_whole:
            self._write(block)

    def _write(self, block: Block) -> None:
        self._writer.write(block.number, block.rows())
        self._on_block()


class _Waiting:
    """What is still to be asked, with one request looked ahead."""

    def __init__(self, requests: Iterator[tuple[Request, Block]]) -> None:
        self._requests = requests
        self._next = next(requests, None)

    @property
    def is_more(self) -> bool:
        """Whether anything is still to be asked."""
        return self._next is not None

    def take(self) -> tuple[Request, Block]:
        """Return the next request and its block."""
        assert self._next is not None
        taken, self._next = self._next, next(self._requests, None)
        return taken


class _Tally:
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

    def open(self, block: Block) -> None:
        """Count what a block still lacks as not done."""
        self._num_prompts_done -= block.num_open_prompts
        self._num_done -= len(block.unanswered)
        self._pace.expect(len(block.unanswered))

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
            "prompts": f"{self._num_prompts_done}/{self._num_prompts}",
            "tokens/s": self._num_tokens / max(now - (self._began or now), 1e-3),
            "length": self._num_cut_off / max(self.num_finished, 1),
        }
        self._bar.update(self._num_done, facts, seconds_left=self._foresee(now, is_last=is_last))

    def _foresee(self, now: float, *, is_last: bool) -> float | None:
        """Return how long it will take, reckoned anew once a second."""
        if is_last or now - self._foreseen >= FORESEE_SECONDS:
            self._foreseen = now
            self._seconds_left = self._pace.seconds_left(now)
        return self._seconds_left


@contextmanager
def _closing(replies: Iterator[Reply]) -> Iterator[Iterator[Reply]]:
    """Close an engine's replies on leaving, so that what is in flight is given up at once."""
    try:
        yield replies
    finally:
        if isinstance(replies, Generator):
            replies.close()
