import openai
import pytest
from httpx2 import Request, Response

from r1data.endpoints.failures import read_error, read_failure, read_status
from r1data.policies.settings import EndpointPolicy
from r1data.protocol import RETRYABLE, ErrorClass, Sampling

SETTINGS = EndpointPolicy(endpoint="http://unused", model="m", revision="1")
SAMPLING = Sampling(max_tokens=1_000)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "This model's maximum context length is 4096 tokens, your messages have 5000"),
        (400, "The decoder prompt (length 9000) is longer than the maximum model length of 4096"),
        (400, "Input length (9000 tokens) exceeds the maximum allowed length (4096 tokens)."),
        (400, "the request exceeds the available context size. exceed_context_size_error"),
        (400, "prompt is too long: 210000 tokens > 200000 maximum"),
        (400, "The input token count (1100000) exceeds the maximum number of tokens allowed"),
        (400, "Prompt contains 40000 tokens, too large for model with 32768 maximum context"),
        (400, "too many tokens: size limit exceeded. Try using shorter or fewer inputs"),
        (400, "Range of input length should be [1, 30720]"),
        (400, "This model's maximum prompt length is 131072 but the request contains 537812"),
        (422, "`inputs` must have less than 1024 tokens. Given: 2000. Input is too long"),
        (400, "Invalid 'messages[0].content': string too long. string_above_max_length"),
        (400, "prompt 超长"),
        (400, "max_tokens must be at least 1, got -24."),
        (400, "Requested tokens (150) exceed context window of 96"),
        (413, "Payload Too Large"),
        (500, "the prompt exceeds the context window"),
    ],
)
def test_a_prompt_too_long_is_known_in_the_words_of_any_server(status, said):
    assert read_status(status, said, SETTINGS, SAMPLING).error_class is ErrorClass.PROMPT_TOO_LONG


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "Your chosen model requires moderation and your input was flagged"),
        (400, "The response was filtered due to the prompt triggering our content management"),
        (400, "Content Exists Risk invalid_request_error"),
        (400, "Your prompt may violate our usage policies"),
        (400, "Output data may contain inappropriate content. data_inspection_failed"),
        (400, "系统检测到输入内容可能包含不安全或敏感内容"),
        (451, "Unavailable For Legal Reasons"),
    ],
)
def test_a_flagged_prompt_is_an_answer_in_itself(status, said):
    failure = read_status(status, said, SETTINGS, SAMPLING)
    assert (failure.error_class, failure.remedy) == (ErrorClass.REFUSED, None)


@pytest.mark.parametrize(
    ("status", "said", "error_class"),
    [
        (402, "Insufficient Balance", ErrorClass.UNPAID),
        (403, "余额不足", ErrorClass.UNPAID),
        (429, "You exceeded your current quota. insufficient_quota", ErrorClass.UNPAID),
        (400, "Your credit balance is too low to access the API", ErrorClass.UNPAID),
        (425, "Too Early", ErrorClass.SERVER_ERROR),
        (400, "Too many requests, please slow down", ErrorClass.RATE_LIMITED),
        (400, "Requests rate limit exceeded rate_limit_exceeded", ErrorClass.RATE_LIMITED),
        (403, "Request tokens per min (TPM) exceeded for this prompt", ErrorClass.RATE_LIMITED),
        (400, "daily token quota exceeded", ErrorClass.RATE_LIMITED),
        (429, "slow down", ErrorClass.RATE_LIMITED),
        (400, "The model is overloaded. Please try again later", ErrorClass.SERVER_ERROR),
        (422, "no healthy upstream", ErrorClass.SERVER_ERROR),
        (503, "model is loading", ErrorClass.SERVER_ERROR),
        (401, "Incorrect API key provided", ErrorClass.DENIED),
        (404, "The model `m` does not exist", ErrorClass.DENIED),
        (403, "Forbidden", ErrorClass.REJECTED),
        (400, "max_tokens exceeds the maximum allowed value", ErrorClass.DENIED),
        (418, "", ErrorClass.REJECTED),
    ],
)
def test_whatever_else_is_refused_is_asked_again_by_the_next_run(status, said, error_class):
    assert read_status(status, said, SETTINGS, SAMPLING).error_class is error_class
    assert error_class in RETRYABLE


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        pytest.param(
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens'",
            "write `rename: {max_tokens: max_completion_tokens}`",
            id="another name",
        ),
        pytest.param(
            "extra_forbidden body seed", "correct `seed`, or write `leave_out: [seed]`", id="field"
        ),
        pytest.param(
            "max_tokens is too large: 1000. This model supports at most 512 completion tokens",
            "lower `max_tokens` (now 1000) to leave room for the prompts",
            id="limit of the output",
        ),
        pytest.param(
            "maximum context length is 512 tokens, requested 1010 (10 in the messages)",
            "lower `max_tokens` (now 1000) to leave room for the prompts",
            id="limit above the context",
        ),
        pytest.param(
            "maximum context length is 512 tokens, and the request has 600 input tokens",
            None,
            id="a prompt above the context",
        ),
    ],
)
def test_a_refusal_of_all_requests_names_what_to_change(said, remedy):
    assert read_status(400, said, SETTINGS, SAMPLING).remedy == remedy


@pytest.mark.parametrize(
    ("error", "error_class"),
    [
        ({"code": 502, "message": "gone"}, ErrorClass.SERVER_ERROR),
        ({"code": "server_error", "message": "gone"}, ErrorClass.SERVER_ERROR),
        ({"code": 403, "message": "your input was flagged"}, ErrorClass.REFUSED),
        ({"code": 401, "message": "no key at the provider"}, ErrorClass.SERVER_ERROR),
        ({"code": "²", "message": "gone"}, ErrorClass.SERVER_ERROR),
        ({"code": "9" * 5_000, "message": "gone"}, ErrorClass.SERVER_ERROR),
        ("gone", ErrorClass.SERVER_ERROR),
    ],
)
def test_an_error_in_an_answer_has_the_class_of_its_own_status(error, error_class):
    assert read_error(error, SETTINGS, SAMPLING).error_class is error_class


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("86400", 120.0), ("-1", 0.0), ("nan", 0.0), ("soon", 0.0)],
)
def test_a_limit_that_comes_as_400_is_waited_for_as_long_as_the_endpoint_says(said, seconds):
    asked = Request("POST", "http://unused")
    response = Response(400, headers={"Retry-After": said}, request=asked)
    error = openai.BadRequestError("x", response=response, body={"message": "rate limit reached"})
    failure = read_failure(error, SETTINGS, SAMPLING)
    assert failure.is_repeated
    assert failure.pause_seconds == seconds
