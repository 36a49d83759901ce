"""Verdicts a CPU-second: ours, and math-verify serially, in a fork per item, and in a plain pool.

    python -m performance.verification
    python -m performance.verification --rollouts 8000 --peers 800

The rollouts are made from seeds: 8 of each prompt, the mix of answer types of MATH, reasoning and
a box of about 1,500 characters, most in the gold answer's notation, some in another, some wrong.
CPU time is user and system time of the process and all its children. Ours pays for starting its
workers, and is measured with its log of verdicts and without; peers judge a part of the same
rollouts, whole prompts, and do not pay for their imports. Then ours judges a part of them again,
each alone and with nothing shared or remembered, and no verdict may differ.
"""

import argparse
import logging
import os
import random
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl

from performance.peer_verifiers import judge_as_trl
from performance.synthetic_answers import Problem, make_problem
from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS, judge
from r1data.answers.verdict import Item
from r1data.answers.workers import TaskResult, Workers
from r1data.tables import Prompts, Rollouts
from r1data.text import split_reasoning
from r1data.verification.log import VerdictLog
from r1data.verification.verify import verify_rollouts

GROUP = 8
FILLER_CHARS = 1_400
RIGHT_SHARE, OTHER_NOTATION_SHARE = 0.6, 0.3
"""Of the rollouts that are right; and of those that are not in the gold answer's notation."""
SENTENCES = (
    "Let us write the condition as an equation and simplify it step by step. ",
    r"We have $x^2 - 5x + 6 = (x-2)(x-3)$, so one of the factors must vanish. ",
    r"Substituting back gives \( \frac{a+b}{2} \ge \sqrt{ab} \), which settles the bound. ",
    "Wait, I should check whether the second case can occur at all. ",
    r"In that case $f(n+1) - f(n) = 2n + 1$, and the sum telescopes to $n^2$. ",
    "So far 12 of the 36 outcomes are favourable, and none was counted twice. ",
)

Judge = Callable[[str, str], bool | None]


@dataclass(frozen=True, slots=True)
class Sample:
    """A rollout with the gold answer, and whether it is right."""

    problem: Problem
    completion: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one way of verifying was."""

    way: str
    num_rollouts: int
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Verdicts a CPU-second."""
        return self.num_rollouts / self.cpu_seconds


class OneByOne:
    """Stands in for the pool: does every task at once, in this process, and remembers none."""

    def map(
        self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]
    ) -> list[TaskResult]:
        """Call a function with each task's arguments."""
        return [TaskResult(function(*task)) for task in tasks]


