# ruff: noqa: RUF001 - marks of other scripts are what is read

import pytest

from r1data.answers.reading.answer import read_answer
from r1data.answers.reading.closing_sentences import read_closing_sentence
from r1data.answers.reading.readings import Reading
from tests.effort import effort

STEPS = "First come 3 crates with 8 jars each, then 6 jars more: 3 * 8 + 6 = 30.\n\n"

CONCLUSIONS = [
    ("Therefore, the shop received **30** jars.", "30 jars"),
    ("Therefore, the smallest number of jars Ann may have ordered is **30**.", "30"),
    (r"Hence the order of the matrix \(A^2 B\) is 30.", "30"),
    (r"Thus the number of jars is $30$.", "30"),
    (r"Therefore, $n = 24 + 6 = 30$.", "n = 30"),
    (
        r"Therefore, the area is $\frac{1}{2} \cdot 6 \cdot 10 = 30$ square units.",
        "30 square units",
    ),
    (r"Hence $x \ge 30$.", r"x \ge 30"),
    (r"So the range is $[3, 30)$.", "[3, 30)"),
    ("So 30 painters are needed to finish in 2 days.", "30 painters"),
    ("Thus, there are 30 ways to seat the 6 guests.", "30 ways"),
    ("In total, the shop has 24 + 6 = 30 jars.", "30 jars"),
    ("Since each crate holds 8 jars, the shop has 30 jars in all.", "30 jars"),
    ("The crates hold 24 jars, so the shop has 30 jars altogether.", "30 jars"),
    ("So the jars cost $30 per week.", "$30"),
    ("Thus the car is moving at 30 m/s.", None),
    ("Thus the speed of the car is 30 m/s.", "30 m/s"),
    ("Hence 30% of the jars are broken.", "30%"),
    ("So the ratio is 3:10.", "3:10"),
    ("We conclude that f(3) = 30.", "f(3) = 30"),
    ("Thus the total is 12 500.", "12500"),
    ("So Ann is 30 years old. I hope this helps!", "30 years"),
    ("Therefore, the shop has 30 jars. ✅", "30 jars"),
    ("因此，商店一共有30个罐子。", "30个罐子"),
    ("The shop therefore holds 30 jars.", "30 jars"),
    ("The angle between the hands is thus 30 degrees.", "30 degrees"),
    ("It follows that the angle is 30 degrees.", "30 degrees"),
    ("This gives a total of 30 jars.", "30 jars"),
    ("We find that the sum is 30.", "30"),
    ("Their sum equals 30.", "30"),
    ("So Ann is 30 years old. I hope this helps!\n\nHave a great day!", "30 years"),
]
NO_CONCLUSIONS = [
    pytest.param("If the crate holds 30 jars, the total is 30.", id="a condition"),
    pytest.param("Therefore, if n = 30, the claim holds.", id="a condition within"),
    pytest.param("So the total could be 30.", id="a possibility"),
    pytest.param("So the total would be 30 jars if none broke.", id="a hypothesis"),
    pytest.param(
        "Suppose no jar broke. Then so many are left: hence, the total is 30.", id="given"
    ),
    pytest.param("Therefore, the number of jars is at least 30.", id="a bound"),
    pytest.param("Therefore, the total lies between 3 and 30.", id="a range"),
    pytest.param("Thus, the total is not 30.", id="a denial"),
    pytest.param("Therefore, it can't be 30.", id="a short denial"),
    pytest.param("So is the total 30?", id="a question"),
    pytest.param('The book says: "Therefore, the total is 30."', id="a quotation"),
    pytest.param("Therefore, I cannot determine the total; it is 30.", id="a refusal"),
    pytest.param("Therefore, the first crate holds 30 jars.", id="one of several"),
    pytest.param("So far, the total is 30.", id="an interim result"),
    pytest.param("Hence the interim total is 30.", id="an interim result by name"),
    pytest.param("Thus in this case the total is 30.", id="a case"),
    pytest.param("Thus, one possible value is 30.", id="one of many"),
    pytest.param("Therefore, n = 30 is a solution.", id="a solution"),
    pytest.param("So she still needs to pack 30 jars.", id="something to do"),
    pytest.param("So n = 3 or n = 30.", id="one value or another"),
    pytest.param("So the sum is 3 and the product is 30.", id="two values"),
    pytest.param("So the sum is 30 minus the rest.", id="part of a sum"),
    pytest.param("Therefore, n^2 = 30.", id="the value of something else"),
    pytest.param("Therefore, 30 divides by 3 and 5.", id="several numbers"),
    pytest.param("Therefore, after 30 days they meet.", id="a time that is no answer"),
    pytest.param("Therefore, the number is divisible by 30.", id="a divisor"),
    pytest.param("Therefore, the 30 jars are sold.", id="a number that was known"),
    pytest.param("Therefore, Ann is 30th in line.", id="a place"),
    pytest.param("Therefore, there are 20 pairs whose sum is 30.", id="a clause behind a number"),
    pytest.param("Therefore, the total is 3", id="a sentence that does not end"),
    pytest.param("Therefore each crate holds 6 jars, and there are 30 jars.", id="two statements"),
    pytest.param("If so, the shop therefore holds 30 jars.", id="a condition before it"),
    pytest.param("The number of days in a month is 30.", id="what everybody knows"),
    pytest.param("The common denominator is 30.", id="a step of a sum"),
    pytest.param("The price of one jar is 30.", id="the price of one"),
    pytest.param("Therefore, the total of all the jars", id="half a sentence"),
    pytest.param("We have 30 jars.", id="no conclusion"),
    pytest.param("Therefore, the conjecture is true.", id="no number"),
    pytest.param(
        "Therefore, the total is 30. Now add the jars of the day after.", id="not the end"
    ),
    pytest.param("Now we add 6 to 24.", id="a step"),
    pytest.param("Thus we use n = 30.", id="a choice"),
    pytest.param("Hence it suffices to check n = 30.", id="something to check"),
    pytest.param("Therefore, it is possible that the total is 30.", id="what may be"),
    pytest.param("Therefore, Bob's answer is 30.", id="the answer of another"),
    pytest.param("Therefore, 30 is too small.", id="a value that is turned down"),
    pytest.param("Therefore, 30 is even.", id="a property"),
    pytest.param("So the radius is 30, and the area follows.", id="a result on the way"),
    pytest.param("Thus, at this point the total is 30.", id="a result so far"),
    pytest.param("如果有30个，那么总数是30。", id="a condition in Chinese"),
]


