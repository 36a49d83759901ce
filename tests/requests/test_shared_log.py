import json
import shutil
import threading
from contextlib import ExitStack

import polars as pl
import pytest

from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import ErrorClass, Reply, Request, Sampling
from r1data.requests.log import RequestLog
from r1data.requests.taken_in import take_in_tables
from r1data.store.locks import TableBusyError
from r1data.store.log import AppendLog
from r1data.store.store import Store
from tests.effort import effort
from tests.waiting import wait_until

POLICY = PolicyVersion(
    "teacher", EndpointPolicy(endpoint="http://here/v1", model="m", revision="1"), "org/m@1"
)


def shared(root, recipe, **options):
    return RequestLog.of(Store(root / recipe), POLICY, Sampling(), **options)


def older(root, recipe):
    """The log of a recipe from before recipes shared one."""
    return RequestLog(root / recipe / "logs", POLICY, Sampling())


def answer(log, numbers, error_class=None):
    with log:
        for number in numbers:
            asked = Request(log.rollout_id("p", number), "p", number, (), "", seed=5)
            text = None if error_class else f"{number}"
            reply = Reply(
                asked.rollout_id,
                completion=text,
                finish_reason=None if error_class else "stop",
                error_class=error_class,
                rendered_prompt="<user>p",
            )
            log.append(asked, reply)
    return log


def rows(log):
    return [json.loads(line) for line in log.path.read_bytes().splitlines()]


def answers(log):
    return [(row["sample_index"], row["completion"]) for row in rows(log) if row["completion"]]


def test_recipes_side_by_side_share_their_replies(tmp_path):
    log = answer(shared(tmp_path, "one"), range(3))
    other = answer(shared(tmp_path, "two"), [3])
    assert other.path == log.path
    assert tmp_path / "logs" in log.path.parents
    assert [row["recipe"] for row in rows(log)] == ["one"] * 3 + ["two"]


def test_a_recipe_in_another_data_folder_shares_nothing(tmp_path):
    assert shared(tmp_path / "here", "one").path != shared(tmp_path / "there", "one").path


def test_an_older_log_moves_into_the_shared_one_with_its_rendered_prompts(tmp_path):
    before = answer(older(tmp_path, "one"), range(3))
    with shared(tmp_path, "one") as log:
        pass
    assert answers(log) == [(0, "0"), (1, "1"), (2, "2")]
    assert {row["recipe"] for row in rows(log)} == {"one"}
    assert not before.path.exists()
    (rendered,) = (tmp_path / "logs" / "rendered_prompts").rglob("*.jsonl")
    assert rendered.read_text().count("\n") == 1


def test_older_logs_of_all_recipes_move_whichever_asks_first(tmp_path):
    answer(older(tmp_path, "one"), [0, 1])
    answer(older(tmp_path, "two"), [1, 2])
    with shared(tmp_path, "three") as log:
        pass
    assert answers(log) == [(0, "0"), (1, "1"), (2, "2")]


def test_what_stands_in_an_older_log_counts_before_anything_has_moved(tmp_path):
    before = answer(older(tmp_path, "one"), range(3))
    log = shared(tmp_path, "two")
    assert log.final([log.rollout_id("p", number) for number in range(5)]) == 3
    assert before.path.exists()


def test_an_answer_of_an_older_log_replaces_an_error_that_may_pass(tmp_path):
    answer(shared(tmp_path, "two"), [0, 1], ErrorClass.TIMED_OUT)
    answer(older(tmp_path, "one"), [0])
    log = answer(shared(tmp_path, "two"), [])
    found = log.index().find(log_ids(log, [0, 1]))
    assert found["error_class"].to_list() == [None, "timed_out"]


def test_an_error_of_an_older_log_does_not_replace_an_answer(tmp_path):
    answer(shared(tmp_path, "two"), [0])
    answer(older(tmp_path, "one"), [0, 1], ErrorClass.TIMED_OUT)
    log = answer(shared(tmp_path, "two"), [])
    assert log.final(log_ids(log, [0, 1])) == 1
    assert answers(log) == [(0, "0")]


