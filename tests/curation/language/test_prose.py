import pytest

from r1data.curation.language.prose import not_prose
from r1data.curation.language.scripts import code_points
from tests.effort import effort


def left_of(text):
    spans = not_prose(text, code_points(text)).tolist()
    for start, end in reversed(spans):
        text = text[:start] + "#" + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("a $x$ b", "a # b", id="a formula"),
        pytest.param("a $$x\ny$$ b", "a # b", id="a displayed formula"),
        pytest.param("a $5 or\nb $6", "a $5 or\nb $6", id="prices on two lines"),
        pytest.param(r"a \(x\) \[y\] b \( c", r"a # # b \( c", id="LaTeX, and one that is open"),
        pytest.param("a `x` b ```\nc\n``` d", "a # b # d", id="code"),
        pytest.param("a ~~~\nc\n~~~ d", "a # d", id="a fence of tildes"),
        pytest.param("a ```\nc", "a ```\nc", id="a fence that never closes"),
        pytest.param("<think>a</think> < b", "#a# < b", id="tags"),
        pytest.param("see https://a.fr/la_vie. So", "see https# So", id="an address"),
        pytest.param("é $x$", "é #", id="places are code points"),
        pytest.param("plain", "plain", id="nothing"),
    ],
)
def test_code_and_formulas_are_no_prose(text, left):
    assert left_of(text) == left


@pytest.mark.parametrize(
    "piece", ["$", "$ \n", "`", "``` ", r"\( ", r"\)", "<", "<a", "://", "~~~"]
)
def test_hostile_texts_take_no_longer_than_others(piece):
    text = piece * (200_000 // len(piece))
    codes = code_points(text)
    assert effort(lambda: not_prose(text, codes)) < 5
