"""Running a stage function over the shards of a table, one shard in memory per worker.

Workers are spawned processes. Each writes its own shards, so that rows cross no pipe; only the
parent lists them in the manifest. A worker ends when its parent does, however that ended. Its peak
memory is that of one shard, read, worked on and written: at most 0.5 GiB for 2,000 rollouts of
15 kB (`python -m performance.memory` measures it).
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from r1data.progress import SILENT, Progress
from r1data.store.manifest import Shard
from r1data.store.shards import write_shards
from r1data.store.table import Table
from r1data.store.writer import TableWriter

Function = Callable[[pl.DataFrame], pl.DataFrame]

MIN_SHARED_BYTES = 16 * 2**20
"""Bytes of shards on disk under which starting workers, about a second each, costs more than it
saves."""


@dataclass(frozen=True, slots=True)
class ShardMap:
    """What a worker does to each shard it is given; callable, picklable."""

    function: Function
    folder: Path
    schema: type[dy.Schema]

    def __call__(self, block: int, shard: Table) -> tuple[Shard, ...]:
        """Read a shard, apply the function and write the result as a block."""
        return write_shards(self.folder, block, self.function(shard.read()), self.schema)


def map_shards(
    writer: TableWriter,
    function: Function,
    table: Table,
    *,
    progress: Progress = SILENT,
    workers: int | None = None,
) -> None:
    """Apply a function to each shard of a table and write the results, those already done left out.

    Args:
        writer: Gets one block for each shard, under the shard's number.
        function: Takes and returns rows of one shard; with several workers it must be picklable.
        table: The table whose shards are read.
        progress: Shows how many rows are done.
        workers: Processes that share the work; 1 means this one. By default all cores, and this
            process alone for what it has done before workers are up (`MIN_SHARED_BYTES`).
    """
    job = ShardMap(function, writer.folder, writer.schema)
    rows = [shard.num_rows for shard in table.manifest.shards]
    missing = [block for block in range(table.num_blocks) if not writer.is_done(block)]
    done = sum(rows) - sum(rows[block] for block in missing)
    shards = {block: table.block(block) for block in missing}
    num_workers = num_workers_for(shards.values()) if workers is None else workers
    results = _alone(job, shards) if num_workers == 1 else _shared(job, shards, num_workers)
    with progress.bar(writer.key, sum(rows), "rows") as bar:
        bar.update(done)
        for block, written in results:
            writer.list_shards(block, written)
            done += rows[block]
            bar.update(done)


def num_workers_for(shards: Collection[Table]) -> int:
    """Return how many processes share the work on some shards."""
    num_bytes = sum(shard.num_bytes for table in shards for shard in table.manifest.shards)
    if num_bytes < MIN_SHARED_BYTES:
        return 1
    return min(len(shards), len(os.sched_getaffinity(0)))


def _alone(job: ShardMap, shards: Mapping[int, Table]) -> Iterator[tuple[int, tuple[Shard, ...]]]:
    for block, shard in shards.items():
        yield block, job(block, shard)


def _shared(
    job: ShardMap, shards: Mapping[int, Table], workers: int
) -> Iterator[tuple[int, tuple[Shard, ...]]]:
    """Yield each block's shards as they are finished, in whatever order."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=begin, initargs=(job,))
    try:
        running: dict[Future[tuple[Shard, ...]], int] = {
            pool.submit(work, block, shard): block for block, shard in shards.items()
        }
        while running:
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield running.pop(future), future.result()
    except BrokenProcessPool as error:
        raise ChildProcessError(
            f"a worker process was killed while making {job.folder}, probably for lack of memory; "
            "run again on fewer cores (`taskset -c 0 r1data run`): what was finished is kept"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


_JOB: list[ShardMap] = []
"""In a worker: what it does to each shard, which can hold large frames and is sent once."""


def begin(job: ShardMap) -> None:
    """Make a new worker process ready for its shards."""
    follow_parent()
    _JOB.append(job)


def work(block: int, shard: Table) -> tuple[Shard, ...]:
    """Do to a shard what the worker was begun with."""
    return _JOB[0](block, shard)


def follow_parent() -> None:
    """Leave Ctrl-C to the parent of this worker process, and end once the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.join,), daemon=True).start()


def _exit_after(join: Callable[[], None]) -> None:
    join()
    os._exit(1)
