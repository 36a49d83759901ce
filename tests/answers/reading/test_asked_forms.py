import pytest

from r1data.answers.reading.answer import read_answer
from r1data.answers.reading.asked_forms import asked_forms

FRACTION = r"Find the chance. Give it in the form $\frac{m}{n}$."


@pytest.mark.parametrize(
    ("problem", "forms"),
    [
        pytest.param(FRACTION, {"m/n"}, id="in the form"),
        pytest.param(r"Write it as a fraction \(a/b\).", {"a/b"}, id="as a fraction"),
        pytest.param(r"Put the pair in \boxed{(x, y)}.", {"(x,y)"}, id="a box"),
        pytest.param(r"Its letter in \boxed{\text{Letter}}.", {"letter"}, id="a word in a font"),
        pytest.param(r"Which is it? Answer as \boxed{A}.", set(), id="a letter may be the answer"),
        pytest.param(r"The score is \boxed{42}. Why?", set(), id="a number is no form"),
        pytest.param("How many apples?", set(), id="none"),
    ],
)
def test_forms_are_what_a_problem_asks_its_answer_in(problem: str, forms: set[str]) -> None:
    assert asked_forms(problem) == forms


@pytest.mark.parametrize(
    ("response", "problem", "answer"),
    [
        pytest.param(
            r"\boxed{3/4}, as \boxed{\frac{m}{n}}.",
            FRACTION,
            "3/4",
            id="a box",
        ),
        pytest.param(r"The answer is 3/4. (Form: \boxed{m/n})", FRACTION, "3/4", id="a sentence"),
        pytest.param(r"\boxed{\frac{m}{n}}", FRACTION, None, id="nothing else"),
        pytest.param(r"\boxed{\frac{m}{n}}", "Divide m by n.", r"\frac{m}{n}", id="not asked for"),
    ],
)
def test_a_box_that_repeats_the_asked_form_is_passed_over(
    response: str, problem: str, answer: str | None
) -> None:
    reading = read_answer(response, problem=problem)
    assert (reading and reading.answer) == answer
