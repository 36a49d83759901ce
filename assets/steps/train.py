"""Training steps: the mixture of kept rollouts, and the policy trained on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from shutil import rmtree
from typing import Any, ClassVar

import polars as pl
from pydantic import field_validator

from assets.steps.run import Run
from assets.steps.step import GPU, step
from assets.steps.trainer import TrainingJob, check_configuration, find_own, named_files
from r1data.mixture.conversations import PROMPT_COLUMNS, RowForm, to_conversations
from r1data.mixture.patterns import Pattern
from r1data.mixture.plain import Plain
from r1data.mixture.variants import NO_VARIANTS, Variants, variants_of
from r1data.policies.settings import Policy, PolicyVersion
from r1data.policies.table import trained_policy
from r1data.policies.templates import Template
from r1data.policies.trainings import seconds_so_far, unfinished
from r1data.seeds import content_id
from r1data.settings import PolicyName, Settings
from r1data.store.locks import holding
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Mixtures, Policies, askable


class Training(Settings):
    """A training of weights by TRL."""

    base: PolicyName
    """The policy whose weights training begins from."""
    config: str
    """A TRL configuration; what it says is part of the fingerprint, where it stands is not."""
    accelerate: str | None = None
    """A configuration of `accelerate launch`, for several processes, GPUs or nodes; null trains in
    one process. It decides how large a batch is, so what it says is part of the fingerprint too."""
    overrides: dict[str, bool | int | float | str] = {}
    """What this training says in place of its configuration, e.g. `learning_rate: 1.0e-4`, so that
    trainings that differ in a number share a file."""

    @field_validator("overrides")
    @classmethod
    def _leaves_alone_what_the_step_says(cls, overrides: dict[str, Any]) -> dict[str, Any]:
        if own := find_own(overrides):
            raise ValueError(
                f"`overrides` names {own[0]}, which is not for it to say; leave it out"
            )
        return overrides

    def content(self) -> dict[str, Any]:
        """Return the hashes of the configurations and of the files that they name.

        The base is a table that training reads.
        """
        hashes = {name: content_id(_text(path)) for name, path in self.hashed().items()}
        return hashes | ({"overrides": self.overrides} if self.overrides else {})

    def hashed(self) -> dict[str, str]:
        """Return the paths of the configurations, and of the files that they name."""
        named = self.named_files().items()
        return self.configurations() | {name: path for name, path in named if Path(path).is_file()}

    def configurations(self) -> dict[str, str]:
        """Return the paths of the configurations."""
        launched = {} if self.accelerate is None else {"accelerate": self.accelerate}
        return {"config": self.config, **launched}

    def named_files(self) -> dict[str, str]:
        """Return the paths that the configurations and the overrides name, such as a template's."""
        return named_files(self.configurations().values(), self.overrides)


class Mixing(Settings):
    """The templates of a training set, one for each round whose rollouts it takes."""

    later: ClassVar[frozenset[str]] = frozenset({"plain", "pattern", "variants"})

    dataset: str
    templates: dict[str, Template]
    """By round; the kept rollouts of each are read as `rollouts_<round>`."""
    plain: dict[str, Plain] = {}
    """By round: what is otherwise in rows that have no reasoning."""
    pattern: Pattern = "think"
    """How reasoning and response stand in a completion."""
    variants: Variants = NO_VARIANTS
    """What stands beside the rows."""


class Schooling(Settings):
    """The training of a round's policy, and the policy that it begins from."""

    name: str
    """The policy's name, that of its round."""
    training: Training
    base: Policy
    """How the policy that training begins from is asked."""

    def content(self) -> dict[str, Any]:
        """Return the content of the training; the base is a table that training reads."""
        return self.training.content()

    def hashed(self) -> dict[str, str]:
        """Return the configuration's path."""
        return self.training.hashed()


@step(Mixtures, version=1)
def mix(
    _run: Run,
    writer: TableWriter,
    settings: Mixing,
    prompts: Table,
    selections: Table | None = None,
    **kept: Table,
) -> None:
    """The training set of the round, in TRL's prompt-completion form."""
    asked = askable(prompts.scan()).select(PROMPT_COLUMNS).collect()
    taken = _taken(selections)
    block = first_row = 0
    for name, template in settings.templates.items():
        turn = partial(
            to_conversations,
            prompts=asked,
            form=RowForm(template, settings.plain.get(name), settings.pattern),
            dataset=settings.dataset,
        )
        rollouts = kept[kept_argument(name)]
        heights = _heights(rollouts, taken)
        starts = accumulate(heights, initial=first_row)
        for shard, start in zip(range(len(heights)), starts, strict=False):
            if not writer.is_done(block + shard):
                rows = _take(rollouts.read_block(shard), taken)
                writer.write(block + shard, turn(rows, first_row=start))
        block, first_row = block + len(heights), first_row + sum(heights)
    if settings.variants != NO_VARIANTS:
        for number, rows in enumerate(_variant_rows(settings, asked, taken, kept, first_row)):
            writer.write(block + number, rows)


