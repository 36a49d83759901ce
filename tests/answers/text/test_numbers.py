from fractions import Fraction

import pytest

from r1data.answers.text.numbers import exact_number, stated_number, written_number

READERS = (exact_number, written_number, stated_number)


@pytest.mark.parametrize(
    ("text", "number", "first"),
    [
        pytest.param("1,234.5", Fraction(2469, 2), exact_number, id="separated thousands"),
        pytest.param("-3/4", Fraction(-3, 4), exact_number, id="a ratio"),
        pytest.param(r"$\dfrac{3}{4}$", Fraction(3, 4), written_number, id="a LaTeX fraction"),
        pytest.param(r"\frac12", Fraction(1, 2), written_number, id="one without braces"),
        pytest.param("twenty-one", 21, written_number, id="words"),
        pytest.param("x = 5", 5, stated_number, id="a name"),
        pytest.param("1.5e+2", 150, stated_number, id="scientific notation"),
        pytest.param(r"2 \times 10^{-1}", Fraction(1, 5), stated_number, id="a power of ten"),
        pytest.param("283°", 283, stated_number, id="a degree"),
        pytest.param("12 legs", 12, stated_number, id="a thing counted"),
    ],
)
def test_each_reader_takes_the_forms_of_the_one_before_it_and_more(text, number, first):
    is_taken = [reader in READERS[READERS.index(first) :] for reader in READERS]
    assert [reader(text) for reader in READERS] == [number if taken else None for taken in is_taken]


@pytest.mark.parametrize(
    "text", ["", "1,23", "5/0", "1.5/2", "3 or 4", "2 + 3", "x", "1" * 401, "twelve red legs"]
)
def test_what_is_no_number_to_any_reader(text):
    assert [reader(text) for reader in READERS] == [None, None, None]
