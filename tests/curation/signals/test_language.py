"""The languages of problems and completions, and the limits on them."""

# ruff: noqa: RUF001 - texts of many languages have letters of many scripts
import json
from pathlib import Path

import polars as pl
import pytest

from r1data.curation.signals.language import COLUMNS, LANGUAGE, LanguageLimits, read_problem
from r1data.curation.signals.signal import Means, shown

GOLDEN = Path(__file__).parents[2] / "golden" / "languages.jsonl"
"""Texts that mention words of other languages, and some that speak them, as a person says."""
EXAMPLES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
EN = "First we add the two numbers, and then we check whether the sum is even or odd."
FR = "D'abord nous ajoutons les deux nombres, puis nous regardons si la somme est paire ou non."
ZH = "首先我们把这两个数相加，然后检查它们的和是奇数还是偶数，最后写出答案。"


def measured(*rows):
    """Return what is measured on rows of problem, stated language, prefill and completion."""
    ids = [str(place) for place in range(len(rows))]
    problems, stated, prefills, completions = zip(*rows, strict=True)
    rollouts = pl.DataFrame(
        {"prompt_id": ids, "completion": completions, "prefill": prefills},
        schema_overrides={"completion": pl.String},
    )
    prompts = pl.DataFrame(
        {"prompt_id": ids, "problem": problems, "language": stated},
        schema_overrides={"problem": pl.String, "language": pl.String},
    )
    return LANGUAGE.measure(shown(rollouts, prompts), Means("think"))


def one(completion, problem="What is the sum of the two numbers?", stated=None, prefill=""):
    return measured((problem, stated, prefill, completion)).row(0, named=True)


def test_at_least_sixty_texts_mention_words():
    assert sum(not example["has_mixed_language"] for example in EXAMPLES) >= 60


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["completion"][:40])
def test_a_switch_is_mixing_and_a_mention_is_not(example):
    found = one(example["completion"], example["problem"])
    assert found["has_mixed_language"] is example["has_mixed_language"]
    assert bool(found["foreign_spans"]) is example["has_mixed_language"]


def test_parts_have_languages_of_their_own():
    found = one(f"<think>\n{ZH}\n</think>\n\n{EN}")
    assert (found["problem_language"], found["reasoning_language"]) == ("en", "zh")
    assert (found["response_language"], found["language_share"]) == ("en", 0)
    assert found["has_mixed_language"]


def test_the_share_is_that_of_the_reasoning_or_where_there_is_none_of_the_completion():
    with_reasoning = one(f"<think>\n{EN}\n</think>\n\n{ZH}")
    without = one(f"{EN} {ZH}")
    assert with_reasoning["language_share"] == 1
    assert without["reasoning_language"] is None
    assert 0.4 < without["language_share"] < 0.6


def test_reasoning_that_was_cut_off_has_a_language():
    found = one(f"<think>\n{ZH}")
    assert (found["reasoning_language"], found["response_language"]) == ("zh", None)


@pytest.mark.parametrize(
    ("problem", "stated", "expected"),
    [
        pytest.param("What is the sum of all?", None, "en", id="as it reads"),
        pytest.param("What is the sum of all?", "zh", "zh", id="as stated"),
        pytest.param("1 + 1 = ?", "French", "fr", id="stated by name"),
        pytest.param("1 + 1 = ?", None, None, id="unknown"),
        pytest.param(None, None, None, id="no problem"),
    ],
)
def test_the_problem_s_language_is_the_stated_one_or_as_it_reads(problem, stated, expected):
    found = one(EN, problem, stated)
    assert found["problem_language"] == expected
    assert (found["language_share"] is None) is (stated is None or expected is None)


def test_a_completion_without_words_says_nothing():
    found = one("<think>\n$1 + 1$\n</think>\n\n2")
    assert found["has_mixed_language"] is False
    assert found["foreign_spans"] == []
    assert found["language_share"] is found["reasoning_language"] is None


def test_without_a_completion_all_is_null():
    assert not any(value is not None for value in one(None).values())


def test_spans_are_in_code_points_of_the_completion_and_not_of_its_prefill():
    completion = f"𝑥 {EN}</think>\n\n{EN} {ZH}"
    found = one(completion, prefill="<think>\n我们来 ")
    texts = [completion[span["start"] : span["end"]] for span in found["foreign_spans"]]
    assert texts[-1] == ZH.rstrip("。")
    assert found["reasoning_language"] == "en"
    assert all(0 <= span["start"] < span["end"] for span in found["foreign_spans"])


def test_what_a_problem_is_about_may_stand():
    assert read_problem("What does 你好 mean in English?", None).allowed == {"zh", "en"}


@pytest.mark.parametrize("text", ["\x01 我们 ", "<think>", "</think></think>", "\x00", "<think>\n"])
def test_odd_completions_are_measured(text):
    assert measured(("p", None, "", text)).height == 1


FAULTS = {
    "all of it": (1.0, False, []),
    "too little": (0.5, False, ["wrong_language"]),
    "mixed": (1.0, True, ["mixed_language"]),
    "both": (0.0, True, ["wrong_language", "mixed_language"]),
    "nothing known": (None, None, []),
}


@pytest.mark.parametrize(("share", "is_mixed", "expected"), FAULTS.values(), ids=FAULTS)
def test_limits_leave_out_what_is_of_another_language(share, is_mixed, expected):
    row = pl.DataFrame(
        {"language_share": [share], "has_mixed_language": [is_mixed]},
        schema={"language_share": COLUMNS["language_share"], "has_mixed_language": pl.Boolean},
    )
    faults = LanguageLimits().faults()
    assert [name for name, is_so in faults.items() if row.select(is_so).item()] == expected


def test_limits_can_be_lifted():
    row = pl.DataFrame({"language_share": [0.0], "has_mixed_language": [True]})
    faults = LanguageLimits(min_share=None, allow_mixed=True).faults()
    assert not any(row.select(is_so).item() for is_so in faults.values())


def test_a_completion_is_held_against_a_language_that_is_read_from_enough_words_alone():
    long = "How many apples does Tom have now that he has bought three more of them?"
    assert one(FR, long)["language_share"] < 0.5
    assert one(FR, "Write a biography of Tom.")["language_share"] is None
    assert one(EN, "计算这两个数的和")["language_share"] == 0
    assert one(EN, "求和")["language_share"] is None


@pytest.mark.parametrize(
    "problem",
    [
        "Translate this sentence of eight words and more into French, please.",
        "Translate the phrase about apples and pears into a foreign language of your choice.",
    ],
)
def test_a_completion_in_the_language_that_is_asked_for_is_of_no_wrong_one(problem):
    share = one(FR, problem)["language_share"]
    assert share is None or share > 0.9
