"""How a response stands to the conclusion of its reasoning."""

# ruff: noqa: RUF001 - words of other scripts are the point

import json
from itertools import pairwise, product
from pathlib import Path

import polars as pl
import pytest

from r1data.curation.content.conclusions import compare_conclusion, read_conclusion
from r1data.curation.signals.conclusion import CONCLUSION, ConclusionLimits
from r1data.curation.signals.signal import Means, shown

PUBLIC = Path("../shared/data/rollouts")


@pytest.mark.parametrize(
    ("reasoning", "response"),
    [
        ("So the answer is 4.", r"It is \boxed{5}."),
        (r"**Final Answer**\n\boxed{12}", r"\boxed{13}"),
        ("Thus the final answer is 42.", "The answer is 24."),
        ("So the answer is $\\frac{1}{2}$.", r"\boxed{\frac{1}{3}}"),
        ("Therefore, the answer is 0.5.", r"\boxed{0.75}"),
        ("The answer is -3.", r"\boxed{3}"),
        ("So the answer is 18 dollars.", "**Answer:** 20 dollars"),
        ("So the answer is (B).", "The correct answer is C."),
        ("So the correct option is A.", r"\boxed{D}"),
        ("The answer is Paris.", r"\boxed{London}"),
        ("So the answer is $x^2+1$.", r"\boxed{x^2-1}"),
        ("So the answer is $(1, 2)$.", r"\boxed{(2, 1)}"),
        ("Thus the answer is 1,024.", r"\boxed{1025}"),
        ("所以答案是12。", r"\boxed{15}"),
        ("因此，答案是 3。", "答案是4。"),
        ("Par conséquent, la réponse est 7.", r"\boxed{8}"),
        ("La respuesta es 9.", "La respuesta es 10."),
        ("Die Antwort ist 6.", r"\boxed{5}"),
        ("Ответ: 5", r"\boxed{6}"),
        (r"First \boxed{1}. Hmm, no. So the answer is \boxed{2}.", r"\boxed{1}"),
        ("So the answer is 100.", "#### 99"),
        ("So the answer is 3.", "<answer>4</answer>"),
    ],
)
def test_another_answer_than_that_of_the_reasoning_contradicts_it(reasoning, response):
    assert compare_conclusion(reasoning, response)[0] == "contradicts"


@pytest.mark.parametrize(
    ("reasoning", "response"),
    [
        ("So the answer is 4.", r"It is \boxed{4}."),
        ("So the answer is 4.", "The answer is four."),
        ("So the answer is 0.5.", r"\boxed{\frac{1}{2}}"),
        ("So the answer is 1024.", r"\boxed{1{,}024}"),
        ("So the answer is 90.", r"\boxed{90^\circ}"),
        ("So the answer is 5 apples.", r"\boxed{5}"),
        ("So the answer is 25%.", r"\boxed{0.25}"),
        ("So the answer is 3.14.", r"\boxed{\pi}"),
        ("So the answer is 3.33.", r"\boxed{\frac{10}{3}}"),
        ("So the answer is 2 hours.", r"\boxed{120 \text{ minutes}}"),
        ("So the answer is B.", r"\boxed{7}"),
        ("So the answer is 7.", "The correct answer is (C)."),
        ("So the answer is $x = 3$.", r"\boxed{3}"),
        ("So the answer is $2^{n+1}$.", r"\boxed{2 \cdot 2^n}"),
        ("So the answer is $n(n+1)/2$.", r"\boxed{\frac{n^2+n}{2}}"),
        ("So the answer is $a+b$.", r"\boxed{b+a}"),
        ("So the answer is {1, 2}.", r"\boxed{\{2, 1\}}"),
        ("So the answer is 4. But wait, it could be 5.", r"\boxed{5}"),
        ("So the answer is 4. Hmm, let me check: no, 5.", r"\boxed{5}"),
        ("If the answer is 4, then all is well. It is 5.", r"\boxed{5}"),
        ("Is the answer 4?", r"\boxed{5}"),
        ("The answer is 117, or simplified, another form.", r"\boxed{9}"),
        ("The answer to part (a) is 4, to part (b) it is 5.", r"\boxed{4}"),
        ("The answer is 4 for the first question.", r"\boxed{6}"),
        ("The answer is 8/6, which is 4/3.", r"\boxed{\frac{4}{3}}"),
        ("The answer is 4. " + "I think about it. " * 60, r"\boxed{5}"),
        ("We add the numbers.", r"\boxed{5}"),
        ("The answer is a long story about friendship.", "The answer is a tale of friends."),
        ("", r"\boxed{5}"),
        ("The answer is 4.", ""),
    ],
)
def test_the_same_answer_and_what_is_in_doubt_contradict_nothing(reasoning, response):
    assert compare_conclusion(reasoning, response)[0] != "contradicts"


