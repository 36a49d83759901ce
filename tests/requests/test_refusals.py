import pytest

from r1data.protocol import EngineStoppedError, ErrorClass, Reply
from r1data.requests.refusals import MIN_FAILED, NO_PAST, Past, Refusals

MANY = 200
"""Requests that nobody should ask: a run that does not stop is not to fill the memory."""
GOOD = Reply("good", completion="5", finish_reason="stop")


def failed(number=0, error_class=ErrorClass.REJECTED, remedy="correct `seed`"):
    return Reply(f"r{number}", error_class=error_class, error="422: no `seed`", remedy=remedy)


def settled(*replies, past=NO_PAST, concurrency=1):
    refusals = Refusals("teacher", concurrency=concurrency, past=past)
    found = refusals.settle(iter(replies))
    return [(reply.rollout_id, reply.error_class) for reply in found]


def test_a_refusal_waits_until_another_request_is_answered():
    taken = []

    def replies():
        for reply in [failed(), GOOD]:
            taken.append(reply)
            yield reply

    first = next(Refusals("teacher", concurrency=1).settle(replies()))
    assert taken == [failed(), GOOD]
    assert (first.rollout_id, first.error_class) == ("r0", ErrorClass.REJECTED)


def test_where_nothing_is_answered_the_run_stops_with_the_words_and_the_remedy():
    with pytest.raises(EngineStoppedError) as error:
        settled(failed(0), failed(1))
    assert str(error.value) == (
        "policy teacher: no request was answered (rejected: 422: no `seed`); correct `seed`, "
        "then run again"
    )


@pytest.mark.parametrize(("concurrency", "num_asked"), [(1, MIN_FAILED), (64, 64)])
def test_where_the_first_requests_are_refused_alike_the_others_are_not_asked(
    concurrency, num_asked
):
    taken = []

    refusals = Refusals("teacher", concurrency=concurrency)

    def replies():
        while not refusals.is_stopped and len(taken) < MANY:
            taken.append(1)
            yield failed(len(taken))

    with pytest.raises(EngineStoppedError, match=f"the last {num_asked} requests all failed"):
        list(refusals.settle(replies()))
    assert len(taken) == num_asked


def test_the_first_few_refused_are_enough_however_many_are_in_flight():
    refusals = Refusals("teacher", concurrency=64)
    asked = []

    def replies():
        for number in range(64):
            refusals.ask(f"r{number}")
        while not refusals.is_stopped and len(asked) < MANY:
            asked.append(failed(len(asked)))
            yield asked[-1]

    with pytest.raises(EngineStoppedError, match=f"the first {MIN_FAILED} requests were all ref"):
        list(refusals.settle(replies()))
    assert len(asked) == MIN_FAILED


def test_a_completion_on_its_way_is_waited_for_while_quick_refusals_come():
    refusals = Refusals("teacher", concurrency=64)
    for number in range(20):
        refusals.ask(f"r{number}")
    slow = Reply("r0", completion="5", finish_reason="stop")
    found = list(refusals.settle(iter([*map(failed, range(1, 20)), slow])))
    assert not refusals.is_stopped
    assert len(found) == 20


def test_what_was_refused_alike_is_not_logged_so_that_the_next_run_asks_it():
    logged = []
    with pytest.raises(EngineStoppedError):
        logged.extend(Refusals("teacher", concurrency=1).settle(map(failed, range(9))))
    assert logged == []


def test_one_refused_request_among_answered_ones_is_asked_again_once():
    assert settled(GOOD, failed()) == [("good", None), ("r0", ErrorClass.REJECTED)]
    past = Past(is_answered=True, rejected={"r0"})
    assert settled(failed(), past=past) == [("r0", ErrorClass.REFUSED)]


def test_a_policy_that_answered_before_is_not_stopped_by_the_few_that_are_left():
    past = Past(is_answered=True, rejected={f"r{number}" for number in range(20)})
    found = settled(*map(failed, range(20)), past=past)
    assert {error_class for _, error_class in found} == {ErrorClass.REFUSED}


def test_prompts_at_fault_themselves_never_stop_the_others():
    long = [failed(number, ErrorClass.PROMPT_TOO_LONG, remedy=None) for number in range(50)]
    assert len(settled(*long, GOOD)) == 51


def test_failures_in_a_row_stop_a_run_in_its_middle_and_stay_in_the_log():
    logged = []
    unpaid = [failed(number, ErrorClass.UNPAID, "pay") for number in range(MIN_FAILED + 2)]
    replies = Refusals("teacher", concurrency=2).settle(iter([GOOD, *unpaid]))
    with pytest.raises(EngineStoppedError, match=r"the last 5 requests all failed .*; pay, then"):
        logged.extend(reply.error_class for reply in replies)
    assert logged == [None, *[ErrorClass.UNPAID] * (MIN_FAILED + 2)]


def test_completions_in_flight_when_a_run_stops_are_kept_and_may_have_it_go_on():
    refused = list(map(failed, range(MIN_FAILED)))
    refusals = Refusals("teacher", concurrency=1)
    found = [reply.rollout_id for reply in refusals.settle(iter([*refused, GOOD]))]
    assert refusals.is_stopped
    assert found == [*(reply.rollout_id for reply in refused), "good"]


def test_an_endpoint_that_lets_nobody_in_is_asked_again_however_often_it_did_not():
    past = Past(is_answered=True, rejected={"r0"})
    found = settled(failed(0, ErrorClass.DENIED), past=past)
    assert found == [("r0", ErrorClass.DENIED)]


def test_failures_between_completions_do_not_stop_a_run():
    down = failed(error_class=ErrorClass.SERVER_ERROR, remedy=None)
    assert len(settled(*[down, down, GOOD] * 30)) == 90
