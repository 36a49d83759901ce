import random

import pyarrow as pa
import pytest

from r1data.mixture.packing import num_packed

CONTEXT = 64


def lengths(case, number=400):
    rng = random.Random(case)
    return {
        "uniform": [rng.randint(1, CONTEXT) for _ in range(number)],
        "short": [rng.randint(1, 8) for _ in range(number)],
        "long": [rng.randint(CONTEXT // 2, 2 * CONTEXT) for _ in range(number)],
        "equal": [16] * number,
        "two sizes": [rng.choice((21, 43)) for _ in range(number)],
        "skewed": [min(CONTEXT, int(rng.lognormvariate(2.5, 1))) for _ in range(number)],
    }[case]


CASES = ["uniform", "short", "long", "equal", "two sizes", "skewed"]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_rows_are_packed_as_trl_packs_them(case):
    data_utils = pytest.importorskip("trl.data_utils")
    rows = [list(range(length)) for length in lengths(case)]
    packed = data_utils._pack_bfd(pa.table({"input_ids": rows}), CONTEXT)
    assert num_packed(lengths(case), CONTEXT) == packed.num_rows


@pytest.mark.parametrize("case", CASES)
def test_no_packing_is_better_than_its_tokens_or_worse_than_none(case):
    rows = lengths(case)
    tokens = sum(min(length, CONTEXT) for length in rows)
    assert -(-tokens // CONTEXT) <= num_packed(rows, CONTEXT) <= sum(length > 0 for length in rows)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([0, 0], 0, id="empty ones"),
        pytest.param([CONTEXT * 3], 1, id="one that is cut"),
        pytest.param([1] * CONTEXT, 1, id="a whole sequence of ones"),
    ],
)
def test_odd_rows_are_packed(rows, expected):
    assert num_packed(rows, CONTEXT) == expected
