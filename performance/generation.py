"""Our runner's tokens a second over bare vLLM's: `python -m performance.generation`.

Ours is `sample_rollouts`, request log and table included, on a warm engine. Bare is `LLM.generate`
on the same prompts, seeds and settings, all at once, rendered beforehand. They take turns in one
process and one engine (two engines' threads would spin against each other), with the prefix cache
emptied before each. A pair has both, and the order alternates. The median of the pairs' ratios
must be at least 0.97.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from assets.recipe.load import load_recipe
from r1data.engines.vllm import Vllm
from r1data.generation.blocks import Block
from r1data.generation.sampling import sample_rollouts
from r1data.policies.settings import PolicyVersion, WeightsPolicy
from r1data.policies.table import find_policy, policy_version
from r1data.protocol import Sampling
from r1data.requests.log import RequestLog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts

COMMAND = (sys.executable, "-m", "performance.generation_worker")
TARGET = 0.97
SPEC = TableSpec("measured/rollouts", Rollouts, 1)


def main() -> None:
    """Run a pair to warm up and the measured ones; exit with 1 below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", type=Path, default=Path("recipes/demo.yaml"))
    parser.add_argument("--policy", default="base")
    parser.add_argument("--concurrency", type=int, help="in flight; else the recipe's")
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--prompts", type=int, default=64)
    parser.add_argument("--group-size", type=int, default=2)
    parser.add_argument("--max-tokens", type=int, default=40)
    options = parser.parse_args()
    settings = load_recipe(options.recipe).policies[options.policy]
    if not isinstance(settings, WeightsPolicy):
        sys.exit(f"policy {options.policy} has no weights; name one that vLLM loads")
    sampling = Sampling(group_size=options.group_size, max_tokens=options.max_tokens)
    with tempfile.TemporaryDirectory(prefix="r1data-generation-") as folder:
        policy = find(options.policy, settings, Path(folder))
        with running(policy, settings, Path(folder), options.concurrency) as engine:
            runs = Runs(engine, policy, sampling, problems(options.prompts), Path(folder))
            runs.pair(is_ours_first=True)
            pairs = [runs.pair(is_ours_first=number % 2 == 0) for number in range(options.pairs)]
    print(f"{options.prompts} prompts x {options.group_size}, {engine.concurrency} in flight")
    for ours, bare in pairs:
        print(f"ours {ours:8.1f} tokens/s   bare {bare:8.1f} tokens/s   {ours / bare:.3f}")
    median = statistics.median(ours / bare for ours, bare in pairs)
    print(f"median ratio {median:.3f} over {len(pairs)} pairs; the target is {TARGET}")
    sys.exit(median < TARGET)


class Runs:
    """The two ways to sample the same rollouts on one engine."""

    def __init__(
        self,
        engine: Vllm,
        policy: PolicyVersion,
        sampling: Sampling,
        prompts: pl.DataFrame,
        folder: Path,
    ) -> None:
        self.engine = engine
        self.policy = policy
        self.sampling = sampling
        self.prompts = prompts
        self.folder = folder
        self.num_runs = 0

    def pair(self, *, is_ours_first: bool) -> tuple[float, float]:
        """Return our tokens a second and bare vLLM's."""
        if is_ours_first:
            return self.ours(), self.bare()
        bare = self.bare()
        return self.ours(), bare

    def ours(self) -> float:
        """Sample into a new table and a new log; return the tokens a second."""
        self.tell({"empty_cache": True})
        self.num_runs += 1
        root = self.folder / f"run-{self.num_runs}"
        began = time.monotonic()
        with (
            RequestLog(root / "logs", self.policy, self.sampling) as log,
            Store(root).writing(SPEC, fingerprints([SPEC])[SPEC.key], {}) as writer,
        ):
            sample_rollouts(lambda: self.engine, log, self.prompts, writer, round_name="reasoning")
            table = writer.finish()
        seconds = time.monotonic() - began
        return float(table.read()["num_completion_tokens"].sum()) / seconds

    def bare(self) -> float:
        """Generate the same at once; return the tokens a second."""
        self.tell({"empty_cache": True})
        with RequestLog(self.folder / "unused", self.policy, self.sampling) as log:
            requests = Block(0, self.prompts, log, log.index()).requests("measured")
            asked = [
                {"messages": one.messages, "prefill": one.prefill, "seed": one.seed}
                for one in requests
            ]
        sampling = self.sampling.model_dump(mode="json")
        facts = self.tell({"bare": {"requests": asked, "sampling": sampling}})["bare"]
        return float(facts["num_tokens"] / facts["seconds"])

    def tell(self, line: dict[str, object]) -> dict[str, dict[str, float]]:
        """Say something to the idle worker and return what it answers."""
        worker = self.engine._started()
        worker.send(line)
        return worker.receive()


def find(name: str, settings: WeightsPolicy, folder: Path) -> PolicyVersion:
    """Return a recipe's policy with its weights unpacked."""
    store = Store(folder / "models")
    row = find_policy(name, settings, store).row(0, named=True)
    return policy_version(row, settings, store)


@contextmanager
def running(
    policy: PolicyVersion, settings: WeightsPolicy, folder: Path, concurrency: int | None
) -> Iterator[Vllm]:
    """Run vLLM with the recipe's settings and close it in the end."""
    engine_settings = settings.engine
    if concurrency:
        engine_settings = engine_settings.model_copy(update={"concurrency": concurrency})
    engine = Vllm(
        policy.weights or folder,
        engine_settings,
        log_file=folder / "vllm.log",
        max_model_len=settings.max_model_len,
        command=COMMAND,
    )
    try:
        yield engine
    finally:
        engine.close()


def problems(count: int) -> pl.DataFrame:
    """Return small problems that differ from their first words on."""
    texts = [f"{n + 2} boxes hold {n % 7 + 3} eggs each. How many eggs?" for n in range(count)]
    return pl.DataFrame(
        {
            "prompt_id": [f"p{number}" for number in range(count)],
            "problem": texts,
            "system_message": pl.Series([None] * count, dtype=pl.String),
        }
    )


if __name__ == "__main__":
    main()
