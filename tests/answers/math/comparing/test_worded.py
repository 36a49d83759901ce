import pytest

from r1data.answers.math.comparing.worded import are_same_words, compare_words, is_in_words


@pytest.mark.parametrize(
    ("gold", "is_words"),
    [("Evelyn", True), ("4:30 p.m.", True), ("5 cm", False), (r"\oint f", False), ("AB", False)],
)
def test_which_gold_answers_are_words(gold, is_words):
    assert is_in_words(gold) is is_words


def test_words_differ_by_more_than_case_and_fonts():
    assert are_same_words(r"\text{Not  Valid}", "not valid.")
    assert not are_same_words("valid", "not valid")
    assert not are_same_words("AB", "ab"), "a product of variables"
    assert not are_same_words("123", "123"), "no letters"


@pytest.mark.parametrize(
    ("gold", "predicted", "found"),
    [
        pytest.param("circle", "ellipse", False, id="other names"),
        pytest.param("odd", "the odd ones", None, id="more words"),
        pytest.param("line A", "line B", False, id="another letter"),
    ],
)
def test_few_words_can_be_told_apart(gold, predicted, found):
    assert compare_words(gold, predicted, "") is found