@pytest.mark.parametrize(
    ("reasoning", "response"),
    [
        ("So the answer is 4.", "I added both numbers."),
        ("So the answer is 4.", "DONE."),
        (r"Thus \boxed{12}.", "Let $x$ be the number of weeks, and add them up."),
        ("So the final answer is 1/531441.", "We need the sum over 12 weeks."),
        ("Therefore, the correct answer is D.", "DONE."),
        ("So the answer is 35%.", "The share follows from the table."),
        ("所以答案是12。", "我们把两个数相加。"),
    ],
)
def test_an_answer_that_the_response_leaves_out_stands_only_in_the_reasoning(reasoning, response):
    assert compare_conclusion(reasoning, response)[0] == "only_in_reasoning"


@pytest.mark.parametrize(
    ("reasoning", "response"),
    [
        ("So the answer is 4.", "We have 4 apples left in the basket, and two pears."),
        ("So the answer is 14/3.", r"The sum is $3 + \frac{5}{3} = \frac{14}{3}$ here"),
        ("So the answer is 12.", "It is twelve."),
        ("So the answer is D.", "Neither conclusion can be drawn from what is given."),
        ("So the answer is friendship.", "It is a story about two people."),
        ("So the answer is yes, we expect it.", "The economy would still grow."),
        ("So the answer is 4. But maybe 5.", "I added both numbers."),
        ("I add the numbers.", "I added both numbers."),
    ],
)
def test_what_the_response_says_in_other_words_is_not_left_out(reasoning, response):
    assert compare_conclusion(reasoning, response)[0] is None


@pytest.mark.parametrize(
    ("reasoning", "expected"),
    [
        (r"So \boxed{4}. I think that is right.", "4"),
        (r"So \boxed{4}. So the final answer is 5.", "5"),
        ("The answer is 4. Wait, no.", None),
        ("The answer is 4. Let me verify that.", None),
        ("We are done.", None),
    ],
)
def test_a_conclusion_is_what_stands_at_the_end_without_doubt(reasoning, expected):
    assert read_conclusion(reasoning) == expected


def measured(*completions):
    frame = pl.DataFrame(
        {"completion": completions, "prefill": ""}, schema_overrides={"completion": pl.String}
    )
    return CONCLUSION.measure(shown(frame), Means("think"))


def test_a_completion_is_compared_with_itself():
    rows = measured(
        "<think>\nSo the answer is 4.\n</think>\n\n\\boxed{4}",
        "<think>\nSo the answer is 4.\n</think>\n\n\\boxed{5}",
        "<think>\nSo the answer is 4.\n</think>\n\n",
        "\\boxed{5}",
        None,
    )
    assert rows["conclusion"].to_list() == ["agrees", "contradicts", None, None, None]
    assert rows["concluded_answer"].to_list() == ["4", "4", None, None, None]


@pytest.mark.parametrize(
    "word",
    ["the answer is ", "\\boxed{", "\\boxed{1}", "1 ", "{", "a", "So ", "答案是", "\\frac{1}{"],
)
def test_hostile_text_is_read(word):
    text = word * (200_000 // len(word))
    assert compare_conclusion(f"{text}\nSo the answer is 4.", text)[1] in (None, "4")
    assert len(compare_conclusion(text, "The answer is 5.")) == 2


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, [None, "contradicts_reasoning", "answer_in_reasoning", None]),
        ({"allow_contradiction": True}, [None, None, "answer_in_reasoning", None]),
        ({"allow_only_in_reasoning": True}, [None, "contradicts_reasoning", None, None]),
    ],
    ids=["the defaults", "contradictions", "left out"],
)
def test_limits_say_what_is_left_out(limits, expected):
    rows = pl.DataFrame({"conclusion": ["agrees", "contradicts", "only_in_reasoning", None]})
    faults = ConclusionLimits(**limits).faults().items()
    reason = pl.coalesce(pl.when(is_so).then(pl.lit(name)) for name, is_so in faults)
    assert rows.select(reason).to_series().to_list() == expected


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"{PUBLIC} is not there")
def test_real_responses_agree_with_their_reasoning_and_contradict_that_of_others():
    files = ("r1_math500.jsonl", "r1_distill_qwen7b_math500.jsonl")
    lines = [line for name in files for line in (PUBLIC / name).read_text("utf-8").splitlines()]
    rows = [row for row in map(json.loads, lines) if row["reasoning_trace"]]
    own = [compare_conclusion(row["reasoning_trace"], row["answer_text"])[0] for row in rows]
    assert own.count("agrees") > 30
    assert {*own} <= {"agrees", None}
    crossed = [
        compare_conclusion(one["reasoning_trace"], other["answer_text"])[0]
        for one, other in product(rows, rows)
        if one["item_id"] != other["item_id"]
    ]
    assert crossed.count("contradicts") > 450
    assert "agrees" not in crossed


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"{PUBLIC} is not there")
def test_two_right_solutions_of_a_problem_never_contradict_one_another():
    lines = (PUBLIC / "qwen_math_100x8.jsonl").read_text("utf-8").splitlines()
    right = [
        [text for text, is_so in zip(row["code"], row["score"], strict=True) if is_so]
        for row in map(json.loads, lines)
    ]
    pairs = [pair for texts in right for pair in pairwise(texts)]
    found = [compare_conclusion(*pair)[0] for pair in pairs]
    assert {*found} == {"agrees", None}
    assert found.count("agrees") > 0.95 * len(pairs)
