"""The time that a training may take, over all its runs, and its stop when that is used up."""

import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import torch
from accelerate.utils import reduce
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

SECONDS = "seconds"
"""The file in the folder that training works in, with the seconds that it took so far."""


class StoppedError(Exception):
    """A training has used up its time; nothing is wrong, and its checkpoint is kept."""


class Deadline(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
    """Counts the seconds of training, and stops it with a checkpoint when they are used up.

    What was spent by runs that were killed counts too, up to their last whole step.
    """

    def __init__(self, partial: Path, max_seconds: float | None) -> None:
        self.max_seconds = max_seconds
        self.has_stopped = False
        self._ledger = partial / SECONDS
        self._spent = 0.0
        self._started: float | None = None
        with suppress(FileNotFoundError):
            self._spent = float(self._ledger.read_text(encoding="utf-8"))

    @property
    def seconds(self) -> float:
        """The seconds spent, by runs before this one too."""
        here = 0.0 if self._started is None else time.monotonic() - self._started
        return self._spent + here

    @property
    def is_passed(self) -> bool:
        """Whether all that may be spent is spent."""
        return self.max_seconds is not None and self.seconds >= self.max_seconds

    def stop(self) -> NoReturn:
        """End the training; one that may take longer goes on from its checkpoint.

        Raises:
            StoppedError: Always.
        """
        raise StoppedError(
            f"training has used up its {self.max_seconds:,.9g} s; its checkpoint is kept, and it "
            "goes on when it may take longer"
        )

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Start the clock."""
        self._started = time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Write down what is spent; have a checkpoint saved and training end at the deadline."""
        if state.is_world_process_zero:
            fresh = self._ledger.with_suffix(".new")
            fresh.write_text(str(self.seconds), encoding="utf-8")
            fresh.replace(self._ledger)
        if self.max_seconds is None or state.global_step >= state.max_steps:
            return
        if _any_process(self.is_passed, args):
            self.has_stopped = control.should_save = control.should_training_stop = True


def _any_process(is_passed: bool, settings: TrainingArguments) -> bool:
    """Tell whether it is so in any process of a training: all must stop at the same step."""
    flag = torch.tensor([float(is_passed)], device=settings.device)
    return bool(reduce(flag, reduction="sum").item())
