import pytest
from pydantic import ValidationError

from r1data.endpoints.requests import request_body, together
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.policies.templates import Template
from r1data.protocol import Message, Request, Sampling

SAMPLING = Sampling(temperature=0.7, max_tokens=100)


def policy(**settings):
    return EndpointPolicy(endpoint="http://unused", model="m", revision="1", **settings)


def request(prompt=0, sample=0):
    messages = (Message(role="user", content="1 + 1"),)
    return Request(f"{prompt}/{sample}", f"p{prompt}", sample, messages, "", seed=sample)


def body(sampling=SAMPLING, num_samples=1, **settings):
    return request_body(policy(**settings), request(), sampling, num_samples=num_samples)[1]


ALWAYS = {"model", "messages", "temperature", "top_p", "max_tokens", "seed"}


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        pytest.param({}, ALWAYS, id="as it stands"),
        pytest.param({"leave_out": ["seed"]}, ALWAYS - {"seed"}, id="no seed"),
        pytest.param(
            {"leave_out": ["temperature", "top_p", "max_tokens", "seed"]},
            {"model", "messages"},
            id="model and messages alone",
        ),
        pytest.param(
            {"rename": {"max_tokens": "max_completion_tokens"}},
            ALWAYS - {"max_tokens"} | {"max_completion_tokens"},
            id="another name",
        ),
        pytest.param(
            {"template": Template(chat_template_kwargs={"enable_thinking": False})},
            ALWAYS | {"chat_template_kwargs"},
            id="told to the chat template",
        ),
        pytest.param({"stream": True}, ALWAYS | {"stream", "stream_options"}, id="streamed"),
        pytest.param(
            {"stream": True, "leave_out": ["stream_options"]},
            ALWAYS | {"stream"},
            id="streamed, plainly",
        ),
    ],
)
def test_a_request_has_the_fields_that_the_api_takes(settings, names):
    assert {*body(**settings)} == names


def test_a_renamed_field_keeps_its_value():
    sent = body(rename={"max_tokens": "max_completion_tokens", "seed": "random_seed"})
    assert (sent["max_completion_tokens"], sent["random_seed"]) == (100, 0)


def test_sampling_of_vllm_and_its_like_is_sent_where_it_is_set():
    sent = body(Sampling(min_p=0.05, repetition_penalty=1.1))
    assert (sent["min_p"], sent["repetition_penalty"]) == (0.05, 1.1)


def test_extra_body_has_the_last_word():
    assert body(extra_body={"max_tokens": None})["max_tokens"] is None


def test_a_field_that_is_never_sent_cannot_be_left_out():
    with pytest.raises(ValidationError, match="'temperature'"):
        policy(leave_out=["temprature"])


def test_several_samples_are_asked_for_by_number():
    assert body(num_samples=4)["n"] == 4
    assert "n" not in body()


@pytest.mark.parametrize(
    ("settings", "is_same"),
    [
        pytest.param({"leave_out": ["seed"]}, True, id="without a seed"),
        pytest.param({"rename": {"max_tokens": "max_completion_tokens"}}, True, id="renamed"),
        pytest.param({"samples_per_request": 4, "stream": True}, True, id="by n, streamed"),
        pytest.param({"leave_out": ["temperature"]}, False, id="at another temperature"),
        pytest.param({"leave_out": ["max_tokens", "seed"]}, False, id="at another limit"),
        pytest.param(
            {"template": Template(chat_template_kwargs={"a": 1})}, False, id="another template"
        ),
    ],
)
def test_completions_are_others_only_where_their_distribution_is_another(settings, is_same):
    plain, other = policy(), policy(**settings)
    ids = {PolicyVersion("t", one, "m@1").template_id for one in (plain, other)}
    assert (len(ids) == 1) is is_same
    assert (plain.content() == other.content()) is is_same


def test_samplings_without_the_newer_settings_keep_their_id():
    assert Sampling().sampling_id == "104539f3c726d9b7"
    assert Sampling(min_p=0.1).sampling_id != Sampling().sampling_id


@pytest.mark.parametrize(
    ("most", "sizes"), [(1, [1] * 8), (2, [2, 1, 2, 2, 1]), (4, [3, 4, 1]), (9, [3, 5])]
)
def test_only_requests_of_one_prompt_go_together(most, sizes):
    requests = [*[request(0, sample) for sample in range(3)], *[request(1, s) for s in range(5)]]
    groups = list(together(requests, most))
    assert [len(group) for group in groups] == sizes
    assert [one for group in groups for one in group] == requests


def test_a_single_request_is_sent_before_the_next_is_taken():
    taken = []

    def requests():
        for prompt in range(3):
            taken.append(prompt)
            yield request(prompt)

    next(together(requests(), 1))
    assert taken == [0]
