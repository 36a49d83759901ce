"""Batches, from the prompts of a table to its rows, over a scripted server."""

from collections import Counter
from itertools import islice

import pytest

from r1data.endpoints.batches.engine import Unbatched
from r1data.endpoints.endpoint import Endpoint
from r1data.errors import BatchesPendingError, CapReachedError
from r1data.generation.budget import Budget, Caps
from r1data.generation.sampling import UnansweredError
from r1data.protocol import EngineStoppedError
from tests.endpoints.batches.runs import NUM_REQUESTS, is_whole, prompts

PRICE = {"input": 1_000, "output": 1_000}


def test_a_table_is_asked_in_batches_and_nothing_of_them_is_left(runs):
    rows = runs.run(batch={"requests": 8})
    assert is_whole(runs, rows)
    assert [len(batch.lines) for batch in runs.server.batches] == [8, 8, 4]
    assert runs.server.asked == []
    assert runs.left() == []
    assert runs.slept == [7]


def test_a_line_of_a_batch_asks_what_a_request_asks(runs):
    runs.run()
    line = runs.server.batches[0].lines[0]
    assert line["method"], line["url"] == ("POST", "/v1/chat/completions")
    assert line["body"]["messages"] == [{"role": "user", "content": "What is 0 + 0?"}]
    assert "stream" not in line["body"]
    assert line["custom_id"] == runs.log.rollout_id("p00", 0)


def test_only_so_many_batches_wait_at_once(runs):
    most = []
    runs.server.on_create = lambda batch: most.append(
        sum(one.status == "in_progress" for one in runs.server.batches)
    )
    assert is_whole(runs, runs.run(batch={"requests": 4, "at_once": 2}))
    assert max(most) == 2
    assert len(most) == 5


def test_a_reply_in_a_batch_costs_its_share_of_the_price(runs):
    rows = runs.run(price=PRICE, batch={"price_share": 0.25})
    tokens = rows["num_prompt_tokens"].sum() + rows["num_completion_tokens"].sum()
    assert runs.logged()["cost"].sum() == pytest.approx(tokens / 1_000 / 4)


def test_what_it_takes_is_said_when_a_batch_is_submitted(runs):
    runs.run()
    assert [line for line in runs.said if "20 requests submitted" in line] == runs.said


def test_a_run_that_does_not_wait_ends_and_a_later_one_takes_the_answers(runs):
    with pytest.raises(BatchesPendingError, match=r"1 batches with 20 requests; run again later"):
        runs.run(batch={"wait": False})
    with pytest.raises(BatchesPendingError):
        runs.run(batch={"wait": False})
    runs.server.finish()
    assert is_whole(runs, runs.run(batch={"wait": False}))
    assert runs.slept == []


def test_another_recipe_takes_the_answers_that_one_recipe_asked_for(runs):
    with pytest.raises(BatchesPendingError):
        runs.run("first", batch={"wait": False})
    assert is_whole(runs, runs.run("second"))


def test_what_a_run_adds_is_submitted_beside_what_waits(runs):
    with pytest.raises(BatchesPendingError):
        runs.run(asked=prompts(4), batch={"wait": False})
    assert is_whole(runs, runs.run())
    assert [len(batch.lines) for batch in runs.server.batches] == [8, 12]


def test_answers_that_a_run_does_not_ask_for_wait_for_one_that_does(runs):
    with pytest.raises(BatchesPendingError):
        runs.run("first", batch={"wait": False})
    runs.run("second", asked=prompts(3))
    assert len(runs.records.all()[0].rollout_ids) == 14
    num_fetched = runs.server.num_fetched
    assert is_whole(runs, runs.run("third"))
    assert runs.server.num_fetched == num_fetched
    assert runs.left() == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["upload", "create", "look", "fetch"])
def test_a_run_that_ends_at_any_step_is_gone_on_with_and_nothing_is_submitted_twice(
    runs, step, when
):
    runs.server.interrupt = [(step, when)]
    with pytest.raises(EngineStoppedError, match="run again: nothing is asked twice"):
        runs.run(batch={"requests": 8})
    assert is_whole(runs, runs.run(batch={"requests": 8}))
    assert runs.left() == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_ends_while_it_looks_for_a_batch_leaves_that_to_the_next(runs, when):
    runs.server.interrupt = [("create", "after"), ("list", when)]
    for _ in range(2):
        with pytest.raises(EngineStoppedError):
            runs.run()
    assert is_whole(runs, runs.run())


@pytest.mark.parametrize("when", ["before", "after"])
def test_where_the_answer_to_a_submission_is_lost_it_is_looked_for_within_the_run(runs, when):
    runs.server.interrupt = [("create", when)]
    assert is_whole(runs, runs.run(max_retries=2))


