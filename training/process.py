"""A training process: what all entry points share, from its settings to the weights it leaves.

Standard output carries JSON lines for whoever started it: `{"step": 3, "total": 30, "loss": 0.41,
"eta_seconds": 120.5, "metrics": {...}}` while it trains, `{"warning": ...}`, `{"error": ...}`
before exit status 2, and at last the metrics with `{"done": FOLDER}`. All else goes to standard
error.

The weights, the tokenizer, `log.jsonl` (what was logged, a line a time) and `metrics.json` appear
in the output folder together, once training is done. Until then `FOLDER.partial` holds the
checkpoints, and a rerun goes on from the last.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TextIO

from datasets import Dataset, load_dataset
from pyarrow import parquet
from transformers import (
    AutoTokenizer,
    PreTrainedTokenizerBase,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from trl import ModelConfig, TrlParser
from yaml import YAMLError

from r1data.processes import end_with_parent, own_standard_output
from r1data.store.files import sync

LOG, METRICS = "log.jsonl", "metrics.json"


@dataclass
class TrainingSet:
    """What to train on."""

    train_file: str = field(metadata={"help": "A Parquet file of rows, or a folder of such files."})
    check_only: bool = field(
        default=False, metadata={"help": "Read the settings, refuse what is wrong, and end."}
    )


def run_entry_point(kinds: Sequence[type], train: Callable[..., None]) -> None:
    """Read the command line and its configuration, and train as they say.

    Args:
        kinds: Dataclasses that hold the settings, as TrlParser reads them; the first is a
            `TrainingSet` or extends it.
        train: Takes one of each, and where to report.
    """
    report = own_standard_output()
    end_with_parent()
    try:
        training_set, *others = _Parser(tuple(kinds)).parse_args_and_config()
        if not training_set.check_only:
            train(training_set, *others, report)
    except (ValueError, FileNotFoundError, ImportError, YAMLError) as error:
        say(report, error=" ".join(str(error).split()))
        sys.exit(2)


class _Parser(TrlParser):  # type: ignore[misc]  # TRL is not typed here
    """Raises what `argparse` would print."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


class Reporter(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
    """Says how far training is, and keeps what is logged."""

    def __init__(self, report: TextIO) -> None:
        self.report = report
        self.started = time.monotonic()
        self.first_step = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Start the clock at the step that training begins from."""
        self.started, self.first_step = time.monotonic(), state.global_step

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Write what the trainer logs of a step, and tell it."""
        if not (state.is_world_process_zero and logs and "loss" in logs):
            return
        step, total = state.global_step, state.max_steps
        seconds_a_step = (time.monotonic() - self.started) / max(1, step - self.first_step)
        numbers = {name: float(value) for name, value in logs.items() if _is_number(value)}
        with (Path(args.output_dir) / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"step": step, **numbers}) + "\n")
        say(
            self.report,
            step=step,
            total=total,
            loss=float(logs["loss"]),
            eta_seconds=round(seconds_a_step * (total - step), 1),
            metrics=numbers,
        )


def unfinished_folder(settings: TrainingArguments) -> tuple[Path, Path]:
    """Return where the weights will be, and the folder beside it that training works in.

    `settings.output_dir` is set to the latter.
    """
    output = Path(settings.output_dir)
    if output.exists():
        raise ValueError(f"{output} exists already; remove it or name another --output_dir")
    partial = output.with_name(f"{output.name}.partial")
    settings.output_dir = str(partial)
    return output, partial


def load_as(settings: TrainingArguments, model: ModelConfig) -> None:
    """Have the trainer load the model in the number format and with the attention that are set."""
    settings.model_init_kwargs = {
        **(settings.model_init_kwargs or {}),
        "dtype": model.dtype,
        "attn_implementation": model.attn_implementation,
    }


