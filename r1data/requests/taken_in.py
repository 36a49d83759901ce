"""Taking in replies that stand elsewhere: in logs from before recipes shared one, in tables.

A reply that the log has is passed over, and so is one that a later run would ask for again if the
log has any. What is interrupted can be done again: nothing is lost, and nothing stands twice that
is an answer in itself.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from r1data.protocol import RETRYABLE, ErrorClass
from r1data.store.locks import holding
from r1data.store.log import AppendLog, count_damaged, index_log, read_rows
from r1data.store.table import Table
from r1data.tables import Rollouts

DAMAGED = ".damaged"
ROWS_AT_ONCE = 64
UNANSWERED = [*RETRYABLE, ErrorClass.NOT_ASKED]
"""The error classes of rows that are no answers."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of log: the column that tells its rows apart, and the table that they fit."""

    key: str
    schema: type[dy.Schema] | None = None


REPLIES = Kind("rollout_id", Rollouts)
RENDERED_PROMPTS = Kind("prompt_id")


def take_in_log(
    log: AppendLog, path: Path, kind: Kind, *, known: set[str], beside: Mapping[str, Any] = {}
) -> None:
    """Append the rows of an older log to one, then remove the older; what is known stays out.

    An older log with damaged rows is renamed in place of being removed, and one in a folder that
    cannot be written to stays.

    Args:
        log: The log that takes them in.
        path: The older log.
        kind: What both are.
        known: The keys that the log has; those of the rows taken in are added.
        beside: Columns that the rows get where they lack them.

    Raises:
        TableBusyError: If a process of an older version of r1data still writes it.
    """
    if not os.access(path.parent, os.W_OK):
        _append(log, path, kind, known, beside)
        return
    with holding(path.with_name(f"{path.name}.lock"), str(path)):
        if not path.exists():
            return
        _append(log, path, kind, known, beside)
        log.sync()
        if count_damaged(path, kind.schema):
            path.replace(path.with_name(f"{path.name}{DAMAGED}"))
        else:
            path.unlink()


def _append(
    log: AppendLog, path: Path, kind: Kind, known: set[str], beside: Mapping[str, Any]
) -> None:
    key = pl.col(kind.key)
    index = index_log(path, {kind.key: pl.String}, kind.schema)
    wanted = index.filter(key.is_not_null() & ~key.is_in(list(known)))
    for row in _rows(path, wanted["offset"]):
        log.append({**row, **{n: v for n, v in beside.items() if row.get(n) is None}})
    known.update(wanted[kind.key])


def take_in_tables(
    log: AppendLog, tables: Iterable[Table], *, known: set[str], of: pl.Expr
) -> bool:
    """Append the answers that versions of a table of rollouts hold and a log lacks; tell if any.

    A recipe's folder that was copied away has its tables and not the log that they came from.

    Args:
        log: The log of one policy, template and sampling.
        tables: The versions.
        known: The rollouts that the log has an answer to; those of the rows taken in are added.
        of: Whether a rollout belongs into the log.
    """
    num_known = len(known)
    for table in tables:
        for number in range(table.num_blocks):
            shard = table.block(number)
            if shard.faults():
                continue
            for row in _new_answers(shard.scan(), known, of).iter_rows(named=True):
                completion = {"completion": row.pop("completion")}
                log.append({**row, **completion})
                known.add(row["rollout_id"])
    return len(known) > num_known


def _new_answers(rollouts: pl.LazyFrame, known: set[str], of: pl.Expr) -> pl.DataFrame:
    """Return the answers that are not known; where all are, no more is read than their ids."""
    is_answer = ~pl.col("error_class").cast(pl.String).is_in(UNANSWERED).fill_null(False)
    answers = rollouts.filter(of & is_answer)
    new = set(answers.select("rollout_id").collect()["rollout_id"]) - known
    return answers.filter(pl.col("rollout_id").is_in(list(new))).collect()


def answered(rows: pl.DataFrame) -> set[str]:
    """Return the rollouts of an index whose last row is an answer, which no run asks again."""
    last = rows.unique("rollout_id", keep="last")
    is_answer = ~pl.col("error_class").is_in(UNANSWERED).fill_null(False)
    return set(last.filter(is_answer)["rollout_id"])


def _rows(path: Path, offsets: pl.Series) -> Iterator[dict[str, Any]]:
    for some in offsets.to_frame().iter_slices(ROWS_AT_ONCE):
        yield from read_rows(path, some["offset"])
