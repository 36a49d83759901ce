import string

import pytest

from r1data.answers.choice.options import read_options
from r1data.answers.choice.verifier import ChoiceVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item

VERIFIER = ChoiceVerifier()
NUMBERS = ("41", "42", "43", "None of these")
COLOURS = ("red", "blue", "green", "light blue")
RIGHT, WRONG, UNSURE = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED


def judged(gold, answer, choices=(), problem=""):
    item = Item(f"<answer>{answer}</answer>", gold, choices=choices, problem=problem)
    return VERIFIER.verify([item], None)[0].outcome


@pytest.mark.parametrize(
    ("gold", "answer", "choices", "outcome"),
    [
        pytest.param("B", "B", NUMBERS, RIGHT, id="letter"),
        pytest.param("(B)", "B.", NUMBERS, RIGHT, id="other brackets"),
        pytest.param("B", "b", NUMBERS, RIGHT, id="small letter"),
        pytest.param("B", "(b)", NUMBERS, RIGHT, id="small letter in brackets"),
        pytest.param("B", r"\text{(B)}", NUMBERS, RIGHT, id="set as text"),
        pytest.param("B", r"\boxed{\textbf{B}}", NUMBERS, RIGHT, id="boxed and bold"),
        pytest.param("B", "**B**", NUMBERS, RIGHT, id="Markdown"),
        pytest.param("B", "Option B", NUMBERS, RIGHT, id="named option"),
        pytest.param("B", "choice (B)", NUMBERS, RIGHT, id="named choice"),
        pytest.param("B", "The correct answer is (B) 42.", NUMBERS, RIGHT, id="sentence"),
        pytest.param("B", "B: 42", NUMBERS, RIGHT, id="letter and text"),
        pytest.param("B", "(B) 41", NUMBERS, WRONG, id="letter with another option's text"),
        pytest.param("B", "(B) 44", NUMBERS, WRONG, id="letter with no option's number"),
        pytest.param("B", "42", NUMBERS, RIGHT, id="text alone"),
        pytest.param("B", "42.0", NUMBERS, RIGHT, id="the same number"),
        pytest.param("B", "forty-two", NUMBERS, RIGHT, id="number in words"),
        pytest.param("B", "50", NUMBERS, WRONG, id="number of no option"),
        pytest.param("D", "none of the above", NUMBERS, RIGHT, id="none of these"),
        pytest.param("B", "none of the above", NUMBERS, WRONG, id="none of these, wrongly"),
        pytest.param("B", "B and C", NUMBERS, WRONG, id="two for one"),
        pytest.param("B", "B or C", NUMBERS, WRONG, id="one of two"),
        pytest.param("B", "(B) or (C)", NUMBERS, WRONG, id="one of two in brackets"),
        pytest.param("B", "C", NUMBERS, WRONG, id="other letter"),
        pytest.param("B", "not B", NUMBERS, WRONG, id="denied"),
        pytest.param("C", "(C) is wrong, so B", COLOURS, UNSURE, id="taken back"),
        pytest.param("B", "B, D, maybe", COLOURS, UNSURE, id="several, perhaps"),
        pytest.param("B", "n", ("n^2", "n!"), WRONG, id="factorial"),
        pytest.param("B", "The answer is not B", NUMBERS, WRONG, id="denied in a sentence"),
        pytest.param("B", "选项B", NUMBERS, RIGHT, id="in Chinese"),
        pytest.param("B", r"\frac{B}{2}", NUMBERS, UNSURE, id="letter inside LaTeX"),
        pytest.param("A", "A triangle", (), UNSURE, id="article"),
        pytest.param("I", "I think", (), UNSURE, id="pronoun"),
        pytest.param("B", "blue", COLOURS, RIGHT, id="word alone"),
        pytest.param("B", "light blue", COLOURS, WRONG, id="longer option that holds the word"),
        pytest.param("blue", "B", COLOURS, RIGHT, id="gold text, letter given"),
        pytest.param("blue", "red", COLOURS, WRONG, id="gold text, other text"),
        pytest.param("B", "cyan", COLOURS, UNSURE, id="word of no option"),
        pytest.param("B", "B. because red is wrong", COLOURS, RIGHT, id="letter and reason"),
        pytest.param("A, C", "C and A", COLOURS, RIGHT, id="several in another order"),
        pytest.param("AC", "(A), (C)", COLOURS, RIGHT, id="several side by side"),
        pytest.param("A, C", "A", COLOURS, WRONG, id="one of several"),
        pytest.param("A, C", "A, B, C", COLOURS, WRONG, id="one too many"),
        pytest.param("Yes", "no", (), WRONG, id="yes and no under the choice verifier"),
        pytest.param("E", "E", NUMBERS, Outcome.BAD_GOLD, id="gold names no option"),
        pytest.param(" ", "E", NUMBERS, Outcome.BAD_GOLD, id="blank gold"),
    ],
)
def test_verify(gold, answer, choices, outcome):
    assert judged(gold, answer, choices) is outcome


