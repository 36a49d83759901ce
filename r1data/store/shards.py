"""Shards: the immutable Parquet files of a table, cut, hashed and written.

A shard holds at most 128 MiB of rows before compression, in row groups of at most 2,000 rows, and
never a part of a prompt's group. Its hash is the sum of its rows' hashes, which leave out how
long things took: equal rows, equal hash, in whatever order and however they are cut.
"""

import io
import json
import re
from collections.abc import Collection, Iterator
from functools import cache
from hashlib import blake2b
from itertools import repeat
from pathlib import Path

import dataframely as dy
import polars as pl

from r1data.seeds import canonical_json
from r1data.store.files import file_checksum, replacing
from r1data.store.manifest import Shard
from r1data.tables import LATER, NOT_CONTENT

MAX_SHARD_BYTES = 128 * 2**20
ROWS_PER_GROUP = 2_000
GROUP = "prompt_id"


def write_shards(
    folder: Path, block: int, frame: pl.DataFrame, schema: type[dy.Schema]
) -> tuple[Shard, ...]:
    """Check the rows of a block against a schema and write them, durably, as one shard or more.

    A block of no rows has one shard of none.

    Raises:
        ValueError: If the rows break the schema.
        OSError: If they cannot be written; on a full disk in one line that says so.
    """
    rows = _checked(frame, schema)
    sizes, hashes = _measured(rows, _later(schema))
    shards = []
    for piece, (start, length) in enumerate(_cuts(rows, sizes)):
        path = folder / f"part-{block:05d}-{piece:02d}.parquet"
        _write(path, rows.slice(start, length))
        total = sum(hashes[start : start + length]) % 2**128
        shards.append(
            Shard(
                file=path.name,
                block=block,
                num_rows=length,
                num_bytes=path.stat().st_size,
                content_hash=f"{total:032x}",
                checksum=file_checksum(path),
            )
        )
    return tuple(shards)


def shard_fault(path: Path, shard: Shard, *, is_thorough: bool = False) -> str | None:
    """Return what is wrong with a shard's file, as a predicate; None if it is what was written.

    Without a checksum, which older versions did not write, its size alone is compared, unless
    `is_thorough` has its rows read and hashed, some 200 MB of them a second.
    """
    if not path.exists():
        return "is missing"
    if path.stat().st_size != shard.num_bytes:
        return f"has {path.stat().st_size:,} bytes where {shard.num_bytes:,} were written"
    if shard.checksum is None:
        is_same = not is_thorough or _same_rows(path, shard)
    else:
        is_same = _same_bytes(path, shard.checksum)
    return None if is_same else "is not what was written"


def stored_dtypes(schema: type[dy.Schema]) -> dict[str, pl.DataType]:
    """Return the columns of a schema as shards store them: enumerations as plain strings.

    So an enumeration can gain a member and older shards stay readable.
    """
    return {
        name: pl.String() if isinstance(column.dtype, pl.Enum) else column.dtype
        for name, column in schema.columns().items()
    }


def _same_bytes(path: Path, checksum: str) -> bool:
    status = path.stat()
    return _checksum_of(path, status.st_ino, status.st_mtime_ns) == checksum


@cache
def _checksum_of(path: Path, inode: int, mtime_ns: int) -> str:
    """Return the checksum of a file, which is read once in a process for as long as it stands."""
    return file_checksum(path)


def _same_rows(path: Path, shard: Shard) -> bool:
    try:
        hashes = _measured(pl.read_parquet(path, glob=False), ())[1]
    except pl.exceptions.PolarsError:
        return False
    return len(hashes) == shard.num_rows and sum(hashes) % 2**128 == int(shard.content_hash, 16)


def _checked(frame: pl.DataFrame, schema: type[dy.Schema]) -> pl.DataFrame:
    try:
        rows: pl.DataFrame = schema.validate(frame, cast=True)
    except (dy.exc.ValidationError, dy.exc.SchemaError) as error:
        problem = " ".join(str(error).split("\n\n")[0].split())
        raise ValueError(f"rows do not fit the table {schema.__name__}: {problem}") from error
    return rows.cast(stored_dtypes(schema))  # type: ignore[arg-type]


def _later(schema: type[dy.Schema]) -> list[str]:
    """Return the columns that a schema gained later."""
    return [name for name, column in schema.columns().items() if column.metadata == LATER]


def _measured(rows: pl.DataFrame, later: Collection[str]) -> tuple[list[int], list[int]]:
    """Return the size in bytes and the hash of each row, from its canonical JSON text.

    What a row has in later columns follows its text; so a row without is what it was before.
    """
    names = sorted({*rows.columns} - NOT_CONTENT - {*later})
    sizes, hashes = [], []
    for part in rows.iter_slices(ROWS_PER_GROUP):
        added = _lines(part.select(sorted(later))) if later else repeat(b"{}")
        for line, more in zip(_lines(part.select(names)), added, strict=False):
            values = {name: value for name, value in json.loads(more).items() if value is not None}
            whole = line + canonical_json(values).encode() if values else line
            sizes.append(len(whole))
            hashes.append(int.from_bytes(blake2b(whole, digest_size=16).digest()))
    return sizes, hashes


def _lines(rows: pl.DataFrame) -> list[bytes]:
    buffer = io.BytesIO()
    rows.write_ndjson(buffer)
    return buffer.getvalue().splitlines()


def _cuts(rows: pl.DataFrame, sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield start and length of each shard; one group larger than a shard stays whole."""
    start = length = filled = 0
    for num_rows, num_bytes in _groups(rows, sizes):
        if length and filled + num_bytes > MAX_SHARD_BYTES:
            yield start, length
            start, length, filled = start + length, 0, 0
        length += num_rows
        filled += num_bytes
    yield start, length


def _groups(rows: pl.DataFrame, sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the rows and bytes of each run that must stay together."""
    group = rows[GROUP].rle_id() if GROUP in rows.columns else pl.Series(range(rows.height))
    runs = pl.DataFrame({"group": group, "size": pl.Series(sizes, dtype=pl.Int64)})
    summed = runs.group_by("group", maintain_order=True).agg(pl.len(), pl.col("size").sum())
    yield from zip(summed["len"], summed["size"], strict=True)


def _write(path: Path, rows: pl.DataFrame) -> None:
    with replacing(path) as temporary:
        try:
            rows.write_parquet(temporary, compression="zstd", row_group_size=ROWS_PER_GROUP)
        except pl.exceptions.ComputeError as error:
            number = re.search(r"os error (\d+)", str(error))
            if number is None:
                raise
            raise OSError(int(number.group(1)), str(error)) from error
