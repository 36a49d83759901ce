"""Whether what a made demo kept teaches as well as what wrote it: `python -m performance.teaches`.

The last policy is trained again with other seeds, on the rows that the demo kept, in a copy of its
data folder, and asked the held-out problems beside the policy that wrote the rows. Printed are both
scores by seed and the difference paired by prompt; then, of the demo's own run, both beside the
base model asked in each way of the recipe, by pass@1 and by accuracy, which needs no format. The
script exits with 1 if the standard error of the difference is above 0.02, if the lower bound of 95%
is -0.05 or less, or if a base is not below both policies.

The standard error has two parts, added as squares: that of the mean over prompts of the difference,
averaged over seeds, and that of the mean over seeds. The noise of sampling is in both, so it is
rather too large than too small.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import polars as pl
import yaml

from r1data.answers import JUDGED
from r1data.store.store import open_store

MAX_STANDARD_ERROR = 0.02
MIN_BOUND = -0.05
NORMAL_95 = 1.96
VERDICTS = {"pass@1": "evaluation/verdicts", "accuracy": "evaluation/lenient_verdicts"}
"""The verdicts that each metric is taken from."""
PUPIL = "sft"
Rates = Mapping[str, Mapping[str, float]]
"""By policy and prompt: the share of judged completions that are correct."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean over paired prompts with its standard error."""

    mean: float
    standard_error: float
    num_prompts: int

    @property
    def bound(self) -> float:
        """Return the lower bound of the interval of 95%."""
        return self.mean - NORMAL_95 * self.standard_error

    def __str__(self) -> str:
        """Write it as the tables do."""
        return f"{self.mean:+.3f} (s.e. {self.standard_error:.3f}, lower bound {self.bound:+.3f})"


def main() -> None:
    """Train, score and compare, and exit with 1 if the pupil is not as good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", type=Path, default=Path("recipes/demo.yaml"))
    parser.add_argument("--data", type=Path, default=Path("data"), help="With the made demo.")
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44])
    parser.add_argument("--completions", type=int, default=4, help="Of each held-out prompt.")
    options = parser.parse_args()
    document = yaml.safe_load(options.recipe.read_text(encoding="utf-8"))
    writer = document["reasoning"]["policy"]
    above = _print_bases(options.data / document["name"], writer)
    with tempfile.TemporaryDirectory(prefix="r1data-teaches-") as folder:
        data = Path(folder) / "data"
        for part in (document["name"], "logs"):
            shutil.copytree(options.data / part, data / part)
        rates = []
        for seed in options.seeds:
            rates.append(_taught(document, data, seed, options.completions))
            _print_seed(seed, rates[-1], writer)
    taught = paired(rates, PUPIL, writer)
    print(f"over all seeds, {PUPIL} minus {writer}, {taught.num_prompts} prompts: {taught}")
    is_sure = taught.standard_error <= MAX_STANDARD_ERROR and taught.bound > MIN_BOUND
    sys.exit(not (is_sure and above))


def _taught(document: Mapping[str, Any], data: Path, seed: int, completions: int) -> Rates:
    """Train the pupil with a seed, and return how often it and the writer are right."""
    recipe = data.parent / f"seed_{seed}.yaml"
    seeded = _seeded(document, seed, completions)
    recipe.write_text(yaml.safe_dump(seeded, sort_keys=False), encoding="utf-8")
    where = ["--recipe", str(recipe), "--data", str(data), "--select", VERDICTS["pass@1"]]
    command = [str(Path(sys.executable).with_name("r1data")), "run", *where]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return rates_of(data / document["name"], VERDICTS["pass@1"])


def _seeded(document: Mapping[str, Any], seed: int, completions: int) -> dict[str, Any]:
    """Return the recipe with a seed of its last training, and the two policies scored alone.

    The seed that the configuration has is left to it: that policy is made already.
    """
    training, evaluation = document[PUPIL]["training"], document["evaluation"]
    writer = document["reasoning"]["policy"]
    if seed != yaml.safe_load(Path(training["config"]).read_text(encoding="utf-8"))["seed"]:
        training = training | {"overrides": {"seed": seed, "data_seed": seed}}
    return {
        **document,
        PUPIL: document[PUPIL] | {"training": training},
        "evaluation": {
            "policies": [writer, PUPIL],
            "baseline": writer,
            "sampling": evaluation["sampling"] | {"group_size": completions},
        },
    }


def rates_of(root: Path, verdicts: str) -> Rates:
    """Return the share of judged completions that are correct, of the policies of a data folder.

    Args:
        root: The folder.
        verdicts: The key of the verdicts.
    """
    store, outcome = open_store(root), pl.col("outcome").cast(pl.String)
    judged = store.table(verdicts).read().filter(outcome.is_in([one.value for one in JUDGED]))
    by_prompt = (
        store.table("evaluation/rollouts")
        .read()
        .select("rollout_id", "policy", "prompt_id")
        .join(judged.select("rollout_id", "outcome"), on="rollout_id")
        .group_by("policy", "prompt_id")
        .agg(rate=(outcome == "correct").mean())
    )
    rates: dict[str, dict[str, float]] = {}
    for policy, prompt_id, rate in by_prompt.iter_rows():
        rates.setdefault(policy, {})[prompt_id] = rate
    return rates


def paired(rates: Sequence[Rates], policy: str, baseline: str) -> Difference:
    """Return a policy minus another, paired by prompt, over trainings with several seeds."""
    shared = set.intersection(*(set(one[policy]) & set(one[baseline]) for one in rates))
    by_seed = [[one[policy][key] - one[baseline][key] for key in sorted(shared)] for one in rates]
    means = [fmean(differences) for differences in by_seed]
    by_prompt = [fmean(differences) for differences in zip(*by_seed, strict=True)]
    error = stdev(by_prompt) / sqrt(len(by_prompt))
    seeds = stdev(means) / sqrt(len(means)) if len(means) > 1 else 0.0
    return Difference(fmean(means), hypot(error, seeds), len(shared))


def _print_seed(seed: int, rates: Rates, writer: str) -> None:
    scores = ", ".join(f"{name} {fmean(rates[name].values()):.3f}" for name in (writer, PUPIL))
    print(f"seed {seed}: {scores}, the difference {paired([rates], PUPIL, writer)}", flush=True)


def _print_bases(root: Path, writer: str) -> bool:
    """Print both policies minus each base, and return whether both are above all of them."""
    compared = list(_compared(root, writer))
    for metric, base, name, score, difference in compared:
        print(f"{metric} of {base} {score:.3f}, {name} minus it {difference}", flush=True)
    return all(difference.mean > 0 for *_, difference in compared)


def _compared(root: Path, writer: str) -> Iterator[tuple[str, str, str, float, Difference]]:
    for metric, key in VERDICTS.items():
        rates = rates_of(root, key)
        for base in sorted(name for name in rates if name.partition(":")[0] == "base"):
            score = fmean(rates[base].values())
            for name in (writer, PUPIL):
                yield metric, base, name, score, paired([rates], name, base)


if __name__ == "__main__":
    main()