@pytest.mark.parametrize(
    ("problem", "options"),
    [
        pytest.param("Is it\n(A) red\n(B) blue", ["red", "blue"], id="lines in brackets"),
        pytest.param("Is it\nA. red\nB. blue", ["red", "blue"], id="lines with full stops"),
        pytest.param("Is it A) red B) blue C) no", ["red", "blue", "no"], id="one line"),
        pytest.param(r"$\textbf{(A)}\ 2\qquad\mathrm{(B)\ } 3$", ["2", "3"], id="AMC"),
        pytest.param("Is it (a) red (b) blue", ["red", "blue"], id="small letters"),
        pytest.param("Valid?\nOptions:\n- valid \n- invalid", ["valid", "invalid"], id="dashes"),
        pytest.param("Let A. Find C. Then B.", [], id="letters out of order"),
        pytest.param("How far is point A from B?", [], id="no labels"),
        pytest.param(
            "\n".join(f"({letter}) x" for letter in f"{string.ascii_uppercase}B"),
            ["x"] * 26,
            id="a label after Z",
        ),
    ],
)
def test_options_are_read_from_the_problem(problem, options):
    assert list(read_options((), problem).values()) == options


@pytest.mark.parametrize(
    ("gold", "choices", "kind"),
    [
        pytest.param("(B)", NUMBERS, "choice", id="letter"),
        pytest.param("A, C", NUMBERS, "choices", id="letters"),
        pytest.param("blue", COLOURS, "choice", id="text of an option"),
        pytest.param("Yes", (), "yes_no", id="yes"),
    ],
)
def test_gold_answers_are_typed(gold, choices, kind):
    assert VERIFIER.type_answer(Item("", gold, choices=choices)) == kind


def test_a_response_without_an_answer_is_no_answer():
    response = "Now B stands for the colour blue, as we have seen above, and so on."
    assert VERIFIER.verify([Item(response, "B")], None)[0].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        pytest.param(r"\boxed{B}, in the form \boxed{letter}.", RIGHT, id="right"),
        pytest.param(r"\boxed{A}, in the form \boxed{\text{letter}}.", WRONG, id="wrong"),
        pytest.param(r"\boxed{option}", Outcome.NO_ANSWER, id="nothing else"),
        pytest.param(r"I considered \boxed{A}. In the end the answer is (B).", RIGHT, id="later"),
        pytest.param(r"I considered \boxed{B}. The answer is (A).", WRONG, id="given up"),
        pytest.param(r"\boxed{B}. The answer is B) blue.", RIGHT, id="restated"),
    ],
)
def test_a_box_that_stands_for_a_letter_or_is_given_up_is_passed_over(response, outcome):
    item = Item(response, "B", choices=COLOURS)
    assert VERIFIER.verify([item], None)[0].outcome is outcome
