"""Files that are whole or absent, whatever stops the process or the machine.

A file is written under a temporary name, synced, renamed, and then its folder is synced: after
the rename a reader finds the new content, before it the old one, never a part of either.
"""

import errno
import fcntl
import glob
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xxhash import xxh3_128

TEMPORARY = ".tmp"
WRITER = re.compile(rf"\.(\d+)({re.escape(TEMPORARY)})(\.\w+)?$")
"""The end of a temporary name: the writer's process id, and perhaps the kind of a second file."""
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


@contextmanager
def claiming(temporary: Path) -> Iterator[None]:
    """Hold a temporary file while the block runs: `remove_dead` leaves what somebody holds."""
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_dead(path: Path) -> None:
    """Remove the temporary files of a path that killed writers left, and those named after them."""
    for found in sorted(path.parent.glob(f".{glob.escape(path.name)}.*{TEMPORARY}*")):
        named = WRITER.search(found.name)
        if named is None or _is_running(int(named[1])):
            continue
        if _is_free(found.with_name(found.name[: named.end(2)])):
            found.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_free(path: Path) -> bool:
    """Tell whether nobody holds a file, in whatever container, as far as its disk can tell."""
    if not path.exists():
        return True
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


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