def _variant_rows(
    settings: Mixing,
    prompts: pl.DataFrame,
    taken: pl.DataFrame | None,
    kept: Mapping[str, Table],
    first_row: int,
) -> Iterator[pl.DataFrame]:
    """Yield the variants of the rows of each shard of each round, behind all other rows."""
    for name, template in settings.templates.items():
        rollouts = kept[kept_argument(name)]
        for shard in range(rollouts.num_blocks):
            rows = _take(rollouts.read_block(shard), taken)
            for varied in variants_of(rows, settings.variants, settings.dataset):
                yield to_conversations(
                    varied.rollouts,
                    prompts,
                    form=RowForm(varied.template or template, variant=varied.variant),
                    dataset=settings.dataset,
                    first_row=first_row,
                )
                first_row += varied.rollouts.height


def _taken(selections: Table | None) -> pl.DataFrame | None:
    """Return the rollouts that the mixture takes, with their split; null means all."""
    if selections is None:
        return None
    return selections.scan().filter("is_kept").select("rollout_id", "split").collect()


def _heights(rollouts: Table, taken: pl.DataFrame | None) -> list[int]:
    """Return how many rows of each shard the mixture takes; ids alone are read."""
    if taken is None:
        return [shard.num_rows for shard in rollouts.manifest.shards]
    return [_take(frame, taken).height for _, frame in rollouts.blocks(["rollout_id"])]


def _take(rollouts: pl.DataFrame, taken: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rollouts of a shard that the mixture takes, in their order."""
    if taken is None:
        return rollouts
    return rollouts.join(taken, on="rollout_id", how="inner", maintain_order="left")


def check_training(settings: Schooling) -> list[str]:
    """Refuse a training configuration that cannot be used, before any work."""
    check_configuration("sft", settings.training.config, **means_of(settings.training))
    return []


def means_of(training: Training) -> dict[str, Any]:
    """Return what `check_configuration` is told of a training beside its configuration."""
    return {"accelerate": training.accelerate, "overrides": as_arguments(training.overrides)}


def as_arguments(overrides: Mapping[str, bool | int | float | str]) -> dict[str, str]:
    """Return what a training says in place of its configuration, as its entry point is told it.

    >>> as_arguments({"learning_rate": 0.0001, "packing": False})
    {'learning_rate': '0.0001', 'packing': 'false'}
    """
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in overrides.items()
    }


@step(Policies, version=1, pool=GPU, check=check_training)
def train(run: Run, writer: TableWriter, settings: Schooling, mixture: Table, base: Table) -> None:
    """The policy that the round trains: one row that points at its weights."""
    started_from = run.policy_version(base, settings.base)
    weights = trained_weights(
        run, settings.name, settings.training, started_from, {"train_file": mixture}
    )
    row = trained_policy(
        settings.name,
        weights,
        run.store,
        trained_from=started_from.revision,
        trained_on=f"{mixture.key}@{mixture.data_version}",
        config=settings.training.config,
    )
    writer.write(0, row)


def trained_weights(
    run: Run,
    name: str,
    training: Training,
    base: PolicyVersion,
    tables: Mapping[str, Table],
    *,
    entry_point: str = "sft",
    arguments: Mapping[str, str] | None = None,
    decided_by: Sequence[str] = (),
) -> Path:
    """Return the folder of trained weights, trained unless that was done before.

    Training has a process of its own, and the machine.

    The weights stand outside the table's versions, under the hash of what decides them: a training
    set that was made again with the same rows is not trained on again.

    Args:
        run: The run, whose engine is closed if there is something to train.
        name: The policy's name.
        training: Its settings.
        base: The policy that training begins from.
        tables: What it trains on, by the argument of the entry point that names the folder.
        entry_point: The module of `training/`.
        arguments: What else the entry point is told.
        decided_by: What else decides the weights, such as the revisions of reward models.
    """
    hashes = [tables[argument].content_hash for argument in sorted(tables)]
    identity = content_id(base.revision, *hashes, *decided_by, training.content())
    weights = run.store.models / f"{name}-{identity[:16]}"
    job = TrainingJob(
        entry_point=entry_point,
        config=training.config,
        base=base,
        tables=tables,
        weights=weights,
        arguments={**as_arguments(training.overrides), **(arguments or {})},
        accelerate=training.accelerate,
    )
    with holding(run.store.model_lock(weights.name), weights.name):
        if not weights.exists():
            run.close_engine()
            weights.parent.mkdir(exist_ok=True)
            run.machine.train(replace(job, max_seconds=_max_seconds(run, weights)), run.progress)
        else:
            rmtree(unfinished(weights), ignore_errors=True)
    return weights


def _max_seconds(run: Run, weights: Path) -> float | None:
    """Return what a training may take, with what it took before; null without a cap.

    Raises:
        CapReachedError: If no time is left.
    """
    left = run.budget().training_seconds()
    return None if left is None else left + seconds_so_far(unfinished(weights))


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def kept_argument(round_name: str) -> str:
    """Return the name under which `mix` reads the kept rollouts of a round."""
    return f"rollouts_{round_name}"
