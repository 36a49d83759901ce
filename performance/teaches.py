"""Whether what a made demo kept teaches as well as what wrote it: `python -m performance.teaches`.

The last policy is trained again with other seeds, on the rows that the demo kept, in a copy of its
data folder, and asked the held-out problems beside the policy that wrote the rows. Printed are both
scores by seed, the difference paired by prompt, and then both beside the base model asked in each
way of the recipe, by pass@1 and by accuracy, which needs no format. The script exits with 1 if the
standard error of the difference is above 0.02, if the lower bound of 95% is -0.05 or less, or if a
base prompt is not below both policies.

The standard error has two parts, added as squares: that of the mean over prompts of the difference,
averaged over seeds, and that of the mean over seeds. The noise of sampling is in both, so it is
rather too large than too small.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
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
TABLES = {"pass@1": "evaluation/verdicts", "accuracy": "evaluation/lenient_verdicts"}
"""The verdicts that each metric is taken from."""
Rates = Mapping[str, Mapping[str, float]]
"""By policy and prompt: the share of judged completions that are correct."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean over paired prompts with its standard error."""

    mean: float
    standard_error: float

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
    with tempfile.TemporaryDirectory(prefix="r1data-teaches-") as name:
        data = Path(name) / "data"
        for part in (document["name"], "logs"):
            shutil.copytree(options.data / part, data / part)
        measured = [_scored(document, data, seed, options.completions) for seed in options.seeds]
    writer = document["reasoning"]["policy"]
    taught = _print_seeds(options.seeds, [rates["pass@1"] for rates in measured], writer)
    above = _print_bases(measured, document["evaluation"].get("prompts", {}), writer)
    is_sure = taught.standard_error <= MAX_STANDARD_ERROR and taught.bound > MIN_BOUND
    sys.exit(not (is_sure and above))


def _scored(
    document: Mapping[str, Any], data: Path, seed: int, completions: int
) -> dict[str, Rates]:
    """Train the pupil with a seed, ask every policy, and return how often each is right."""
    seeded = _seeded(document, seed, completions)
    recipe = data.parent / f"seed_{seed}.yaml"
    recipe.write_text(yaml.safe_dump(seeded, sort_keys=False), encoding="utf-8")
    selected = [word for key in TABLES.values() for word in ("--select", key)]
    where = ["--recipe", str(recipe), "--data", str(data)]
    command = [str(Path(sys.executable).with_name("r1data")), "run", *where, *selected]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    store = open_store(data / document["name"])
    rollouts = store.table("evaluation/rollouts").read()
    return {metric: rates_of(rollouts, store.table(key).read()) for metric, key in TABLES.items()}


def _seeded(document: Mapping[str, Any], seed: int, completions: int) -> dict[str, Any]:
    """Return the recipe with another seed of its last training, and groups of another size."""
    training = document["sft"]["training"] | {"overrides": {"seed": seed, "data_seed": seed}}
    evaluation = document["evaluation"]
    sampling = evaluation["sampling"] | {"group_size": completions}
    return {
        **document,
        "sft": document["sft"] | {"training": training},
        "evaluation": evaluation | {"sampling": sampling},
    }


def rates_of(rollouts: pl.DataFrame, verdicts: pl.DataFrame) -> Rates:
    """Return the share of judged completions that are correct, by policy and prompt."""
    judged = verdicts.filter(pl.col("outcome").cast(pl.String).is_in([one.value for one in JUDGED]))
    by_prompt = (
        rollouts.select("rollout_id", "policy", "prompt_id")
        .join(judged.select("rollout_id", "outcome"), on="rollout_id")
        .group_by("policy", "prompt_id")
        .agg(rate=(pl.col("outcome").cast(pl.String) == "correct").mean())
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
    return Difference(fmean(means), hypot(error, seeds))


def _print_seeds(seeds: Sequence[int], rates: Sequence[Rates], writer: str) -> Difference:
    """Print the pupil beside the writer by seed, and return the difference over all seeds."""
    print(f"| seed | {writer} | sft | sft minus {writer}, of {len(rates[0][writer])} prompts |")
    print("|---|---|---|---|")
    for seed, one in zip(seeds, rates, strict=True):
        scores = " | ".join(f"{fmean(one[name].values()):.3f}" for name in (writer, "sft"))
        print(f"| {seed} | {scores} | {paired([one], 'sft', writer)} |")
    taught = paired(rates, "sft", writer)
    print(f"\nover all seeds: {taught}; s.e. at most {MAX_STANDARD_ERROR}, bound above {MIN_BOUND}")
    return taught


def _print_bases(
    measured: Sequence[Mapping[str, Rates]], prompts: Mapping[str, Any], writer: str
) -> bool:
    """Print both policies minus each base, and return whether both are above all of them."""
    bases = [
        "base",
        *(f"base:{name}" for name, one in prompts.items() if "base" in one["policies"]),
    ]
    above = True
    for metric in TABLES:
        rates = [one[metric] for one in measured]
        for base in bases:
            score = fmean(rates[0][base].values())
            found = {name: paired(rates, name, base) for name in (writer, "sft")}
            above &= all(difference.mean > 0 for difference in found.values())
            minus = "; ".join(f"{name} minus it {one}" for name, one in found.items())
            print(f"{metric} of {base} {score:.3f}; {minus}")
    return above


if __name__ == "__main__":
    main()
