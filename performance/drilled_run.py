"""The run that the drills start as a child, kill and resume: a table of rollouts from a server.

python -m performance.drilled_run http://127.0.0.1:8000/v1 FOLDER --prompts 500
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl

from performance.scripted_server import ScriptedServer
from r1data.engines.open import open_engine
from r1data.generation.sampling import sample_rollouts
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import Sampling
from r1data.requests.log import RequestLog
from r1data.seeds import content_id, derive_seed
from r1data.store.log import index_log
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Rollouts

CONCURRENCY = 32
SAMPLING = Sampling(group_size=4, max_tokens=1_000)
SPEC = TableSpec(key="drill/rollouts", schema=Rollouts, version=1)
WRITES = {"shard": "part-", "manifest": "manifest.json"}
"""The writes during which the run can kill itself, and how their files' names begin."""


def start(
    server: ScriptedServer, root: Path, num_prompts: int, *, kill_at: str | None = None
) -> "subprocess.Popen[str]":
    """Start the run as a child."""
    command = [sys.executable, "-m", "performance.drilled_run", server.url, str(root)]
    command += ["--prompts", str(num_prompts), *(["--kill-at", kill_at] if kill_at else [])]
    folder = Path(__file__).parents[1]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)


def finished_table(root: Path) -> Table:
    """Return the table that runs in a data folder have made."""
    return Store(root).table(SPEC.key)


def asked_rollouts(server: ScriptedServer, num_prompts: int) -> frozenset[str]:
    """Return the rollouts that a server was asked for in its present life."""
    log = request_log(Path(), server.url)
    rollout_ids = {
        (problem, derive_seed("drill", prompt_id, sample)): log.rollout_id(prompt_id, sample)
        for prompt_id, problem in prompts(num_prompts).select("prompt_id", "problem").iter_rows()
        for sample in range(SAMPLING.group_size)
    }
    return frozenset(
        rollout_ids[asked.prompt, asked.seed]
        for asked in list(server.asked)
        if asked.life == server.life
    )


def written_rollouts(root: Path) -> list[str]:
    """Return the rollout of each completion in the log of a data folder, in order."""
    path = request_log(root, "").path
    rows = index_log(path, {"rollout_id": pl.String, "error_class": pl.String})
    return rows.filter(pl.col("error_class").is_null())["rollout_id"].to_list()


def request_log(root: Path, url: str) -> RequestLog:
    """Return the log of the server's policy; where the server listens is no part of it."""
    settings = EndpointPolicy(
        endpoint=url, model="scripted", revision="1", concurrency=CONCURRENCY, max_retries=10
    )
    policy = PolicyVersion("scripted", settings, "scripted@1")
    return RequestLog(Store(root).logs, policy, SAMPLING)


def prompts(count: int) -> pl.DataFrame:
    """Return the prompts that are asked."""
    problems = [f"Problem {number}: what is {number} + {number}?" for number in range(count)]
    prompt_ids = [content_id(problem) for problem in problems]
    frame = pl.DataFrame({"prompt_id": prompt_ids, "problem": problems})
    return frame.with_columns(system_message=pl.lit(None, pl.String))


def make_table(url: str, root: Path, num_prompts: int) -> None:
    """Make the table, from wherever it stands."""
    fingerprint = fingerprints([SPEC])[SPEC.key]
    with (
        Store(root).writing(SPEC, fingerprint, {}) as writer,
        request_log(root, url) as log,
    ):
        sample_rollouts(
            lambda: open_engine(log.policy, Store(root)),
            log,
            prompts(num_prompts),
            writer,
            round_name="drill",
        )
        writer.finish()


def kill_oneself_at(write: str) -> None:
    """Have this process killed just before the second file of a kind gets its final name."""
    renamed: list[object] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "os.rename" and Path(str(arguments[1])).name.startswith(WRITES[write]):
            renamed.append(arguments[1])
            if len(renamed) == 2:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def main() -> None:
    """Run as a child."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("root", type=Path)
    parser.add_argument("--prompts", type=int, required=True)
    parser.add_argument("--kill-at", choices=[*WRITES])
    options = parser.parse_args()
    if options.kill_at:
        kill_oneself_at(options.kill_at)
    try:
        make_table(options.url, options.root, options.prompts)
    except OSError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
