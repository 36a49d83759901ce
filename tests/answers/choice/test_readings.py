import pytest

from r1data.answers.choice.readings import read_behind_box, read_small_option
from r1data.answers.choice.verifier import ChoiceVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item

FORCES = ("gravity", "friction", "tension", "drag")
FORMULA = "$$\\boxed{F = \\mu N}$$\n\n"
RIGHT, WRONG, UNSURE, NONE = (
    Outcome.CORRECT,
    Outcome.INCORRECT,
    Outcome.UNDECIDED,
    Outcome.NO_ANSWER,
)


def judged(response, gold="B", choices=FORCES):
    return ChoiceVerifier().verify([Item(response, gold, choices=choices)], None)[0].outcome


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        pytest.param(FORMULA + "Answer: B", RIGHT, id="a label"),
        pytest.param(FORMULA + "Thus the correct option is (B).", RIGHT, id="a sentence"),
        pytest.param(FORMULA + "**B**", RIGHT, id="a last line"),
        pytest.param(FORMULA + "Answer: B. friction", RIGHT, id="the letter with its text"),
        pytest.param(FORMULA + "Answer: C", WRONG, id="another letter"),
        pytest.param(FORMULA + "Answer: B. drag", WRONG, id="the letter with another text"),
        pytest.param(FORMULA + "If the answer were B, N would be 3.", UNSURE, id="a condition"),
        pytest.param(FORMULA + "The answer is not B.", UNSURE, id="a denial"),
        pytest.param(FORMULA + "This holds for all N.", UNSURE, id="no letter"),
        pytest.param(r"So \boxed{friction}. The answer is B.", RIGHT, id="its own text boxed"),
        pytest.param(r"So \boxed{tension}. The answer is B.", UNSURE, id="another's text boxed"),
        pytest.param(r"So \boxed{friction}. The answer is C.", UNSURE, id="the gold one's boxed"),
        pytest.param(r"So \boxed{C}. We used B.", WRONG, id="a letter in the box counts"),
    ],
)
def test_a_letter_behind_a_box_without_one_is_the_answer(response, outcome):
    assert judged(response) is outcome


@pytest.mark.parametrize(("letter", "outcome"), [("B", RIGHT), ("C", UNSURE)])
def test_a_box_may_hold_an_options_value_without_its_unit(letter, outcome):
    response = f"\\boxed{{15}}\n\nSo the correct option is {letter}."
    assert judged(response, gold=letter, choices=("12 m", "15 m", "18 m")) is outcome


@pytest.mark.parametrize("label", ["b. {}", "b) {}", "b: {}", "(b) {}", "**b. {}**"])
@pytest.mark.parametrize("before", ["", "It slides.\n\n"])
def test_a_small_letter_before_its_option_chooses_it(label, before):
    assert judged(before + label.format("friction")) is RIGHT
    assert judged(before + label.format("friction"), "C") is WRONG
    assert judged(before + label.format("tension"), "C") is not RIGHT


@pytest.mark.parametrize(
    ("response", "gold", "outcome"),
    [
        pytest.param("The answer is b.", "B", RIGHT, id="in a sentence"),
        pytest.param("Option b is correct.", "B", RIGHT, id="before its praise"),
        pytest.param("The answer is b and d.", "BD", RIGHT, id="several"),
        pytest.param("a. gravity\nb. friction", "B", NONE, id="the list of the options"),
        pytest.param("a. gravity\n\nb. friction", "B", NONE, id="the list with empty lines"),
    ],
)
def test_small_letters_are_options(response, gold, outcome):
    assert judged(response, gold) is outcome


def test_a_small_letter_that_nothing_knows_is_read_as_no_option():
    assert read_small_option("Then\nb. something else", {"A": "gravity", "B": "friction"}) is None


def test_nothing_is_read_behind_a_box_where_the_response_breaks_off():
    assert read_behind_box(FORMULA + "Answer: B", is_cut_off=True) is None


@pytest.mark.parametrize(
    ("gold", "outcome"),
    [
        pytest.param("B", RIGHT, id="a letter"),
        pytest.param("b", RIGHT, id="a small letter"),
        pytest.param("(B)", RIGHT, id="in brackets"),
        pytest.param("Answer: B", RIGHT, id="behind a label"),
        pytest.param("The answer is B.", RIGHT, id="in a sentence"),
        pytest.param("Option B", RIGHT, id="named an option"),
        pytest.param("friction", RIGHT, id="the text"),
        pytest.param("B. friction", RIGHT, id="the letter with its text"),
        pytest.param("C", WRONG, id="another letter"),
        pytest.param("1", Outcome.BAD_GOLD, id="an index"),
        pytest.param("0", Outcome.BAD_GOLD, id="an index from zero"),
        pytest.param("E", Outcome.BAD_GOLD, id="a letter of no option"),
    ],
)
def test_a_gold_answer_names_its_option_in_any_form_but_an_index(gold, outcome):
    assert judged("The answer is B.", gold) is outcome


@pytest.mark.parametrize(
    ("response", "gold", "outcome"),
    [
        pytest.param("The answer is (2).", "2", RIGHT, id="by number"),
        pytest.param("The answer is 2. friction", "2", RIGHT, id="number and text"),
        pytest.param("The answer is friction.", "2", RIGHT, id="by text"),
        pytest.param("The answer is B.", "2", RIGHT, id="by letter"),
        pytest.param("The answer is 1.", "2", WRONG, id="another number"),
        pytest.param("The answer is 2.", "B", RIGHT, id="a gold letter"),
    ],
)
def test_options_that_are_numbered_are_chosen_by_number(response, gold, outcome):
    assert judged(response, gold, ("1. gravity", "2. friction", "3. drag")) is outcome


def test_a_number_that_is_an_options_text_is_that_option():
    assert judged("The answer is B.", "4", ("3", "4", "5")) is RIGHT
    assert judged("The answer is 5.", "4", ("3", "4", "5")) is WRONG
