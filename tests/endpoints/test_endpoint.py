import gc
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from itertools import takewhile

import pytest

from performance.scripted_answers import OddAnswer
from performance.scripted_server import Script, ScriptedServer
from r1data.endpoints.endpoint import Endpoint
from r1data.policies.settings import EndpointPolicy
from r1data.policies.templates import Template, WorkedExample
from r1data.protocol import (
    EngineStoppedError,
    ErrorClass,
    Message,
    Reply,
    Request,
    Sampling,
)
from r1data.requests.refusals import Refusals

SAMPLING = Sampling(max_tokens=100)


def request(number: int, problem: str = "", prefill: str = "") -> Request:
    messages = (Message(role="user", content=problem or f"Problem {number}"),)
    return Request(f"rollout-{number}", f"prompt-{number}", 0, messages, prefill, seed=number)


def policy(url: str, **settings) -> EndpointPolicy:
    defaults = {"endpoint": url, "model": "scripted", "revision": "1", "max_retries": 2}
    return EndpointPolicy(**(defaults | settings))


def endpoint(url: str, **settings) -> Endpoint:
    return Endpoint("teacher", policy(url, **settings))


def settled(engine: Endpoint, requests, sampling=SAMPLING) -> list[Reply]:
    refusals = Refusals("teacher", concurrency=engine.concurrency)
    asked = takewhile(lambda _: not refusals.is_stopped, requests)
    return list(refusals.settle(engine.complete(asked, sampling)))


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_every_request_gets_its_own_reply():
    with ScriptedServer(Script(delay_seconds=0.01)) as server:
        replies = list(endpoint(server.url).complete(map(request, range(50)), SAMPLING))
    assert sorted(reply.rollout_id for reply in replies) == sorted(
        f"rollout-{number}" for number in range(50)
    )
    assert len({reply.completion for reply in replies}) == 50
    assert {reply.finish_reason for reply in replies} == {"stop", "length"}
    assert all(reply.num_prompt_tokens == 2 and reply.seconds > 0 for reply in replies)


def test_a_slot_is_free_only_when_the_caller_comes_back():
    taken = []

    def requests() -> Iterator[Request]:
        for number in range(40):
            taken.append(number)
            yield request(number)

    with ScriptedServer() as server:
        for count, _ in enumerate(
            endpoint(server.url, concurrency=4).complete(requests(), SAMPLING)
        ):
            time.sleep(0.005)
            assert len(taken) <= count + 4
    assert server.most_waiting <= 4


def test_faults_that_pass_are_asked_again_within_the_run():
    script = Script(rate_limited=0.1, server_error=0.05, dropped=0.05, retry_after_seconds=0.01)
    with ScriptedServer(script) as server:
        replies = list(
            endpoint(server.url, max_retries=8).complete(map(request, range(60)), SAMPLING)
        )
    assert all(reply.error_class is None for reply in replies)
    assert len(server.asked) > 60


@pytest.mark.parametrize(
    ("script", "error_class", "said"),
    [
        pytest.param(Script(rate_limited=1.0), ErrorClass.RATE_LIMITED, "slow down", id="429"),
        pytest.param(Script(server_error=1.0), ErrorClass.SERVER_ERROR, "out of order", id="500"),
        pytest.param(Script(dropped=1.0), ErrorClass.UNREACHABLE, "disconnected", id="dropped"),
        pytest.param(Script(context_chars=5), ErrorClass.PROMPT_TOO_LONG, "context", id="too long"),
        pytest.param(Script(delay_seconds=5.0), ErrorClass.TIMED_OUT, "within 0.3 s", id="slow"),
    ],
)
def test_an_error_has_its_class_and_says_what_the_endpoint_said(script, error_class, said):
    with ScriptedServer(script) as server:
        timeout_seconds = 0.3 if script.delay_seconds else 60
        engine = endpoint(server.url, max_retries=0, timeout_seconds=timeout_seconds)
        (reply,) = engine.complete([request(0)], SAMPLING)
    assert reply.error_class is error_class
    assert said in (reply.error or "")
    assert reply.completion is None


def test_a_prompt_too_long_does_not_stop_the_others():
    with ScriptedServer(Script(context_chars=50)) as server:
        asked = [request(0, "long " * 20), request(1), request(2)]
        replies = {r.rollout_id: r for r in endpoint(server.url).complete(asked, SAMPLING)}
    assert replies["rollout-0"].error_class is ErrorClass.PROMPT_TOO_LONG
    assert replies["rollout-1"].completion
    assert replies["rollout-2"].completion


def test_a_limit_that_leaves_no_room_for_a_prompt_stops_everything():
    with ScriptedServer(Script(context_chars=5)) as server:
        engine = endpoint(server.url)
        with pytest.raises(EngineStoppedError, match=r"lower `max_tokens` \(now 100000\)"):
            settled(engine, [request(0)], Sampling(max_tokens=100_000))


