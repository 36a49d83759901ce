import pytest

from r1data.answers.math.notation.tokens import depths, outside, split, tokenize
from r1data.answers.math.notation.unreadable import UnreadableError


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("xyz", ["x", "y", "z"], id="a product of letters"),
        pytest.param("word", ["word"], id="a word"),
        pytest.param("and", ["and"], id="a short word"),
        pytest.param("2pi", ["2", r"\pi"], id="a name without backslash"),
        pytest.param("x<=3", ["x", "<=", "3"], id="a relation of two signs"),
        pytest.param(r"\text{cm and }", ["cm", "and"], id="a unit and what joins it"),
        pytest.param(r"\text{, and }", ["and"], id="a comma before and"),
        pytest.param(r"0.\overline{3}", ["0.", r"\overline", "{", "3", "}"], id="repeating"),
        pytest.param("元", ["元"], id="no Latin letter"),
    ],
)
def test_tokens_of_a_text(text, tokens):
    assert [token.text for token in tokenize(text)] == tokens


def test_a_run_of_letters_is_known_by_its_first_letter():
    assert [token.run for token in tokenize("5 km")] == ["", "km", ""]
    assert [token.has_space for token in tokenize("5 km")] == [False, True, False]


def test_brackets_may_differ_in_kind_and_count_as_outside():
    tokens = tokenize("[1, (2, 3))")
    at = depths(tokens)
    assert at == [0, 1, 1, 1, 2, 2, 2, 1, 0]
    assert split(tokens, outside(tokens, at, ",")) == [tokens]


@pytest.mark.parametrize("text", ["(1", "1)", ")(", r"\{1"])
def test_brackets_that_do_not_match_raise(text):
    with pytest.raises(UnreadableError, match="bracket"):
        depths(tokenize(text))
