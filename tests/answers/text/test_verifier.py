import pytest

from r1data.answers.outcome import Outcome
from r1data.answers.text.verifier import TextVerifier
from r1data.answers.verdict import Item

VERIFIER = TextVerifier()
RIGHT, WRONG, UNSURE = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED
KNIGHTS = "(1) Zoey is a knight\n(2) Oliver is a knave\n(3) Al is a knight"


def judged(gold, answer, problem=""):
    item = Item(f"<answer>{answer}</answer>", gold, problem=problem)
    return VERIFIER.verify([item], None)[0].outcome


@pytest.mark.parametrize(
    ("gold", "answer", "outcome"),
    [
        pytest.param("knight", r"\boxed{\text{Knight}}", RIGHT, id="case and command"),
        pytest.param("the Moon", "moon.", RIGHT, id="article and full stop"),
        pytest.param("Vitamin A", "vitamin", UNSURE, id="a letter that is no article"),
        pytest.param("café", "cafe", RIGHT, id="accents on one side"),
        pytest.param("=", "≠", WRONG, id="a stroke is no accent"),
        pytest.param("J. K. Rowling", "JK Rowling", RIGHT, id="initials"),
        pytest.param("well-known", "well known", RIGHT, id="hyphen"),
        pytest.param("USA || United States", "the united states", RIGHT, id="alias"),
        pytest.param("Tom & Ann", "Tom and Ann", RIGHT, id="ampersand"),
        pytest.param("while (x) {", "while (x) {", RIGHT, id="open brace"),
        pytest.param("C++", "C", UNSURE, id="plus signs"),
        pytest.param("knight", "knights", UNSURE, id="plural"),
        pytest.param("Paris", "Paris, France", UNSURE, id="more than the gold answer"),
        pytest.param("Einstein", "Albert Einstein", UNSURE, id="fuller name"),
        pytest.param("Paris", "London", WRONG, id="other name"),
        pytest.param("Russia", "Russian", UNSURE, id="form of the name"),
        pytest.param("Isaac Newton", "Albert Einstein", WRONG, id="another person"),
        pytest.param("Paris", "Paris or London", WRONG, id="one of two"),
        pytest.param("salt", "salt or sodium chloride", UNSURE, id="two words for one thing"),
        pytest.param("increases", "decreases", WRONG, id="opposite"),
        pytest.param("hypothermia", "hyperthermia", WRONG, id="opposite beginning"),
        pytest.param("mitosis", "meiosis", UNSURE, id="look-alike"),
        pytest.param("car", "automobile", UNSURE, id="synonym"),
        pytest.param("happy", "not happy", WRONG, id="denied"),
        pytest.param("dog bites man", "man bites dog", UNSURE, id="same words in another order"),
        pytest.param("a, b", "a,  b", RIGHT, id="white space"),
        pytest.param("World War II", "World War 2", RIGHT, id="Roman numeral"),
        pytest.param("World War I", "World War II", WRONG, id="one letter more"),
        pytest.param("O-", "O", UNSURE, id="sign behind a letter"),
        pytest.param("Evelyn", "Evelyn and Briana", WRONG, id="one name too many"),
        pytest.param("2**3", "23", UNSURE, id="stars that are no Markdown"),
        pytest.param("Henry VIII", "Henry VII", WRONG, id="other Roman numeral"),
        pytest.param(" ", "knight", Outcome.BAD_GOLD, id="blank gold"),
        pytest.param("knight", "a" * 3000, Outcome.NO_ANSWER, id="long"),
    ],
)
def test_words(gold, answer, outcome):
    assert judged(gold, answer) is outcome


