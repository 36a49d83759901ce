"""Files of rows as people name them: one file, a folder of shards, a pattern, or several of these.

Rows of one file are known by their position, rows of several by the file's name too, so that one
more shard changes no name.
"""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from r1data.records.read import SUFFIXES, BadRecord, Record, read_records
from r1data.seeds import content_id
from r1data.store.files import file_digest

Given = str | Sequence[str]
"""A file, a folder or a pattern such as `parts/*.parquet`; or several of them."""
SIGNS = frozenset("*?[")
"""By which a pattern is known, where no file has its very name."""


def find_files(given: Given) -> list[Path]:
    """Return the files that are meant, each once: shards of a folder or a pattern by their names.

    Raises:
        FileNotFoundError: Nothing stands there.
        ValueError: A folder that holds no file of a known kind, or files of several kinds.
    """
    names = [given] if isinstance(given, str) else given
    return list(dict.fromkeys(path for name in names for path in _meant(name)))


def read_files(
    files: Sequence[Path], rows: str | None = None
) -> Iterator[tuple[str, Record | BadRecord]]:
    """Return the rows of some files with their names: `7` in one file, `part-1.jsonl:7` in several.

    Raises `FileNotFoundError` or `ValueError` at once for a path that cannot be read at all.

    Args:
        files: From `find_files`.
        rows: Where the array of rows stands in files that are one JSON object each.
    """
    opened = [(path, read_records(path, rows)) for path in files]
    return _named(opened)


def files_digest(files: Sequence[Path]) -> str:
    """Return the hash of what some files hold; that of a single file is its own.

    It is computed once per process as long as no file changes.
    """
    digests = [_digest(path.resolve(), *_state(path)) for path in files]
    return digests[0] if len(digests) == 1 else content_id(*digests)


def shown(given: Given) -> str:
    """Return what was given, for messages and tables.

    >>> shown("a.jsonl"), shown(["a.jsonl", "b"])
    ('a.jsonl', 'a.jsonl, b')
    """
    return given if isinstance(given, str) else ", ".join(given)


def _named(
    opened: Sequence[tuple[Path, Iterator[tuple[int, Record | BadRecord]]]],
) -> Iterator[tuple[str, Record | BadRecord]]:
    above = os.path.commonpath([path.parent for path, _ in opened])
    for path, numbered in opened:
        before = f"{os.path.relpath(path, above or '.')}:" if len(opened) > 1 else ""
        for row, record in numbered:
            yield f"{before}{row}", record


def _meant(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        return _shards(path)
    if path.is_file():
        return [path]
    if SIGNS & set(name):
        found = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
        if files := [match for match in found if match.is_file()]:
            return files
        raise FileNotFoundError(f"no file matches {name}; paths are relative to {Path.cwd()}.")
    raise FileNotFoundError(f"{path} does not exist; paths are relative to {Path.cwd()}.")


def _shards(folder: Path) -> list[Path]:
    """Return the files of rows in a folder, at any depth; hidden ones are none."""
    inside = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = [path for path in inside if not _is_hidden(path.relative_to(folder))]
    kinds: dict[str, list[Path]] = {}
    for path in found:
        if (kind := _kind(path)) in SUFFIXES:
            kinds.setdefault(kind, []).append(path)
    if not kinds:
        raise ValueError(f"{folder} is a folder without a {', '.join(SUFFIXES)} file; name one.")
    if len(kinds) > 1:
        raise ValueError(
            f"{folder} is a folder of {' and '.join(sorted(kinds))} files; name one kind, such as "
            f"{folder}/*{min(kinds)}."
        )
    return next(iter(kinds.values()))


def _kind(path: Path) -> str:
    return Path(path.stem).suffix if path.suffix == ".gz" else path.suffix


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _state(path: Path) -> tuple[int, int]:
    now = path.stat()
    return now.st_size, now.st_mtime_ns


@cache
def _digest(path: Path, _size: int, _changed: int) -> str:
    return file_digest(path)
