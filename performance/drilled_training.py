"""The trainings that the drill starts, kills and resumes: a tiny model, its rows, its settings.

python -m performance.drilled_training '{"kind": "sft", "data": FOLDER, "weights": FOLDER}'
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl

from assets.steps.trainer import TrainingJob, train
from r1data.progress import SILENT
from tests.training.tiny import tiny_model

CONFIGS = Path("training/configs")
STEPS, SAVED_EVERY = 12, 3
GROUP, PROMPTS_A_STEP = 4, 2
SETTINGS: dict[str, dict[str, object]] = {
    "sft": {"config": CONFIGS / "sft_demo.yaml", "per_device_train_batch_size": 4},
    "grpo": {
        "config": CONFIGS / "grpo_small.yaml",
        "num_generations": GROUP,
        "per_device_train_batch_size": GROUP * PROMPTS_A_STEP,
        "max_completion_length": 24,
        "mask_truncated_completions": "false",
        "rewards": "accuracy,format,soft_overlong",
        "num_workers": 1,
    },
    "reward_model": {
        "config": CONFIGS / "reward_model_demo.yaml",
        "kind": "pairwise",
        "per_device_train_batch_size": 4,
    },
}
OFTEN = {"max_steps": STEPS, "save_strategy": "steps", "save_steps": SAVED_EVERY}


@dataclass(frozen=True, slots=True)
class Drilled:
    """A training that a process of its own starts, as a run would."""

    kind: str
    data: Path
    weights: Path
    """The folder to fill."""
    accelerate: str | None = None

    def start(self) -> "subprocess.Popen[str]":
        """Start the process that starts the training, in a session of its own."""
        told = {"kind": self.kind, "data": str(self.data), "weights": str(self.weights)}
        asked = json.dumps({**told, "accelerate": self.accelerate})
        return subprocess.Popen(
            [sys.executable, "-m", "performance.drilled_training", asked],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def finish(self) -> None:
        """Train to the end."""
        child = self.start()
        _, said = child.communicate()
        if child.returncode:
            raise RuntimeError(f"training.{self.kind} ended with {child.returncode}: {said}")

    @property
    def partial(self) -> Path:
        """The folder in which it works."""
        return self.weights.with_name(f"{self.weights.name}.partial")


def write_data(folder: Path) -> Path:
    """Write the model and the rows of each kind of training; return the folder."""
    tiny_model(folder / "model")
    numbers = range(48)
    asked = [[{"role": "user", "content": f"{n} and {n}"}] for n in numbers]
    right = [_answer(f"<think>twice {n}</think>\\boxed{{{2 * n}}}") for n in numbers]
    wrong = [_answer(f"<think>{n}</think>no") for n in numbers]
    texts = [str(n) for n in numbers]
    tables = {
        "sft": {"prompt": asked, "completion": right},
        "grpo": {
            "prompt": asked,
            "prompt_id": texts,
            "problem": [f"{n} + {n}" for n in numbers],
            "verifier": ["math"] * len(numbers),
            "gold_answer": [str(2 * n) for n in numbers],
            "language": ["en"] * len(numbers),
        },
        "reward_model": {
            "prompt": asked,
            "chosen": right,
            "rejected": wrong,
            "prompt_id": texts,
            "split": ["held_out" if n % 8 == 0 else "train" for n in numbers],
        },
    }
    for kind, columns in tables.items():
        (folder / kind).mkdir()
        pl.DataFrame(columns).write_parquet(folder / kind / "part-00000-00.parquet")
    return folder


def _answer(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


def main() -> None:
    """Train as the argument says, as a run of the asset graph would."""
    asked = json.loads(sys.argv[1])
    settings = {**SETTINGS[asked["kind"]], **OFTEN}
    data, config = Path(asked["data"]), str(settings.pop("config"))
    base: Any = SimpleNamespace(name="base", weights=data / "model")
    table: Any = SimpleNamespace(folder=data / asked["kind"])
    job = TrainingJob(
        entry_point=asked["kind"],
        config=config,
        base=base,
        tables={"train_file": table},
        weights=Path(asked["weights"]),
        arguments={name: str(value) for name, value in settings.items()},
        accelerate=cast("str | None", asked["accelerate"]),
    )
    train(job, SILENT)


if __name__ == "__main__":
    main()
