"""The budget of a run, as other runs of its recipe leave it."""

from assets.steps.run import Run
from assets.steps.spending import Spending
from r1data.generation.budget import Caps
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import Reply, Request, Sampling
from r1data.requests.log import RequestLog
from r1data.store.store import Store

POLICY = PolicyVersion(
    "teacher", EndpointPolicy(endpoint="http://here/v1", model="m", revision="1"), "m@1"
)


def test_what_another_run_asked_between_two_tables_counts_in_the_second(tmp_path):
    root = tmp_path / "mine"
    run = Run([], root, spending=Spending(Caps(requests=5)))
    assert run.budget().spent.requests == 0
    with RequestLog.of(Store(root), POLICY, Sampling()) as log:
        asked = Request(log.rollout_id("p", 0), "p", 0, (), "", seed=5)
        log.append(asked, Reply(asked.rollout_id, completion="4", finish_reason="stop"))
    assert run.budget().spent.requests == 1
