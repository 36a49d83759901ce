import json

import pytest

from r1data.generation.sampling import UnansweredError
from r1data.protocol import EngineStoppedError
from tests.endpoints.batches.runs import GROUP_SIZE, NUM_REQUESTS

GONE = {"error": {"code": "odd", "message": "gone"}}
ANSWERS = [
    pytest.param(
        {"response": {"status_code": 429, "body": {"error": {"message": "slow down"}}}},
        "rate_limited",
        True,
        id="a limit",
    ),
    pytest.param(
        {"response": {"status_code": 500, "body": {"error": {"message": "oops"}}}},
        "server_error",
        True,
        id="an error of the server",
    ),
    pytest.param(
        {"response": {"status_code": 200, "body": {"choices": []}}},
        "server_error",
        True,
        id="an answer without a completion",
    ),
    pytest.param(
        {"response": {"status_code": 400, "body": {"error": {"message": "flagged by moderation"}}}},
        "refused",
        False,
        id="a filter",
    ),
    pytest.param(
        {
            "response": {
                "status_code": 400,
                "body": {"error": {"message": "too many prompt tokens: context length exceeded"}},
            }
        },
        "prompt_too_long",
        False,
        id="a prompt that is too long",
    ),
    pytest.param(GONE, "server_error", True, id="an error"),
    pytest.param({"response": []}, "server_error", True, id="a response of another kind"),
    pytest.param({"custom_id": "another"}, "server_error", True, id="a line of another request"),
]


@pytest.mark.parametrize(("answer", "error_class", "is_asked_again"), ANSWERS)
def test_a_line_that_is_no_completion_has_its_class(runs, answer, error_class, is_asked_again):
    odd = []

    def answers(line):
        if line["body"]["messages"][0]["content"] == "What is 3 + 3?":
            odd.append(line["custom_id"])
            return answer
        return None

    runs.server.answer = answers
    if is_asked_again:
        with pytest.raises(UnansweredError):
            runs.run()
        runs.server.answer = None
        assert runs.run()["completion"].null_count() == 0
    else:
        assert runs.run()["completion"].null_count() == GROUP_SIZE
    first = runs.logged().unique("rollout_id", keep="first").drop_nulls("error_class")
    assert set(first["error_class"]) == {error_class}
    assert set(first["rollout_id"]) == set(odd)
    assert len(runs.server.submitted) == NUM_REQUESTS + (GROUP_SIZE if is_asked_again else 0)


def test_the_key_stands_in_no_file(runs, monkeypatch):
    monkeypatch.setenv("BATCH_KEY", "sk-secret-of-ours")
    runs.server.answer = lambda line: {
        "response": {"status_code": 400, "body": {"error": {"message": "sk-secret-of-ours? no"}}}
    }
    with pytest.raises(EngineStoppedError) as stopped:
        runs.run(api_key_env="BATCH_KEY")
    assert "sk-secret" not in str(stopped.value)
    files = [path for path in runs.root.rglob("*") if path.is_file()]
    assert not any(b"sk-secret" in path.read_bytes() for path in files)
    assert json.loads(runs.server.files["file-1"].splitlines()[0])["custom_id"]
