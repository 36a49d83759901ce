"""Reckoning what the trainings of a recipe take: steps, tokens, hours, disk and money."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.filesize import decimal

from assets.recipe.document import read_document
from assets.recipe.recipe import Recipe
from assets.steps.distil import Tutoring
from assets.steps.reinforce import Reinforcing
from assets.steps.reward import Rewarding
from assets.steps.train import Schooling, Training
from r1data.cli.made import MadeTables
from r1data.cli.planned_rows import TrainedRows, rows_of
from r1data.cli.terminal import CONSOLE, cell, lean_grid
from r1data.cli.units import short, short_hours
from r1data.policies.hardware import Hardware
from r1data.policies.settings import WeightsPolicy

if TYPE_CHECKING:
    from r1data.cli.plan import Planned

LIKE = "training/configs/sft.yaml"
FORWARD, BACKWARD = 2, 4
"""Operations for each parameter and token: of reading it, and of learning from it."""
BATCH, EPOCHS, COMPLETIONS, GROUP, MAX_LENGTH = 8, 3, 256, 8, 1_024
"""TRL's defaults: rows a device, epochs, tokens of a completion, completions of a prompt, tokens of
a row."""
BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
CHECKPOINT = 3
"""A checkpoint is so many times as large as the weights: they, and the optimizer's two moments."""
START_HOURS = 30 / 3_600
"""In which a training process starts."""
Trains = Schooling | Reinforcing | Rewarding
"""The settings of the tables that are trained models."""


@dataclass(frozen=True, slots=True)
class PlannedTraining:
    """What the training of one model takes."""

    model: str
    base: str
    form: str
    """The trainer: SFT, GRPO, on-policy distillation or a reward model."""
    num_rows: int
    num_steps: int
    num_tokens: float
    """Tokens that pass through the model to be learnt from."""
    num_sampled: float
    """Tokens that are sampled for it, in training by rewards."""
    hours: float | None
    """Null where nobody knows how many parameters the model has."""
    num_bytes: float | None
    """Of the weights, and of checkpoints while it is trained."""
    is_made: bool
    is_bound: bool
    """Whether all of that is the most it can be: what is kept to train on is not known yet."""


def plan_trainings(
    recipe: Recipe, tables: MadeTables, planned: Sequence["Planned"]
) -> Iterator[PlannedTraining]:
    """Yield what each training of a recipe takes, in the order in which they are made."""
    for spec in tables.specs.values():
        if isinstance(spec.settings, Trains):
            rows = rows_of(tables, spec, planned)
            is_made = tables.version(spec.key) is not None
            yield _planned(recipe, spec.settings, rows, is_made=is_made)


def print_trainings(trainings: Sequence[PlannedTraining]) -> None:
    """Print the trainings of a recipe, one a line; nothing where there are none."""
    if not trainings:
        return
    grid = lean_grid("training", "from", "by", "rows", "steps")
    for header in ("trained\ntokens", "sampled\ntokens", "hours", "on\ndisk"):
        grid.add_column(header, no_wrap=True)
    for one in trainings:
        most = "≤ " if one.is_bound else ""
        size = decimal(int(one.num_bytes)).replace("bytes", "B") if one.num_bytes else "?"
        grid.add_row(
            cell(one.model),
            cell(one.base),
            one.form,
            f"{most}{one.num_rows:,}",
            f"{most}{one.num_steps:,}",
            short(one.num_tokens),
            short(one.num_sampled),
            "made" if one.is_made else f"{most}{short_hours(one.hours)}",
            size,
        )
    CONSOLE.print(grid)


def hours_lines(
    recipe: Recipe, trainings: Sequence[PlannedTraining], planned: Sequence["Planned"]
) -> Iterator[str]:
    """Yield lines on the hours and the money of trainings and of sampling by weights, and on how.

    None where the recipe trains nothing and samples from no weights.
    """
    hardware = recipe.hardware
    todo = [one for one in trainings if not one.is_made]
    sampling = [_sampling_hours(recipe, one) for one in planned]
    if not todo and not any(sampling):
        return
    training = sum(one.hours or 0.0 for one in todo)
    is_bound = any(one.is_bound for one in todo) or any(one.is_at_most for one in planned)
    most = "≤ " if is_bound else ""
    total = training + sum(sampling)
    yield (
        f"hours still to be computed: {most}{short_hours(total)} (trainings "
        f"{short_hours(training)}, sampling {short_hours(sum(sampling))})"
    )
    cost = hardware.cost(total)
    if cost is not None:
        yield (
            f"  in money, at {hardware.price:,.6g} for an hour of each device: {most}{cost:,.2f}"
        )
    yield (
        f"  reckoned: {hardware.devices} x {hardware.teraflops:g} teraflops, "
        f"{100 * hardware.utilisation:g}% of it in training and "
        f"{100 * hardware.sampling_utilisation:g}% in "
        "sampling; operations for each parameter and token: 6 of training, 2 of sampling, 2 of a "
        "reference model (`hardware`)"
    )
    unknown = sorted({one.base for one in todo if one.hours is None})
    for name in unknown:
        yield (
            f"  nobody knows how many parameters `{name}` has: state `hardware.parameters`, and "
            "its hours count too"
        )


