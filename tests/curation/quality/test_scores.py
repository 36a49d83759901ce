"""The classifier in `golden/quality.bin` learnt from 60 sentences of either side."""

from pathlib import Path

import polars as pl
import pytest

from r1data.curation.quality.scores import load_classifier, words
from r1data.curation.quality.training import can_train, check_training
from r1data.curation.signals.quality import QUALITY, QualityLimits
from r1data.curation.signals.signal import Means, shown

TRAINED = Path(__file__).parents[2] / "golden" / "quality.bin"


def test_a_trained_classifier_tells_good_from_bad():
    score = load_classifier(TRAINED, 4_000)
    assert score("It is clear and exact.") > 0.9
    assert score("It is rude and wrong.") < 0.1


@pytest.mark.parametrize("text", ["", " \n", "\x00", "a" * 200_000, "哦" * 200_000, "\n" * 200_000])
def test_any_text_gets_a_score_between_0_and_1(text):
    assert 0 <= load_classifier(TRAINED, 4_000)(text) <= 1


def test_only_the_beginning_of_a_text_counts():
    score = load_classifier(TRAINED, 100)
    assert score("It is clear. " * 20) == score("It is clear. " * 20 + "It is rude. " * 200)


def test_no_token_is_endless_and_lines_are_joined():
    assert words("a" * 100 + "\nb", 200) == "a" * 40 + " b"


def test_a_classifier_that_is_gone_is_named():
    with pytest.raises(FileNotFoundError, match="the quality classifier gone is gone"):
        load_classifier(Path("gone"), 9)


def measured(*completions, means=None):
    rollouts = pl.DataFrame(
        {"prefill": [""] * len(completions), "completion": completions},
        schema_overrides={"completion": pl.String},
    )
    return QUALITY.measure(shown(rollouts), means or Means("think", (TRAINED, 4_000)))


def test_the_response_is_scored_and_what_has_none_has_no_score():
    found = measured(
        "<think>It is rude and wrong.</think>It is clear and exact.", "<think>cut off", None
    )["quality_score"]
    assert found[0] > 0.9
    assert found[1:].to_list() == [None, None]


def test_what_scores_below_the_limit_is_left_out_and_what_has_no_score_stays():
    scores = pl.DataFrame({"quality_score": [0.4, 0.5, None]})
    fault = QualityLimits().faults()["low_score"]
    assert scores.select(fault.fill_null(False)).to_series().to_list() == [True, False, False]


def test_without_a_classifier_one_line_says_what_is_missing():
    with pytest.raises(ValueError, match="the signal `quality` needs a classifier"):
        measured("4", means=Means("think"))


@pytest.mark.skipif(can_train(), reason="the library that trains is installed")
def test_without_the_library_that_trains_one_line_says_how_to_get_it():
    with pytest.raises(ModuleNotFoundError, match=r"pip install '\.\[quality\]'"):
        check_training()
