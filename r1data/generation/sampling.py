"""Sampling a table of rollouts: samples that the log lacks are asked, and logged as they come.

The table is written from the log, block by block, each as soon as its last group is complete. So a
run that was stopped goes on where it stood, and one that finds everything in the log does not even
start the engine.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import tee

import polars as pl

from r1data.endpoints.reply_check import check_reply
from r1data.generation.blocks import Block, number_blocks, with_samples
from r1data.generation.budget import Allowance, Budget, most_of
from r1data.generation.tally import Tally
from r1data.generation.waves import NumberedPrompts, Stopping, Waves
from r1data.progress import SILENT, Progress
from r1data.protocol import RETRYABLE, Engine, Reply, Request
from r1data.requests.log import RequestLog
from r1data.requests.refusals import Refusals
from r1data.store.writer import TableWriter


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
    stopping: Stopping | None = None,
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
        stopping: When the rest of a group is not asked; null asks all groups whole. What is not
            asked has no row.

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
        tally = Tally(bar, prompts.height, total)
        sampling = _Sampling(log, writer, round_name, on_block, tally, allowance)
        missing = [block for block in blocks if not writer.is_done(block[0])]
        start = None if is_finished_only else start_engine
        if stopping is None:
            sampling.complete(start, missing, sampling.write)
        else:
            sampling.complete_in_waves(start, missing, stopping, progress)
    return first_block + len(blocks)


class _Sampling:
    """One call of `sample_rollouts`: the blocks that are being asked, and what is in flight."""

    def __init__(
        self,
        log: RequestLog,
        writer: TableWriter,
        round_name: str,
        on_block: Callable[[], object],
        tally: Tally,
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
        self._whole: set[int] = set()
        """The blocks of which everything has come that is asked now."""
        self._use: Callable[[Block], None] = self.write

    def complete(
        self,
        start_engine: Callable[[], Engine] | None,
        blocks: Sequence[NumberedPrompts],
        use: Callable[[Block], None],
    ) -> None:
        """Ask for what blocks lack, at a larger limit too, and use each as soon as it is whole.

        Without an engine nothing is asked, and blocks are used as they are.
        """
        self._whole, self._use = set(), use
        unfinished = self._use_finished(start_engine, blocks)
        while unfinished and start_engine:
            self._ask(start_engine, unfinished)
            unfinished = [block for block in unfinished if block[0] not in self._whole]
            if unfinished:
                self._index = self._log.index()
                unfinished = self._use_finished(start_engine, unfinished)

    def complete_in_waves(
        self,
        start_engine: Callable[[], Engine] | None,
        blocks: Sequence[NumberedPrompts],
        stopping: Stopping,
        progress: Progress,
    ) -> None:
        """Ask wave after wave of each prompt that goes on, and write blocks as they are decided."""
        waves = Waves(blocks, stopping.rule)
        while wave := waves.next_wave():
            self._tally.leave_for_later(waves.num_later, waves.num_undecided)
            self.complete(start_engine, wave, lambda _: None)
            self._index = self._log.index()
            made = (self._block(number, asked, start_engine).rows() for number, asked in wave)
            rows, judged = tee(made)
            found = stopping.find_outcomes(judged)
            for (number, _), rollouts, outcomes in zip(wave, rows, found, strict=True):
                waves.take(number, rollouts, outcomes)
            for number, asked in waves.pop_decided():
                self.write(self._block(number, asked, start_engine))
        self._tally.leave_for_later(0, 0)
        self._tally.show(is_last=True)
        if blocks:
            progress.say(f"{self._writer.key}: {waves.told()}")

    def _block(
        self, number: int, prompts: pl.DataFrame, start_engine: Callable[[], Engine] | None
    ) -> Block:
        is_finished_only = start_engine is None
        return Block(number, prompts, self._log, self._index, is_finished_only=is_finished_only)

    def _use_finished(
        self, start_engine: Callable[[], Engine] | None, blocks: Sequence[NumberedPrompts]
    ) -> list[NumberedPrompts]:
        """Use the blocks for which the log has everything; return the others."""
        unfinished = []
        for number, prompts in blocks:
            block = self._block(number, prompts, start_engine)
            if block.unanswered and start_engine:
                unfinished.append((number, prompts))
                self._tally.open(block)
            else:
                self._use_whole(block)
        return unfinished

    def _ask(self, start_engine: Callable[[], Engine], blocks: Sequence[NumberedPrompts]) -> None:
        """Ask for what is missing in some blocks, and use each when it is whole."""
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
            self._use_whole(block)

    def _use_whole(self, block: Block) -> None:
        self._whole.add(block.number)
        self._use(block)

    def write(self, block: Block) -> None:
        """Write a block's rollouts."""
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


@contextmanager
def _closing(replies: Iterator[Reply]) -> Iterator[Iterator[Reply]]:
    """Close an engine's replies on leaving, so that what is in flight is given up at once."""
    try:
        yield replies
    finally:
        if isinstance(replies, Generator):
            replies.close()
