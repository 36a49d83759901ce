"""vLLM's number format and thread waits on a CPU, as they follow from what the processor has.

Measured with a model of 135M parameters on two cores beside much other work: a processor that
computes in bfloat16 writes half as much again in it as in float32; one that does not, with AVX-512
or without, half as much in it or less. And threads that wait for one another by spinning take the
processor from whatever runs beside them, and from one another: waits that sleep are up to five
times faster there, and no slower alone.
"""

from pathlib import Path

BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
"""Linux's names of instructions for bfloat16: the first two are x86's, the last is ARM's."""
WIDE = ("avx512", "amx")
NARROW = frozenset({"DEFAULT", "NO AVX", "AVX2"})
"""PyTorch's names of processors without wide instructions, or told to do without them."""
PASSIVE_WAITS = {"OMP_WAIT_POLICY": "passive", "KMP_BLOCKTIME": "0"}
"""Makes threads sleep while they wait: the first for GNU's OpenMP, the second for Intel's."""
CPUINFO = Path("/proc/cpuinfo")


def cpu_flags() -> frozenset[str]:
    """Return what the processor has, as Linux calls it; nothing where nobody tells."""
    return read_flags(CPUINFO.read_text(encoding="utf-8")) if CPUINFO.exists() else frozenset()


def read_flags(cpuinfo: str) -> frozenset[str]:
    r"""Return the flags of the first processor of a `/proc/cpuinfo`.

    >>> sorted(read_flags("processor\t: 0\nflags\t\t: fpu avx2\n"))
    ['avx2', 'fpu']
    """
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return frozenset(value.split())
    return frozenset()


def number_format(flags: frozenset[str], capability: str) -> str | None:
    """Return the number format that a model is fastest in; None to leave it to vLLM.

    Args:
        flags: What the processor has.
        capability: What PyTorch makes use of (`torch.backends.cpu.get_cpu_capability()`).

    >>> number_format(frozenset({"avx2"}), "AVX2")
    'float32'
    """
    usable = {flag for flag in flags if capability not in NARROW or not flag.startswith(WIDE)}
    return "float32" if flags and not usable & BFLOAT16 else None
