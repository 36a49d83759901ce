import time

import pytest

from r1data.verification.answers import answer_type, plain, rational, read_answer, unreadable, words


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        pytest.param(r"\boxed{1}, no: \boxed{2}", "2", id="the last box"),
        pytest.param(r"\boxed{1} and \boxed{2", "1", id="an open box is passed over"),
        pytest.param(r"\boxed{\{1, 2\}}", r"\{1, 2\}", id="escaped braces"),
        pytest.param("<answer>1</answer><answer> 2 </answer>", "2", id="the last answer block"),
        pytest.param("<answer>1</answer><answer>2", "1", id="an open answer block is passed over"),
        pytest.param(r"\boxed{3} <answer>4</answer>", "3", id="a box before an answer block"),
        pytest.param(r"\boxed{ }", None, id="an empty box"),
        pytest.param("</answer>5<answer>", None, id="tags the wrong way round"),
        pytest.param("so it is 42", None, id="a number in the text"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_read_answer(response, answer):
    assert read_answer(response) == answer


@pytest.mark.parametrize(
    "response",
    [r"\boxed{" * 15_000, "{" * 100_000, "<answer>" * 12_000, "</answer>" * 11_000, "\\" * 100_001],
    ids=["open boxes", "open braces", "open answers", "closing tags", "backslashes"],
)
def test_reading_hostile_responses_takes_no_time(response):
    started = time.perf_counter()
    assert read_answer(response) is None
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("answer", "same"),
    [
        (r"\left(1,\,2\right)", "(1,2)"),
        (r"\dfrac{1}{2}", r"\frac{1}{2}"),
        (r"$5$.", "5"),
        (r"\(x\)", "x"),
        (r"10{,}000", "10,000"),
        (r"1\ \text{cm}", r"1 \text{cm}"),
    ],
)
def test_layout_does_not_change_an_answer(answer, same):
    assert plain(answer) == plain(same)


@pytest.mark.parametrize(
    "answer",
    [r"\leftarrow", r"\rightarrow x", r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", r"\{1\}", "$"],
)
def test_what_only_looks_like_layout_stays(answer):
    assert plain(answer) == answer


def test_row_breaks_are_not_spaces():
    assert plain(r"1 \\, 2") == r"1 \\, 2"


@pytest.mark.parametrize(
    "answer",
    ["", "-", ".", "1,23", "1/0", "1.2.3", "50\\%", "x", "(1,234)", "1 234", "٣", "1e5", "1/2/3"],
)
def test_what_is_no_plain_number_is_not_read_as_one(answer):
    assert rational(answer) is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("-1,234", "integer"),
        (r"\frac{-3}{4}", "fraction"),
        (r"-\frac12", "fraction"),
        (".25", "decimal"),
        (r"\sqrt{2}", "expression"),
        (r"(1, 2)", "expression"),
        ("x", "expression"),
        (r"\text{Evelyn}", "text"),
        ("Tuesday", "text"),
    ],
)
def test_answer_type(answer, kind):
    assert answer_type(answer) == kind


def test_answers_at_the_caps_are_read_and_beyond_are_not():
    assert [unreadable("7" * length) != "" for length in (2000, 2001)] == [False, True]
    assert [unreadable("(" * depth + ")" * depth) != "" for depth in (20, 21)] == [False, True]


def test_words_differ_by_more_than_case_and_layout():
    assert words(r"\text{A  liar}") == words("a LIAR") != words("a liar, too")
