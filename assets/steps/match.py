"""Matching steps: completions of files, each with the prompt that it answers."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import polars as pl
from pydantic import Field

from assets.steps.run import Run
from assets.steps.step import step
from r1data.engines.file_rows import file_columns
from r1data.engines.matching import GroupSize, PromptMessages, match_file_rows
from r1data.generation.blocks import ASKED
from r1data.policies.settings import Policy, RolloutsPolicy
from r1data.prompts.load import gold_column
from r1data.prompts.sources import Source
from r1data.records.files import find_files
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import FileRows

BLOCK = 50_000
"""Rows that are written at once."""


PROMPT_COLUMNS = ("prompt_id", *ASKED, "drop_reason", "source")


class Matching(Settings):
    """The policies whose rollouts exist, and how many completions of a prompt are taken."""

    policies: dict[str, RolloutsPolicy]
    group_size: GroupSize
    sources: tuple[str, ...] | None = None
    """The sources whose prompts are asked; null means all."""
    origins: dict[str, Source] = Field(default={}, exclude=True)
    """The sources of the prompts, whose gold answers must not be the completions themselves."""


def existing(policies: Iterable[tuple[str, Policy]]) -> dict[str, RolloutsPolicy]:
    """Return those of some policies whose rollouts exist, by name."""
    return {name: one for name, one in policies if isinstance(one, RolloutsPolicy)}


def _refuse_own_golds(settings: Matching) -> list[str]:
    """Refuse a column that is read as completion and as gold answer: nothing there is judged."""
    for name, policy in settings.policies.items():
        columns = file_columns(name, policy)
        for source_name, source in settings.origins.items():
            gold = gold_column(source_name, source) if _share_files(policy, source) else None
            if gold is not None and gold in (columns.completion, columns.reasoning):
                raise ValueError(
                    f"source `{source_name}` takes its gold answers from `{gold}`, and policy "
                    f"`{name}` its completions: compared with itself, each is right whatever it "
                    "says; name another column as `columns.gold_answer`, or say `verifier: null`."
                )
    return []


def _share_files(policy: RolloutsPolicy, source: Source) -> bool:
    if policy.hub is not None or source.file is None:
        return policy.hub is not None and policy.hub == source.hub
    return not set(find_files(policy.rollouts or ())).isdisjoint(find_files(source.file))


@step(FileRows, version=1, check=_refuse_own_golds)
def match(
    run: Run, writer: TableWriter, settings: Matching, prompts: Table, **_policies: Table
) -> None:
    """Every completion of the policy's files, with the prompt it answers or why it is not taken."""
    rows = chain.from_iterable(
        match_file_rows(
            name,
            policy,
            prompt_messages(_frames(prompts), settings.sources, policy),
            settings.group_size,
        )
        for name, policy in settings.policies.items()
    )
    schema = FileRows.create_empty().schema
    with run.progress.bar(writer.key, None, "completions") as bar:
        for number, block in enumerate(iter(lambda: list(islice(rows, BLOCK)), [])):
            if not writer.is_done(number):
                writer.write(number, pl.DataFrame(block, schema=schema))
            bar.update(writer.table.num_rows)


def prompt_messages(
    frames: Iterable[pl.DataFrame], sources: tuple[str, ...] | None, policy: RolloutsPolicy
) -> Iterator[PromptMessages]:
    """Yield each prompt of some frames with what is asked about it, and why it is not asked.

    Args:
        frames: Rows of `Prompts`, at least `PROMPT_COLUMNS`.
        sources: Those whose prompts are asked; null means all.
        policy: Whose template surrounds a problem.
    """
    of_others = pl.lit(None, pl.String)
    if sources is not None:
        is_other = pl.col("source").is_in(sources).not_()
        of_others = pl.when(is_other).then(pl.format("of source {}", "source"))
    reason = pl.coalesce("drop_reason", of_others)
    for frame in frames:
        rows = frame.with_columns(drop_reason=reason).select("prompt_id", *ASKED, "drop_reason")
        for prompt_id, problem, system_message, earlier_turns, drop_reason in rows.iter_rows():
            messages = policy.template.messages(problem, system_message, earlier_turns)
            yield PromptMessages(prompt_id, messages, drop_reason)


def _frames(prompts: Table) -> Iterator[pl.DataFrame]:
    return (frame for _, frame in prompts.blocks(PROMPT_COLUMNS))
