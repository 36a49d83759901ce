"""Alignment steps: the prompts of the last stage, each with the kind of what judges it."""

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.mixture.rl_prompts import ASKED, not_held_out, to_general_prompts, to_rl_prompts
from r1data.policies.templates import Template
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import RLPrompts, askable


class Gathering(Settings):
    """Which prompts are asked, how, and what judges them."""

    dataset: str
    template: Template
    """What surrounds a reasoning prompt."""
    general_template: Template
    """What surrounds a general one."""
    reasoning: tuple[str, ...]
    """The sources whose prompts a verifier judges."""
    general: dict[str, str] = {}
    """What judges the prompts of each other source: `helpful` or `safety`."""


@step(RLPrompts, version=1)
def prompt_all(
    _run: Run,
    writer: TableWriter,
    settings: Gathering,
    prompts: Table,
    held_out: Table | None = None,
) -> None:
    """The prompts of the last stage: those that a verifier judges, and those of reward models."""
    asked = askable(prompts.scan()).select(ASKED).collect()
    if held_out is not None:
        asked = not_held_out(asked, held_out.read(["prompt_id", "split"]))
    reasoning = to_rl_prompts(
        asked.filter(pl.col("source").is_in(settings.reasoning)),
        None,
        template=settings.template,
        dataset=settings.dataset,
        first_row=0,
    )
    general = to_general_prompts(
        asked,
        settings.general,
        template=settings.general_template,
        dataset=settings.dataset,
        first_row=reasoning.height,
    )
    rows = pl.concat([reasoning, general.cast(dict(reasoning.schema))])
    if rows.is_empty():
        raise ValueError(
            f"{writer.key}: none of {asked.height} prompts can be judged by a verifier, and no "
            "general ones are named"
        )
    writer.write(0, rows)
