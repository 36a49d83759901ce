import json

import pytest

from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Verdict
from r1data.verification.messages import Said, read_completion

USER = {"role": "user", "content": "2 + 3?"}


def turn(content, role="assistant", **fields):
    return {"role": role, "content": content, **fields}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param("5", Said("5"), id="a text"),
        pytest.param("", Said(""), id="an empty text"),
        pytest.param(["5"], Said("5"), id="a list of one text"),
        pytest.param([USER, turn("5")], Said("5"), id="messages"),
        pytest.param(turn("5"), Said("5"), id="one message"),
        pytest.param({"content": "5"}, Said("5"), id="one message without a role"),
        pytest.param(
            [{"from": "human", "value": "2 + 3?"}, {"from": "gpt", "value": "5"}],
            Said("5"),
            id="ShareGPT",
        ),
        pytest.param({"messages": [USER, turn("5")]}, Said("5"), id="an object of messages"),
        pytest.param(json.dumps([USER, turn("5")]), Said("5"), id="messages as JSON"),
        pytest.param(turn([{"type": "text", "text": "5"}]), Said("5"), id="parts"),
        pytest.param(
            turn([{"type": "thinking", "thinking": "2+3"}, {"type": "text", "text": "5"}]),
            Said("5", has_reasoning_apart=True),
            id="a thinking part",
        ),
        pytest.param(
            turn("5", reasoning_content="2+3"),
            Said("5", has_reasoning_apart=True),
            id="reasoning in a field",
        ),
        pytest.param({"choices": [{"message": turn("5")}]}, Said("5"), id="a reply of an API"),
        pytest.param({"choices": [{"text": "5"}]}, Said("5"), id="a reply with a text"),
        pytest.param('[{"a": 1}]', Said('[{"a": 1}]'), id="other JSON"),
        pytest.param(
            '[{"role": "x"}, 4]', Said('[{"role": "x"}, 4]'), id="JSON that is not all turns"
        ),
    ],
)
def test_the_last_message_of_the_assistant_is_the_completion(value, said):
    assert read_completion(value) == said


@pytest.mark.parametrize(
    ("value", "outcome", "detail"),
    [
        pytest.param(
            [turn("4"), turn("5", "tool")], Outcome.NO_ANSWER, "is of `tool`", id="a tool's"
        ),
        pytest.param([turn("4"), USER], Outcome.NO_ANSWER, "is of `user`", id="the user's"),
        pytest.param(
            [{"from": "gpt", "value": "4"}, {"from": "human", "value": "5"}],
            Outcome.NO_ANSWER,
            "is of `human`",
            id="a human's",
        ),
        pytest.param(turn(None), Outcome.NO_ANSWER, "no content", id="null"),
        pytest.param(
            turn(None, reasoning="so \\boxed{5}"),
            Outcome.NO_ANSWER,
            "no content",
            id="only reasoning",
        ),
        pytest.param(turn([{"type": "image"}]), Outcome.FAILED, "no text", id="an image"),
        pytest.param([], Outcome.FAILED, "`completion` is a list", id="no messages"),
        pytest.param(["4", "5"], Outcome.FAILED, "a list of 2", id="several completions"),
        pytest.param({"a": 1}, Outcome.FAILED, "an object without content", id="another object"),
        pytest.param(None, Outcome.FAILED, "is missing", id="missing"),
        pytest.param(4, Outcome.FAILED, "is a int", id="a number"),
    ],
)
def test_what_is_no_completion_says_so(value, outcome, detail):
    found = read_completion(value)
    assert isinstance(found, Verdict)
    assert found.outcome is outcome
    assert detail in found.detail