def _planned(
    recipe: Recipe, settings: Trains, rows: TrainedRows, *, is_made: bool
) -> PlannedTraining:
    training = settings.training
    config = read_document(Path(training.config), like=LIKE) | dict(training.overrides)
    is_rewarded = isinstance(settings, Reinforcing)
    samples = is_rewarded or isinstance(settings, Tutoring)
    steps, examples = _steps(config, rows.number, _num_processes(training), is_rewarded=is_rewarded)
    longest = config.get("max_completion_length", COMPLETIONS)
    sampled = examples * longest if samples else 0.0
    length = rows.prompt_tokens + longest if samples else min(rows.tokens, _max_length(config))
    origin = recipe.way(training.base)[-1]
    size = _size(recipe.hardware, origin, settings.base)
    hours = (
        None if size is None else _hours(recipe, settings, config, size, examples * length, sampled)
    )
    return PlannedTraining(
        model=settings.name,
        base=training.base,
        form=_form(settings),
        num_rows=rows.number,
        num_steps=steps,
        num_tokens=examples * length,
        num_sampled=sampled,
        hours=hours,
        num_bytes=None if size is None else _num_bytes(config, size),
        is_made=is_made,
        is_bound=rows.is_bound or bool(sampled),
    )


def _steps(
    config: Mapping[str, Any], num_rows: int, num_processes: int, *, is_rewarded: bool
) -> tuple[int, float]:
    """Return how many steps a configuration means, and how many rows or completions they see."""
    batch = (
        config.get("per_device_train_batch_size", BATCH)
        * config.get("gradient_accumulation_steps", 1)
        * num_processes
    )
    if config.get("max_steps", -1) > 0:
        return config["max_steps"], config["max_steps"] * batch
    examples = num_rows * config.get("num_train_epochs", EPOCHS)
    examples *= config.get("num_generations", GROUP) if is_rewarded else 1
    return math.ceil(examples / batch), examples


def _hours(
    recipe: Recipe,
    settings: Trains,
    config: Mapping[str, Any],
    size: float,
    num_tokens: float,
    num_sampled: float,
) -> float:
    """Return how long all devices train, sampling included."""
    reference = FORWARD if isinstance(settings, Reinforcing) and config.get("beta", 0) else 0
    operations = (FORWARD + BACKWARD + reference) * size * num_tokens
    if isinstance(settings, Tutoring):
        origin = recipe.way(str(settings.training.model_dump().get("teacher")))[-1]
        operations += FORWARD * (_size(recipe.hardware, origin, settings.teacher) or 0) * num_tokens
    hours = recipe.hardware.training_hours(operations)
    return START_HOURS + hours + recipe.hardware.sampling_hours(FORWARD * size * num_sampled)


def _sampling_hours(recipe: Recipe, asked: "Planned") -> float:
    """Return how long the tokens take that weights are still to sample; 0 of other policies."""
    if not isinstance(asked.settings, WeightsPolicy):
        return 0.0
    origin = recipe.way(asked.policy.partition(":")[0])[-1]
    size = _size(recipe.hardware, origin, asked.settings)
    tokens = asked.tokens + asked.prompt_tokens
    return recipe.hardware.sampling_hours(FORWARD * (size or 0.0) * tokens)


def _size(hardware: Hardware, name: str, policy: object) -> float | None:
    return hardware.num_parameters(name, policy) if isinstance(policy, WeightsPolicy) else None


def _num_bytes(config: Mapping[str, Any], size: float) -> float:
    """Return the bytes of the weights, and of as many checkpoints as are kept while it trains."""
    weights = size * BYTES.get(str(config.get("dtype")), BYTES["float32"])
    kept = 0 if config.get("save_strategy") == "no" else config.get("save_total_limit") or 1
    return weights * (1 + CHECKPOINT * kept)


def _max_length(config: Mapping[str, Any]) -> float:
    return float(config.get("max_length", MAX_LENGTH) or math.inf)


def _num_processes(training: Training) -> int:
    if training.accelerate is None:
        return 1
    return int(read_document(Path(training.accelerate), like=LIKE).get("num_processes", 1))


def _form(settings: Trains) -> str:
    if isinstance(settings, Reinforcing):
        return "grpo"
    if isinstance(settings, Rewarding):
        return "reward"
    return "distill" if isinstance(settings, Tutoring) else "sft"
