from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

import polars as pl
import pytest

from r1data.errors import CapReachedError
from r1data.generation.budget import Budget, Caps
from r1data.generation.early_stop import EarlyStop
from r1data.generation.sampling import UnansweredError, sample_rollouts
from r1data.generation.waves import Stopping
from r1data.protocol import EngineStoppedError, ErrorClass, Sampling
from r1data.requests.log import RequestLog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts
from tests.generation.test_sampling import POLICY, Teacher, prompts

SOLVED = {"p0": "cccccccc", "p1": "iiiiiiii", "p2": "iiiciici", "p3": "iicciiii", "p4": "uuuuuuuu"}
"""What becomes of each sample of five prompts: correct, incorrect, undecided."""
OUTCOMES = {"c": "correct", "i": "incorrect", "u": "undecided", "b": "bad_gold"}
RULE = EarlyStop(at_correct=2, wave_size=2)


def judged(solved):
    """A finder of outcomes that knows them beforehand and counts what it judges."""
    seen = Counter()

    def find(frames):
        for frame in frames:
            asked = frame.filter(pl.col("error_class").is_null())
            keys = asked.select("prompt_id", "sample_index").rows()
            seen.update(keys)
            outcomes = [OUTCOMES[solved[prompt][index]] for prompt, index in keys]
            yield asked.select("rollout_id", outcome=pl.Series(outcomes, dtype=pl.String))

    find.seen = seen
    return find


class Told:
    """Remembers what was said and shown."""

    def __init__(self):
        self.lines, self.updates = [], []

    def say(self, line):
        self.lines.append(line)

    @contextmanager
    def bar(self, what, total, unit):
        yield self

    def update(self, done, facts, *, seconds_left=None):
        self.updates.append((done, facts["prompts"]))


WHOLE = Sampling(group_size=8, max_tokens=10)


def sample(
    root, teacher, rule=RULE, solved=SOLVED, version=1, sampling=WHOLE, find=None, **options
):
    store = Store(root)
    spec = TableSpec("reasoning/rollouts", Rollouts, version)
    stopping = rule and Stopping(rule, find or judged(solved))
    with (
        store.writing(spec, fingerprints([spec])[spec.key], {}) as writer,
        RequestLog(store.logs, POLICY, sampling) as log,
    ):
        asked = prompts(len(solved))
        sample_rollouts(
            teacher.start, log, asked, writer, round_name="r", stopping=stopping, **options
        )
        return writer.finish()


def counts(table):
    return dict(table.read().group_by("prompt_id", maintain_order=True).len().iter_rows())


def test_a_prompt_is_asked_until_it_is_decided_and_what_was_not_asked_has_no_row(tmp_path):
    teacher = Teacher()
    table = sample(tmp_path, teacher)
    assert counts(table) == {"p0": 2, "p1": 8, "p2": 8, "p3": 4, "p4": 8}
    assert len(teacher.asked) == 30
    assert table.read()["error_class"].null_count() == 30


def test_what_is_asked_is_the_beginning_of_the_whole_group(tmp_path):
    stopped = sample(tmp_path / "stopped", Teacher()).read()
    whole = sample(tmp_path / "whole", Teacher(), rule=None).read()
    assert stopped.equals(whole.join(stopped, on="rollout_id", how="semi", maintain_order="left"))


@pytest.mark.parametrize("concurrency", [1, 3, 40])
def test_however_many_are_in_flight_the_same_is_asked(tmp_path, concurrency):
    table = sample(tmp_path / "some", Teacher(concurrency=concurrency))
    assert table.data_version == sample(tmp_path / "other", Teacher()).data_version


def test_a_prompt_of_which_no_rule_judges_a_rollout_is_asked_whole_and_a_line_says_so(tmp_path):
    told = Told()
    sample(tmp_path, Teacher(), progress=told)
    (line,) = told.lines
    assert "left out 10 of 40 samples" in line
    assert "2 have enough correct rollouts" in line
    assert "of 1 no rule judged any rollout, so that they were asked whole groups" in line


def test_a_second_version_asks_nothing_and_decides_the_same(tmp_path):
    first = sample(tmp_path, Teacher())
    teacher = Teacher()
    second = sample(tmp_path, teacher, version=2)
    assert teacher.num_starts == 0
    assert second.read().equals(first.read())


def test_a_log_that_has_more_than_is_needed_decides_the_same(tmp_path):
    sample(tmp_path, Teacher(), rule=None)
    teacher = Teacher()
    stopped = sample(tmp_path, teacher, version=2)
    assert teacher.num_starts == 0
    assert stopped.read().equals(sample(tmp_path / "fresh", Teacher()).read())


