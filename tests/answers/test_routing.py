import pytest

from r1data.answers.routing import find_verifier_name
from r1data.answers.verdict import Item

ENTRY = '{"task": "gcd", "arguments": {}, "entry": {"question": "?", "answer": "2"}}'
OPTIONS = "Which?\n(A) red\n(B) blue\n(C) green"


@pytest.mark.parametrize(
    ("gold", "fields", "name"),
    [
        pytest.param("4", {"tests": "{}"}, "code", id="tests"),
        pytest.param("4", {"metadata": ENTRY}, "reasoning_gym", id="entry of reasoning-gym"),
        pytest.param("4", {"metadata": '{"level": 5}'}, "math", id="other metadata"),
        pytest.param("B", {"choices": ("red", "blue")}, "choice", id="letter of a choice"),
        pytest.param("blue", {"choices": ("red", "blue")}, "choice", id="text of a choice"),
        pytest.param("C", {"problem": OPTIONS}, "choice", id="letter of the problem's options"),
        pytest.param("(A)", {"problem": OPTIONS}, "choice", id="letter in brackets"),
        pytest.param("A, C", {"problem": OPTIONS}, "choice", id="letters"),
        pytest.param("F", {"problem": OPTIONS}, "math", id="letter of no option"),
        pytest.param("42", {"problem": OPTIONS}, "math", id="number where there are options"),
        pytest.param("C", {"problem": "Which constant?"}, "math", id="capital letter alone"),
        pytest.param("x", {}, "math", id="variable"),
        pytest.param("5 cm", {}, "math", id="quantity"),
        pytest.param(r"5\text{ cm}", {}, "math", id="quantity in LaTeX"),
        pytest.param(r"\frac12", {}, "math", id="fraction"),
        pytest.param("x + 1", {}, "math", id="sum"),
        pytest.param("a < b", {}, "math", id="inequality"),
        pytest.param("(1, 2)", {}, "math", id="point"),
        pytest.param(r"2\pi", {}, "math", id="pi"),
        pytest.param("1, 2, 3", {"problem": "In ascending order?"}, "math", id="numbers in order"),
        pytest.param("sin x", {}, "math", id="function"),
        pytest.param("xy", {"problem": "Multiply $x$ by $y$."}, "math", id="product"),
        pytest.param("$ab$", {}, "math", id="product in LaTeX"),
        pytest.param("twelve", {}, "text", id="number in words"),
        pytest.param(r"\text{even}", {}, "text", id="word in LaTeX"),
        pytest.param(r"\text{(B)}", {"problem": OPTIONS}, "choice", id="letter in LaTeX"),
        pytest.param("Tuesday", {}, "text", id="day of the week"),
        pytest.param("10:30", {}, "text", id="time"),
        pytest.param("3:2", {}, "math", id="ratio"),
        pytest.param("10:30", {"problem": "What is the ratio?"}, "math", id="ratio like a time"),
        pytest.param("5 March 2020", {}, "text", id="date"),
        pytest.param("Yes", {}, "text", id="yes"),
        pytest.param("True", {}, "text", id="true"),
        pytest.param("invalid", {}, "text", id="invalid"),
        pytest.param("Ann > Bob > Cid", {}, "text", id="order"),
        pytest.param("Zoey is a knight, Al is a knave", {}, "text", id="knights"),
        pytest.param("the mitochondria", {}, "text", id="words"),
        pytest.param("Evelyn", {}, "text", id="name"),
    ],
)
def test_the_verifier_is_found_from_what_a_row_carries(gold, fields, name):
    assert find_verifier_name(Item("", gold, **fields)) == name
