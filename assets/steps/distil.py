"""Distillation steps: the rows students are trained on, and students that learn on-policy."""

from typing import Any

from assets.steps.run import Run
from assets.steps.step import GPU, step
from assets.steps.train import Schooling, means_of, trained_weights
from assets.steps.trainer import check_configuration
from r1data.mixture.distillation import num_targets, to_distillation_targets
from r1data.policies.settings import Policy
from r1data.policies.table import trained_policy
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Mixtures, Policies

ENTRY_POINT = "distill"
"""The module of `training/` that trains on-policy."""


class Targeting(Settings):
    """The name of a set of targets."""

    dataset: str


class Tutoring(Schooling):
    """The training of a student that writes its own completions, and its teacher."""

    teacher: Policy
    """How the teacher is asked; only its weights count."""

    def content(self) -> dict[str, Any]:
        """Return the content of the training; base and teacher are tables that training reads."""
        return {**super().content(), "entry_point": ENTRY_POINT}


def _check(settings: Tutoring) -> list[str]:
    """Refuse a training configuration that cannot be used, before any work."""
    check_configuration(ENTRY_POINT, settings.training.config, **means_of(settings.training))
    return []


@step(Mixtures, version=1)
def target(_run: Run, writer: TableWriter, settings: Targeting, mixture: Table) -> None:
    """The rows that students are trained on."""
    first_row = 0
    for block, splits in mixture.blocks(["split"]):
        if not writer.is_done(block):
            rows = to_distillation_targets(
                mixture.read_block(block), dataset=settings.dataset, first_row=first_row
            )
            writer.write(block, rows)
        first_row += num_targets(splits)


@step(Policies, version=1, pool=GPU, check=_check)
def tutor(
    run: Run, writer: TableWriter, settings: Tutoring, mixture: Table, base: Table, teacher: Table
) -> None:
    """The student that was trained to write as its teacher would: one row for its weights."""
    started_from = run.policy_version(base, settings.base)
    taught_by = run.policy_version(teacher, settings.teacher)
    if taught_by.weights is None:
        raise ValueError(
            f"policy {taught_by.name} has no weights, and on-policy distillation reads its "
            "probabilities; name a teacher of kind `weights`, or train by SFT"
        )
    weights = trained_weights(
        run,
        settings.name,
        settings.training,
        started_from,
        {"train_file": mixture},
        entry_point=ENTRY_POINT,
        arguments={"teacher_model_name_or_path": str(taught_by.weights)},
        decided_by=[taught_by.revision],
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
