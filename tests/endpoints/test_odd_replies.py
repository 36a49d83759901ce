import dataclasses

import pytest

from performance.odd_answers import ODD
from performance.odd_replies import run_drill
from performance.scripted_server import Script, ScriptedServer
from r1data.endpoints.endpoint import Endpoint
from r1data.endpoints.reply_check import MAX_COMPLETION_BYTES, check_reply
from r1data.policies.settings import EndpointPolicy
from r1data.protocol import ErrorClass, Message, Reply, Request, Sampling

LONGEST = "x" * (MAX_COMPLETION_BYTES - len('""'))
GOOD = Reply("r", completion="5", finish_reason="stop", num_completion_tokens=4)


def ask(answer):
    settings = {"model": "scripted", "revision": "1", "max_retries": 0, "timeout_seconds": 60}
    messages = (Message(role="user", content="2 + 3"),)
    with ScriptedServer(Script(odd=lambda prompt, num_before: answer)) as server:
        engine = Endpoint("teacher", EndpointPolicy(endpoint=server.url, **settings))
        (reply,) = engine.complete([Request("r", "p", 0, messages, "", seed=1)], Sampling())
    return check_reply(reply)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_reply_is_read_or_is_an_error_with_its_class(name):
    odd = ODD[name]
    reply = ask(odd.answer)
    assert (reply.error_class, reply.completion) == (odd.error_class, odd.completion)
    assert len(reply.error or "") <= 500
    assert (reply.num_completion_tokens or 0) < 2**31


@pytest.mark.slow
def test_of_replies_of_which_one_in_ten_is_odd_none_is_lost_and_the_log_is_readable(tmp_path):
    found = run_drill(tmp_path, num_prompts=20 * len(ODD))
    assert found.num_lost == found.num_doubled == 0
    assert found.num_read_by_sql == found.num_lines
    assert found.num_errors > 0


@pytest.mark.parametrize(
    ("changes", "error_class"),
    [
        pytest.param({"completion": ["5"]}, ErrorClass.UNREADABLE, id="a list"),
        pytest.param({"completion": {"a": 1}}, ErrorClass.UNREADABLE, id="an object"),
        pytest.param({"completion": None}, ErrorClass.UNREADABLE, id="nothing"),
        pytest.param({"completion": b"5"}, ErrorClass.UNREADABLE, id="bytes"),
        pytest.param({"finish_reason": "eos"}, ErrorClass.UNREADABLE, id="finish reason"),
        pytest.param({"finish_reason": []}, ErrorClass.UNREADABLE, id="finish reason of odd type"),
        pytest.param({"error_class": "odd"}, ErrorClass.UNREADABLE, id="unknown error class"),
        pytest.param({"error_class": "refused"}, ErrorClass.REFUSED, id="error class as text"),
        pytest.param({"completion": LONGEST + "xx"}, ErrorClass.COMPLETION_TOO_LONG, id="long"),
        pytest.param(
            {"completion": "\0" * (len(LONGEST) // 5)}, ErrorClass.COMPLETION_TOO_LONG, id="escapes"
        ),
        pytest.param({"completion": LONGEST}, None, id="just short enough"),
    ],
)
def test_what_no_engine_should_say_is_no_completion_in_the_log(changes, error_class):
    reply = check_reply(dataclasses.replace(GOOD, **changes))
    assert reply.error_class is error_class
    assert (reply.completion is None) == (error_class is not None)


@pytest.mark.parametrize("count", [2**70, -1, float("nan"), float("inf"), True, "4", [4], 4.5])
def test_what_is_no_count_of_tokens_is_left_out_and_the_completion_kept(count):
    reply = check_reply(dataclasses.replace(GOOD, num_completion_tokens=count, seconds=count))
    assert (reply.completion, reply.num_completion_tokens) == ("5", None)


def test_texts_that_cannot_be_stored_are_made_storable():
    odd = {"completion": "5\ud835", "raw": "{\udc00}", "rendered_prompt": "2\ud835"}
    reply = check_reply(dataclasses.replace(GOOD, **odd))
    assert (reply.completion, reply.raw, reply.rendered_prompt) == (
        "5\ufffd",
        "{\ufffd}",
        "2\ufffd",
    )
