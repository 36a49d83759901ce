# ruff: noqa: E501
"""The filter of system calls: what it says to each call, and that the kernel holds it."""

import errno
import platform
import struct

import pytest

from r1data.answers.code.run import Runner
from r1data.answers.code.sandbox import Limits
from r1data.answers.code.seccomp import (
    ALLOW,
    CLONE3,
    KILL,
    MACHINES,
    NEW_CALLS,
    NEW_NAMESPACES,
    REFUSE,
    seccomp_filter,
)

NOT_PERMITTED, MISSING = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
READ = {"x86_64": 0, "aarch64": 63}


def _decided(text, architecture, number, argument=0):
    """Return what a filter says to a call, as the kernel would find it."""
    call = struct.pack("=IIQQ", number, architecture, 0, argument)
    lines = list(struct.iter_unpack("=HBBI", text))
    place = held = 0
    while True:
        code, yes, no, operand = lines[place]
        if code == 0x06:
            return operand
        if code == 0x20:
            (held,) = struct.unpack_from("=I", call, operand)
        else:
            holds = {0x15: held == operand, 0x35: held >= operand, 0x45: held & operand}[code]
            place += yes if holds else no
        place += 1


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_refuses_what_it_names_and_allows_the_rest(name):
    machine, text = MACHINES[name], seccomp_filter(name)
    said = {
        number: _decided(text, machine.architecture, number)
        for number in range(600)
        if number not in machine.socket
    }
    assert {n for n, one in said.items() if one == NOT_PERMITTED} == {*machine.refused, *NEW_CALLS}
    assert [n for n, one in said.items() if one == MISSING] == [CLONE3]
    assert said[READ[name]] == ALLOW


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_reads_what_kind_of_process_and_socket_is_made(name):
    machine, text = MACHINES[name], seccomp_filter(name)
    made = [
        _decided(text, machine.architecture, machine.clone, flags)
        for flags in (17, 0x3D0F00, 0x10000000, 0x20000, 0x40000000, NEW_NAMESPACES | 17)
    ]
    assert made == [ALLOW, ALLOW, *[NOT_PERMITTED] * 4]
    families = [_decided(text, machine.architecture, n, f) for n in machine.socket for f in (1, 2)]
    assert families == [ALLOW, NOT_PERMITTED] * 2
    assert [_decided(text, machine.architecture, machine.socket[0], f) for f in (10, 16, 38)] == [
        NOT_PERMITTED
    ] * 3


@pytest.mark.parametrize("name", MACHINES)
def test_another_processors_calls_end_the_process(name):
    assert _decided(seccomp_filter(name), 0x40000003, 0) == KILL
    number = _decided(seccomp_filter(name), MACHINES[name].architecture, 0x40000000)
    assert number == NOT_PERMITTED


@pytest.fixture(scope="module")
def runner(sandboxed):
    with Runner(Limits()) as runner:
        yield runner


CALLS = {
    "a user namespace": "libc.unshare(0x10000000)",
    "a mount namespace": "libc.unshare(0x20000)",
    "no namespace at all": "libc.unshare(0)",
    "a process in a user namespace": "libc.syscall(56, 0x10000011, 0, 0, 0, 0)",
    "entering a namespace": "libc.setns(0, 0)",
    "mount": "libc.mount(b'x', b'/tmp', b'tmpfs', 0, None)",
    "fsopen": "libc.syscall(430, b'tmpfs', 0)",
    "open_tree": "libc.syscall(428, -100, b'/tmp', 0)",
    "io_uring": "libc.syscall(425, 8, bytes(120))",
    "io_uring_register": "libc.syscall(427, -1, 0, 0, 0)",
    "a key ring": "libc.syscall(250, 0, -3, 1)",
    "a key": "libc.syscall(248, b'user', b'x', b'y', 1, -3)",
    "bpf": "libc.syscall(321, 0, bytes(64), 64)",
    "performance counters": "libc.syscall(298, bytes(128), 0, -1, -1, 0)",
    "page faults of its own": "libc.syscall(323, 1)",
    "ptrace": "libc.ptrace(0, 0, 0, 0)",
    "another process's memory": "libc.syscall(310, os.getpid(), 0, 0, 0, 0, 0)",
    "another process's files": "libc.syscall(438, -1, 0, 0)",
    "shared memory of System V": "libc.shmget(0, 4096, 0o1600)",
    "a queue of System V": "libc.msgget(0, 0o1600)",
    "semaphores of System V": "libc.semget(0, 1, 0o1600)",
    "a file in memory": "libc.memfd_create(b'x', 0)",
    "secret memory": "libc.syscall(447, 0)",
    "another personality": "libc.personality(0xFFFFFFFF)",
    "handles of files": "libc.name_to_handle_at(-100, b'/tmp', bytes(8), bytes(8), 0)",
    "an internet socket": "libc.socket(2, 1, 0)",
    "an internet socket of version 6": "libc.socket(10, 2, 0)",
    "a netlink socket": "libc.socket(16, 3, 0)",
    "a packet socket": "libc.socket(17, 3, 0)",
    "a vsock socket": "libc.socket(40, 1, 0)",
    "a module": "libc.syscall(175, 0, 0, 0)",
    "another kernel": "libc.syscall(246, 0, 0, 0, 0)",
    "memory of another node": "libc.syscall(238, 0, 0, 0)",
}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are x86-64's")
@pytest.mark.parametrize("name", CALLS)
def test_the_kernel_refuses(name, runner):
    program = (
        f"import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nresult = {CALLS[name]}\n"
        "print(result, ctypes.get_errno())"
    )
    [output] = runner.outputs(program, [""])
    assert (output.text, output.detail) == (f"-1 {errno.EPERM}\n", "")


def test_clone3_is_missing(runner):
    program = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "print(libc.syscall(435, bytes(88), 88), ctypes.get_errno())"
    )
    [output] = runner.outputs(program, [""])
    assert output.text == f"-1 {errno.ENOSYS}\n"


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import socket\nsocket.socketpair()\nprint(1)", id="a pair of sockets"),
        pytest.param("import os\nos.fork() and print(1)", id="a child"),
        pytest.param("import threading\nthreading.Thread(target=print, args=(1,)).start()", id="a thread"),
        pytest.param("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'])",
                     id="another Python"),
        pytest.param("import asyncio\nasync def f(): print(1)\nasyncio.run(f())", id="asyncio"),
        pytest.param("import mmap\nmmap.mmap(-1, 99)[0] = 1\nprint(1)", id="a map"),
        pytest.param("import multiprocessing\nmultiprocessing.Lock().acquire()\nprint(1)", id="lock"),
    ],
)  # fmt: skip
def test_what_programs_need_is_allowed(program, runner):
    [output] = runner.outputs(program, [""])
    assert (output.text, output.detail) == ("1\n", "")
