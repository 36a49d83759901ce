"""Runs against endpoints that refuse: what is logged, what stops, what the next run asks."""

import pytest

from performance.odd_answers import chat
from performance.scripted_answers import OddAnswer
from performance.scripted_server import Script, ScriptedServer
from r1data.endpoints.endpoint import Endpoint
from r1data.generation.sampling import UnansweredError, sample_rollouts
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import EngineStoppedError, Sampling
from r1data.requests.log import RequestLog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts
from tests.generation.test_sampling import prompts

NUM_PROMPTS = 40
SPEC = TableSpec("reasoning/rollouts", Rollouts, 1)


def run(root, server, group_size=1, **settings):
    policy = EndpointPolicy(
        **{"endpoint": server.url, "model": "scripted", "revision": "1", "max_retries": 0}
        | settings
    )
    store = Store(root)
    with (
        store.writing(SPEC, fingerprints([SPEC])[SPEC.key], {}) as writer,
        RequestLog(
            store.logs, PolicyVersion("teacher", policy, "m@1"), Sampling(group_size=group_size)
        ) as log,
    ):
        sample_rollouts(
            lambda: Endpoint("teacher", policy), log, prompts(NUM_PROMPTS), writer, round_name="r"
        )
        return writer.finish().read()


def test_an_api_that_forbids_a_field_stops_the_run_and_is_asked_for_everything_without_it(tmp_path):
    with ScriptedServer(Script(refuses=("seed",))) as server:
        for _ in range(2):
            with pytest.raises(EngineStoppedError, match=r"'seed' is not .*leave_out: \[seed\]"):
                run(tmp_path, server, concurrency=4)
        assert len(server.asked) < NUM_PROMPTS
        rows = run(tmp_path, server, concurrency=4, leave_out=["seed"])
    assert rows["completion"].null_count() == 0


def test_a_balance_that_is_used_up_keeps_what_was_paid_and_asks_for_the_rest_when_it_is_filled(
    tmp_path,
):
    unpaid = OddAnswer(b'{"error": {"message": "Insufficient Balance"}}', status=402)
    with ScriptedServer() as server:

        def odd(prompt, num_before):
            return None if prompt in {asked.prompt for asked in server.asked[:10]} else unpaid

        server.script = Script(odd=odd)
        with pytest.raises(EngineStoppedError, match=r"unpaid: 402: Insufficient Balance"):
            run(tmp_path, server, concurrency=2)
        num_asked = len(server.asked)
        server.script = Script()
        rows = run(tmp_path, server, concurrency=2)
    assert num_asked < NUM_PROMPTS
    assert len(server.asked) == num_asked + NUM_PROMPTS - 10
    assert rows["completion"].null_count() == 0


@pytest.mark.parametrize(
    ("body", "status", "error_class"),
    [
        pytest.param(b'{"error": {"message": "flagged"}}', 403, "refused", id="flagged"),
        pytest.param(b'{"error": "prompt is too long"}', 400, "prompt_too_long", id="too long"),
        pytest.param(chat("content_filter", content=""), 200, "refused", id="filtered"),
    ],
)
@pytest.mark.parametrize("flagged", ["Problem 0", "Problem 7"])
def test_a_prompt_at_fault_is_an_answer_and_the_others_are_asked(
    tmp_path, body, status, error_class, flagged
):
    odd = OddAnswer(body, status=status)
    script = Script(odd=lambda prompt, num_before: odd if prompt == flagged else None)
    with ScriptedServer(script) as server:
        rows = run(tmp_path, server, concurrency=1)
    assert dict(rows["error_class"].value_counts().iter_rows()) == {None: 39, error_class: 1}


@pytest.mark.parametrize("number", [0, 7])
def test_a_prompt_that_is_refused_without_a_word_is_asked_twice_and_no_more(tmp_path, number):
    odd = OddAnswer(b'{"error": "no"}', status=400)
    refused = f"Problem {number}"
    script = Script(odd=lambda prompt, num_before: odd if prompt == refused else None)
    with ScriptedServer(script) as server:
        with pytest.raises(UnansweredError, match="1 rejected: 400: "):
            run(tmp_path, server, concurrency=1)
        rows = run(tmp_path, server, concurrency=1)
    assert len(server.asked) == NUM_PROMPTS + 1
    assert dict(rows["error_class"].value_counts().iter_rows()) == {None: 39, "refused": 1}


def test_samples_streamed_together_are_rows_of_their_own_and_lose_nothing(tmp_path):
    script = Script(
        most_samples=3,
        breaks_off=lambda prompt, num_before: num_before == 0 and prompt.endswith("5"),
    )
    with ScriptedServer(script) as server:
        with pytest.raises(UnansweredError, match="server_error: the answer broke off"):
            run(tmp_path, server, group_size=5, stream=True, samples_per_request=5)
        rows = run(tmp_path, server, group_size=5, stream=True, samples_per_request=5)
    assert rows["completion"].n_unique() == rows["rollout_id"].n_unique() == 5 * NUM_PROMPTS
    assert {asked.body.get("n", 1) for asked in server.asked} == {5, 2}