@pytest.mark.parametrize(
    ("gold", "answer", "outcome"),
    [
        pytest.param("21", "twenty-one", RIGHT, id="in words"),
        pytest.param("1500000", "1.5 million", RIGHT, id="scale"),
        pytest.param("one hundred and five apples", "105 apples", RIGHT, id="in a phrase"),
        pytest.param("25", "2, 5", UNSURE, id="two numbers are not one"),
        pytest.param("3/4", "0.75", RIGHT, id="fraction"),
        pytest.param("5", "6", WRONG, id="other number"),
        pytest.param("-5", "5", WRONG, id="sign"),
        pytest.param("5", "- 5", WRONG, id="sign and space"),
        pytest.param("5", ".5", WRONG, id="decimal point"),
        pytest.param("5", "5 and 6", WRONG, id="one number too many"),
        pytest.param("second", "2nd", RIGHT, id="ordinal"),
        pytest.param("2nd", "3rd", WRONG, id="other ordinal"),
        pytest.param("5 apples", "6 apples", WRONG, id="other number of the same"),
        pytest.param("1", "60 minutes", UNSURE, id="perhaps in another unit"),
        pytest.param("B12", "B6", WRONG, id="name with digits"),
    ],
)
def test_numbers(gold, answer, outcome):
    assert judged(gold, answer) is outcome


@pytest.mark.parametrize(
    ("gold", "answer", "problem", "outcome"),
    [
        pytest.param("March 5, 2020", "5 March 2020", "", RIGHT, id="order of words"),
        pytest.param("March 5, 2020", "Thursday, the 5th of Mar. 2020", "", RIGHT, id="all words"),
        pytest.param("March 5, 2020", "2020-03-05", "", RIGHT, id="ISO"),
        pytest.param("2020-03-05", "2020年3月5日", "", RIGHT, id="Chinese"),
        pytest.param("March 5, 2020", "March 6, 2020", "", WRONG, id="other day"),
        pytest.param("March 5", "March 5, 2020", "", UNSURE, id="year left out"),
        pytest.param("03/05/2020", "March 5, 2020", "", UNSURE, id="ambiguous"),
        pytest.param("03/05/2020", "March 5, 2020", "in MM/DD/YYYY", RIGHT, id="order is known"),
        pytest.param("03/05/2020", "May 3, 2020", "in MM/DD/YYYY", WRONG, id="wrong order"),
        pytest.param("03/05/2020", "04/05/2020", "", WRONG, id="other day either way"),
        pytest.param("Tuesday", "Tue", "", RIGHT, id="day of the week, short"),
        pytest.param("Tuesday", "Friday", "", WRONG, id="other day of the week"),
        pytest.param("May", "March", "", WRONG, id="other month"),
        pytest.param("3:30 PM", "15:30", "", RIGHT, id="24 hours"),
        pytest.param("3:30 p.m.", "3:30 AM", "", WRONG, id="other half of the day"),
        pytest.param("3:30", "3:30 PM", "", UNSURE, id="half of the day left out"),
        pytest.param("10:30", "10:45", "", WRONG, id="other time"),
        pytest.param("12 noon", "12:00 PM", "", RIGHT, id="noon"),
        pytest.param("3:30 PM EST", "3:30 PM PST", "", UNSURE, id="time zones"),
    ],
)
def test_dates_and_times(gold, answer, problem, outcome):
    assert judged(gold, answer, problem) is outcome


