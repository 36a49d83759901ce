import pytest

from r1data.prompts.identity import prompt_id

PINNED = {
    "198de87559e311022ffba124a9923acb": ("math", None, "What is 1 + 1?"),
    "e17ecbb3a714a903d53cc249bd5fdde7": ("code", "Be brief.", "Add.", None, '["assert 1"]'),
    "e32ed4bddc2ca79c97a55eb79380475f": ("stem", None, "Which?", ["a", "b"]),
    "51dcb585b0626640c466c6612dbd8b1e": ("math", None, "数列的和?"),
}


@pytest.mark.parametrize("pinned", PINNED)
def test_ids_never_change_for_rollouts_are_kept_by_them(pinned):
    assert prompt_id(*PINNED[pinned]) == pinned


@pytest.mark.parametrize(
    ("text", "other"),
    [
        pytest.param("1 + 1", "  1\t+\r\n1\n", id="white space"),
        pytest.param("caf\u00e9", "cafe\u0301", id="composed and decomposed"),
        pytest.param("a\u00a0b", "a b", id="no-break space"),
    ],
)
def test_what_is_typed_differently_but_reads_the_same_is_one_prompt(text, other):
    assert prompt_id("math", None, text) == prompt_id("math", None, other)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("code", None, "x", None, None), id="domain"),
        pytest.param(("math", "s", "x", None, None), id="system message"),
        pytest.param(("math", None, "X", None, None), id="case"),
        pytest.param(("math", None, "x", [], None), id="no choices are not empty choices"),
        pytest.param(("math", None, "x", ["a"], None), id="choices"),
        pytest.param(("math", None, "x", None, "[]"), id="tests"),
    ],
)
def test_what_is_asked_differently_is_another_prompt(other):
    assert prompt_id(*other) != prompt_id("math", None, "x")


def test_the_order_of_choices_counts():
    assert prompt_id("stem", None, "x", ["a", "b"]) != prompt_id("stem", None, "x", ["b", "a"])
