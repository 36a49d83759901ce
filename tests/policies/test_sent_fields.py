import pytest
from pydantic import ValidationError

from r1data.policies.settings import EndpointPolicy


def policy(**settings):
    return EndpointPolicy(endpoint="http://x/v1", model="m", revision="1", **settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rename": {"seed": "temperature"}}, "`seed` the name `temperature`"),
        ({"rename": {"seed": "messages"}}, "`seed` the name `messages`"),
        ({"rename": {"seed": "x", "top_k": "x"}}, "`top_k` the name `x`"),
        ({"extra_body": {"model": "other"}}, "`model`; write it as the policy's"),
        ({"extra_body": {"stream": True}}, "`stream`; write `stream: true`"),
        ({"extra_body": {"n": 2}}, "`n`; write `samples_per_request`"),
    ],
)
def test_no_field_takes_the_place_of_another(settings, said):
    with pytest.raises(ValidationError, match=said):
        policy(**settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"rename": {"max_tokens": "max_completion_tokens", "seed": "random_seed"}},
        {"rename": {"seed": "seed"}},
        {"extra_body": {"n": 1, "stream": False, "max_tokens": None, "seed": 7}},
    ],
)
def test_what_an_endpoint_names_otherwise_or_takes_besides_is_sent(settings):
    assert policy(**settings).kind == "endpoint"