@pytest.mark.parametrize(("sentence", "answer"), CONCLUSIONS)
def test_a_response_answers_by_the_conclusion_it_ends_with(sentence, answer):
    expected = Reading(answer, "closing_sentence") if answer else None
    assert read_answer(STEPS + sentence) == expected


@pytest.mark.parametrize("sentence", NO_CONCLUSIONS)
def test_what_only_looks_like_a_conclusion_answers_nothing(sentence):
    assert read_closing_sentence(STEPS + sentence) is None


def test_nothing_is_concluded_by_a_response_that_was_cut_off():
    assert read_answer("So the total is 30.", is_cut_off=True) is None


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        pytest.param("Ann has 5 jars left.", "5 jars", id="what is asked for"),
        pytest.param("Ann broke 3 cups.", None, id="something else"),
        pytest.param("Perhaps Ann has 5 jars left.", None, id="a doubt"),
    ],
)
def test_a_sentence_that_says_of_what_is_asked_for_needs_no_word_of_conclusion(sentence, answer):
    problem = "Ann broke 3 of her 8 jars. How many jars does she have left?"
    reading = read_answer(f"8 - 3 = 5.\n{sentence}", problem=problem)
    assert (reading and reading.answer) == answer


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        pytest.param("We add.\n\nThe total is **30**.", "30", id="behind a verb"),
        pytest.param("We add.\n\n**30** is not prime.", None, id="a denial"),
        pytest.param("We add. The total is **30**.", None, id="among other sentences"),
        pytest.param("We add.\n\nThe sums are **3** and **30**.", None, id="two"),
    ],
)
def test_bold_type_marks_the_answer_of_a_paragraph_that_is_one_sentence(response, answer):
    assert read_closing_sentence(response) == answer


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        pytest.param("3 * 8 + 6 = 30.\nThe total is 30 jars.", "30 jars", id="what came last"),
        pytest.param("We add.\nThe total is 24 + 6 = 30.", "30", id="within the sentence"),
        pytest.param("3 * 8 = 24, 24 + 6 = 30.\nThe total is 24 jars.", None, id="not the last"),
        pytest.param("We add.\nThe total is 30 jars.", None, id="nothing worked out"),
        pytest.param("20 + 10 = 30.\nThe starting value is 30.", None, id="what was given"),
        pytest.param("20 + 10 = 30.\nThe first sum is 30.", None, id="one of several"),
    ],
)
def test_a_sentence_states_the_result_that_was_worked_out_last(response, answer):
    assert read_closing_sentence(response) == answer


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        pytest.param("2 of 5.\n\nThe chance of a red marble is 2/5.", "2/5", id="a fraction"),
        pytest.param("We solve it.\n\nThe solution is x = 5.", "x = 5", id="a named value"),
        pytest.param(
            "We do it.\n\nThe value of $x$ is $\\frac{3}{4}$.", r"\frac{3}{4}", id="a formula"
        ),
        pytest.param("We add.\n\nThe total is 30. I hope this helps!", "30", id="a courtesy"),
        pytest.param("The total is 30.", None, id="nothing before it"),
        pytest.param("## Sum\n\nThe total is 30.", None, id="a heading before it"),
        pytest.param("We add. The total is 30.", None, id="no paragraph of its own"),
        pytest.param("3 + 4 = 7.\n\nThe total is 30.", None, id="another value worked out"),
        pytest.param("We add.\n\nThe total so far is 30.", None, id="an interim result"),
        pytest.param("We add.\n\nThe total is 30", None, id="no end"),
        pytest.param("We add.\n\nThe rate is given as 30.", None, id="what was given"),
        pytest.param("We draw it.\n\nThe radius is 30.", None, id="a part of a figure"),
    ],
)
def test_a_last_paragraph_that_says_what_something_is_gives_the_answer(response, answer):
    assert read_closing_sentence(response) == answer


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        pytest.param("The lift stops at floor -2.", "-2", id="the number of a floor"),
        pytest.param("The lift passes 5 floors and stops at floor 2.", None, id="two numbers"),
    ],
)
def test_a_thing_that_is_asked_for_by_its_number_is_read(sentence, answer):
    assert read_closing_sentence(sentence, "At which floor does the lift stop?") == answer


@pytest.mark.parametrize(
    "response",
    [
        pytest.param("so " * 40_000 + ".", id="conclusions"),
        pytest.param("So " + "1 + " * 40_000 + "2 = 3.", id="a long sum"),
        pytest.param("So " + "**" * 40_000 + ".", id="emphasis"),
        pytest.param("So " + "$" * 40_001 + ".", id="dollars"),
        pytest.param("Since " + "1," * 40_000 + " it is 5.", id="reasons"),
        pytest.param(". " * 40_000, id="sentences"),
        pytest.param("So it is " + "1 000 " * 20_000 + ".", id="groups of digits"),
    ],
)
def test_reading_a_hostile_end_takes_no_time(response):
    read_closing_sentence(response)
    assert effort(lambda: read_closing_sentence(response)) < 5