def log_ids(log, numbers):
    return pl.Series([log.rollout_id("p", number) for number in numbers])


@pytest.mark.parametrize("num_rows", [0, 1, 2, 3])
def test_a_move_that_is_broken_off_is_done_by_the_next_and_doubles_nothing(tmp_path, num_rows):
    before = answer(older(tmp_path, "one"), range(3))
    kept = tmp_path / "kept.jsonl"
    shutil.copy(before.path, kept)
    with shared(tmp_path, "one") as log:
        pass
    torn = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(torn[:num_rows]) + (torn[num_rows][:20] if num_rows < 3 else b""))
    shutil.copy(kept, before.path)
    with shared(tmp_path, "one") as log:
        pass
    assert answers(log) == [(0, "0"), (1, "1"), (2, "2")]
    assert not before.path.exists()


def test_the_damaged_rows_of_an_older_log_are_kept_beside_where_it_was(tmp_path):
    before = answer(older(tmp_path, "one"), range(2))
    before.path.write_bytes(b"gar}bage\n" + before.path.read_bytes())
    with shared(tmp_path, "one") as log:
        pass
    assert len(answers(log)) == 2
    assert before.path.with_name(f"{before.path.name}.damaged").read_bytes()[:8] == b"gar}bage"


def test_an_older_log_that_is_still_written_is_not_moved(tmp_path):
    with older(tmp_path, "one"), pytest.raises(TableBusyError), shared(tmp_path, "two"):
        pass
    assert answer(shared(tmp_path, "two"), [0]).path.exists()


def test_whoever_comes_second_waits_says_so_once_and_finds_what_the_first_was_told(tmp_path):
    said, found = [], []

    def second():
        with shared(tmp_path, "two", on_busy=said.append) as log:
            found.extend(answers(log))

    waiting = threading.Thread(target=second)
    with ExitStack() as stack:
        log = stack.enter_context(shared(tmp_path, "one"))
        waiting.start()
        assert wait_until(lambda: said)
        asked = Request(log.rollout_id("p", 0), "p", 0, (), "", seed=5)
        log.append(asked, Reply(asked.rollout_id, completion="late", finish_reason="stop"))
    waiting.join()
    assert found == [(0, "late")]
    assert len(said) == 1
    assert "is being written by process" in said[0]


class Shard:
    """A shard of rollouts that are all answers."""

    def __init__(self, rollout_ids):
        answer = {"error_class": None, "completion": "4"}
        self._rows = pl.LazyFrame(
            [{"rollout_id": one, **answer} for one in rollout_ids],
            schema={"rollout_id": pl.String, "error_class": pl.String, "completion": pl.String},
        )

    def faults(self):
        return []

    def scan(self):
        return self._rows


class Shards:
    """A table of some shards."""

    def __init__(self, *shards):
        self._shards = [Shard(rollout_ids) for rollout_ids in shards]
        self.num_blocks = len(shards)

    def block(self, number):
        return self._shards[number]


def test_of_a_table_only_the_answers_that_the_log_lacks_are_taken_in(tmp_path):
    with AppendLog(tmp_path / "log.jsonl") as log:
        table, known = Shards(["a", "b"], ["c", "d"]), {"a", "c"}
        assert take_in_tables(log, [table], known=known, of=pl.lit(True))
        assert known == {"a", "b", "c", "d"}
        assert not take_in_tables(log, [table], known=known, of=pl.lit(True))
    assert [json.loads(line)["rollout_id"] for line in log.path.read_bytes().splitlines()] == [
        "b",
        "d",
    ]


def test_taking_in_tables_that_the_log_knows_costs_no_more_for_a_larger_log(tmp_path):
    known = {f"r{number}" for number in range(200_000)}
    table = Shards(*([f"r{number}"] for number in range(40)))
    with AppendLog(tmp_path / "log.jsonl") as log:
        work = effort(lambda: take_in_tables(log, [table], known=known, of=pl.lit(True)))
    assert work < 3
