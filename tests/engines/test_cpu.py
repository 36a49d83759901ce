import pytest

from r1data.engines.cpu import cpu_flags, number_format, read_flags

HASWELL = "fpu sse4_2 avx avx2 fma"
SKYLAKE = f"{HASWELL} avx512f avx512bw avx512vl avx512dq"
COOPER_LAKE = f"{SKYLAKE} avx512_bf16"
SAPPHIRE_RAPIDS = f"{COOPER_LAKE} amx_bf16 amx_tile amx_int8"


@pytest.mark.parametrize(
    ("flags", "capability", "expected"),
    [
        pytest.param(HASWELL, "AVX2", "float32", id="no AVX-512"),
        pytest.param(SKYLAKE, "AVX512", "float32", id="AVX-512 without bfloat16"),
        pytest.param(COOPER_LAKE, "AVX512", None, id="AVX-512 with bfloat16"),
        pytest.param(SAPPHIRE_RAPIDS, "AVX512", None, id="AMX"),
        pytest.param(SAPPHIRE_RAPIDS, "AVX2", "float32", id="AVX-512 that PyTorch must not use"),
        pytest.param("fp asimd sve bf16", "DEFAULT", None, id="ARM with bfloat16"),
        pytest.param("fp asimd", "DEFAULT", "float32", id="ARM without bfloat16"),
        pytest.param("", "AVX2", None, id="a processor that says nothing"),
    ],
)
def test_the_number_format_follows_from_what_the_processor_has(flags, capability, expected):
    assert number_format(frozenset(flags.split()), capability) == expected


def test_flags_are_read_where_linux_tells_them():
    assert read_flags("model name\t: A\nflags\t\t: sse avx2\n\nflags\t\t: sse\n") == {"sse", "avx2"}
    assert read_flags("Processor\t: 1\nFeatures\t: fp asimd\n") == {"fp", "asimd"}
    assert read_flags("cpu : POWER9\n") == frozenset()
    assert isinstance(cpu_flags(), frozenset)