def test_an_endpoint_where_nothing_listens_stops_at_once_with_one_line():
    engine = endpoint(f"http://127.0.0.1:{closed_port()}/v1")
    with pytest.raises(
        EngineStoppedError, match=r"cannot be reached .* correct `endpoint`"
    ) as error:
        list(engine.complete([request(0)], SAMPLING))
    assert "\n" not in str(error.value)


def test_an_endpoint_that_goes_away_stops_the_run_instead_of_failing_every_row():
    with ScriptedServer() as server:
        engine = endpoint(server.url, concurrency=2, max_retries=0)

        def requests() -> Iterator[Request]:
            for number in range(1_000):
                if number == 4:
                    server.script = Script(dropped=1.0)
                yield request(number)

        with pytest.raises(EngineStoppedError, match=r"unreachable: .* correct `endpoint`"):
            settled(engine, requests())
    assert len(server.asked) < 20


def test_a_wrong_key_stops_everything_and_is_never_shown():
    variable = "R1DATA_TEST_KEY"
    os.environ[variable] = "sk-secret-of-the-user\n"
    try:
        with ScriptedServer(Script(api_key="another")) as server:
            engine = endpoint(server.url, api_key_env=variable)
            with pytest.raises(EngineStoppedError, match=f"set {variable} to one") as error:
                settled(engine, [request(0)])
    finally:
        del os.environ[variable]
    assert "sk-secret" not in str(error.value)
    assert "401" in str(error.value)
    assert error.value.__cause__ is None


def test_a_key_that_is_not_set_is_refused_before_anything_is_sent():
    with pytest.raises(ValueError, match=r"R1DATA_NO_SUCH_KEY .* is not set"):
        endpoint("http://127.0.0.1:1/v1", api_key_env="R1DATA_NO_SUCH_KEY")


def test_an_unknown_model_stops_everything():
    with ScriptedServer() as server:
        engine = endpoint(server.url, model="no-such-model")
        with pytest.raises(EngineStoppedError, match=r"no-such-model.* correct `model`"):
            settled(engine, [request(0)])


def test_giving_up_early_cancels_what_is_in_flight_and_leaves_no_thread():
    script = Script(held=threading.Event(), is_held=lambda prompt: prompt != "Problem 7")
    with ScriptedServer(script) as server:
        before = threading.active_count()
        replies = endpoint(server.url).complete(map(request, range(1_000)), SAMPLING)
        assert next(replies).rollout_id == "rollout-7"
        replies.close()
        assert threading.active_count() == before
    gc.collect()


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize(
    ("reasoning", "opening"), [("think", "<think>"), ("prefilled", "I looked it up")]
)
def test_separate_reasoning_is_joined_back(field, reasoning, opening):
    with ScriptedServer(Script(reasoning_field=field)) as server:
        engine = endpoint(server.url, template=Template(reasoning=reasoning))
        (reply,) = engine.complete([request(0)], SAMPLING)
    assert reply.completion is not None
    assert reply.completion.startswith(opening)
    assert reply.completion.count("</think>") == 1


def test_sampling_seed_and_extra_body_reach_the_endpoint():
    sampling = Sampling(temperature=0.7, top_k=20, stop=("Q:",), max_tokens=9)
    with ScriptedServer() as server:
        list(endpoint(server.url, extra_body={"min_p": 0.1}).complete([request(7)], sampling))
    body = server.asked[0].body
    assert body["messages"] == [{"role": "user", "content": "Problem 7"}]
    expected = {"temperature": 0.7, "top_p": 0.95, "top_k": 20, "stop": ["Q:"], "max_tokens": 9}
    assert body.items() >= (expected | {"seed": 7, "min_p": 0.1, "model": "scripted"}).items()
    assert "group_size" not in body


def test_a_chat_with_a_prefill_is_asked_to_continue_it():
    with ScriptedServer() as server:
        list(endpoint(server.url).complete([request(0, prefill="<think>\n")], SAMPLING))
    body = server.asked[0].body
    assert body["messages"][-1] == {"role": "assistant", "content": "<think>\n"}
    assert body["continue_final_message"] is True
    assert body["add_generation_prompt"] is False


def test_the_completions_api_is_sent_one_text_which_the_reply_carries():
    with ScriptedServer() as server:
        engine = endpoint(server.url, api="completions")
        (reply,) = engine.complete([request(0, prefill="<think>")], SAMPLING)
    assert server.asked[0].prompt == "Problem 0\n\n<think>" == reply.rendered_prompt
    assert reply.completion


def test_worked_examples_need_a_chat():
    shown = Template(worked_examples=(WorkedExample(problem="1+1", completion="2"),))
    with pytest.raises(ValueError, match="use `api: chat`"):
        endpoint("http://127.0.0.1:1/v1", api="completions", template=shown)


