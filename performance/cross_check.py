"""Score completions by our evaluation and by lm-eval's GSM8K task, and set them side by side.

    python -m venv ../lm-eval && ../lm-eval/bin/pip install lm-eval
    python -m performance.cross_check --python ../lm-eval/bin/python
    python -m performance.cross_check --python ../lm-eval/bin/python --data data/demo

Both are shown the same completions: by default those of four models on GSM8K's test set, from a
public file; with `--data`, those that a run's evaluation sampled. Ours are pass@1, and accuracy,
which reads an answer anywhere; theirs are exact matches by their `strict-match` and
`flexible-extract`. Printed are all four with standard errors, and the rows on which accuracy and
`flexible-extract` disagree, counted by what ours says of them, with examples.

lm-eval is not told which completions answer one problem: its standard error takes each as a problem
of its own. So the two agree where there is one completion a problem.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from r1data.answers.workers import Workers
from r1data.evaluation.metrics import ALL, measure_scores
from r1data.store.store import open_store
from r1data.tables import Prompts, Rollouts
from r1data.verification.anywhere import verify_anywhere
from r1data.verification.verify import verify_rollouts

SOLUTIONS = Path("../shared/data/rollouts/gsm8k_example_model_solutions.jsonl")
POLICIES = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
MARKS = ("\nA: ", "####")
"""How the file writes what GSM8K's own solutions put behind `####`."""
EXAMPLES = 3
CHARS = 160


@dataclass(frozen=True, slots=True)
class Answered:
    """A completion with what it answers."""

    policy: str
    problem: str
    gold_answer: str
    completion: str


def main() -> None:
    """Score both ways and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, required=True, help="Of lm-eval's environment.")
    parser.add_argument("--solutions", type=Path, default=SOLUTIONS)
    parser.add_argument("--data", type=Path, help="The data folder of a recipe that was run.")
    asked = parser.parse_args()
    rows = list(of_run(asked.data) if asked.data else of_file(asked.solutions))
    with Workers() as pool:
        for policy in dict.fromkeys(row.policy for row in rows):
            compare(policy, [row for row in rows if row.policy == policy], asked.python, pool)


def of_file(path: Path) -> Iterator[Answered]:
    """Yield the solutions of four models, the gold answer behind the last mark of the truth."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = row["ground_truth"].rpartition(MARKS[0])[2].strip()
        for policy in POLICIES:
            written = row[policy]["solution"].replace(MARKS[0], f"\n{MARKS[1]} ")
            yield Answered(policy, row["question"], gold, written)


def of_run(folder: Path) -> Iterator[Answered]:
    """Yield the completions that a run's evaluation sampled, prefill included."""
    store = open_store(folder)
    asked = store.table("prompts/benchmark_prompts").read(["prompt_id", "problem", "gold_answer"])
    rollouts = store.table("evaluation/rollouts").read(
        ["prompt_id", "policy", "prefill", "completion"]
    )
    rows = rollouts.join(asked.unique("prompt_id"), on="prompt_id", maintain_order="left")
    for row in rows.drop_nulls("completion").iter_rows(named=True):
        text = row["prefill"] + row["completion"]
        yield Answered(row["policy"], row["problem"], row["gold_answer"], text)


def compare(policy: str, rows: Sequence[Answered], python: Path, pool: Workers) -> None:
    """Print the scores of a policy by both, and where they disagree."""
    verdicts, lenient, scores = ours(rows, pool)
    found = theirs(rows, python)
    print(f"{policy}: {len(rows)} completions of {len({row.problem for row in rows})} problems")
    for name, (value, error) in scores.items():
        print(f"  ours    {name:16} {value:.4f} (s.e. {error:.4f})")
    for name, samples in found["samples"].items():
        value = found["metrics"][f"exact_match,{name}"]
        error = found["metrics"][f"exact_match_stderr,{name}"]
        print(f"  lm-eval {name:16} {value:.4f} (s.e. {float(error):.4f}), {sum(samples)} rows")
    tell_disagreements(rows, verdicts, lenient, found["samples"]["flexible-extract"])


def ours(
    rows: Sequence[Answered], pool: Workers
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, tuple[float, float]]]:
    """Return our verdicts, those without the format rule, and both scores with their errors."""
    problems = {row.problem: f"p{place}" for place, row in enumerate(rows)}
    golds = {problems[row.problem]: row.gold_answer for row in rows}
    prompts = _frame(
        Prompts.create_empty(),
        prompt_id=list(golds),
        source=["stored"] * len(golds),
        verifier=["math"] * len(golds),
        gold_answer=list(golds.values()),
        problem=list(problems),
    )
    rollouts = _frame(
        Rollouts.create_empty(),
        rollout_id=[f"r{place}" for place in range(len(rows))],
        prompt_id=[problems[row.problem] for row in rows],
        policy=[row.policy for row in rows],
        completion=[row.completion for row in rows],
        prefill=[""] * len(rows),
        finish_reason=["stop"] * len(rows),
    )
    verdicts = verify_rollouts(rollouts, prompts, pool=pool)
    lenient = verify_anywhere(rollouts, verdicts, prompts, pool=pool)
    scores = {}
    for name, one in (("pass@1", verdicts), ("accuracy", lenient)):
        found = measure_scores(rollouts, one, prompts).filter(metric="pass@1", benchmark=ALL)
        scores[name] = found.select("value", "standard_error").row(0)
    return verdicts, lenient, scores


def theirs(rows: Sequence[Answered], python: Path) -> dict[str, Any]:
    """Return what lm-eval makes of the same completions, in a process of its own."""
    peer = Path(__file__).with_name("lm_eval_peer.py")
    with tempfile.TemporaryDirectory() as folder:
        given, result = Path(folder) / "rows.jsonl", Path(folder) / "result.json"
        with given.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(asdict(row)) + "\n")
        done = subprocess.run([python, peer, given, result], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"lm-eval failed: {done.stderr[-CHARS * 4 :]}")
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found


def tell_disagreements(
    rows: Sequence[Answered], verdicts: pl.DataFrame, lenient: pl.DataFrame, flexible: list[bool]
) -> None:
    """Print how often accuracy and `flexible-extract` differ, by our verdict, with examples."""
    columns = ("outcome", "predicted_answer")
    both = zip(
        rows,
        verdicts["outcome"],
        lenient.select(columns).iter_rows(),
        flexible,
        strict=True,
    )
    found = [
        (f"ours {outcome} ({first} at first), theirs {'right' if is_right else 'wrong'}", row, said)
        for row, first, (outcome, said), is_right in both
        if (outcome == "correct") != is_right
    ]
    print(f"  they disagree on {len(found)} of {len(rows)}")
    for what, count in Counter(what for what, *_ in found).most_common():
        print(f"    {count:4} {what}")
        for _, row, said in [one for one in found if one[0] == what][:EXAMPLES]:
            end = " ".join(row.completion[-CHARS:].split())
            print(f"         gold {row.gold_answer!r}, ours {said!r}: ...{end}")


def _frame(empty: pl.DataFrame, **columns: list[str]) -> pl.DataFrame:
    """Return rows of a table with some of its columns, the others null."""
    size = len(next(iter(columns.values())))
    values = {name: columns.get(name, [None] * size) for name in empty.columns}
    return pl.DataFrame(values, schema=empty.schema)


if __name__ == "__main__":
    main()
