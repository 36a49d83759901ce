import json

import pytest

from r1data.records.turns import completion_text, completions_of, joined, read_conversation

SYSTEM, ASKED, ANSWERED = ("system", "Be brief."), ("user", "2 + 2?"), ("assistant", "4")


def openai(*turns):
    return [{"role": role, "content": content} for role, content in turns]


def sharegpt(*turns):
    words = {"user": "human", "assistant": "gpt"}
    return [{"from": words.get(role, role), "value": content} for role, content in turns]


@pytest.mark.parametrize("form", [openai, sharegpt])
@pytest.mark.parametrize("before", [[], [SYSTEM]])
def test_problem_and_completion_are_found_by_their_roles_and_not_by_their_places(form, before):
    found = read_conversation(form(*before, ASKED, ANSWERED))
    assert (found.problem, found.completion) == ("2 + 2?", "4")
    assert found.system == ("Be brief." if before else None)


def test_earlier_turns_are_kept_in_their_order():
    found = read_conversation(
        openai(SYSTEM, ("user", "Hi."), ("assistant", "Hi!"), ASKED, ANSWERED)
    )
    assert [(turn.role, turn.text) for turn in found.earlier] == [
        ("user", "Hi."),
        ("assistant", "Hi!"),
    ]
    assert found.problem == "2 + 2?"


def test_a_conversation_in_a_cell_of_text_is_one_too():
    assert read_conversation(json.dumps(openai(ASKED, ANSWERED))).completion == "4"


@pytest.mark.parametrize(
    ("turns", "problem", "fault"),
    [
        pytest.param([ASKED], "2 + 2?", "the user's turn is last", id="nothing answered"),
        pytest.param([SYSTEM], None, "no user's turn", id="nothing asked"),
        pytest.param(
            [ASKED, ("tool", "4"), ANSWERED], None, "the tool's turn is asked last", id="a tool"
        ),
    ],
)
def test_a_conversation_that_lacks_something_says_what(turns, problem, fault):
    found = read_conversation(openai(*turns))
    assert (found.problem, found.fault) == (problem, fault)


@pytest.mark.parametrize(
    "value", ["2 + 2?", 4, None, [], ["a", "b"], [{"text": "no role"}], [{"role": "user"}], "[{"]
)
def test_what_is_no_list_of_turns_is_no_conversation(value):
    assert read_conversation(value) is None


WHOLE = "<think>\n2 and 2\n</think>\n\n4"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(WHOLE, WHOLE, id="text"),
        pytest.param(openai(("assistant", WHOLE)), WHOLE, id="TRL's list of one message"),
        pytest.param(openai(ASKED, ("assistant", WHOLE)), WHOLE, id="a whole conversation"),
        pytest.param({"role": "assistant", "content": WHOLE}, WHOLE, id="one message"),
        pytest.param({"text": WHOLE}, WHOLE, id="an object with a text"),
        pytest.param(
            {"role": "assistant", "content": "4", "reasoning_content": "2 and 2"},
            WHOLE,
            id="reasoning in a field of the message",
        ),
        pytest.param(
            openai(("assistant", [{"type": "text", "text": "4"}])), "4", id="content in parts"
        ),
        pytest.param(
            openai(
                (
                    "assistant",
                    [{"type": "thinking", "thinking": "2 and 2"}, {"type": "text", "text": "4"}],
                )
            ),
            WHOLE,
            id="reasoning in a part",
        ),
    ],
)
def test_a_completion_is_read_in_every_form(value, text):
    assert completion_text(value) == (text, "")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param(None, "nothing", id="null"),
        pytest.param(4, "a int and no text", id="number"),
        pytest.param(openai(ASKED), "the user's turn is last", id="the user's"),
        pytest.param(openai(ASKED, ("tool", "4")), "the tool's turn is last", id="a tool's"),
        pytest.param({"image": 1}, "an object without a text", id="object"),
    ],
)
def test_what_is_no_completion_says_why(value, why):
    assert completion_text(value) == (None, why)


def test_a_list_holds_completions_unless_it_is_a_conversation():
    assert completions_of(["a", "b"]) == ["a", "b"]
    assert completions_of([openai(ANSWERED), openai(ANSWERED)]) == [openai(ANSWERED)] * 2
    assert completions_of(openai(ASKED, ANSWERED)) == [openai(ASKED, ANSWERED)]


@pytest.mark.parametrize(
    ("reasoning", "response", "whole"),
    [
        pytest.param("2 and 2", "4", WHOLE, id="apart"),
        pytest.param("<think>2 and 2</think>", "4", WHOLE, id="in tags already"),
        pytest.param("2 and 2", WHOLE, WHOLE, id="in the response as well"),
        pytest.param(None, "4", "4", id="none"),
        pytest.param("on", "4", "4", id="a flag and no reasoning"),
        pytest.param("2 and 2", "2 and 2</think>4", "2 and 2</think>4", id="opened by the prompt"),
        pytest.param("2 and 2", "2 and 2, so 4", "2 and 2, so 4", id="in the open as well"),
        pytest.param("2 and", "", "<think>\n2 and\n", id="cut off before a response"),
    ],
)
def test_reasoning_that_stands_apart_is_put_in_front(reasoning, response, whole):
    assert joined(reasoning, response) == whole