def load_tokenizer(
    model: ModelConfig, chat_template_path: str | None = None, eos_token: str | None = None
) -> PreTrainedTokenizerBase:
    """Return the model's tokenizer, with another chat template or end token where one is set."""
    tokenizer = AutoTokenizer.from_pretrained(
        model.model_name_or_path, revision=model.model_revision
    )
    if chat_template_path:
        tokenizer.chat_template = Path(chat_template_path).read_text(encoding="utf-8")
    if not tokenizer.chat_template:
        raise ValueError(
            f"{model.model_name_or_path} has no chat template; set chat_template_path in the "
            "training configuration"
        )
    if eos_token in tokenizer.get_vocab():
        tokenizer.eos_token = eos_token
    return tokenizer


def end_tokens(tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Return the tokens that sampling stops at: the tokenizer's, and those of its model."""
    path = Path(tokenizer.name_or_path) / "generation_config.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    named = found.get("eos_token_id")
    others = named if isinstance(named, list) else [named]
    return frozenset(token for token in (tokenizer.eos_token_id, *others) if token is not None)


def load_rows(train_file: str) -> Dataset:
    """Return the rows of a table, in order; one without rows is refused."""
    path = Path(train_file)
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise FileNotFoundError(f"no Parquet files at {path}; make the training set first")
    if not sum(parquet.read_metadata(file).num_rows for file in files):
        raise ValueError(f"no rows in {path}: nothing was kept to train on")
    return load_dataset("parquet", data_files=[str(file) for file in files], split="train")


def train_and_publish(
    trainer: Trainer,
    output: Path,
    counts: dict[str, Any],
    report: TextIO,
    kept: Sequence[str] = (LOG,),
    measure: Callable[[], dict[str, Any]] | None = None,
) -> None:
    """Train from the last checkpoint, if any; leave the result complete or not at all.

    Args:
        trainer: Its output folder is `FOLDER.partial`.
        output: `FOLDER`.
        counts: What is known before training, for metrics.json.
        report: Where to say that it is done.
        kept: Files and folders of `FOLDER.partial` that go along with the weights.
        measure: What to measure of the trained model, for metrics.json.
    """
    partial = Path(trainer.args.output_dir)
    result = trainer.train(resume_from_checkpoint=last_checkpoint(partial))
    metrics = counts | _metrics(trainer.state, result.metrics) | (measure() if measure else {})
    trainer.save_model(str(partial / "trained"))
    if trainer.is_world_process_zero():
        publish(partial, output, metrics, kept)
        say(report, done=str(output), **metrics)


def last_checkpoint(partial: Path) -> str | None:
    """Return the last complete checkpoint; its trainer state is written last."""
    states = partial.glob("checkpoint-*/trainer_state.json")
    found = sorted(
        (state.parent for state in states), key=lambda path: int(path.name.split("-")[1])
    )
    return str(found[-1]) if found else None


def publish(partial: Path, output: Path, metrics: dict[str, Any], kept: Sequence[str]) -> None:
    """Give the trained model its name, in one step, and remove the checkpoints.

    Args:
        partial: The folder that training works in; the model is in its `trained`.
        output: The name.
        metrics: What metrics.json says.
        kept: Files and folders of `partial` that go along.
    """
    trained = partial / "trained"
    for name in kept:
        if (partial / name).exists():
            (partial / name).rename(trained / name)
    (trained / METRICS).write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    for path in [*trained.rglob("*"), trained]:
        sync(path)
    trained.rename(output)
    sync(output.parent)
    shutil.rmtree(partial)


def say(report: TextIO, **facts: object) -> None:
    """Tell whoever started the process."""
    report.write(json.dumps(facts) + "\n")
    report.flush()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _metrics(state: TrainerState, metrics: dict[str, float]) -> dict[str, float | int]:
    losses = [entry["loss"] for entry in state.log_history if "loss" in entry]
    tokens = [entry["num_tokens"] for entry in state.log_history if "num_tokens" in entry]
    return {
        "num_steps": state.global_step,
        "final_loss": float(losses[-1]) if losses else metrics["train_loss"],
        "mean_loss": metrics["train_loss"],
        "num_tokens": int(tokens[-1]) if tokens else 0,
        "seconds": metrics["train_runtime"],
    }