@pytest.mark.parametrize("field", [None, "reasoning_content"])
@pytest.mark.parametrize("api", ["chat", "completions"])
def test_a_streamed_completion_is_the_same_as_a_whole_one(field, api):
    with ScriptedServer(Script(reasoning_field=field if api == "chat" else None)) as server:
        whole, streamed = (
            next(
                iter(endpoint(server.url, api=api, stream=stream).complete([request(0)], SAMPLING))
            )
            for stream in (False, True)
        )
    facts = ("completion", "finish_reason", "num_prompt_tokens", "num_completion_tokens")
    assert [getattr(whole, fact) for fact in facts] == [getattr(streamed, fact) for fact in facts]


def test_a_stream_that_breaks_off_is_asked_again_and_nothing_of_it_is_kept():
    script = Script(breaks_off=lambda prompt, num_before: num_before == 0)
    with ScriptedServer(script) as server:
        (reply,) = endpoint(server.url, stream=True, max_retries=1).complete([request(0)], SAMPLING)
        assert reply.completion
        assert len(server.asked) == 2
        server.script = Script(breaks_off=lambda prompt, num_before: True)
        (reply,) = endpoint(server.url, stream=True, max_retries=0).complete([request(1)], SAMPLING)
    assert (reply.completion, reply.error_class) == (None, ErrorClass.SERVER_ERROR)
    assert "broke off" in reply.error


def test_a_gateway_with_a_time_limit_lets_streams_through():
    with ScriptedServer(Script(delay_seconds=0.2, delay_sigma=0.0, idle_seconds=0.05)) as server:
        replies = [
            next(
                iter(
                    endpoint(server.url, stream=stream, max_retries=0).complete(
                        [request(0)], SAMPLING
                    )
                )
            )
            for stream in (False, True)
        ]
    assert [reply.error_class for reply in replies] == [ErrorClass.SERVER_ERROR, None]
    assert "524" in replies[0].error


def test_an_endpoint_that_does_not_stream_is_read_all_the_same():
    whole = OddAnswer(b'{"choices": [{"message": {"content": "5"}, "finish_reason": "stop"}]}')
    with ScriptedServer(Script(odd=lambda prompt, num_before: whole)) as server:
        (reply,) = endpoint(server.url, stream=True).complete([request(0)], SAMPLING)
    assert reply.completion == "5"


def samples(prompt: int, number: int) -> list[Request]:
    messages = (Message(role="user", content=f"Problem {prompt}"),)
    return [
        Request(f"{prompt}/{sample}", f"p{prompt}", sample, messages, "", seed=sample + 10)
        for sample in range(number)
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_samples_of_one_prompt_are_asked_for_together_and_are_rollouts_of_their_own(stream):
    with ScriptedServer() as server:
        engine = endpoint(server.url, samples_per_request=4, stream=stream)
        asked = [*samples(0, 6), *samples(1, 4)]
        replies = {reply.rollout_id: reply for reply in engine.complete(asked, SAMPLING)}
    assert sorted(one.body.get("n", 1) for one in server.asked) == [2, 4, 4]
    assert {*replies} == {one.rollout_id for one in asked}
    assert len({reply.completion for reply in replies.values()}) == 10
    assert [replies[f"0/{sample}"].seed for sample in range(6)] == [10] * 4 + [14] * 2


def test_what_samples_of_one_request_took_is_shared_out_and_adds_up():
    with ScriptedServer() as server:
        engine = endpoint(server.url, samples_per_request=4)
        replies = list(engine.complete(samples(0, 4), SAMPLING))
    usage = json.loads(replies[0].raw)["usage"]
    assert sum(reply.num_completion_tokens for reply in replies) == usage["completion_tokens"]
    assert [reply.num_prompt_tokens for reply in replies] == [2, None, None, None]


@pytest.mark.parametrize(("most", "sizes"), [(1, [4, 3, 2, 1]), (3, [4, 1])])
def test_samples_that_an_answer_lacks_are_asked_for_again(most, sizes):
    with ScriptedServer(Script(most_samples=most)) as server:
        engine = endpoint(server.url, samples_per_request=4)
        replies = list(engine.complete(samples(0, 4), SAMPLING))
    assert [one.body.get("n", 1) for one in server.asked] == sizes
    assert all(reply.completion for reply in replies)


@pytest.mark.parametrize(
    ("refuses", "settings"),
    [
        pytest.param(("seed",), {"leave_out": ["seed"]}, id="no seed"),
        pytest.param(
            ("max_tokens", "temperature", "top_p"),
            {
                "rename": {"max_tokens": "max_completion_tokens"},
                "leave_out": ["temperature", "top_p"],
            },
            id="a reasoning model's fields",
        ),
    ],
)
def test_an_api_that_takes_fewer_fields_says_so_and_then_is_asked_without_them(refuses, settings):
    with ScriptedServer(Script(refuses=refuses)) as server:
        with pytest.raises(
            EngineStoppedError, match=rf"'{refuses[0]}' is not .*leave_out: \[{refuses[0]}\]"
        ):
            settled(endpoint(server.url, concurrency=2), map(request, range(1_000)))
        assert len(server.asked) < 10
        replies = settled(endpoint(server.url, **settings), map(request, range(5)))
    assert all(reply.completion for reply in replies)
