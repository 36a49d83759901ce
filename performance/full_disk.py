"""Let a run fill its disk, make room, run again, and count what was asked twice or lost.

    python -m performance.full_disk          needs the right to mount a tmpfs (root)

The run must end with one line, and harm nothing that was written.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from performance.drilled_run import (
    CONCURRENCY,
    SAMPLING,
    asked_rollouts,
    finished_table,
    start,
    written_rollouts,
)
from performance.scripted_server import ScriptedServer

ROOM = "64m"


@dataclass(frozen=True, slots=True)
class FullDisk:
    """What came of running on a full disk, and then with room again."""

    said: str
    """What the run printed when the disk was full."""
    num_written: int
    num_written_again: int
    num_in_flight: int
    is_equal: bool
    """To the table of a run that always had room."""

    @property
    def is_passed(self) -> bool:
        """Whether it ended with one line, and nothing was lost or needlessly asked again."""
        has_one_line = self.said.count("\n") == 1 and "free some space" in self.said
        is_spared = self.num_written_again == 0 and self.num_in_flight <= CONCURRENCY
        return has_one_line and is_spared and self.is_equal


def fill_disk(folder: Path, *, num_prompts: int, size: str) -> FullDisk:
    """Run on a disk of a size that is too small, then on the same with room.

    Raises:
        PermissionError: If this process may not mount a disk.
    """
    disk = folder / "disk"
    with ScriptedServer() as server:
        run(server, folder / "undisturbed", num_prompts)
        expected = finished_table(folder / "undisturbed").data_version
        server.life = 1
        with mounted(disk, size):
            said = run(server, disk / "data", num_prompts)
            asked, written = asked_rollouts(server, num_prompts), written_rollouts(disk / "data")
            resize(disk, ROOM)
            server.life = 2
            run(server, disk / "data", num_prompts)
            again = asked_rollouts(server, num_prompts)
            is_equal = finished_table(disk / "data").data_version == expected
    return FullDisk(
        said=said,
        num_written=len(written),
        num_written_again=len(again & set(written)),
        num_in_flight=len((asked - set(written)) & again),
        is_equal=is_equal,
    )


def run(server: ScriptedServer, root: Path, num_prompts: int) -> str:
    """Run to the end, good or bad; return what was printed to standard error."""
    return start(server, root, num_prompts).communicate()[1]


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """Mount a disk in memory of some size on a new folder while the block runs."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        raise PermissionError("this process may not mount a tmpfs; run the drill as root")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def resize(folder: Path, size: str) -> None:
    """Give a mounted disk in memory another size."""
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)


def main() -> None:
    """Run the drill and exit with 1 if it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=500)
    parser.add_argument("--size", default="800k", help="of the disk that is to be filled")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        drill = fill_disk(Path(folder), num_prompts=options.prompts, size=options.size)
    print(f"the run said: {drill.said.strip()}")
    num_rollouts = options.prompts * SAMPLING.group_size
    print(
        f"{drill.num_written} of {num_rollouts} rollouts written; with room again: "
        f"{drill.num_written_again} written ones asked again, {drill.num_in_flight} asked "
        f"again because in flight (at most {CONCURRENCY}); table "
        f"{'equal' if drill.is_equal else 'NOT EQUAL'} to that of a run that always had room"
    )
    sys.exit(not drill.is_passed)


if __name__ == "__main__":
    main()
