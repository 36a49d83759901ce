import pytest

from r1data.curation.duplicates.facts import facts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(r"$\dfrac{3}{4}$ of it", r"3/4 of it", id="a fraction"),
        pytest.param(r"\frac12 + 1", r"$\tfrac{1}{2}+1$", id="a fraction without braces"),
        pytest.param("1,250 pens", "1250 pens", id="thousands"),
        pytest.param("2.50 euros", "2.5 euros", id="a zero at the end"),
        pytest.param("three pens", "3 pens", id="a number as a word"),
        pytest.param(r"$x \leq 5$", "x ≤ 5", id="a sign as a command"),
        pytest.param("x² + 1", "x^2 + 1", id="a power"),
        pytest.param("x**2", "$x^2$", id="a power as programs write it"),
        pytest.param(r"$3 \times 4$", "3*4", id="a product"),
        pytest.param(r"$\left( 3, 4 \right)$", "(3,4)", id="sized brackets"),
        pytest.param(r"\(x = 3\)", "$x=3$", id="delimiters of a formula"),
        pytest.param("a well-known road of 5 km", "a well known road of 5 km", id="a hyphen"),
        pytest.param("5 - 3", "5 \N{MINUS SIGN} 3", id="a minus sign"),
        pytest.param("Ann has 3. Bob has 5.", "Bob has 5. Ann has 3.", id="order of sentences"),
        pytest.param("Anna kauft 3 Stifte", "Anna kauft drei 3 Stifte", id="other languages"),
    ],
)
def test_the_same_facts_are_read_from_other_spellings(one, other):
    assert facts(one) == facts(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("He has 12 pens", "He has 13 pens", id="a number"),
        pytest.param("12 3", "1 23", id="where a number ends"),
        pytest.param("1.5", "15", id="a decimal point"),
        pytest.param("1, 2, 3", "1, 3, 2", id="the order of numbers in a list"),
        pytest.param("3 + 4 - 2", "3 - 4 + 2", id="the order of signs"),
        pytest.param("88/(4/2)", "88/4/2", id="brackets"),
        pytest.param("a < b", "b < a", id="the sides of a sign"),
        pytest.param(r"x \ge 3", "x > 3", id="strict or not"),
        pytest.param("Find 5!", "Find 5", id="a factorial"),
        pytest.param("x^2", "x 2", id="a power"),
        pytest.param("the least value", "the greatest value", id="opposites"),
        pytest.param("It is even", "It is not even", id="a negation"),
        pytest.param("two pens", "four pens", id="a number as a word"),
        pytest.param("求最大值", "求最小值", id="opposites in Chinese"),
        pytest.param("他有三支笔", "他有四支笔", id="a number in Chinese"),
    ],
)
def test_what_makes_another_problem_makes_other_facts(one, other):
    assert facts(one) != facts(other)


def test_an_article_is_no_fact():
    assert facts("A train goes 5 km") == facts("The train goes 5 km")


def test_a_text_without_numbers_signs_and_opposites_has_no_facts():
    assert facts("Prove it.") == []
