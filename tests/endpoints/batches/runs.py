from collections import Counter

import polars as pl

from r1data.endpoints.batches.engine import BatchEndpoint
from r1data.endpoints.batches.records import BatchRecords
from r1data.generation.sampling import sample_rollouts
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import Sampling
from r1data.requests.log import RequestLog
from r1data.store.log import index_log
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts

NUM_PROMPTS, GROUP_SIZE = 10, 2
NUM_REQUESTS = NUM_PROMPTS * GROUP_SIZE
SPEC = TableSpec("reasoning/rollouts", Rollouts, 1)


def prompts(count=NUM_PROMPTS):
    return pl.DataFrame(
        {
            "prompt_id": [f"p{number:02}" for number in range(count)],
            "problem": [f"What is {number} + {number}?" for number in range(count)],
            "system_message": pl.Series([None] * count, dtype=pl.String),
        }
    )


class Runs:
    """Runs over one data folder that ask a scripted server by batches."""

    def __init__(self, root, server):
        self.root = root
        self.server = server
        self.said = []
        self.slept = []
        self.while_waiting = server.finish

    def policy(self, url=None, **changes):
        batch = {"requests": 100, "look_seconds": 7} | changes.pop("batch", {})
        settings = {"model": "scripted", "revision": "1", "max_retries": 0, "batch": batch}
        endpoint = EndpointPolicy(endpoint=url or self.server.url, **(settings | changes))
        return PolicyVersion("teacher", endpoint, "scripted@1")

    @property
    def records(self):
        return BatchRecords(self.root / "logs", "scripted@1")

    def sleep(self, seconds):
        """Waiting is what brings the server's batches to their end, unless told otherwise."""
        self.slept.append(seconds)
        assert len(self.slept) < 1_000
        self.while_waiting()

    def engine(self, policy):
        return BatchEndpoint(
            "teacher", policy.settings, self.records, say=self.said.append, sleep=self.sleep
        )

    def run(self, recipe="mine", asked=None, group_size=GROUP_SIZE, budget=None, **changes):
        """Make the table; return its rows."""
        store, policy = Store(self.root / recipe), self.policy(**changes)
        sampling = Sampling(group_size=group_size, max_tokens=300)
        with (
            store.writing(SPEC, fingerprints([SPEC])[SPEC.key], {}) as writer,
            RequestLog.of(store, policy, sampling) as log,
        ):
            self.log = log
            sample_rollouts(
                lambda: self.engine(policy),
                log,
                prompts() if asked is None else asked,
                writer,
                round_name="reasoning",
                budget=budget,
            )
            return writer.finish().read()

    def logged(self):
        fields = {"rollout_id": pl.String, "error_class": pl.String, "cost": pl.Float64}
        return index_log(self.log.path, fields)

    def left(self):
        return sorted(path.name for path in self.records.folder.glob("*"))


def is_whole(runs, rows):
    """Tell whether every rollout has one completion, each request was submitted once."""
    completed = runs.logged().filter(pl.col("error_class").is_null())["rollout_id"]
    assert rows["completion"].null_count() == 0
    assert completed.n_unique() == completed.len() == rows.height
    return Counter(runs.server.submitted) == dict.fromkeys(rows["rollout_id"], 1)
