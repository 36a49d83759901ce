from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

import polars as pl
import pytest

from r1data.generation.sampling import UnansweredError, sample_rollouts
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import EngineStoppedError, ErrorClass, Reply, Request, Sampling
from r1data.requests.log import RequestLog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Rollouts

SETTINGS = EndpointPolicy(endpoint="http://unused", model="m", revision="1")
POLICY = PolicyVersion("teacher", SETTINGS, "m@1")


class Teacher:
    """Answers by seed and out of order, except where told to fail."""

    def __init__(self, concurrency=5, errors=None, stop_after=10**9, engine=None, remedy=None):
        self.concurrency = concurrency
        self.engine = engine
        self.remedy = remedy
        self.errors = errors or {}
        self.stop_after = stop_after
        self.num_starts = 0
        self.asked: list[Request] = []
        self.is_given_up = False

    def start(self) -> "Teacher":
        self.num_starts += 1
        return self

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        waiting = iter(requests)
        in_flight: list[Request] = []
        self.is_given_up = True
        while True:
            taken = list(islice(waiting, self.concurrency - len(in_flight)))
            self.asked += taken
            in_flight += taken
            if not in_flight:
                self.is_given_up = False
                return
            if len(self.asked) > self.stop_after:
                raise EngineStoppedError("the engine is gone")
            request = in_flight[self.asked[-1].seed % len(in_flight)]
            yield self.reply(request)
            in_flight.remove(request)

    def reply(self, request: Request) -> Reply:
        error = self.errors.get((request.prompt_id, request.sample_index))
        if error is not None:
            said = {"error": "so it goes", "remedy": self.remedy}
            return Reply(request.rollout_id, error_class=error, **said)
        return Reply(
            request.rollout_id,
            completion=f"{request.messages[-1]['content']} seed {request.seed}",
            finish_reason="stop",
            num_completion_tokens=7,
            rendered_prompt=request.messages[-1]["content"],
            engine=self.engine,
        )

    def close(self) -> None:
        pass


class Bars:
    """Remembers what the bars showed."""

    def __init__(self):
        self.updates = []

    @contextmanager
    def bar(self, what, total, unit):
        self.total = (what, total, unit)
        yield self

    def update(self, done, facts, *, seconds_left=None):
        self.updates.append((done, dict(facts)))
        self.seconds_left = seconds_left


def prompts(count, first=0):
    numbers = range(first, first + count)
    return pl.DataFrame(
        {
            "prompt_id": [f"p{number}" for number in numbers],
            "problem": [f"Problem {number}" for number in numbers],
            "system_message": pl.Series([None] * count, dtype=pl.String),
        }
    )


def sample(root, teacher, asked=None, group_size=4, version=1, **options) -> Table:
    store = Store(root)
    spec = TableSpec("reasoning/rollouts", Rollouts, version)
    with (
        store.writing(spec, fingerprints([spec])[spec.key], {}) as writer,
        RequestLog(store.logs, POLICY, Sampling(group_size=group_size)) as log,
    ):
        frame = prompts(20) if asked is None else asked
        sample_rollouts(teacher.start, log, frame, writer, round_name="reasoning", **options)
        return writer.finish()


def test_every_prompt_gets_its_group_in_order(tmp_path):
    rows = sample(tmp_path, Teacher()).read()
    assert rows["prompt_id"].to_list() == [f"p{n}" for n in range(20) for _ in range(4)]
    assert rows["sample_index"].to_list() == [0, 1, 2, 3] * 20
    assert rows["completion"].n_unique() == 80
    assert rows["error_class"].null_count() == 80
    assert set(rows["policy"]) == {"teacher"}


def test_groups_go_to_the_engine_together_and_in_prompt_order(tmp_path):
    teacher = Teacher()
    sample(tmp_path, teacher)
    assert [request.prompt_id for request in teacher.asked] == [
        f"p{n}" for n in range(20) for _ in range(4)
    ]


