"""The sandbox: a process that sees nothing but Python, made by bubblewrap.

No network, no processes but its own, no files but the interpreter's and a small private `/tmp`.
What runs in it is limited by the kernel, and all of it ends with the process that started it.
"""

import itertools
import logging
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from r1data.answers.code.bundle import BOOT
from r1data.answers.code.memory import Watch, descendants, watched
from r1data.answers.code.packages import ONE_THREAD, package_files
from r1data.answers.code.seccomp import seccomp_filter
from r1data.answers.workers import WorkersError

MISSING = (
    "programs need bubblewrap to run in: apt-get install bubblewrap (Fedora: dnf, Arch: pacman -S)"
)
TOO_OLD = "bubblewrap 0.7 or newer is needed (`bwrap --version`): it limits the size of /tmp"
UNABLE = (
    "bubblewrap cannot make a sandbox here: {said}; allow seccomp and user namespaces (sysctl "
    "kernel.unprivileged_userns_clone=1, or AppArmor's profile), or run the container with "
    "--security-opt seccomp=unconfined --cap-add SYS_ADMIN"
)
NO_FILTER = (
    "programs run without a filter of system calls: none is known for {machine} "
    "(docs/sandbox.md says what then stays open)"
)
LOG = logging.getLogger(__name__)
PYTHON = "/python/bin/python"
FLAGS = ("-P", "-s", "-S", "-B", "-X", "utf8", "-W", "ignore")
ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "LD_LIBRARY_PATH": "/python/lib",
    "PATH": "/python/bin",
    "PYTHONHASHSEED": "0",  # verdicts that hang on the order of sets must be the same every time
}
FIRST_USER = 20_000
NUM_USERS = 40_000
"""Where root starts sandboxes, each gets a user of its own: the kernel counts processes by user."""
TMP_BYTES = 16 << 20
SHARED_BYTES = 32 << 20
"""Size of `/dev/shm`: there is what a program is given and prints, and `multiprocessing`'s."""


class SandboxError(WorkersError):
    """Programs cannot be run safely here: the set-up is wrong, whatever the programs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one program."""

    cpu_seconds: int = 6
    """Processor time of each test with standard input, or of all other tests together."""
    wall_seconds: float = 30.0
    """Time by the clock, likewise: it ends what sleeps, and is no measure on a busy machine."""
    memory_bytes: int = 1 << 30
    """Address space of each process, and memory of all of them together."""
    num_processes: int = 32
    """Processes and threads."""
    num_files: int = 64
    """Open files of each process."""
    file_bytes: int = 8 << 20
    """Size of a file."""
    output_bytes: int = 4 << 20
    """What is read of the values or of the output that a program gives for one test."""


@contextmanager
def open_sandbox(
    message: bytes, seconds: float, memory_bytes: int = 0, packages: tuple[str, ...] = ()
) -> Iterator["Sandbox"]:
    """Start Python in a sandbox and send it what it is to do; kill all that is in it on leaving.

    Args:
        message: From `bundle.start_message`.
        seconds: Patience while it starts.
        memory_bytes: What all its processes together may take; 0 where they limit themselves.
        packages: What it shows of the packages that are installed here.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs, _filter_file() as filter_file:
            process = subprocess.Popen(
                [
                    *_command(filter_file, packages),
                    PYTHON,
                    *FLAGS,
                    "-c",
                    BOOT,
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT | (ONE_THREAD if packages else {}),
                pass_fds=(theirs.fileno(), *filter_file),
                start_new_session=True,
            )
        with watched(process.pid, memory_bytes) as watch:
            sandbox = Sandbox(process, ours, watch)
            try:
                ours.settimeout(seconds)
                with suppress(OSError):  # it ended: reading says so
                    ours.sendall(message)
                yield sandbox
            finally:
                sandbox.kill()
                process.wait()


@contextmanager
def _filter_file() -> Iterator[tuple[int, ...]]:
    """Open a file that holds the filter of system calls; none where this machine has no filter."""
    text = seccomp_filter()
    if text is None:
        yield ()
        return
    reading, writing = os.pipe()
    try:
        os.write(writing, text)
        os.close(writing)
        yield (reading,)
    finally:
        os.close(reading)


@dataclass(slots=True)
class Sandbox:
    """A process in its sandbox, and the pipe to it."""

    process: "subprocess.Popen[bytes]"
    channel: socket.socket
    watch: Watch
    has_started: bool = False
    """Whether it was heard of; from then on all in it ends with the process."""

    def kill(self) -> None:
        """End all that is in it.

        While bubblewrap starts, its child does not end with it yet: it is stopped, and both killed.
        """
        if not self.has_started and self.process.poll() is None:
            with suppress(OSError):
                os.kill(self.process.pid, signal.SIGSTOP)
                os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            for child in descendants(self.process.pid)[1:]:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        self.process.kill()


def kernel_limits(limits: Limits, *, cpu_seconds: int = 0) -> dict[str, int]:
    """Return the limits that a sandbox sets itself before it runs anything."""
    return {
        "AS": limits.memory_bytes,
        "NPROC": limits.num_processes,
        "NOFILE": limits.num_files,
        "FSIZE": limits.file_bytes,
        "CORE": 0,
        "CPU": cpu_seconds,
        "case_CPU": limits.cpu_seconds,
        "output": limits.output_bytes,
        "user": FIRST_USER + next(_USERS) % NUM_USERS if os.geteuid() == 0 else 0,
    }


_USERS = itertools.count(os.getpid() * 97)


@cache
def check_sandbox() -> None:
    """Raise `SandboxError` with one line that says what is missing, unless sandboxes work here."""
    if shutil.which("bwrap") is None:
        raise SandboxError(MISSING)
    version = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False)
    numbers = [int(part) for part in version.stdout.split()[-1].split(".")[:2]]
    if numbers < [0, 7]:
        raise SandboxError(f"{TOO_OLD}; this is {version.stdout.strip()}")
    with _filter_file() as filter_file:
        command = [*_command(filter_file), PYTHON, *FLAGS, "-c", "print(1)"]
        trial = subprocess.run(
            command,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            pass_fds=filter_file,
        )
    if trial.stdout.strip() != "1":
        said = " ".join(trial.stderr.split())[-300:] or f"exit status {trial.returncode}"
        raise SandboxError(UNABLE.format(said=said))
    if seccomp_filter() is None:
        LOG.warning(NO_FILTER.format(machine=platform.machine()))


def _command(filter_file: Sequence[int], packages: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return bubblewrap's command line, with the file of the filter of system calls."""
    return (
        *_spaces(packages),
        *(part for file in filter_file for part in ("--seccomp", str(file))),
    )


