"""Completions that reached the limit, asked again at a larger one, they alone."""

import pytest
from pydantic import ValidationError

from r1data.generation.sampling import sample_rollouts
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import EngineStoppedError, Reply, Sampling
from r1data.requests.log import RequestLog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts
from tests.generation.test_sampling import prompts

SETTINGS = EndpointPolicy(endpoint="http://unused", model="m", revision="1")
POLICY = PolicyVersion("teacher", SETTINGS, "m@1")
NUM_PROMPTS = 10
SAMPLES = [(f"p{number}", index) for number in range(NUM_PROMPTS) for index in range(2)]


class Teacher:
    """Needs ten tokens for each prompt with an even number, and thirty for the others."""

    concurrency = 4

    def __init__(self, stop_after=10**9):
        self.asked = []
        self.stop_after = stop_after

    def complete(self, requests, sampling):
        for request in requests:
            self.asked.append(request)
            if len(self.asked) > self.stop_after:
                raise EngineStoppedError("the engine is gone")
            limit = request.max_tokens or sampling.max_tokens
            needed = 30 if int(request.prompt_id[1:]) % 2 else 10
            yield Reply(
                request.rollout_id,
                completion=f"{min(limit, needed)} tokens by seed {request.seed}",
                finish_reason="stop" if limit >= needed else "length",
            )

    def close(self):
        pass


def run(root, teacher, version=1, longer=None, **options):
    store = Store(root)
    spec = TableSpec("reasoning/rollouts", Rollouts, version)
    sampling = Sampling(group_size=2, max_tokens=20, longer_max_tokens=longer)
    with (
        store.writing(spec, fingerprints([spec])[spec.key], {}) as writer,
        RequestLog(store.logs, POLICY, sampling) as log,
    ):
        asked = prompts(NUM_PROMPTS)
        sample_rollouts(lambda: teacher, log, asked, writer, round_name="r", **options)
        return writer.finish().read()


def test_only_what_was_cut_off_is_asked_again_and_the_rest_of_the_log_used(tmp_path):
    first = run(tmp_path, Teacher())
    teacher = Teacher()
    second = run(tmp_path, teacher, version=2, longer=40)
    assert first["finish_reason"].to_list() == ["stop", "stop", "length", "length"] * 5
    assert {request.prompt_id for request in teacher.asked} == {"p1", "p3", "p5", "p7", "p9"}
    assert len(teacher.asked) == NUM_PROMPTS
    assert set(second["finish_reason"]) == {"stop"}
    assert second["max_tokens"].to_list() == [None, None, 40, 40] * 5
    assert second["prompt_id"].to_list() == first["prompt_id"].to_list()


def test_the_seeds_are_the_same_and_the_rollouts_are_others(tmp_path):
    first, teacher = run(tmp_path, Teacher()), Teacher()
    second = run(tmp_path, teacher, version=2, longer=40)
    seeds = {text.split()[-1] for text in first["completion"]}
    assert {text.split()[-1] for text in second["completion"]} == seeds
    both = set(first["rollout_id"]) & set(second["rollout_id"])
    assert len(both) == NUM_PROMPTS
    assert first["sampling_id"].to_list() == second["sampling_id"].to_list()


def test_one_run_asks_at_both_limits(tmp_path):
    teacher = Teacher()
    rows = run(tmp_path, teacher, longer=40)
    assert [request.max_tokens for request in teacher.asked] == [None] * 20 + [40] * 10
    assert set(rows["finish_reason"]) == {"stop"}


def test_a_recipe_without_the_larger_limit_has_the_completions_it_had(tmp_path):
    first = run(tmp_path, Teacher())
    run(tmp_path, Teacher(), version=2, longer=40)
    teacher = Teacher()
    assert run(tmp_path, teacher, version=3).equals(first)
    assert teacher.asked == []


def test_what_is_cut_off_at_the_larger_limit_too_stays_so(tmp_path):
    teacher = Teacher()
    rows = run(tmp_path, teacher, longer=25)
    assert rows["finish_reason"].to_list() == ["stop", "stop", "length", "length"] * 5
    assert len(teacher.asked) == 30
    teacher = Teacher()
    run(tmp_path, teacher, version=2, longer=25)
    assert teacher.asked == []


@pytest.mark.parametrize("stop_after", [7, 20, 26])
def test_a_run_that_was_stopped_asks_for_nothing_twice(tmp_path, stop_after):
    stopped, teacher = Teacher(stop_after), Teacher()
    with pytest.raises(EngineStoppedError):
        run(tmp_path, stopped, longer=40)
    rows = run(tmp_path, teacher, longer=40)
    assert set(rows["finish_reason"]) == {"stop"}
    asked = [one.rollout_id for one in [*stopped.asked[:stop_after], *teacher.asked]]
    assert len(asked) == len(set(asked)) == 30


def test_a_plan_counts_what_is_still_to_be_asked_at_the_larger_limit(tmp_path):
    run(tmp_path, Teacher())
    sampling = Sampling(group_size=2, max_tokens=20, longer_max_tokens=40)
    log = RequestLog(Store(tmp_path).logs, POLICY, sampling)
    assert log.num_answered(SAMPLES) == 10
    run(tmp_path, Teacher(), version=2, longer=40)
    assert log.num_answered(SAMPLES) == 20


def test_where_nothing_more_is_asked_what_is_there_is_taken(tmp_path):
    stopped = Teacher(stop_after=24)
    with pytest.raises(EngineStoppedError):
        run(tmp_path, stopped, longer=40)
    rows = run(tmp_path, Teacher(), version=2, longer=40, is_finished_only=True)
    assert rows["error_class"].null_count() == 20
    assert rows["max_tokens"].count() == 4


@pytest.mark.parametrize("longer", [20, 19])
def test_the_larger_limit_is_larger(longer):
    with pytest.raises(ValidationError, match="not above max_tokens"):
        Sampling(max_tokens=20, longer_max_tokens=longer)
