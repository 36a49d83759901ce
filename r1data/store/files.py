"""Files that are whole or absent, whatever stops the process or the machine.

A file is written under a temporary name, synced, renamed, and then its folder is synced: after
the rename a reader finds the new content, before it the old one, never a part of either.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xxhash import xxh3_128

TEMPORARY = ".tmp"
FULL = (errno.ENOSPC, errno.EDQUOT)


def file_digest(path: Path) -> str:
    """Return the 32-digit hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def file_checksum(path: Path) -> str:
    """Return the 32 digits that tell damage to a file; no proof against somebody who wants it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, xxh3_128).hexdigest()


def write_durably(path: Path, content: str) -> None:
    """Write a text file in full or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(content, encoding="utf-8")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to; it becomes `path` when the block ends well.

    The temporary name carries the process id, so that two processes never share one.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        yield temporary
        sync(temporary)
        temporary.replace(path)
        sync(path.parent)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in FULL:
            raise disk_full(path, error) from error
        raise


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each synced, so that what is put in it can be found again."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sync(path: Path) -> None:
    """Have the operating system put a file, or the names in a folder, on the disk now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def disk_full(path: Path, error: OSError) -> OSError:
    """Return the error that says in one line what could not be written and what to do."""
    full = OSError(
        f"cannot write {path}: {os.strerror(error.errno or errno.ENOSPC)}; free some space and "
        "run again: everything that was finished is kept"
    )
    full.errno = error.errno
    return full