def test_a_second_version_with_nothing_new_does_not_start_the_engine(tmp_path):
    first = sample(tmp_path, Teacher())
    teacher = Teacher()
    second = sample(tmp_path, teacher, version=2)
    assert teacher.num_starts == 0
    assert second.read().equals(first.read())


@pytest.mark.parametrize(
    ("changed", "num_new"),
    [
        pytest.param({"group_size": 8}, 80, id="larger groups"),
        pytest.param({"asked": prompts(25)}, 20, id="more prompts"),
        pytest.param({"group_size": 2}, 0, id="smaller groups"),
        pytest.param({"asked": prompts(5, first=7)}, 0, id="fewer prompts"),
    ],
)
def test_only_what_is_new_is_asked(tmp_path, changed, num_new):
    sample(tmp_path, Teacher())
    teacher = Teacher()
    sample(tmp_path, teacher, version=2, **changed)
    assert len(teacher.asked) == num_new


def test_a_stopped_run_goes_on_where_it_stood(tmp_path):
    stopped = Teacher(stop_after=50)
    with pytest.raises(EngineStoppedError):
        sample(tmp_path, stopped)
    teacher = Teacher()
    table = sample(tmp_path, teacher)
    asked_twice = {r.rollout_id for r in stopped.asked} & {r.rollout_id for r in teacher.asked}
    assert len(asked_twice) <= stopped.concurrency
    assert table.data_version == sample(tmp_path / "undisturbed", Teacher()).data_version


def test_blocks_are_written_while_others_are_still_asked(tmp_path):
    teacher = Teacher()
    num_asked = []
    sample(tmp_path, teacher, on_block=lambda: num_asked.append(len(teacher.asked)))
    assert len(num_asked) == 3
    assert num_asked[0] < 60


def test_an_error_in_writing_gives_up_what_is_in_flight(tmp_path):
    teacher = Teacher()

    def fail():
        raise OSError("no more room")

    with pytest.raises(OSError, match="no more room"):
        sample(tmp_path, teacher, on_block=fail)
    assert teacher.is_given_up
    assert len(teacher.asked) < 80


def test_a_final_error_is_a_row_and_is_not_asked_again(tmp_path):
    errors = {("p3", 1): ErrorClass.PROMPT_TOO_LONG}
    rows = sample(tmp_path, Teacher(errors=errors)).read().filter(pl.col("completion").is_null())
    assert rows.select("prompt_id", "sample_index", "error_class", "error").rows() == [
        ("p3", 1, "prompt_too_long", "so it goes")
    ]
    teacher = Teacher()
    sample(tmp_path, teacher, version=2)
    assert teacher.asked == []


def test_an_error_that_may_pass_leaves_the_table_open_and_is_asked_again(tmp_path):
    errors = {("p3", 1): ErrorClass.TIMED_OUT, ("p9", 0): ErrorClass.RATE_LIMITED}
    said = r"2 of 80 rollouts .*1 timed_out: so it goes; 1 rate_limited: so it goes.*run again"
    with pytest.raises(UnansweredError, match=said):
        sample(tmp_path, Teacher(errors=errors))
    teacher = Teacher()
    rows = sample(tmp_path, teacher).read()
    assert {(r.prompt_id, r.sample_index) for r in teacher.asked} == set(errors)
    assert rows["completion"].null_count() == 0


def test_a_request_rejected_in_two_runs_that_answer_others_is_refused_and_the_table_whole(tmp_path):
    errors = {("p3", 1): ErrorClass.REJECTED}
    with pytest.raises(UnansweredError, match="1 rejected: so it goes"):
        sample(tmp_path, Teacher(errors=errors))
    rows = sample(tmp_path, Teacher(errors=errors)).read()
    assert dict(rows["error_class"].value_counts().iter_rows()) == {None: 79, "refused": 1}