@pytest.mark.parametrize(
    ("gold", "answer", "problem", "outcome"),
    [
        pytest.param("No", "no.", "", RIGHT, id="case"),
        pytest.param("No", "No, Elanor lies", "", RIGHT, id="with its reason"),
        pytest.param("Yes", "no", "", WRONG, id="the other"),
        pytest.param("Yes", "yes and no", "", WRONG, id="both"),
        pytest.param("No", "No one knows", "", UNSURE, id="another meaning of no"),
        pytest.param("Yes", "Unknown", "", WRONG, id="a third"),
        pytest.param("True", "yes", "Is 2 even?", RIGHT, id="yes stands for true"),
        pytest.param("True", "yes", "Is it false that 2 is odd?", UNSURE, id="yes to a denial"),
        pytest.param("Yes", "Yes, but only on Mondays", "", UNSURE, id="half taken back"),
        pytest.param("Yes", "是", "", RIGHT, id="Chinese"),
        pytest.param("否", "是", "", WRONG, id="the other in Chinese"),
        pytest.param("valid", "yes", "", UNSURE, id="yes does not stand for valid"),
        pytest.param("valid", "It is not deductively valid.", "", WRONG, id="denied"),
        pytest.param("invalid", "not valid", "", RIGHT, id="denied, rightly"),
        pytest.param("invalid", "neither valid nor invalid", "", UNSURE, id="neither"),
    ],
)
def test_yes_and_no(gold, answer, problem, outcome):
    assert judged(gold, answer, problem) is outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param("Zoey is a knight, Oliver is a knave, and Al is a knight.", RIGHT, id="text"),
        pytest.param("Oliver: Knave; Al: knight; Zoey: knight", RIGHT, id="any order"),
        pytest.param("Zoey and Al are knights, Oliver is a knave", RIGHT, id="together"),
        pytest.param("Knights: Zoey, Al\nKnaves: Oliver", RIGHT, id="by role"),
        pytest.param(
            "|Who|Role|\n|-|-|\n|Zoey|Knight|\n|Oliver|Knave|\n|Al|Knight|",
            RIGHT,
            id="table with a head",
        ),
        pytest.param("| Zoey | Knight |\n| Oliver | Knave |\n| Al | Knight |", RIGHT, id="table"),
        pytest.param('{"Zoey": "knight", "Oliver": "knave", "Al": "knight"}', RIGHT, id="JSON"),
        pytest.param("Zoey is a knight, Oliver isn't a knight, Al is a knight", RIGHT, id="denied"),
        pytest.param("Zoey is a truth-teller, Oliver a liar, Al a truth-teller", RIGHT, id="liar"),
        pytest.param("Zoey is a knight, Oliver is a knave", WRONG, id="one missing"),
        pytest.param("Zoey is a knave, Oliver is a knave, Al is a knight", WRONG, id="one wrong"),
        pytest.param(
            "Zoey is a knight, Oliver is a knave, Al is a knight, Al is a knave",
            WRONG,
            id="contradiction",
        ),
        pytest.param("If Zoey is a knight, Oliver is a knave, Al is a knight", UNSURE, id="if"),
    ],
)
def test_assignments(answer, outcome):
    assert judged(KNIGHTS, answer) is outcome


@pytest.mark.parametrize(
    ("gold", "answer", "problem", "outcome"),
    [
        pytest.param("Ann > Bob > Cid", "Cid < Bob < Ann", "", RIGHT, id="read backwards"),
        pytest.param("Ann > Bob > Cid", "Ann > Cid > Bob", "", WRONG, id="other order"),
        pytest.param("Ann > Bob > Cid", "1. Ann\n2. Bob\n3. Cid", "", RIGHT, id="numbered"),
        pytest.param("Ann > Bob > Cid", "Cid, Bob, Ann", "", UNSURE, id="direction left out"),
        pytest.param("Ann, Bob, Cid", "Ann, Bob, and Cid", "Sort them.", RIGHT, id="commas"),
        pytest.param("Ann, Bob, Cid", '["Ann", "Bob", "Cid"]', "Sort them.", RIGHT, id="JSON"),
        pytest.param("Ann, Bob, Cid", "Ann, Cid", "Sort them.", WRONG, id="one missing"),
        pytest.param("Ann, Bob", "Ann > Bob", "The tallest first?", RIGHT, id="sign as asked"),
        pytest.param("Ann, Bob", "Ann > Bob", "The shortest first?", WRONG, id="sign reversed"),
        pytest.param("Ann, Bob", "Ann, Bob, Cid", "Sort them.", WRONG, id="one too many"),
        pytest.param("b, a", "a, b", "Sort them.", WRONG, id="reversed"),
        pytest.param("b, a", "a, b", "", UNSURE, id="where no order was asked for"),
    ],
)
def test_orderings(gold, answer, problem, outcome):
    assert judged(gold, answer, problem) is outcome


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        ("(No)", "yes_no"),
        (KNIGHTS, "assignment"),
        ("5 March 2020", "date"),
        ("10:30", "time"),
        ("A > B > C", "ordering"),
        ("Paris", "text"),
    ],
)
def test_gold_answers_are_typed(gold, kind):
    assert VERIFIER.type_answer(Item("", gold)) == kind


def test_a_word_in_the_text_is_no_answer():
    response = "We met a knight on the way, as was to be expected, and he went on with us."
    assert VERIFIER.verify([Item(response, "knight")], None)[0].outcome is Outcome.NO_ANSWER


def test_text_with_open_braces_verifies_itself():
    gold = "while (x) {"
    assert (
        VERIFIER.verify([Item(VERIFIER.as_response(Item("", gold)), gold)], None)[0].reward == 1.0
    )
