import pytest

from tests.answers.math.written import judged

RIGHT = [
    ("1234", "1,234"),
    ("10{,}000", "10000"),
    ("1/2", r"\frac{2}{4}"),
    ("0.5", r"\dfrac12"),
    ("0.33", r"\frac{1}{3}"),
    ("3.5", "3,5"),
    ("12", "twelve"),
    (r"3\sqrt{13}", r"\sqrt{117}"),
    (r"\left( 3, \frac{\pi}{2} \right)", r"(3,\pi/2)"),
    ("p - q", "-q+p"),
    (r"90^\circ", "90"),
    (r"90^\circ", r"\frac{\pi}{2}"),
    ("x^2 - 1", "(x-1)(x+1)"),
    (r"\{1, 2\}", r"\{2, 1\}"),
    ("1, 2", r"x \in \{2, 1\}"),
    ("6 - 5i", "-5i + 6"),
    (r"\ln 4", r"2\ln 2"),
    ("5 m", "500 cm"),
    ("5", "5 apples"),
    (r"\$12.50", "12 dollars and 50 cents"),
    ("50¢", "0.5 dollars"),
    ("5", "x = 5"),
    ("0.75", "3/4 = 0.75"),
    ("1011_2", "01011_2"),
    ("1:2:3", "2:4:6"),
    (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", "(1, 2)"),
    ("(1, 2)", "1 < x < 2"),
    ("(1, 2)", "x = 1, y = 2"),
    (r"6, 8\text{, and }10", "10, 8, 6"),
    ("circle", r"\text{a circle}"),
]
WRONG = [
    ("1234", "1,235"),
    ("1/2", "1/3"),
    ("0.5", "0.6"),
    ("0.5", "0.54"),
    ("0.333", "0.3"),
    ("42", "6^2 + 6"),
    (r"3\sqrt{13}", "3"),
    ("(1, 2)", "(2, 1)"),
    ("(1, 2)", r"\{1, 2\}"),
    (r"\{1, 2\}", r"\{1\}"),
    (r"\{1, 1\}", r"\{1, 2\}"),
    ("x^2 - 1", "(x-1)^2"),
    ("5 m", "5 cm"),
    ("5 m", "5 s"),
    ("4", "none"),
    ("4", r"\frac{1}{0}"),
    ("4", "%$#"),
    ("4", "x = 5"),
    ("4", "4 + C"),
    ("1011_2", "1011"),
    ("1011_2", "1011_3"),
    ("11", "1011_2"),
    ("5050", r"\sum_{k=1}^{100} k"),
    ("1:2:3", "3:2:1"),
    ("circle", "ellipse"),
]


@pytest.mark.parametrize(("gold", "predicted"), RIGHT)
def test_right_answers_are_right(gold, predicted):
    assert judged(gold, predicted) is True


@pytest.mark.parametrize(("gold", "predicted"), WRONG)
def test_wrong_answers_are_wrong(gold, predicted):
    assert judged(gold, predicted) is False


@pytest.mark.parametrize("gold", [gold for gold, _ in RIGHT + WRONG])
def test_an_answer_is_equal_to_itself(gold):
    assert judged(gold, gold) is True


@pytest.mark.parametrize(
    ("gold", "predicted", "problem", "is_right"),
    [
        pytest.param("25", r"25\%", "What percent is it?", True, id="asked for percents"),
        pytest.param(r"25\%", "0.25", "What percent is it?", False, id="no share then"),
        pytest.param(r"25\%", "0.25", "What is the chance?", True, id="a share otherwise"),
        pytest.param("25", r"25\%", "What is the number?", False, id="no percents"),
        pytest.param("1, 2", "2, 1", "Find the roots.", True, id="any order"),
        pytest.param("1, 2", "2, 1", "Find a and b respectively.", False, id="an order"),
        pytest.param("(1, 2)", "1 < x < 2", "Find the vertex.", False, id="a point"),
    ],
)
def test_what_the_problem_asks_for_matters(gold, predicted, problem, is_right):
    assert judged(gold, predicted, problem) is is_right
