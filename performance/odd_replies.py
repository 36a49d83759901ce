"""Ask a server of which one reply in ten is odd, cut, null, mistyped or refused, and count.

    python -m performance.odd_replies          2,000 requests

Every request must have exactly one row in the log that counts, a completion or an error with its
class, and Python and SQL must both read the whole log.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from performance.odd_answers import ODD
from performance.scripted_answers import OddAnswer
from performance.scripted_server import Script, ScriptedServer
from r1data.endpoints.endpoint import Endpoint
from r1data.generation.sampling import UnansweredError, sample_rollouts
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import Sampling
from r1data.requests.log import RequestLog
from r1data.seeds import content_id
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts

SPEC = TableSpec(key="odd/rollouts", schema=Rollouts, version=1)
SAMPLING = Sampling(group_size=1, max_tokens=100)
SHARE = 10
"""One prompt in so many gets an odd reply."""
MAX_RUNS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What stood in the log in the end."""

    num_lost: int
    num_doubled: int
    num_errors: int
    num_read_by_sql: int
    num_lines: int

    @property
    def is_passed(self) -> bool:
        """Whether each request has one row that counts, and SQL reads every line."""
        return self.num_lost == self.num_doubled == 0 and self.num_read_by_sql == self.num_lines


def run_drill(folder: Path, num_prompts: int) -> Found:
    """Sample one completion for each prompt; run again until nothing is left to ask."""
    problems = [f"Problem {number}" for number in range(num_prompts)]
    prompts = pl.DataFrame({"prompt_id": map(content_id, problems), "problem": problems})
    prompts = prompts.with_columns(system_message=pl.lit(None, pl.String))
    with ScriptedServer(Script(odd=odd_by_number)) as server:
        settings = EndpointPolicy(
            endpoint=server.url, model="scripted", revision="1", concurrency=32, max_retries=0
        )
        policy = PolicyVersion("scripted", settings, "scripted@1")
        for _ in range(MAX_RUNS):
            if _run(folder, policy, prompts):
                break
    return _found(folder, RequestLog(Store(folder).logs, policy, SAMPLING), prompts)


def odd_by_number(prompt: str, num_before: int) -> OddAnswer | None:
    """Return the odd answer to the first request of each tenth prompt."""
    number = int(prompt.split()[-1])
    if num_before or number % SHARE:
        return None
    return list(ODD.values())[number // SHARE % len(ODD)].answer


def _run(folder: Path, policy: PolicyVersion, prompts: pl.DataFrame) -> bool:
    fingerprint = fingerprints([SPEC])[SPEC.key]
    settings = policy.settings
    assert isinstance(settings, EndpointPolicy)
    with (
        Store(folder).writing(SPEC, fingerprint, {}) as writer,
        RequestLog(Store(folder).logs, policy, SAMPLING) as log,
    ):
        start: Callable[[], Endpoint] = lambda: Endpoint(policy.name, settings)  # noqa: E731
        try:
            sample_rollouts(start, log, prompts, writer, round_name="odd")
        except UnansweredError as error:
            print(error)
            return False
        writer.finish()
    return True


def _found(folder: Path, log: RequestLog, prompts: pl.DataFrame) -> Found:
    rows = Store(folder).table(SPEC.key).read()
    lines = [json.loads(line) for line in log.path.read_bytes().splitlines()]
    completed = [line["rollout_id"] for line in lines if line["completion"] is not None]
    counted = duckdb.sql(
        "SELECT count(*), count(completion), sum(num_completion_tokens) FROM read_json("
        f"'{log.path}', format='newline_delimited', union_by_name=true)"
    ).fetchall()[0]
    return Found(
        num_lost=prompts.height - rows["rollout_id"].n_unique(),
        num_doubled=len(completed) - len(set(completed)),
        num_errors=rows["error_class"].count(),
        num_read_by_sql=counted[0],
        num_lines=len(lines),
    )


def main() -> None:
    """Run the drill and exit with 1 if it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run_drill(Path(folder), options.prompts)
    print(
        f"{options.prompts} requests, {len(ODD)} kinds of odd replies: {found.num_lost} lost, "
        f"{found.num_doubled} doubled, {found.num_errors} kept as errors; SQL reads "
        f"{found.num_read_by_sql} of {found.num_lines} lines"
    )
    sys.exit(not found.is_passed)


if __name__ == "__main__":
    main()
