"""Errors of the set-up, which whoever started a command can mend, and full disks among them."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FULL_WORDS = ("disk is full", "No space left on device", "Disk quota exceeded")
"""How libraries that raise no `OSError` say so: SQLite, DuckDB, Polars, Arrow."""
REMEDIES = {
    errno.EACCES: "give yourself the right to read and write it",
    errno.EPERM: "give yourself the right to read and write it",
    errno.EISDIR: "a folder stands where a file belongs; move it away",
    errno.ENOTDIR: "a file stands where a folder belongs; move it away",
    errno.EEXIST: "a file stands where a folder belongs; move it away",
    errno.EROFS: "the disk is read-only; name another folder",
    errno.ENAMETOOLONG: "the path is too long; name a shorter one",
    errno.ELOOP: "links lead in a circle; name another path",
    errno.ENOENT: "check the path, or name another",
}
"""What to do about what the operating system says of a file."""
LEAST_ROOM = 64 << 10
"""A disk with fewer bytes left is full, whatever an error says that came of it."""
DONE, FAILED, WRONG_INPUT, CAPPED, PENDING, NOTHING_KEPT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
"""The exit statuses of every command."""


class SetupError(ValueError):
    """What was given or is missing is wrong, whatever the rows; the message is one line.

    It names the thing, the value and the remedy.
    """


class CapReachedError(RuntimeError):
    """A run has asked as much as its recipe allows; the message is one line and says how to go on.

    Nothing is wrong: it ends with a status of its own.
    """


class BatchesPendingError(RuntimeError):
    """An endpoint still works on batches, and the recipe says not to wait for them.

    Nothing is wrong: it ends with a status of its own.
    """


SETUP_ERRORS = (ValueError, OSError, ModuleNotFoundError)
"""Errors whose message is all that a user must read: they end a command with status 2."""


def exit_status(error: BaseException, place: Path) -> int:
    """Return the exit status for an error of work under `place`: 2 if its user can mend it.

    A cap that is reached and batches that are not done have statuses of their own, 3 and 4.

    >>> exit_status(PermissionError("no"), Path()), exit_status(KeyError("x"), Path())
    (2, 1)
    """
    if isinstance(error, CapReachedError | BatchesPendingError):
        return CAPPED if isinstance(error, CapReachedError) else PENDING
    return WRONG_INPUT if isinstance(error, SETUP_ERRORS) or is_disk_full(error, place) else FAILED


def one_line(error: BaseException, place: Path) -> str:
    r"""Return what an error of work under `place` says, as one line.

    A full disk is said with its remedy, by whatever library it came.

    >>> one_line(ValueError("a\nb"), Path())
    'a b'
    """
    line = " ".join(str(error).split()) or type(error).__name__
    if not is_disk_full(error, place) or "free some space" in line:
        return _with_remedy(error, line)
    files = (cause.filename for cause in _causes(error) if isinstance(cause, OSError))
    file = next((file for file in files if file), place)
    return (
        f"cannot write {os.fsdecode(file)}: {os.strerror(errno.ENOSPC)}; free some space and run "
        "again: everything that was finished is kept"
    )


def _with_remedy(error: BaseException, line: str) -> str:
    """Return the line of an error; what the operating system said gets a remedy."""
    if not isinstance(error, OSError) or error.filename is None or error.errno not in REMEDIES:
        return line
    return f"{os.fsdecode(error.filename)}: {error.strerror}; {REMEDIES[error.errno]}"


def is_disk_full(error: BaseException, place: Path) -> bool:
    """Tell whether an error came of a disk without room, its own or that of `place`."""
    return any(_says_full(cause) for cause in _causes(error)) or _room(place) < LEAST_ROOM


def _says_full(error: BaseException) -> bool:
    is_system = isinstance(error, OSError) and error.errno in FULL
    return is_system or any(words in str(error) for words in FULL_WORDS)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it was raised from, and so on."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _room(place: Path) -> int:
    """Return the bytes left on the disk of a path, or of the nearest folder that exists.

    What is no disk at all, such as `/proc`, has no blocks and is never full.
    """
    for folder in (place, *place.parents):
        try:
            found = os.statvfs(folder)
        except OSError:
            continue
        return found.f_bavail * found.f_frsize if found.f_blocks else LEAST_ROOM
    return LEAST_ROOM
