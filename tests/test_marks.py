# ruff: noqa: RUF001 - the marks of some makes are made of look-alike letters
import pytest

from r1data.marks import (
    END_TOKENS,
    PAD_TOKENS,
    find_end_token,
    find_marks,
    has_think_tags,
    strip_end_tokens,
)
from tests.effort import effort


@pytest.mark.parametrize("token", [*END_TOKENS, *PAD_TOKENS])
def test_the_text_of_each_end_token_and_pad_is_stripped(token: str) -> None:
    assert strip_end_tokens(f"so 5{token}\n") == "so 5"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("5<|im_end|>\n<|endoftext|>", "5", id="several"),
        pytest.param("5<0x0A></s>", "5", id="a byte as a token"),
        pytest.param("5</s>" + "<pad>" * 3, "5", id="pads after the end"),
        pytest.param("5 <|some_other_end|>", "5", id="a token of no known make"),
        pytest.param("<|im_end|>", "", id="nothing else"),
        pytest.param("|x|<|y|>", "|x|<|y|>", id="absolute values"),
        pytest.param("5 \n", "5 \n", id="white space alone stays"),
        pytest.param("<answer>5</answer>", "<answer>5</answer>", id="other tags"),
        pytest.param("", "", id="empty"),
    ],
)
def test_only_tokens_at_the_end_are_stripped(text: str, kept: str) -> None:
    assert strip_end_tokens(text) == kept


@pytest.mark.parametrize(
    ("text", "token"),
    [
        pytest.param("4<|im_end|>\nmore", "<|im_end|>", id="in the middle"),
        pytest.param("4<｜end▁of▁sentence｜>", "<｜end▁of▁sentence｜>", id="DeepSeek's"),
        pytest.param("print('`<|im_end|>`')", None, id="quoted as code"),
        pytest.param('the token "</s>" ends it', None, id="between quotation marks"),
        pytest.param("a < b", None, id="none"),
    ],
)
def test_an_end_token_is_found_unless_it_is_quoted(text: str, token: str | None) -> None:
    assert find_end_token(text) == token


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("<think>a</think>", ["open", "shut"], id="R1"),
        pytest.param("<Think >a</Think >", ["open", "shut"], id="any case, with spaces"),
        pytest.param("<think budget='3'>a</think>", ["open", "shut"], id="attributes"),
        pytest.param("if a <think> b", ["open"], id="a strong word anywhere"),
        pytest.param("List<Thought> x", [], id="a type in a program"),
        pytest.param("put it in <reasoning> tags", [], id="a weak word in prose"),
        pytest.param("<answer>\n<reasoning>a", ["open"], id="a weak word on its line"),
        pytest.param("<thinker>", [], id="another word"),
        pytest.param("<explanation>a</explanation>", [], id="not reasoning"),
        pytest.param("the tags “<think>” and “</think>”", [], id="curly quotation marks"),
        pytest.param("say '<think>' once", [], id="single quotation marks"),
        pytest.param('"yes"</think>"yes"', ["shut"], id="between two quotations"),
        pytest.param("call `f`</think>`5`", ["shut"], id="between two pieces of code"),
    ],
)
def test_think_tags_are_found_where_they_are_meant(text: str, kinds: list[str]) -> None:
    assert [mark.kind for mark in find_marks(text)] == kinds


def test_a_text_without_tags_has_none() -> None:
    assert not has_think_tags("[0, 1) and a < b, f[x], <p>text</p>")


@pytest.mark.parametrize(
    "unit", ["<think>", "`<think>", "<a_", "</s>", "[", "<|channel|>", "<pad> ", "<think "]
)
def test_marks_are_found_in_time_that_grows_with_the_text_alone(unit: str) -> None:
    text = unit * 40_000
    assert effort(lambda: (find_marks(text), strip_end_tokens(text))) < 30
