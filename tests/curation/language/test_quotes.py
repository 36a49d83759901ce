# ruff: noqa: RUF001 - quotation marks of many languages are the point
import pytest

from r1data.curation.language.quotes import find_glosses, find_quotes
from tests.effort import effort


def whole(text):
    return [(0, len(text))]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        pytest.param('a "b c" d', ['"b c"'], id="straight"),
        pytest.param("a “b” „c“ «d» »e« ‘f’", ["“b”", "„c“", "«d»", "»e«", "‘f’"], id="curved"),
        pytest.param("a 「b」『c』《d》", ["「b」", "『c』", "《d》"], id="of East Asia"),
        pytest.param("It's Ann's 'b c' d", ["'b c'"], id="no apostrophes"),
        pytest.param("a *b* **c d** _e_", ["*b*", "**c d**", "_e_"], id="italics and bold"),
        pytest.param("2*x*y and a_b_c * d *", [], id="no products and no indices"),
        pytest.param("a\n> b c\nd", ["> b c"], id="a quoted line"),
        pytest.param('5" by 6" is', [], id="inches"),
        pytest.param('a "b\nc" d', [], id="not over lines"),
        pytest.param(f'a "{"b" * 400}" d', [], id="not over pages"),
    ],
)
def test_what_is_set_apart_is_a_quote(text, quoted):
    assert [text[start:end] for start, end in find_quotes(text, whole(text)).tolist()] == quoted


def test_quotes_are_looked_for_in_the_lines_of_what_is_asked_about():
    text = "'a' b\n'c' d\n'e' f 'g'\n'h'\n"
    places = [(text.index(one), text.index(one) + 1) for one in "dfh"]
    spans = find_quotes(text, places).tolist()
    assert [text[start:end] for start, end in spans] == ["'c'", "'e'", "'g'", "'h'"]


def test_parentheses_hold_glosses():
    text = "a (b) （c） ((d)"
    found = [text[start:end] for start, end in find_glosses(text, whole(text)).tolist()]
    assert found == ["(b)", "（c）", "(d)"]


@pytest.mark.parametrize(
    "piece", ['"', '"a', "'", " 'a", "*", " *a", "_", "(a", "«", "„a", "\n>", "> "]
)
def test_hostile_texts_take_no_longer_than_others(piece):
    text = piece * (200_000 // len(piece))
    assert effort(lambda: (find_quotes(text, whole(text)), find_glosses(text, whole(text)))) < 20
