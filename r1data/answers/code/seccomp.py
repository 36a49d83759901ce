"""The system calls that a sandbox is refused: a filter which the kernel runs on every call.

Refused is what a program needs for no task and an attack may need: namespaces of its own, mounts,
`io_uring`, other processes' memory, shared memory that no process owns, sockets but Unix ones.
Written here and not by libseccomp, so that it is the same wherever bubblewrap runs.
"""

import errno
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

ALLOW = 0x7FFF0000
KILL = 0x80000000
REFUSE = 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
NEW_NAMESPACES = 0x7E020000
"""The flags of `clone` that make one: CLONE_NEWNS and six more."""
OTHER_ABI = 0x40000000
"""Numbers from here on are x32's, another name for the same calls."""
AF_UNIX = 1


@dataclass(frozen=True, slots=True)
class Machine:
    """The numbers of system calls on one kind of processor."""

    architecture: int
    """As `linux/audit.h` has it."""
    clone: int
    socket: tuple[int, int]
    """`socket` and `socketpair`."""
    refused: tuple[int, ...]


NEW_CALLS = (
    *(425, 426, 427),  # io_uring_setup, _enter, _register
    *(428, 429, 430, 431, 432, 433, 442),  # open_tree, move_mount, fsopen to fspick, mount_setattr
    *(438, 440, 447),  # pidfd_getfd, process_madvise, memfd_secret
    *(443, 457, 458, 467),  # quotactl_fd, statmount, listmount, open_tree_attr
)
"""The same on every machine."""
CLONE3 = 435
"""Its flags are in memory, where no filter reads: it is said to be missing, and `clone` is used."""
MACHINES = {
    "x86_64": Machine(
        architecture=0xC000003E,
        clone=56,
        socket=(41, 53),
        refused=(
            *(272, 308, 161, 155, 165, 166),  # unshare, setns, chroot, pivot_root, mount, umount2
            *(101, 310, 311, 312),  # ptrace, process_vm_readv, _writev, kcmp
            *(29, 30, 64, 68, 240, 319),  # shmget, shmat, semget, msgget, mq_open, memfd_create
            *(248, 249, 250),  # add_key, request_key, keyctl
            *(
                298,
                321,
                323,
                135,
                154,
            ),  # perf_event_open, bpf, userfaultfd, personality, modify_ldt
            *(246, 320, 175, 313, 176),  # kexec_load, _file_load, init_module, finit_, delete_
            *(303, 304, 212, 300),  # name_to_handle_at, open_by_, lookup_dcookie, fanotify_init
            *(103, 163, 167, 168, 169, 179),  # syslog, acct, swapon, swapoff, reboot, quotactl
            *(237, 238, 256, 279),  # mbind, set_mempolicy, migrate_pages, move_pages
        ),
    ),
    "aarch64": Machine(
        architecture=0xC00000B7,
        clone=220,
        socket=(198, 199),
        refused=(
            *(97, 268, 51, 41, 40, 39),
            *(117, 270, 271, 272),
            *(194, 196, 190, 186, 180, 279),
            *(217, 218, 219),
            *(241, 280, 282, 92),
            *(104, 294, 105, 273, 106),
            *(264, 265, 18, 262),
            *(116, 89, 224, 225, 142, 60),
            *(235, 237, 238, 239),
        ),
    ),
}


@cache
def seccomp_filter(machine: str = platform.machine()) -> bytes | None:
    """Return the filter as bubblewrap's `--seccomp` reads it; None for a machine not known here.

    >>> len(seccomp_filter("x86_64")) % 8, seccomp_filter("pdp11")
    (0, None)
    """
    known = MACHINES.get(machine)
    return _assembled(list(_lines(known))) if known else None


Line = tuple[int, int, str, str]
"""An instruction: what, its operand, and the labels to go on at if it holds and if not."""


def _lines(machine: Machine) -> Iterator[Line | str]:
    """Say the filter, line by line; a text alone is a label."""
    yield LOAD, ARCHITECTURE, "", ""
    yield EQUAL, machine.architecture, "", "kill"
    yield LOAD, NUMBER, "", ""
    yield AT_LEAST, OTHER_ABI, "refuse", ""
    yield EQUAL, CLONE3, "missing", ""
    yield EQUAL, machine.clone, "clone", ""
    for number in machine.socket:
        yield EQUAL, number, "socket", ""
    for number in (*machine.refused, *NEW_CALLS):
        yield EQUAL, number, "refuse", ""
    yield RETURN, ALLOW, "", ""
    yield "clone"
    yield LOAD, FIRST_ARGUMENT, "", ""
    yield ANY_BIT, NEW_NAMESPACES, "refuse", "allow"
    yield "socket"
    yield LOAD, FIRST_ARGUMENT, "", ""
    yield EQUAL, AF_UNIX, "allow", "refuse"
    yield "allow"
    yield RETURN, ALLOW, "", ""
    yield "refuse"
    yield RETURN, REFUSE | errno.EPERM, "", ""
    yield "missing"
    yield RETURN, REFUSE | errno.ENOSYS, "", ""
    yield "kill"
    yield RETURN, KILL, "", ""


def _assembled(lines: list[Line | str]) -> bytes:
    """Return instructions as the kernel's `sock_filter` has them: jumps are counted forward."""
    places: dict[str, int] = {}
    instructions: list[Line] = []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(instructions)
        else:
            instructions.append(line)
    return b"".join(
        struct.pack("=HBBI", code, *(places.get(to, n + 1) - n - 1 for to in (yes, no)), operand)
        for n, (code, operand, yes, no) in enumerate(instructions)
    )
