import json

import pytest

from r1data.generation.spending import Spent, read_spent
from r1data.policies.price import Price
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import ErrorClass, Reply, Request, Sampling
from r1data.requests.log import RequestLog
from r1data.store.store import Store

PRICE = Price(input=1, output=10)


def policy(price=None):
    settings = EndpointPolicy(endpoint="http://here/v1", model="m", revision="1", price=price)
    return PolicyVersion("teacher", settings, "m@1")


def asked(root, recipe, numbers, price=None, **reply):
    with RequestLog.of(Store(root / recipe), policy(price), Sampling()) as log:
        for number in numbers:
            rollout_id = log.rollout_id("p", number)
            request = Request(rollout_id, "p", number, (), "", seed=5)
            log.append(request, Reply(rollout_id, **reply))
    return [log.path]


def paid(root, recipe, numbers, price=PRICE):
    tokens = {"num_prompt_tokens": 100, "num_completion_tokens": 1_000, "seconds": 0.0}
    return asked(root, recipe, numbers, price, completion="2", finish_reason="stop", **tokens)


def test_what_each_recipe_asked_is_its_own_spending(tmp_path):
    logs = paid(tmp_path, "one", range(3))
    paid(tmp_path, "two", range(3, 5))
    assert read_spent(logs, "one") == Spent(3, 3_300, pytest.approx(0.0303), 0.0)
    assert read_spent(logs, "two").requests == 2
    assert read_spent(logs, "three") == Spent()


def test_errors_are_requests_that_take_no_tokens(tmp_path):
    logs = asked(tmp_path, "one", range(2), PRICE, error_class=ErrorClass.TIMED_OUT)
    spent = read_spent(logs, "one")
    assert (spent.requests, spent.tokens, spent.money) == (2, 0, 0.0)


def test_what_a_completion_without_counts_of_tokens_costs_is_not_known(tmp_path):
    (log,) = asked(tmp_path, "one", [1], PRICE, completion="2", finish_reason="stop")
    assert json.loads(log.read_bytes())["cost"] is None


def test_replies_from_before_a_price_was_stated_cost_what_it_says_now(tmp_path):
    logs = paid(tmp_path, "one", range(2), price=None)
    paid(tmp_path, "one", [2])
    assert read_spent(logs, "one").money == pytest.approx(0.0101)
    assert read_spent(logs, "one", {"m@1": PRICE}).money == pytest.approx(0.0303)


def test_a_log_that_does_not_exist_is_no_spending(tmp_path):
    assert read_spent([tmp_path / "none.jsonl"], "one") == Spent()


def test_existing_rollouts_are_no_spending(tmp_path):
    from r1data.policies.settings import RolloutsPolicy

    settings = RolloutsPolicy(rollouts="f.jsonl", model="m")
    theirs = PolicyVersion("theirs", settings, "m@f")
    with RequestLog.of(Store(tmp_path / "one"), theirs, Sampling()) as log:
        request = Request("r", "p", 0, (), "", seed=5)
        log.append(request, Reply("r", completion="2", finish_reason="stop"))
    assert read_spent([log.path], "one") == Spent()