@cache
def _spaces(packages: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return bubblewrap's command line: namespaces, then what is to be seen.

    Root needs no user namespace, and gives up being root inside: there the kernel would not count
    its processes. Others need one.
    """
    bwrap = shutil.which("bwrap") or "bwrap"
    capabilities = ("--cap-drop", "ALL")
    user: tuple[str, ...] = ("--unshare-user", "--uid", "65534", "--gid", "65534")
    if os.geteuid() == 0:
        user = ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    spaces = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
    ends = ("--die-with-parent", "--new-session", "--hostname", "sandbox", "--chdir", "/tmp")
    return (bwrap, *spaces, "--unshare-cgroup-try", *capabilities, *user, *ends, *_view(packages))


def _view(packages: tuple[str, ...]) -> Iterator[str]:
    """Say what a sandbox sees: the interpreter, its libraries, `/dev/null` and an empty `/tmp`.

    Packages that are allowed stand in a folder of their own.
    """
    library = f"/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}"
    binds = {"/python/bin/python": os.path.realpath(sys._base_executable)}  # type: ignore[attr-defined]
    binds[library] = os.path.realpath(sysconfig.get_path("stdlib"))
    for shared in Path(sys.base_prefix, "lib").glob("libpython*.so*"):
        if sys.base_prefix != "/usr":
            binds[f"/python/lib/{shared.name}"] = os.path.realpath(shared)
    binds |= {str(path): os.path.realpath(path) for path in _library_folders()}
    binds |= package_files(packages)
    parents = {str(one) for path in (*binds, "/dev/null") for one in Path(path).parents}
    for parent in sorted(parents - {"/"}):
        yield from ("--perms", "0755", "--dir", parent)
    for inside, outside in sorted(binds.items()):
        yield from ("--ro-bind", outside, inside)
    for installed in ("site-packages", "dist-packages"):
        if Path(binds[library], installed).is_dir():
            inside = f"{library}/{installed}"
            yield from ("--perms", "0755", "--tmpfs", inside, "--remount-ro", inside)
    yield from ("--dev-bind", "/dev/null", "/dev/null")
    for folder, size in (("/tmp", TMP_BYTES), ("/dev/shm", SHARED_BYTES)):
        yield from ("--perms", "1777", "--size", str(size), "--tmpfs", folder)
    yield from ("--remount-ro", "/")


def _library_folders() -> Iterator[Path]:
    """Return where the system's shared libraries are."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or "none"
    folders = [Path(root, multiarch) for root in ("/lib", "/usr/lib")]
    folders = [path for path in folders if path.is_dir()] or [Path("/lib"), Path("/usr/lib")]
    yield from (path for path in (*folders, Path("/lib64"), Path("/usr/lib64")) if path.is_dir())