@pytest.mark.parametrize("stop_after", [6, 14, 25])
def test_a_run_that_was_stopped_in_any_wave_goes_on_where_it_stood(tmp_path, stop_after):
    stopped = Teacher(stop_after=stop_after)
    with pytest.raises(EngineStoppedError):
        sample(tmp_path, stopped)
    teacher = Teacher()
    table = sample(tmp_path, teacher)
    twice = {r.rollout_id for r in stopped.asked} & {r.rollout_id for r in teacher.asked}
    assert len(twice) <= stopped.concurrency
    assert table.data_version == sample(tmp_path / "undisturbed", Teacher()).data_version


def test_a_wave_that_lacks_a_reply_decides_nothing_yet(tmp_path):
    errors = {("p0", 1): ErrorClass.TIMED_OUT}
    with pytest.raises(UnansweredError, match="1 of 40 rollouts"):
        sample(tmp_path, Teacher(errors=errors))
    teacher = Teacher()
    table = sample(tmp_path, teacher)
    assert counts(table)["p0"] == 2
    assert ("p0", 1) in {(r.prompt_id, r.sample_index) for r in teacher.asked}


def test_a_cap_ends_a_run_between_waves_and_a_larger_one_goes_on(tmp_path):
    with pytest.raises(CapReachedError, match="stopped where the recipe said"):
        sample(tmp_path, Teacher(), budget=Budget(Caps(requests=12)))
    teacher = Teacher()
    table = sample(tmp_path, teacher, budget=Budget(Caps(requests=100)))
    assert len(teacher.asked) == 18
    assert counts(table) == {"p0": 2, "p1": 8, "p2": 8, "p3": 4, "p4": 8}


def test_a_run_that_asks_nothing_more_stops_where_the_log_decides_and_marks_the_rest(tmp_path):
    with pytest.raises(CapReachedError):
        sample(tmp_path, Teacher(), budget=Budget(Caps(requests=12)))
    teacher = Teacher()
    rows = sample(tmp_path, teacher, is_finished_only=True).read()
    assert teacher.num_starts == 0
    missing = rows.filter(error_class="not_asked").group_by("prompt_id").len()
    assert "p0" not in missing["prompt_id"]
    assert {"p1", "p2", "p4"} <= {*missing["prompt_id"]}
    assert rows.filter(prompt_id="p1").height == 8


def test_a_reply_that_is_an_error_counts_as_one_that_nothing_is_known_of(tmp_path):
    errors = {("p0", 0): ErrorClass.REFUSED}
    table = sample(tmp_path, Teacher(errors=errors))
    assert counts(table)["p0"] == 4


class CutOff(Teacher):
    """Gets to the end of a completion only at the larger limit."""

    def reply(self, request):
        whole = super().reply(request)
        return whole if request.max_tokens else replace(whole, finish_reason="length")


def test_what_was_cut_off_is_asked_again_at_a_larger_limit_before_its_wave_decides(tmp_path):
    longer = Sampling(group_size=8, max_tokens=10, longer_max_tokens=20)
    teacher = CutOff()
    table = sample(tmp_path, teacher, sampling=longer)
    assert counts(table) == {"p0": 2, "p1": 8, "p2": 8, "p3": 4, "p4": 8}
    assert set(table.read()["max_tokens"]) == {20}
    assert len(teacher.asked) == 60


def test_each_rollout_is_judged_once_while_sampling(tmp_path):
    find = judged(SOLVED)
    sample(tmp_path, Teacher(), find=find)
    assert set(find.seen.values()) == {1}


def test_the_bar_ends_with_all_prompts_done_and_never_says_more(tmp_path):
    told = Told()
    sample(tmp_path, Teacher(), progress=told)
    done = [number for number, _ in told.updates]
    assert done[-1] == 40
    assert max(done) == 40
    assert told.updates[-1][1] == "5/5"


def test_blocks_are_written_as_soon_as_their_prompts_are_decided(tmp_path):
    easy = {f"p{number}": "cccccccc" for number in range(16)}
    hard = {f"p{number}": "iiiiiiii" for number in range(16, 32)}
    teacher, num_asked = Teacher(), []
    sample(
        tmp_path, teacher, solved=easy | hard, on_block=lambda: num_asked.append(len(teacher.asked))
    )
    assert num_asked == [64, 64, 160, 160]
