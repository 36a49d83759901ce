import polars as pl
import pytest

from r1data.curation.signals.measure import measure_signals
from r1data.curation.signals.repetition import RepetitionLimits, repetition
from r1data.curation.signals.signal import Means
from tests.curation.test_signals import rollouts

LOOP = "Wait, let me check that once more, with more care. " * 6
COLUMNS = ["is_looping", "loop_start", "loop_kind", "repeated_share"]


def measured(*completions):
    return measure_signals(rollouts(*completions), means=Means("none"), wanted=["repetition"])


def test_a_loop_begins_at_a_character_of_the_completion():
    row = measured(f"答案是 7。 {LOOP}").select(COLUMNS[:3]).row(0)
    assert row == (True, 7, "sentence")


def test_a_completion_without_a_loop_has_no_start_and_no_kind():
    assert measured("It is 7.").select(COLUMNS).row(0) == (False, None, None, 0.0)


def test_what_was_not_sampled_has_no_repetition():
    assert measured(None).select(COLUMNS).row(0) == (None,) * 4
    assert repetition("").compression_ratio is None


def test_what_repeats_is_compressed_more():
    repeated, fresh = repetition(LOOP * 9), repetition("".join(map(chr, range(40, 2_000))))
    assert repeated.compression_ratio > 20 > 3 > fresh.compression_ratio


@pytest.mark.parametrize(
    ("row", "settings", "reasons"),
    [
        pytest.param({"is_looping": True}, {}, ["looping"], id="a loop"),
        pytest.param({"is_looping": True}, {"may_loop": True}, [], id="a loop that may be"),
        pytest.param({"repeated_share": 0.5}, {}, ["repetitive"], id="much said before"),
        pytest.param({"repeated_share": 0.2}, {}, [], id="at the limit"),
        pytest.param({"repeated_share": 0.5}, {"max_repeated_share": None}, [], id="no limit"),
        pytest.param(
            {"compression_ratio": 9.0}, {"max_compression_ratio": 6}, ["repetitive"], id="ratio"
        ),
        pytest.param({"compression_ratio": 9.0}, {}, [], id="any ratio"),
        pytest.param({}, {}, [], id="nothing measured"),
    ],
)
def test_a_limit_on_repetition_leaves_out_what_is_beyond_it(row, settings, reasons):
    columns = dict.fromkeys(["is_looping", "repeated_share", "compression_ratio"]) | row
    frame = pl.DataFrame({name: [value] for name, value in columns.items()}).cast(
        {"is_looping": pl.Boolean, "repeated_share": pl.Float64, "compression_ratio": pl.Float64}
    )
    faults = RepetitionLimits(**settings).faults()
    assert [name for name, fault in faults.items() if frame.select(fault).item()] == reasons
