"""Completions scored by lm-eval's own GSM8K task, in lm-eval's own environment.

`python performance/lm_eval_peer.py ROWS.jsonl RESULT.json`: of r1data it imports nothing. Each row
has a `problem`, a `gold_answer` and a `completion`. The task is `gsm8k` as lm-eval ships it, its
filters and metric unchanged; only its data are a local file, and its model answers from that file.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

TASK = "gsm8k_stored"


def main() -> None:
    """Score the rows; write the metrics, what became of each row, and each completion."""
    rows_file, result = map(Path, sys.argv[1:3])
    rows = [json.loads(line) for line in rows_file.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HF_DATASETS_CACHE": folder, "HF_HUB_OFFLINE": "1"}
        found = score(rows, Path(folder))
    result.write_text(json.dumps(found), encoding="utf-8")


def score(rows: list[dict[str, str]], folder: Path) -> dict[str, Any]:
    """Return lm-eval's metrics, by filter whether each row is correct, and the completions."""
    from lm_eval.evaluator import evaluate
    from lm_eval.tasks import TaskManager

    docs = folder / "docs.jsonl"
    with docs.open("w", encoding="utf-8") as file:
        for number, row in enumerate(rows):
            doc = {"question": row["problem"]}
            doc |= {"answer": f"#### {row['gold_answer']}", "number": number}
            file.write(json.dumps(doc) + "\n")
    tasks = TaskManager().load([task_on(docs)])
    found = evaluate(lm=replay(rows), task_dict=tasks, bootstrap_iters=100)
    samples: dict[str, list[bool]] = {}
    completions: dict[int, str] = {}
    for sample in sorted(found["samples"][TASK], key=lambda one: one["doc"]["number"]):
        samples.setdefault(sample["filter"], []).append(bool(sample["exact_match"]))
        completions[sample["doc"]["number"]] = sample["resps"][0][0]
    metrics = {
        name: value
        for name, value in found["results"][TASK].items()
        if name.startswith("exact_match")
    }
    return {"metrics": metrics, "samples": samples, "completions": list(completions.values())}


def task_on(docs: Path) -> dict[str, Any]:
    """Return lm-eval's GSM8K task with a local file for its data, and no worked examples."""
    import lm_eval
    import yaml

    path = Path(lm_eval.__file__).parent / "tasks" / "gsm8k" / "gsm8k.yaml"
    task = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name in ("tag", "dataset_name", "training_split", "fewshot_split"):
        task.pop(name)
    return task | {
        "task": TASK,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(docs)}},
        "num_fewshot": 0,
    }


def replay(rows: list[dict[str, str]]) -> Any:  # noqa: ANN401 - lm-eval's model
    """Return a model that answers each document with its row's completion."""
    from lm_eval.api.model import LM

    class Replay(LM):  # type: ignore[misc]  # lm-eval is not installed here
        """Answers from a file."""

        def generate_until(self, requests: list[Any]) -> list[str]:
            return [rows[request.doc["number"]]["completion"] for request in requests]

        def loglikelihood(self, requests: list[Any]) -> list[tuple[float, bool]]:
            raise NotImplementedError("completions alone are stored")

        def loglikelihood_rolling(self, requests: list[Any]) -> list[float]:
            raise NotImplementedError("completions alone are stored")

    return Replay()


if __name__ == "__main__":
    main()
