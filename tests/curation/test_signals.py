from contextlib import nullcontext
from pathlib import Path

import polars as pl
import pytest

from r1data.curation.signals.failures import measure_each
from r1data.curation.signals.form import form
from r1data.curation.signals.measure import SIGNALS, measure_signals, signal_versions
from r1data.curation.signals.signal import Means, Signal, shown
from r1data.tables import Signals

TRAINED = Path(__file__).parents[1] / "golden" / "quality.bin"

WITHOUT_TOKENIZER = [signal for signal in SIGNALS.values() if not signal.needs_tokenizer]


def rollouts(*completions, prefill=""):
    ids = [f"r{index}" for index in range(len(completions))]
    return pl.DataFrame(
        {"rollout_id": ids, "prompt_id": "p", "completion": completions, "prefill": prefill},
        schema_overrides={"completion": pl.String},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<think>\n2+2\n</think>\n\n4", "well_formed", id="R1's form"),
        pytest.param("\n<think>2+2</think>4\n", "well_formed", id="white space around"),
        pytest.param("[THINK]2+2[/THINK]4", "well_formed", id="tags of another make"),
        pytest.param(
            "Here is my thought process: 2\nHere is my response: 4", "well_formed", id="words"
        ),
        pytest.param("<think>2</think>4 `</think>`", "well_formed", id="a quoted tag"),
        pytest.param("<think>2 <thinking> 2</think>4", "well_formed", id="another make inside"),
        pytest.param("[THINK]2+2", "not_closed", id="another make, cut off"),
        pytest.param("<think>\n2\n[/THINK]\n4", "not_closed", id="closed by another make"),
        pytest.param(" \n", "empty", id="white space only"),
        pytest.param("2+2 is 4", "not_opened", id="no tags"),
        pytest.param("2+2</think>4", "not_opened", id="closed only"),
        pytest.param("Sure! <think>2+2</think>4", "text_before", id="text before"),
        pytest.param("</think><think>2+2", "text_before", id="tags in reverse"),
        pytest.param("<think><think>2+2</think>4", "opened_twice", id="nested"),
        pytest.param("<think>2+2</think>4 <think>hm", "opened_twice", id="opened again after"),
        pytest.param("<think>2+2", "not_closed", id="cut off"),
        pytest.param("<think>2</think>+2</think>4", "closed_twice", id="closed twice"),
        pytest.param("<think>\n\n</think>4", "no_reasoning", id="empty block"),
        pytest.param("<think>2+2</think>\n", "no_response", id="nothing after"),
    ],
)
def test_a_think_block_is_first_and_opened_and_closed_once(text, expected):
    assert form(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It is 4.", "well_formed", id="a response alone"),
        pytest.param("<think>2+2</think>4", "well_formed", id="a block and a response"),
        pytest.param("<think>\n\n</think>\n\n4", "well_formed", id="an empty block"),
        pytest.param("<details>So</details> is HTML.", "well_formed", id="a tag of other things"),
        pytest.param("2+2</think>4", "not_opened", id="closed only"),
        pytest.param("It is 4. <think></think>", "text_before", id="an empty block behind it"),
        pytest.param("<think>2+2", "not_closed", id="cut off"),
        pytest.param("<think></think>", "no_reasoning", id="nothing at all"),
        pytest.param(" ", "empty", id="white space only"),
    ],
)
def test_where_some_reason_and_some_do_not_either_is_well_formed(text, expected):
    assert form(text, reasoning="mixed") == expected


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        pytest.param("2+2</think>4", "well_formed", id="closed, never opened"),
        pytest.param("2+2 is 4", "not_closed", id="never closed"),
        pytest.param("<think>2+2</think>4", "opened_twice", id="opened again"),
        pytest.param("", "empty", id="nothing sampled"),
        pytest.param("</think>4", "no_reasoning", id="closed at once"),
    ],
)
def test_a_prefilled_think_block_is_closed_and_never_opened(completion, expected):
    signals = measure_signals(rollouts(completion, prefill="<think>\n"), means=Means("prefilled"))
    assert signals["form"].to_list() == [expected]


def test_a_prefill_that_opens_the_block_is_not_opened_again():
    frame = rollouts("2+2</think>4", prefill="<think>\n")
    forms = [
        measure_signals(frame, means=Means(kind)).item(0, "form") for kind in ("think", "prefilled")
    ]
    assert forms == ["well_formed", "well_formed"]


def test_a_policy_that_reasons_in_the_open_writes_no_tags():
    signals = measure_signals(rollouts("2+2 is 4", "hm</think>4"), means=Means("none"))
    assert signals["form"].to_list() == ["well_formed", "has_tags"]