def make_samples(num_rollouts: int) -> list[Sample]:
    """Return rollouts from seeds, those of a prompt next to one another."""
    return [
        _sample(make_problem(prompt), random.Random(f"{prompt}/{index}"))
        for prompt in range(num_rollouts // GROUP)
        for index in range(GROUP)
    ]


def _sample(problem: Problem, rng: random.Random) -> Sample:
    is_right = rng.random() < RIGHT_SHARE
    answer = rng.choice(problem.right if is_right else problem.wrong)
    if is_right and rng.random() > OTHER_NOTATION_SHARE:
        answer = problem.gold_answer
    reasoning = ""
    while len(reasoning) < FILLER_CHARS:
        reasoning += rng.choice(SENTENCES)
    completion = f"<think>\n{reasoning}\n</think>\nThe answer is $\\boxed{{{answer}}}$."
    return Sample(problem, completion, is_right)


def make_tables(samples: Sequence[Sample]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return rows of `Rollouts` and of `Prompts`, gold answers typed."""
    math = VERIFIERS["math"]
    prompts = [
        {
            "prompt_id": f"p{number}",
            "problem": "",
            "verifier": math.name,
            "gold_answer": sample.problem.gold_answer,
            "answer_type": math.type_answer(Item("", sample.problem.gold_answer)),
        }
        for number, sample in enumerate(samples[::GROUP])
    ]
    rollouts = [
        {
            "rollout_id": f"r{number}",
            "prompt_id": f"p{number // GROUP}",
            "policy": "synthetic",
            "prefill": "",
            "completion": sample.completion,
            "finish_reason": "stop",
        }
        for number, sample in enumerate(samples)
    ]
    return (
        pl.DataFrame(rollouts, schema=Rollouts.create_empty().schema),
        pl.DataFrame(prompts, schema=Prompts.create_empty().schema),
    )


def measure(way: str, num_rollouts: int, work: Callable[[], object]) -> Speed:
    """Time some work in a child, so that its own children are counted when it ends."""
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_measured, args=(work, theirs))
    child.start()
    theirs.close()
    try:
        seconds = ours.recv()
    except EOFError:
        raise RuntimeError(f"{way}: the measured process ended without a time") from None
    child.join()
    return Speed(way, num_rollouts, seconds)


def _measured(work: Callable[[], object], pipe: Any) -> None:  # noqa: ANN401 - a Connection
    before = _cpu_seconds()
    work()
    pipe.send(_cpu_seconds() - before)


def _cpu_seconds() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def judge_with_ours(samples: Sequence[Sample], *, is_logged: bool) -> None:
    """Verify a table of rollouts, workers and log made for it."""
    rollouts, prompts = make_tables(samples)
    with (
        tempfile.TemporaryDirectory() as folder,
        VerdictLog(Path(folder)) as log,
        Workers() as pool,
    ):
        verify_rollouts(rollouts, prompts, pool=pool, log=log if is_logged else None)


def judge_serially(samples: Sequence[Sample]) -> None:
    """Judge rollouts one after the other, as TRL does."""
    for sample in samples:
        judge_as_trl(sample.problem.gold_answer, sample.completion)


def judge_in_forks(samples: Sequence[Sample]) -> None:
    """Judge each rollout in a process of its own, forked with everything imported."""
    for sample in samples:
        pid = os.fork()
        if pid == 0:
            judge_as_trl(sample.problem.gold_answer, sample.completion)
            os._exit(0)
        os.waitpid(pid, 0)


def judge_in_plain_pool(samples: Sequence[Sample]) -> None:
    """Judge rollouts in a pool of processes that knows nothing of prompts, in random order."""
    shuffled = random.Random(0).sample(list(samples), len(samples))
    with get_context("fork").Pool() as pool:
        pairs = [(sample.problem.gold_answer, sample.completion) for sample in shuffled]
        pool.starmap(judge_as_trl, pairs, chunksize=16)
        pool.close()
        pool.join()


def outcomes_of_ours(samples: Sequence[Sample]) -> list[str]:
    """Return our outcomes, judged as a table."""
    rollouts, prompts = make_tables(samples)
    with Workers() as pool:
        return verify_rollouts(rollouts, prompts, pool=pool)["outcome"].to_list()


def outcomes_one_by_one(samples: Sequence[Sample]) -> list[str]:
    """Return our outcomes, each rollout judged alone: the slow path."""
    math, outcomes = VERIFIERS["math"], []
    for sample in samples:
        item = Item(split_reasoning(sample.completion)[1], sample.problem.gold_answer)
        typed = replace(item, answer_type=math.type_answer(item))
        outcomes.append(judge(math, [typed], OneByOne())[0].outcome.value)  # type: ignore[arg-type]
    return outcomes


def _print_speeds(ours: Sequence[Speed], peers: Sequence[Speed]) -> None:
    print(f"{'':44}{'rollouts':>9}{'CPU s':>9}{'a CPU-second':>14}{'ours over it':>14}")
    for speed in (*ours, *peers):
        ratio = f"{ours[0].rate / speed.rate:.1f}"
        columns = f"{speed.num_rollouts:9,}{speed.cpu_seconds:9.1f}{speed.rate:14,.0f}{ratio:>14}"
        print(f"{speed.way:44}{columns}")


def _print_agreement(samples: Sequence[Sample], num_slow: int) -> bool:
    fast = outcomes_of_ours(samples)
    wrong = Counter(
        (sample.problem.kind, outcome)
        for sample, outcome in zip(samples, fast, strict=True)
        if sample.is_right != (outcome == Outcome.CORRECT.value)
    )
    print(f"\nours agrees with how the rollout was made: {len(samples) - wrong.total():,}")
    print(f"and does not: {wrong.total():,} {dict(wrong) or ''}")
    part = samples[:num_slow]
    slow = outcomes_one_by_one(part)
    differing = [n for n, outcome in enumerate(slow) if outcome != fast[n]]
    print(f"verdicts that differ from the slow path's: {len(differing)} of {len(part):,}")
    return not differing


def main() -> None:
    """Measure every way, print the rates, and fail if fast and slow path differ."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rollouts", type=int, default=50_000)
    parser.add_argument("--peers", type=int, default=3_200, help="how many of them peers judge")
    parser.add_argument("--forks", type=int, default=800, help="how many are judged in forks")
    parser.add_argument("--slow", type=int, default=5_000, help="how many ours judges twice")
    arguments = parser.parse_args()
    logging.getLogger("math_verify").setLevel(logging.ERROR)  # it warns of each time limit left off
    samples = make_samples(arguments.rollouts)
    length = sum(len(sample.completion) for sample in samples) / len(samples)
    print(
        f"{len(samples):,} rollouts of {len(samples) // GROUP:,} prompts, {length:,.0f} characters"
    )
    ours = [
        measure(way, len(samples), partial(judge_with_ours, samples, is_logged=is_logged))
        for way, is_logged in (("r1data", False), ("r1data, with its log", True))
    ]
    judge_as_trl("1", r"\boxed{1}")  # imports, which peers inherit and do not pay for
    some, few = samples[: arguments.peers], samples[: arguments.forks]
    peers = [
        measure("math-verify, serially, as TRL calls it", len(some), partial(judge_serially, some)),
        measure(
            "math-verify, a pool with no grouping", len(some), partial(judge_in_plain_pool, some)
        ),
        measure("math-verify, a fork per item", len(few), partial(judge_in_forks, few)),
    ]
    _print_speeds(ours, peers)
    sys.exit(0 if _print_agreement(samples, arguments.slow) else 1)


if __name__ == "__main__":
    main()