def test_a_policy_that_refuses_all_alike_stops_after_a_few_and_is_asked_again(tmp_path):
    errors = {
        (f"p{prompt}", sample): ErrorClass.REJECTED for prompt in range(20) for sample in range(4)
    }
    teacher = Teacher(errors=errors, remedy="correct it")
    with pytest.raises(EngineStoppedError, match=r"rejected: so it goes\); correct it, then run"):
        sample(tmp_path, teacher)
    assert len(teacher.asked) < 12
    teacher = Teacher()
    assert sample(tmp_path, teacher).read()["completion"].null_count() == 0
    assert len(teacher.asked) == 80


def test_finished_only_takes_what_is_there_and_asks_for_nothing(tmp_path):
    errors = {("p0", 0): ErrorClass.TIMED_OUT}
    with pytest.raises(EngineStoppedError):
        sample(tmp_path, Teacher(errors=errors, stop_after=50))
    teacher = Teacher()
    rows = sample(tmp_path, teacher, version=2, is_finished_only=True).read()
    assert teacher.num_starts == 0
    assert rows.height == 80
    counts = dict(rows["error_class"].value_counts().iter_rows())
    assert counts["timed_out"] == 1
    assert 30 <= counts["not_asked"] <= 40
    assert counts[None] + counts["not_asked"] + 1 == 80


def test_neighbouring_samples_have_unrelated_seeds_that_never_change(tmp_path):
    teacher = Teacher()
    sample(tmp_path, teacher)
    seeds = [request.seed for request in teacher.asked]
    assert len(set(seeds)) == 80
    assert teacher.asked[0].seed == 536_511_447


def test_a_prompt_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(ValueError, match="stands twice"):
        sample(tmp_path, Teacher(), asked=pl.concat([prompts(3), prompts(1)]))


def test_policies_share_a_table_block_after_block(tmp_path):
    store = Store(tmp_path)
    spec = TableSpec("evaluation/rollouts", Rollouts, 1)
    policies = [POLICY, PolicyVersion("student", SETTINGS, "m@2")]
    with store.writing(spec, fingerprints([spec])[spec.key], {}) as writer:
        block = 0
        for policy in policies:
            with RequestLog(store.logs, policy, Sampling(group_size=2)) as log:
                block = sample_rollouts(
                    Teacher().start,
                    log,
                    prompts(20),
                    writer,
                    round_name="evaluation",
                    first_block=block,
                )
        rows = writer.finish().read()
    assert rows["policy"].to_list() == ["teacher"] * 40 + ["student"] * 40
    assert rows["rollout_id"].n_unique() == 80


def test_what_completed_a_rollout_is_told_and_is_no_part_of_the_content(tmp_path):
    once = sample(tmp_path / "once", Teacher(engine="vllm 1, cpu, float32"))
    again = sample(tmp_path / "again", Teacher(engine="vllm 2, cpu, bfloat16"))
    assert once.read()["engine"].unique().to_list() == ["vllm 1, cpu, float32"]
    assert once.data_version == again.data_version
    assert once.read().drop("engine").equals(again.read().drop("engine"))


def test_progress_counts_what_was_there_before(tmp_path):
    with pytest.raises(EngineStoppedError):
        sample(tmp_path, Teacher(stop_after=50))
    bars = Bars()
    sample(tmp_path, Teacher(), progress=bars)
    assert bars.total == ("reasoning/rollouts", 80, "rollouts")
    assert bars.updates[0][0] > 40
    done, facts = bars.updates[-1]
    assert (done, facts["prompts"], facts["length"]) == (80, "20/20", 0.0)
    assert len(bars.updates) < 80 - bars.updates[0][0]
    assert bars.seconds_left == 0.0


def test_the_rendered_prompt_is_kept_once_per_prompt(tmp_path):
    sample(tmp_path, Teacher())
    sample(tmp_path, Teacher(), group_size=8, version=2)
    (file,) = (tmp_path / "logs" / "rendered_prompts").rglob("*.jsonl")
    assert file.read_text().count("\n") == 20
