import pytest

from r1data.answers.judging import judge_one
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.writing.chinese_numerals import in_digits


@pytest.mark.parametrize(
    ("numerals", "digits"),
    [
        ("零", "0"),
        ("十七", "17"),
        ("四十", "40"),
        ("一百零八", "108"),
        ("一千零三十", "1030"),
        ("两万五千", "25000"),
        ("三亿零二万", "300020000"),
        ("二〇二六", "2026"),
        ("贰佰叁拾", "230"),
        ("负四点二五", "-4.25"),
        ("七分之三", "3/7"),
        ("百分之八", "8%"),
        ("十九个", "19个"),
        ("六厘米", "6厘米"),
    ],
)
def test_a_number_in_chinese_numerals_is_given_in_digits(numerals, digits):
    assert in_digits(numerals) == digits


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("三角形", id="a word that begins with one"),
        pytest.param("一百五", id="a clipped number"),
        pytest.param("百十", id="no order of a number"),
        pytest.param("十百", id="the smaller first"),
        pytest.param("零分之三", id="nothing below the line"),
        pytest.param("三或四", id="two numbers"),
        pytest.param("105", id="digits already"),
        pytest.param("", id="nothing"),
        pytest.param("一" * 50, id="too long"),
    ],
)
def test_other_texts_are_no_chinese_numeral(text):
    assert in_digits(text) is None


@pytest.mark.parametrize("verifier", ["math", "text"])
def test_chinese_numerals_equal_the_number_they_are(verifier):
    right, wrong = (
        judge_one(Item(f"答案是{said}。", "108"), verifier).outcome
        for said in ("一百零八", "一百八十")
    )
    assert right is Outcome.CORRECT
    assert wrong is Outcome.INCORRECT