def test_a_batch_that_may_exist_is_not_submitted_again_where_batches_are_not_listed(runs):
    runs.server.interrupt, runs.server.is_listing = [("create", "after")], False
    with pytest.raises(EngineStoppedError):
        runs.run()
    said = r"does not list its batches .*if not, remove .*\.json"
    with pytest.raises(EngineStoppedError, match=said):
        runs.run()
    assert len(runs.server.submitted) == NUM_REQUESTS
    runs.records.path(runs.records.all()[0]).unlink()
    runs.run()
    assert len(runs.server.submitted) == 2 * NUM_REQUESTS


class Killed(BaseException):
    """The end of a process, as its own code sees it."""


class Ending:
    """An engine whose process ends after some replies."""

    def __init__(self, engine):
        self.engine = engine
        self.concurrency = engine.concurrency

    def complete(self, requests, sampling):
        yield from islice(self.engine.complete(requests, sampling), 7)
        raise Killed


def test_a_run_that_is_killed_while_it_takes_the_answers_doubles_none(runs):
    with pytest.raises(BatchesPendingError):
        runs.run(batch={"wait": False})
    runs.server.finish()

    ask = runs.engine
    runs.engine = lambda policy: Ending(ask(policy))
    with pytest.raises(Killed):
        runs.run()
    runs.engine = ask
    assert len(runs.records.open()[0].rollout_ids) == NUM_REQUESTS - 7
    assert is_whole(runs, runs.run())
    assert runs.server.num_fetched == 2
    assert runs.records.open() == []
    runs.records.tidy()
    assert runs.left() == []


def test_requests_of_a_batch_that_expired_are_asked_again_and_the_others_kept(runs):
    runs.while_waiting = lambda: runs.server.finish("expired", num_answered=6)
    with pytest.raises(UnansweredError, match=r"14 of 20 .*14 server_error.*batch_expired"):
        runs.run()
    runs.while_waiting = runs.server.finish
    rows = runs.run()
    assert rows["completion"].null_count() == 0
    counts = Counter(runs.server.submitted)
    assert sorted(counts.values()) == [1] * 6 + [2] * 14


def test_a_cancelled_batch_without_any_answer_is_asked_again(runs):
    def cancel():
        for batch in runs.server.batches:
            batch.status = "canceled"

    runs.while_waiting = cancel
    with pytest.raises(UnansweredError, match="20 server_error: the batch ended without an answer"):
        runs.run()
    runs.while_waiting = runs.server.finish
    assert runs.run()["completion"].null_count() == 0
    assert len(runs.server.batches) == 2


def test_a_batch_that_the_endpoint_refuses_stops_the_run_with_its_words_and_is_asked_again(runs):
    def fail(batch):
        batch.status = "failed"
        batch.errors = [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached"}]

    runs.server.on_create = fail
    said = r"token_limit_exceeded: Enqueued token limit reached.*lower `batch.at_once`"
    with pytest.raises(EngineStoppedError, match=said):
        runs.run()
    runs.server.on_create = lambda batch: None
    runs.run()
    assert len(runs.server.batches) == 2


def test_what_extra_body_says_stands_in_no_file_once_a_batch_is_submitted(runs):
    with pytest.raises(BatchesPendingError):
        runs.run(batch={"wait": False}, extra_body={"user": "somebody in particular"})
    assert runs.server.batches[0].lines[0]["body"]["user"] == "somebody in particular"
    files = [path for path in runs.root.rglob("*") if path.is_file()]
    assert not any(b"in particular" in path.read_bytes() for path in files)


def test_caps_bound_what_is_submitted(runs):
    budget = Budget(Caps(requests=7))
    with pytest.raises(CapReachedError):
        runs.run(budget=budget)
    assert len(runs.server.submitted) == 7
    assert is_whole(runs, runs.run(budget=Budget(Caps(requests=1_000))))


def test_without_batches_what_a_batch_holds_is_not_asked(runs, tmp_path):
    with pytest.raises(BatchesPendingError):
        runs.run(batch={"wait": False})
    runs.engine = lambda policy: Unbatched(Endpoint("teacher", policy.settings), runs.records)
    with pytest.raises(EngineStoppedError, match=r"write `batch: \{\}` to take its answers"):
        runs.run()
    assert runs.server.asked == []
    del runs.engine
    assert is_whole(runs, runs.run())


def test_a_batch_of_another_address_is_not_submitted_at_this_one(runs):
    with pytest.raises(BatchesPendingError):
        runs.run(batch={"wait": False})
    with pytest.raises(EngineStoppedError, match="name that endpoint to take the answers"):
        runs.run(url=runs.server.url.replace("127.0.0.1", "localhost"))


def test_a_damaged_record_stops_the_run_in_one_line(runs):
    with pytest.raises(BatchesPendingError):
        runs.run(batch={"wait": False})
    (path,) = runs.records.folder.glob("*.json")
    path.write_text("{")
    with pytest.raises(ValueError, match="is damaged, and with it which requests its batch holds"):
        runs.run()
