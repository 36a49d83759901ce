"""Requests saved by an early stop, and what is kept with it: `python -m performance.early_stop`.

A scripted endpoint solves each prompt as often as its pass rate says. The rates are spread as those
of Big-Math under Llama-3.1-8B (arXiv 2502.17387): of five equal intervals the first holds 28.6% of
the prompts, the others 12.2, 10.3, 12.4 and 36.5%. Each rule is run as a recipe, from requests to
kept rollouts, beside a run of whole groups; the mean pass rates show what stopping does to them.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from performance.scripted_server import Script, ScriptedServer
from r1data.seeds import content_id

FIFTHS = (0.286, 0.122, 0.103, 0.124, 0.365)
WHOLE: Mapping[str, Any] = {}
OLMO, MAI = {"max_pass_rate": 0.625}, {"min_pass_rate": 0.05, "max_pass_rate": 0.8}
FOUR = {"max_per_prompt": 4}


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, and the group and the selection that it is tried with."""

    name: str
    group_size: int
    selection: Mapping[str, Any]
    rule: Mapping[str, Any]


CASES = (
    Case("at 4 correct", 16, FOUR, {"at_correct": 4}),
    Case("at 4 correct, one by one", 16, FOUR, {"at_correct": 4, "wave_size": 1}),
    Case("above 0.625 for certain", 16, OLMO, OLMO),
    Case("at 4 correct, up to 0.625", 16, FOUR | OLMO, {"at_correct": 4} | OLMO),
    Case("outside 0.05-0.8 for certain", 64, MAI, MAI | {"wave_size": 16}),
    Case("outside 0.05-0.8 after 16", 64, MAI, MAI | {"wave_size": 16, "outside_after": 16}),
)


COLUMNS = (
    *("rule", "group", "requests of whole groups", "requests", "saved"),
    *("prompts kept", "rollouts kept", "mean pass rate: whole, stopped, unbiased"),
    "CPU-seconds: whole, stopped",
)


@dataclass(frozen=True, slots=True)
class Made:
    """What a run asked and kept."""

    num_requests: int
    kept: pl.DataFrame
    rates: pl.DataFrame
    cpu_seconds: float


def main() -> None:
    """Print a row for each rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=300)
    options = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    whole: dict[str, Made] = {}
    for case in CASES:
        key = f"{case.group_size} {case.selection}"
        if key not in whole:
            whole[key] = measure(case, WHOLE, options.prompts)
        cells = row(case, whole[key], measure(case, case.rule, options.prompts))
        print(f"| {' | '.join(cells)} |", flush=True)


def measure(case: Case, rule: Mapping[str, Any], num_prompts: int) -> Made:
    """Run a recipe with a rule, or with whole groups, and return what became of it."""
    server = ScriptedServer(Script(sample=solve))
    with server, tempfile.TemporaryDirectory(prefix="r1data-early-stop-") as folder:
        specs = recipe(case, rule, num_prompts, server.url).tables()
        began = time.process_time()
        with Run(specs, Path(folder) / "data") as run:
            for spec in specs:
                run.make(spec.key)
            return Made(
                len(server.asked),
                run.table("reasoning/selected_rollouts").read(["prompt_id", "rollout_id"]),
                run.table("reasoning/pass_rates").read(),
                time.process_time() - began,
            )


def recipe(case: Case, rule: Mapping[str, Any], num_prompts: int, url: str) -> Recipe:
    """Return the recipe of a case."""
    problems = [{"problem": problem(n), "gold_answer": str(n)} for n in range(num_prompts)]
    return Recipe.model_validate(
        {
            "name": "early",
            "policies": {
                "scripted": {
                    "kind": "endpoint",
                    "endpoint": url,
                    "model": "scripted",
                    "revision": "1",
                    "concurrency": 64,
                }
            },
            "prompts": {"sources": {"scripted": {"problems": problems}}},
            "reasoning": {
                "policy": "scripted",
                "sampling": {"group_size": case.group_size},
                "early_stop": rule or None,
                "selection": case.selection,
            },
        }
    )


def problem(number: int) -> str:
    """Return a problem whose answer is its number."""
    return f"Problem {number}: what is {number} + 0?"


def true_rate(number: int) -> float:
    """Return how often a problem is solved."""
    place, inside = chance("which fifth", number), chance("where in it", number)
    below = 0.0
    for fifth, share in enumerate(FIFTHS):
        below += share
        if place < below:
            return (fifth + inside) / len(FIFTHS)
    return 1.0


def solve(prompt: str, seed: int | None) -> str:
    """Return a completion that is right as often as the problem is solved."""
    number = int(prompt.partition(":")[0].rpartition(" ")[2])
    is_right = chance("solved", number, seed) < true_rate(number)
    answer = number if is_right else number + 1 + int(10 * chance("wrong", number, seed))
    return f"<think>Let me see, {seed}.</think>\\boxed{{{answer}}}"


def chance(*what: object) -> float:
    """Return a number from 0 up to 1 that hangs on its arguments alone."""
    return int(content_id(*what)[:8], 16) / 16**8


def row(case: Case, whole: Made, stopped: Made) -> list[str]:
    """Return what a rule saved and kept, in words."""
    saved = 1 - stopped.num_requests / whole.num_requests
    prompts = {*whole.kept["prompt_id"]}, {*stopped.kept["prompt_id"]}
    return [
        case.name,
        str(case.group_size),
        f"{whole.num_requests:,}",
        f"{stopped.num_requests:,}",
        f"{saved:.1%}",
        same(*prompts),
        same({*whole.kept["rollout_id"]}, {*stopped.kept["rollout_id"]}),
        means(whole, stopped),
        f"{whole.cpu_seconds:.1f}, {stopped.cpu_seconds:.1f}",
    ]


def same(before: set[str], after: set[str]) -> str:
    """Return how many rows both runs keep, in words."""
    if before == after:
        return f"the same {len(before):,}"
    return f"{len(after):,} of {len(before):,}, {len(before & after):,} in common"


def means(whole: Made, stopped: Made) -> str:
    """Return the mean pass rates over all prompts: of whole groups, plain, and unbiased."""
    found = (whole.rates["pass_rate"], stopped.rates["pass_rate"])
    plain = ", ".join(f"{rates.mean():.3f}" for rates in found)
    return f"{plain}, {stopped.rates['unbiased_pass_rate'].mean():.3f}"


if __name__ == "__main__":
    main()
