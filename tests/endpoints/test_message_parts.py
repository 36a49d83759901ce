import pytest

from r1data.endpoints.replies import join_reasoning

RIGHT = "<think>7 times 6 is 42.</think>It is \\boxed{42}."


@pytest.mark.parametrize(
    ("reasoning", "content"),
    [
        pytest.param("7 times 6 is 42.", "It is \\boxed{42}.", id="as it should be"),
        pytest.param("7 times 6 is 42.", "<think>\n\nIt is \\boxed{42}.", id="an opening tag left"),
        pytest.param("7 times 6 is 42.", "</think>It is \\boxed{42}.", id="a closing tag left"),
        pytest.param("7 times 6 is 42.", "<think></think>It is \\boxed{42}.", id="an empty block"),
        pytest.param("7 times 6 is 42.", RIGHT, id="the whole block again"),
        pytest.param(
            "7 times 6 is 42.", "7 times 6 is 42.</think>It is \\boxed{42}.", id="half the block"
        ),
        pytest.param("7 times 6", RIGHT, id="a field that has less of it"),
        pytest.param(
            "<think>7 times 6 is 42.</think>", "It is \\boxed{42}.", id="tags in the field"
        ),
        pytest.param(
            "<think>7 times 6 is 42.", "It is \\boxed{42}.", id="an opening tag in the field"
        ),
        pytest.param(RIGHT, "", id="all in the field"),
        pytest.param("7 times 6 is 42.", "[THINK]It is \\boxed{42}.", id="a tag of another make"),
        pytest.param(
            "7 times 6 is 42.", "It is \\boxed{42}.<|im_end|>\n<|endoftext|>", id="end tokens"
        ),
        pytest.param("7 times 6 is 42.<|im_end|>", "It is \\boxed{42}.", id="an end token in both"),
        pytest.param(None, f"{RIGHT}</s>", id="all in the content"),
        pytest.param(None, f"<think>\n{RIGHT}", id="two opening tags"),
        pytest.param(None, RIGHT.replace("</think>", "</think>\n</think>"), id="two closing tags"),
        pytest.param(
            None,
            [
                {"type": "reasoning", "summary": [{"type": "summary_text", "text": "7 times 6 "}]},
                {"type": "reasoning.text", "text": "is 42."},
                {"type": "redacted_thinking", "data": "x"},
                {"type": "text", "text": {"value": "It is \\boxed{42}."}},
            ],
            id="parts of many kinds",
        ),
    ],
)
def test_reasoning_and_response_are_joined_once_without_marks_left_over(reasoning, content):
    message = {"content": content, "reasoning_content": reasoning}
    assert join_reasoning(message, is_prefilled=False) == RIGHT


@pytest.mark.parametrize(
    ("message", "joined"),
    [
        pytest.param({"content": "a `<think>` tag"}, "a `<think>` tag", id="no reasoning apart"),
        pytest.param(
            {"content": "Use `</think>`.", "reasoning": "what tag?"},
            "<think>what tag?</think>Use `</think>`.",
            id="a tag that is spoken of",
        ),
        pytest.param(
            {"content": None, "reasoning": "It is \\boxed{42}."},
            "<think>It is \\boxed{42}.",
            id="reasoning alone answers nothing",
        ),
        pytest.param(
            {"content": "<think>first 7", "reasoning": "first 7 times"},
            "<think>first 7 times",
            id="a copy that was cut off",
        ),
        pytest.param(
            {"content": "<think>then 42</think>42", "reasoning": "first 7"},
            "<think>first 7\n\nthen 42</think>42",
            id="two halves of the reasoning",
        ),
    ],
)
def test_what_is_no_mark_left_over_stays(message, joined):
    assert join_reasoning(message, is_prefilled=False) == joined


@pytest.mark.parametrize("content", ["2+2</think>4", "<think>2+2</think>4"])
def test_a_block_that_the_prompt_opened_is_not_opened_again(content):
    assert join_reasoning({"content": content}, is_prefilled=True) == "2+2</think>4"


def test_a_block_that_the_prompt_opened_may_be_closed_at_once():
    assert join_reasoning({"content": "</think>4"}, is_prefilled=True) == "</think>4"


def test_a_completion_that_was_cut_off_keeps_its_last_characters():
    assert join_reasoning({"content": "ends in </s>"}, is_prefilled=False, is_whole=False).endswith(
        "</s>"
    )