def test_lengths_are_those_inside_and_after_the_block():
    signals = measure_signals(rollouts("<think>\n2+2\n</think>\n\n4.", "2+2"), means=Means("think"))
    assert signals["num_reasoning_chars"].to_list() == [3, 0]
    assert signals["num_response_chars"].to_list() == [2, 3]


def test_reasoning_that_was_cut_off_still_has_a_length():
    signals = measure_signals(rollouts("<think>2+2"), means=Means("think"))
    assert signals.select("num_reasoning_chars", "num_response_chars").row(0) == (3, 0)


def test_a_rollout_without_a_completion_is_measured_too():
    signals = measure_signals(rollouts(None), means=Means("think"))
    assert signals.select("form", "completion_hash").row(0) == ("empty", None)


def test_equal_completions_have_equal_hashes():
    hashes = measure_signals(rollouts("a", "a", "b"), means=Means("none"))[
        "completion_hash"
    ].to_list()
    assert hashes[0] == hashes[1] != hashes[2]


def test_an_empty_shard_has_no_signals():
    assert measure_signals(rollouts(), means=Means("think")).is_empty()


def test_the_table_has_the_columns_of_all_signals_and_no_other():
    columns = [name for signal in SIGNALS.values() for name in signal.columns]
    assert columns == [*dict.fromkeys(columns)]
    assert {"rollout_id", "prompt_id", "failures", *columns} == {*Signals.column_names()}


@pytest.mark.parametrize("signal", WITHOUT_TOKENIZER, ids=lambda signal: signal.name)
def test_a_signal_gives_its_columns_row_for_row(signal):
    texts = shown(rollouts("<think>a</think>b", None, " ", "cut <think> off", "", "no block"))
    measured = signal.measure(texts, Means("think", (TRAINED, 4_000)))
    assert dict(measured.schema) == dict(signal.columns)
    assert measured.height == texts.height


def test_every_module_of_a_signal_is_in_the_list():
    folder = Path("r1data/curation/signals")
    no_signals = {"__init__", "signal", "measure", "failures"}
    modules = {path.stem for path in folder.glob("*.py")} - no_signals
    assert modules == {*SIGNALS}
    assert {*signal_versions(SIGNALS)} == {*SIGNALS}


def test_a_signal_that_nobody_asks_for_is_not_measured():
    asked, not_asked = (
        measure_signals(rollouts("a"), means=Means("none"), wanted=wanted)
        for wanted in (["layout"], [])
    )
    assert asked.item(0, "longest_paragraph_chars") == 1
    assert not_asked.item(0, "longest_paragraph_chars") is None


def _measure_digits(texts, _means):
    values = [int(text) for text in texts["completion"]]
    return pl.DataFrame({"num_code_blocks": values}, schema={"num_code_blocks": pl.Int32})


DIGITS = Signal("digits", 1, {"num_code_blocks": pl.Int32}, _measure_digits)


def test_a_signal_that_fails_on_a_row_loses_that_row_with_the_reason():
    measured, whys = measure_each(DIGITS, shown(rollouts("1", "one", "3")), Means("none"))
    assert measured["num_code_blocks"].to_list() == [1, None, 3]
    assert whys[0] is whys[2] is None
    assert whys[1].startswith("digits: ValueError: invalid literal")


def test_of_no_rows_a_signal_has_no_values_even_where_it_would_fail():
    def failing(_texts, _means):
        raise ValueError("nothing to measure")

    signal = Signal("odd", 1, {"num_code_blocks": pl.Int32}, failing)
    measured, whys = measure_each(signal, shown(rollouts()), Means("none"))
    assert (measured.rows(), dict(measured.schema)) == ([], dict(signal.columns))
    assert whys.to_list() == []


def test_a_signal_that_lacks_a_package_stops_the_run():
    def lacking(_texts, _means):
        raise ModuleNotFoundError("fastText is not installed")

    with pytest.raises(ModuleNotFoundError):
        measure_each(Signal("odd", 1, {}, lacking), shown(rollouts("1")), Means("none"))


class Measured:
    """A table of signals that were measured before."""

    def __init__(self, rows):
        self.rows = rows

    def scan(self):
        return self.rows.lazy()

    def naming_damage(self):
        return nullcontext()


def test_why_a_signal_has_no_value_is_taken_with_it():
    before = measure_signals(rollouts("a", "b"), means=Means("none"), wanted=["layout"])
    why = pl.Series([["layout: ValueError: odd", "form: KeyError: a"], None])
    earlier = Measured(before.with_columns(failures=why))
    found = measure_signals(
        rollouts("a", "b"), means=Means("none"), wanted=["layout"], earlier=[(earlier, ("layout",))]
    )
    assert found["failures"].to_list() == [["layout: ValueError: odd"], None]
