import polars as pl
import pytest
from pydantic import ValidationError

from r1data.curation.bands import EasyPrompts, PassRateBand, mark_band, prompt_share
from r1data.reasons import BAND_REASONS

RATED = {"prompt_id": "p", "pass_rate": 0.5, "num_judged": 8, "zero_reason": None}
ZERO = {"pass_rate": 0.0}
AGREED = {"pass_rate": 0.0, "zero_reason": "agreement"}
TYPES = {"pass_rate": pl.Float64, "zero_reason": pl.String}


def reason(row, band=None, suspects=()):
    rates = pl.DataFrame([RATED | row], schema_overrides=TYPES)
    return mark_band(rates, PassRateBand(**band or {}), suspects).item(0, "drop_reason")


@pytest.mark.parametrize(
    ("row", "band", "expected"),
    [
        pytest.param({}, {}, None, id="no band takes all"),
        pytest.param({"pass_rate": None}, {}, "not_rated", id="nothing judged"),
        pytest.param({"num_judged": 3}, {"min_judged": 4}, "too_few_judged", id="too few judged"),
        pytest.param({"num_judged": 4}, {"min_judged": 4}, None, id="just enough judged"),
        pytest.param({"pass_rate": 0.05}, {"min_rate": 0.05}, None, id="on the hard end"),
        pytest.param({"pass_rate": 0.04}, {"min_rate": 0.05}, "too_hard", id="below the hard end"),
        pytest.param({"pass_rate": 0.8}, {"max_rate": 0.8}, None, id="on the easy end"),
        pytest.param({"pass_rate": 0.9}, {"max_rate": 0.8}, "too_easy", id="above the easy end"),
        pytest.param(ZERO, {"max_rate": 0.625}, None, id="a one-sided band keeps a zero"),
        pytest.param(AGREED, {"max_rate": 0.625}, "suspicious_zero", id="but no suspicious one"),
        pytest.param(AGREED, {"suspicious_zeros": "keep"}, None, id="unless it is told to"),
        pytest.param(
            AGREED,
            {"suspicious_zeros": "keep", "min_rate": 0.1},
            "suspicious_zero",
            id="a suspicious zero is not called hard",
        ),
        pytest.param(
            {"pass_rate": 1.0}, {"easy_prompts": {"keep_share": 0}}, "easy_prompt", id="easy"
        ),
        pytest.param(
            {"pass_rate": 0.625}, {"easy_prompts": {"keep_share": 0}}, None, id="not easy yet"
        ),
    ],
)
def test_a_prompt_outside_a_band_says_why(row, band, expected):
    assert reason(row, band) == expected
    assert expected is None or expected in BAND_REASONS


def test_a_prompt_with_a_suspect_gold_answer_is_in_no_band():
    assert reason({}, {}, ["p"]) == "suspect_gold"
    assert reason({}, {}, ["q"]) is None


def test_a_band_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match=r"min_rate \(0.8\) is above max_rate \(0.2\)"):
        PassRateBand(min_rate=0.8, max_rate=0.2)


def test_of_easy_prompts_the_stated_share_is_kept():
    ids = [f"p{number}" for number in range(2_000)]
    rates = pl.DataFrame([RATED | {"prompt_id": name, "pass_rate": 1.0} for name in ids])
    band = PassRateBand(easy_prompts=EasyPrompts(keep_share=0.25))
    kept = mark_band(rates.cast(TYPES), band).filter(pl.col("drop_reason").is_null())
    assert 0.22 < kept.height / len(ids) < 0.28


def test_a_larger_share_keeps_what_a_smaller_one_kept():
    ids = [f"p{number}" for number in range(200)]
    small = {name for name in ids if prompt_share(name) < 0.1}
    assert small < {name for name in ids if prompt_share(name) < 0.3}
