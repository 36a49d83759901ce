"""What becomes of a trainer: weights under their name, whole or not at all, or a checkpoint.

While it trains, `FOLDER.partial` holds the checkpoints, and a rerun goes on from the last; what was
logged after it is forgotten first, so that no step is told twice. A training that has used up its
seconds leaves its last step as a checkpoint.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, TextIO

from transformers import Trainer, TrainerState

from r1data.policies.trainings import COMPLETIONS
from r1data.store.files import sync
from training.deadline import Deadline
from training.process import LOG, METRICS, say

ADAPTER = "adapter"
"""The folder in the weights' that holds what LoRA trained, before it was merged into them."""


def train_and_publish(
    trainer: Trainer,
    output: Path,
    counts: dict[str, Any],
    report: TextIO,
    *,
    max_seconds: float | None = None,
    kept: Sequence[str] = (LOG,),
    measure: Callable[[], dict[str, Any]] | None = None,
) -> None:
    """Train from the last checkpoint, if any; leave the result complete or not at all.

    Args:
        trainer: Its output folder is `FOLDER.partial`.
        output: `FOLDER`.
        counts: What is known before training, for metrics.json.
        report: Where to say that it is done.
        max_seconds: What training may take, all its runs together; None means no limit.
        kept: Files and folders of `FOLDER.partial` that go along with the weights.
        measure: What to measure of the trained model, for metrics.json.
    """
    partial = Path(trainer.args.output_dir)
    checkpoint = last_checkpoint(partial, trainer.args.world_size)
    if trainer.is_world_process_zero():
        take_back(partial, kept)
        forget_after(partial, 0 if checkpoint is None else step_of(checkpoint))
    deadline = Deadline(partial, max_seconds)
    trainer.add_callback(deadline)
    if deadline.is_passed:
        deadline.stop()
    trained = trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    trainer.accelerator.wait_for_everyone()
    if deadline.has_stopped:
        deadline.stop()
    metrics = counts | _metrics(trainer.state, trained.training_loss, deadline.seconds)
    metrics |= measure() if measure else {}
    save_weights(trainer, partial / "trained")
    trainer.accelerator.wait_for_everyone()
    if trainer.is_world_process_zero():
        publish(partial, output, metrics, kept)
        say(report, done=str(output), **metrics)


def last_checkpoint(partial: Path, num_processes: int = 1) -> Path | None:
    """Return the last whole checkpoint.

    The first process writes the trainer's state last of all, and each other process its random
    state after its part of the optimizer.
    """
    found = [path for path in partial.glob("checkpoint-*") if _is_whole(path, num_processes)]
    return max(found, key=step_of, default=None)


def step_of(path: Path) -> int:
    """Return the step in the name of a checkpoint or of a file of completions.

    >>> step_of(Path("checkpoint-40")), step_of(Path("completions_00007.parquet"))
    (40, 7)
    """
    return int(path.stem.replace("_", "-").rpartition("-")[2])


def take_back(partial: Path, kept: Sequence[str]) -> None:
    """Undo what a publication did that was killed before the weights had their name."""
    trained = partial / "trained"
    for path in [path for name in kept for path in (trained / name, *(trained / name).rglob("*"))]:
        place = partial / path.relative_to(trained)
        if path.is_file() and not place.exists():
            place.parent.mkdir(exist_ok=True)
            path.rename(place)
    shutil.rmtree(trained, ignore_errors=True)


def forget_after(partial: Path, step: int) -> None:
    """Remove what was logged and sampled after a step: it is done again from there."""
    log = partial / LOG
    if log.exists():
        lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
        fresh = log.with_suffix(".new")
        fresh.write_text("".join(line for line in lines if _is_by(line, step)), encoding="utf-8")
        fresh.replace(log)
    for path in (partial / COMPLETIONS).glob("*.parquet"):
        if step_of(path) > step:
            path.unlink()


def save_weights(trainer: Trainer, folder: Path) -> None:
    """Save a trained model whole, with its tokenizer.

    What LoRA trained is merged into the weights, so that any engine reads them, and stands beside
    them in `adapter`.
    """
    model = trainer.accelerator.unwrap_model(trainer.model)
    if not hasattr(model, "merge_and_unload"):
        trainer.save_model(str(folder))
    elif trainer.is_world_process_zero():
        model.save_pretrained(folder / ADAPTER)
        model.merge_and_unload(safe_merge=True).save_pretrained(folder)
        trainer.processing_class.save_pretrained(folder)


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


def _is_by(line: str, step: int) -> bool:
    """Tell whether a line of the log is whole and of a step by then."""
    try:
        return bool(json.loads(line)["step"] <= step)
    except ValueError:
        return False


def _is_whole(checkpoint: Path, num_processes: int) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    except (ValueError, FileNotFoundError):
        return False
    num_states = len([*checkpoint.glob("rng_state*.pth")])
    return num_states == 0 or num_states >= num_processes


def _metrics(state: TrainerState, loss: float, seconds: float) -> dict[str, float | int]:
    """Return what is known after training.

    Args:
        state: With what was logged, by runs before this one too.
        loss: The trainer's own mean, which leaves out the steps of those runs.
        seconds: What training took, all its runs together.
    """
    losses = [entry["loss"] for entry in state.log_history if "loss" in entry]
    tokens = [entry["num_tokens"] for entry in state.log_history if "num_tokens" in entry]
    return {
        "num_steps": state.global_step,
        "final_loss": float(losses[-1]) if losses else loss,
        "mean_loss": fmean(losses) if losses else loss,
        "num_tokens": int(tokens[-1]) if tokens else 0,
        "seconds": seconds,
    }
