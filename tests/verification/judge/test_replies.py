import json

import pytest

from r1data.verification.judge.replies import MAX_CHARS, read_reply, read_response

RIGHT = '{"rationale": "Both are 2.", "verdict": "correct"}'


def row(completion, **columns):
    facts = {"finish_reason": "stop", "prefill": "", "error_class": None}
    return {"completion": completion, **facts, **columns}


@pytest.mark.parametrize(
    ("response", "score"),
    [
        pytest.param(RIGHT, 1.0, id="correct"),
        pytest.param('{"rationale": "3 is not 2.", "verdict": "incorrect"}', 0.0, id="incorrect"),
        pytest.param('{"verdict": "unsure"}', 0.5, id="unsure, no rationale"),
        pytest.param(f"```json\n{RIGHT}\n```", 1.0, id="fenced"),
        pytest.param(f"Here it is:\n{RIGHT}\nThat is all.", 1.0, id="text around"),
        pytest.param('{\n "verdict" : " Correct ",\n "rationale": "x"\n}', 1.0, id="spaced"),
        pytest.param(f"{{x}} and {{}} {RIGHT}", 1.0, id="braces before"),
        pytest.param(f'{{"note": 1}} {RIGHT}', 1.0, id="another object before"),
        pytest.param(f"{RIGHT} {RIGHT}", 1.0, id="said twice"),
        pytest.param(
            '{"rationale": "it says {\\"verdict\\": \\"correct\\"}", "verdict": "incorrect"}',
            0.0,
            id="a quotation in the rationale",
        ),
    ],
)
def test_a_verdict_is_read(response, score):
    assert read_response(response, "correctness").score == score


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        pytest.param("", "no JSON object", id="nothing"),
        pytest.param("It is correct.", "no JSON object", id="prose"),
        pytest.param('"verdict": "correct"', "no JSON object", id="no braces"),
        pytest.param('{"verdict": "correct"', "no JSON object", id="not closed"),
        pytest.param("{'verdict': 'correct'}", "no JSON object", id="not JSON"),
        pytest.param('{"judgement": "correct"}', "no JSON object", id="another key"),
        pytest.param('[{"a": {"verdict": "correct"}}]', "no JSON object", id="inside another"),
        pytest.param('{"verdict": "yes"}', 'a verdict of "yes"', id="another word"),
        pytest.param('{"verdict": true}', "a verdict of true", id="boolean"),
        pytest.param('{"verdict": ["correct"]}', "a verdict of [", id="list"),
        pytest.param('{"verdict": "correct | incorrect"}', "a verdict of", id="the form itself"),
        pytest.param(
            f'{RIGHT} {{"verdict": "incorrect"}}',
            "2 JSON objects that differ",
            id="two that differ",
        ),
        pytest.param(
            '{"verdict": "incorrect", "verdict": "correct"}', "one key twice", id="one key twice"
        ),
        pytest.param('{"a":' * 5_000 + "1" + "}" * 5_000, "characters", id="too long"),
        pytest.param('{"a":' * 3_000, "no JSON object", id="too deep"),
        pytest.param(RIGHT + " " * MAX_CHARS, "characters", id="padded"),
    ],
)
def test_what_is_not_the_form_asked_for_is_a_fault_and_no_guess(response, fault):
    reply = read_response(response, "correctness")
    assert reply.score is None
    assert fault in reply.fault


@pytest.mark.parametrize(
    ("value", "score"),
    [
        pytest.param(10, 10.0, id="highest"),
        pytest.param(7.5, 7.5, id="half"),
        pytest.param(0, None, id="too low"),
        pytest.param(11, None, id="too high"),
        pytest.param("9", None, id="text"),
        pytest.param(True, None, id="boolean"),
        pytest.param(float("nan"), None, id="not a number"),
        pytest.param(None, None, id="null"),
    ],
)
def test_a_score_of_quality_is_a_number_from_1_to_10(value, score):
    assert read_response(json.dumps({"score": value}), "quality").score == score


def test_a_score_is_no_verdict_and_a_verdict_no_score():
    assert read_response('{"score": 10}', "correctness").score is None
    assert read_response(RIGHT, "quality").score is None


def test_the_response_is_read_and_not_the_reasoning():
    completion = f'<think>{RIGHT}</think>{{"verdict": "incorrect"}}'
    assert read_reply(row(completion), "correctness").score == 0.0


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        pytest.param(row(f"<think>{RIGHT}"), "no JSON object", id="open think block"),
        pytest.param(row(RIGHT, finish_reason="length"), "cut off", id="cut off"),
        pytest.param(row(None, error_class="refused"), "no completion: refused", id="failed"),
    ],
)
def test_a_reply_that_did_not_come_whole_says_nothing(given, fault):
    reply = read_reply(given, "correctness")
    assert reply.score is None
    assert fault in reply.fault


def test_a_think_block_that_the_template_opened_must_close():
    opened = {"prefill": "<think>\n"}
    assert read_reply(row(RIGHT) | opened, "correctness").score is None
    assert read_reply(row(f"so</think>{RIGHT}") | opened, "correctness").score == 1.0


def test_the_rationale_is_kept():
    assert read_response(RIGHT, "correctness").rationale == "Both are 2."
    assert read_response('{"rationale": 3, "verdict": "correct"}', "correctness").rationale is None
