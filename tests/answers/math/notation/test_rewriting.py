import pytest

from r1data.answers.math.notation.rewriting import rewritten, with_digits_joined
from r1data.answers.math.notation.tokens import depths, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("the answer is 5", ["5"], id="filler words"),
        pytest.param("the answer", ["the", "answer"], id="nothing but filler words"),
        pytest.param("about 5", ["5"], id="one filler word"),
        pytest.param("2 to 3", ["2", ":", "3"], id="a ratio"),
        pytest.param("]1, 2[", ["(", "1", ",", "2", ")"], id="turned brackets"),
        pytest.param("]1[", ["]", "1", "["], id="turned brackets around one thing"),
    ],
)
def test_tokens_are_written_as_they_are_read(text, tokens):
    assert [token.text for token in rewritten(tokenize(text))][-len(tokens) :] == tokens
    assert len(rewritten(tokenize(text))) == len(tokens)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("1,234,567", ["1234567"], id="groups"),
        pytest.param("1,234.5", ["1234.5"], id="decimals after a group"),
        pytest.param("5,1,234", ["5", ",", "1234"], id="a list with a group"),
        pytest.param("1, 234", None, id="a space makes a list"),
        pytest.param("0,123", None, id="no number begins with zero"),
        pytest.param("1,23", None, id="two digits"),
        pytest.param("(1,234)", None, id="inside brackets"),
    ],
)
def test_digits_in_groups_are_one_number(text, tokens):
    given = tokenize(text)
    found = with_digits_joined(given, depths(given))
    assert tokens == (None if found is None else [token.text for token in found])
