"""The training process: started, followed and ended by the step that trains a policy."""

import importlib.util
import json
import logging
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import yaml

from r1data.engines.cpu import PASSIVE_WAITS
from r1data.errors import CapReachedError
from r1data.policies.settings import PolicyVersion
from r1data.processes import process_group
from r1data.progress import Bar, Progress
from r1data.store.table import Table
from r1data.text import last_lines

LOG = logging.getLogger(__name__)
QUOTED_LINES = 3
"""Lines of a failed training's log that its error quotes."""
WATCHED = ("reward", "kl", "entropy", "completions/mean_length", "frac_reward_zero_std")
"""What is shown of a training while it runs, beside its loss and the mean of each reward."""
GIVEN_LATER = ("model_name_or_path", "train_file", "output_dir")
"""What a training is told that stands in no configuration."""
OWN = (*GIVEN_LATER, "config", "max_seconds", "check_only")
"""What no recipe may say in place of its configuration: the step that trains says it."""
NAMED_FILES = ("chat_template_path", "deepspeed", "deepspeed_config_file", "fsdp_config")
"""The settings of configurations that may name a file, of which the content decides the weights."""


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A training: which entry point trains what, on what, as what configuration says."""

    entry_point: str
    """The module of `training/`."""
    config: str
    base: PolicyVersion
    tables: Mapping[str, Table]
    """By the argument that names their folder, such as `train_file`."""
    weights: Path
    """The folder to fill with weights and metrics.json."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """What else the entry point is told."""
    accelerate: str | None = None
    """A configuration of `accelerate launch`; null trains in one process."""
    max_seconds: float | None = None
    """What it may take, all its processes together; then it stops with a checkpoint."""


def find_own(overrides: Iterable[str]) -> list[str]:
    """Return the overrides that would say in place of the step what it alone says.

    TRL's command line takes hyphens, and names that are cut short.

    >>> find_own(["learning_rate", "output-dir", "max_sec"])
    ['output-dir', 'max_sec']
    """
    return [
        name for name in overrides if any(own.startswith(name.replace("-", "_")) for own in OWN)
    ]


def named_files(paths: Iterable[str], overrides: Mapping[str, Any]) -> dict[str, str]:
    """Return the paths that training configurations name, by the setting that names them.

    Args:
        paths: The configurations; one that cannot be read names nothing.
        overrides: What is said in place of them.
    """
    found: dict[str, Any] = {}
    for said in (*map(_readable, paths), dict(overrides)):
        inner = said.get("deepspeed_config")
        found |= said | (inner if isinstance(inner, dict) else {})
    return {name: found[name] for name in NAMED_FILES if _is_path(found.get(name))}


def train(job: TrainingJob, progress: Progress) -> None:
    """Train as a job says, in a process of its own, showing its steps.

    On several machines this starts the first process group, and logs what to start on the others.

    Raises:
        ValueError: The base has no weights, or the training refused its input.
        CapReachedError: It has used up its time; its checkpoint is kept.
        RuntimeError: It failed; the message quotes the end of its log and names the file.
    """
    base = job.base
    if base.weights is None:
        raise ValueError(f"policy {base.name} has no weights to train; name one of kind `weights`.")
    arguments = {
        "config": job.config,
        "model_name_or_path": str(base.weights),
        "output_dir": str(job.weights),
        **{name: str(table.folder) for name, table in job.tables.items()},
        **job.arguments,
        **({} if job.max_seconds is None else {"max_seconds": str(job.max_seconds)}),
    }
    command = _command(job.entry_point, arguments, job.accelerate)
    for line in elsewhere(command, job.accelerate):
        LOG.warning("%s", line)
    _run(command, job.entry_point, job.weights.with_suffix(".log"), progress)


def elsewhere(command: Sequence[str], accelerate: str | None) -> Iterator[str]:
    """Yield what must be started on each other machine of a training, in words.

    Args:
        command: What this machine starts.
        accelerate: The path of its configuration of `accelerate launch`, if there is one.
    """
    machines = int(_launch(accelerate).get("num_machines", 1)) if accelerate else 1
    for rank in range(1, machines):
        there = [*command[:3], "--machine_rank", str(rank), *command[3:]]
        yield f"training waits for machine {rank} of {machines}; start on it: {shlex.join(there)}"


def check_configuration(
    entry_point: str,
    config: str,
    accelerate: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> None:
    """Have TRL read a training configuration, which takes seconds and trains nothing.

    Args:
        entry_point: The module of `training/` that it is for.
        config: Its path.
        accelerate: The path of a configuration of `accelerate launch`, if there is one.
        overrides: What is said in place of the configuration.

    Raises:
        ModuleNotFoundError: TRL is not installed.
        ValueError: TRL refuses the configuration, or cannot use it on this machine.
    """
    if not importlib.util.find_spec("trl"):
        raise ModuleNotFoundError(
            "training needs the package trl; install r1data with its extra `cpu` or `gpu`, or "
            "leave `training` out of the recipe"
        )
    if accelerate is not None:
        _check_launch(accelerate)
    arguments = {
        "config": config,
        "check_only": "true",
        **dict.fromkeys(GIVEN_LATER, "none"),
        **(overrides or {}),
    }
    with (
        TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        process_group(_command(entry_point, arguments), stderr=errors) as child,
    ):
        said = [_said(line) for line in child.stdout or ()]
        if child.wait():
            errors.seek(0)
            refused = [line["error"] for line in said if "error" in line]
            end = last_lines(errors.read(), QUOTED_LINES)
            raise ValueError(f"{config}: {' '.join(refused or end)}")


def _run(command: Sequence[str], what: str, log: Path, progress: Progress) -> None:
    with (
        log.open("w", encoding="utf-8") as errors,
        process_group(command, environment=PASSIVE_WAITS, stderr=errors) as child,
    ):
        last = _follow(child, what, progress)
        code = child.wait()
    if code != 0 and "error" in last:
        raise ValueError(last["error"])
    if code != 0 and "stopped" in last:
        raise CapReachedError(f"{last['stopped']}; see the recipe's `caps`")
    if code != 0:
        raise RuntimeError(f"training.{what} ended with status {code}: {_end_of(log)}")


def _launch(accelerate: str) -> dict[str, Any]:
    """Return what a configuration of `accelerate launch` says."""
    found = yaml.safe_load(Path(accelerate).read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else {}


def _readable(path: str) -> dict[str, Any]:
    """Return what a configuration says; nothing where it is none, which is refused elsewhere."""
    with suppress(OSError, UnicodeDecodeError, yaml.YAMLError):
        return _launch(path)
    return {}


def _is_path(value: object) -> bool:
    """Tell whether a setting names a file, and does not say here what would stand in it."""
    return isinstance(value, str) and bool(value) and not value.lstrip().startswith("{")


def _check_launch(accelerate: str) -> None:
    """Refuse a configuration of `accelerate launch` that cannot be used on this machine."""
    if not Path(accelerate).is_file():
        raise ValueError(f"{accelerate} is no file; give a configuration of `accelerate launch`")
    kind = _launch(accelerate).get("distributed_type")
    if kind is None:
        raise ValueError(f"{accelerate} has no `distributed_type`; write it by `accelerate config`")
    if kind == "DEEPSPEED" and not importlib.util.find_spec("deepspeed"):
        raise ModuleNotFoundError(
            f"{accelerate} needs the package deepspeed; install r1data with its extra `scale`"
        )


def _command(
    entry_point: str, arguments: Mapping[str, str], accelerate: str | None = None
) -> list[str]:
    flags = [text for name, value in arguments.items() for text in (f"--{name}", value)]
    launch = ["accelerate.commands.launch", "--config_file", accelerate, "-m"] if accelerate else []
    return [sys.executable, "-m", *launch, f"training.{entry_point}", *flags]


def _follow(child: "subprocess.Popen[str]", what: str, progress: Progress) -> dict[str, Any]:
    """Show a training's steps and warnings while it runs; return the last thing it said."""
    said: dict[str, Any] = {}
    bar: Bar | None = None
    with ExitStack() as stack:
        for said in filter(None, map(_said, child.stdout or ())):
            if "warning" in said:
                LOG.warning("%s", said["warning"])
            if "step" in said:
                bar = bar or stack.enter_context(progress.bar(what, said["total"], "steps"))
                bar.update(said["step"], _facts(said), seconds_left=said["eta_seconds"])
    return said


def _said(line: str) -> dict[str, Any]:
    """Return what a line of a training says; nothing if a launcher wrote it."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _facts(said: Mapping[str, Any]) -> dict[str, float]:
    """Return what people look at while a policy is trained, of what was logged of a step."""
    logged = said.get("metrics", {})
    shown = {name: logged[name] for name in WATCHED if name in logged}
    rewards = {
        name.split("/")[1]: value
        for name, value in logged.items()
        if name.startswith("rewards/") and name.endswith("/mean")
    }
    return {"loss": said["loss"], **shown, **rewards}


def _end_of(log: Path) -> str:
    end = last_lines(log.read_text(encoding="utf-8", errors="replace"), QUOTED_LINES)
    return f"{' | '.join(end)} (all of it in {log})"
