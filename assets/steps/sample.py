"""Sampling steps: a policy's completions and a judge's replies, through the request log."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import polars as pl

from assets.steps.run import Run
from assets.steps.step import GPU, step
from r1data.answers.versions import verifier_versions
from r1data.generation.blocks import ASKED
from r1data.generation.early_stop import EarlyStop
from r1data.generation.sampling import sample_rollouts
from r1data.generation.waves import Stopping
from r1data.policies.settings import Policy, PolicyVersion, RolloutsPolicy
from r1data.prompts.simple import SimpleQuestions
from r1data.protocol import Sampling
from r1data.requests.log import RequestLog
from r1data.seeds import content_id
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import HELD_OUT, Rollouts, askable


class Asking(Settings):
    """The policies to ask, the prompts they are asked, and the sampling."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"early_stop", "verifiers", "own_sampling", "at_once", "simple", "is_simple"}
    )
    round_name: str
    """Part of each sample's seed."""
    policies: dict[str, Policy]
    """How each policy is asked, by its name; each is read as `policy_<name>`. Several may be one
    model, asked in several ways."""
    sampling: Sampling
    sources: tuple[str, ...] | None = None
    """The sources whose prompts are asked; null means all."""
    finished_only: str | None = None
    """Ask for nothing more; the text names the state of the request log."""
    early_stop: EarlyStop | None = None
    """When the rest of a prompt's group is not asked; null asks all groups whole."""
    verifiers: tuple[str, ...] = ()
    """The rules by which that is decided."""
    own_sampling: dict[str, Sampling] = {}
    """By source: how the policies are sampled on its prompts, where that is another way."""
    at_once: tuple[str, ...] = ()
    """Those of the policies that are asked the prompts which need no reasoning, and the others
    those which do; where a table of prompt kinds says so."""
    simple: SimpleQuestions | None = None
    """Which questions are simple; null asks those like all others."""
    is_simple: bool = False
    """Whether the simple ones alone are asked, or the others alone."""

    def is_asked(self, num_words: pl.Expr | None = None) -> pl.Expr:
        """Return what says of a prompt, or of its words where they are counted, that it is asked.

        Args:
            num_words: The words of the problem; without them the problem itself is read.
        """
        is_ours = pl.lit(True) if self.sources is None else pl.col("source").is_in(self.sources)
        if self.simple is None:
            return is_ours
        return is_ours & (self.simple.is_simple(num_words) == self.is_simple)

    def content(self) -> dict[str, Any]:
        """Return the settings, with the version of each verifier that decides."""
        found = super().content()
        versions = {"verifiers": verifier_versions(self.verifiers)} if self.verifiers else {}
        return found | versions

    def samplings(self) -> Iterator[tuple[Sampling, pl.Expr]]:
        """Yield each sampling with what tells, of prompts with their `source`, which it is for."""
        if not self.own_sampling:
            yield self.sampling, pl.lit(True)
            return
        of_source = {source: content_id(one.content()) for source, one in self.own_sampling.items()}
        known = {content_id(self.sampling.content()): self.sampling}
        known |= {of_source[source]: one for source, one in self.own_sampling.items()}
        usual = next(iter(known))
        which = pl.col("source").replace_strict(of_source, default=usual, return_dtype=pl.String)
        yield from ((sampling, which == name) for name, sampling in known.items())


class Questioning(Settings):
    """How a judge is asked."""

    round_name: str
    name: str
    """The judge's name in the recipe."""
    policy: Policy
    sampling: Sampling
    finished_only: str | None = None


@step(Rollouts, version=2, pool=GPU)
def sample(
    run: Run,
    writer: TableWriter,
    settings: Asking,
    prompts: Table,
    file_rows: Table | None = None,
    prompt_kinds: Table | None = None,
    existing: Table | None = None,
    asked_in: Table | None = None,
    **policies: Table,
) -> None:
    """A group of completions by the round's policy for every prompt it asks."""
    deciding = (table and table.scan() for table in (prompt_kinds, existing, asked_in))
    asked = asked_prompts(settings, prompts.scan(), *deciding)
    versions = [
        replace(run.policy_version(policies[policy_argument(name)], policy), name=name)
        for name, policy in settings.policies.items()
    ]
    _refuse_twins(versions)
    of_each = [asked] * len(versions)
    if prompt_kinds is not None:
        of_each = [asked.filter(is_asked_of(name, settings)) for name in settings.policies]
    stopping = None
    if settings.early_stop is not None:
        stopping = Stopping(settings.early_stop, partial(_judged, run, prompts))
    asking = [
        (version, sampling, prompts.filter(is_its))
        for version, prompts in zip(versions, of_each, strict=True)
        for sampling, is_its in settings.samplings()
    ]
    _ask(run, writer, settings, asking, file_rows, stopping)


def asked_prompts(
    settings: Asking,
    prompts: pl.LazyFrame,
    kinds: pl.LazyFrame | None = None,
    answered: pl.LazyFrame | None = None,
    mixture: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """Return the prompts that a round asks, in order.

    Args:
        settings: Which sources are asked.
        prompts: Rows of `Prompts`.
        kinds: Rows of `PromptKinds`, where these say how a prompt is asked: the prompts then have
            their column `is_reasoned`.
        answered: Kept rollouts whose prompts are not asked.
        mixture: Rows of `Mixtures`, where only prompts are asked that it is trained on.
    """
    asked = askable(prompts).filter(settings.is_asked())
    if kinds is not None:
        routes = kinds.filter(pl.col("drop_reason").is_null()).select("prompt_id", "is_reasoned")
        asked = asked.join(routes, on="prompt_id", how="inner", maintain_order="left")
    if answered is not None:
        keys = answered.select("prompt_id")
        asked = asked.join(keys, on="prompt_id", how="anti", maintain_order="left")
    if mixture is not None:
        keys = mixture.filter(pl.col("split").ne_missing(HELD_OUT)).select("prompt_id")
        asked = asked.join(keys, on="prompt_id", how="semi", maintain_order="left")
    return asked


def is_asked_of(name: str, settings: Asking) -> pl.Expr:
    """Tell which of the prompts that have `is_reasoned` are asked of a policy.

    Where none of the policies answers at once, that is all of them.
    """
    if not settings.at_once:
        return pl.lit(True)
    return pl.col("is_reasoned") == (name not in settings.at_once)


@step(Rollouts, version=2, pool=GPU, may_be_empty=True)
def reply(
    run: Run, writer: TableWriter, settings: Questioning, questions: Table, policy: Table
) -> None:
    """The judge's reply to every question."""
    asked = (
        questions.scan()
        .filter(pl.col("refusal").is_null())
        .select("system_message", prompt_id="question_id", problem="question")
        .unique("prompt_id", keep="first", maintain_order=True)
    )
    judge = run.policy_version(policy, settings.policy).without_instructions()
    _ask(run, writer, settings, [(judge, settings.sampling, asked)])


def policy_argument(name: str) -> str:
    """Return the name under which `sample` reads the table of a policy."""
    return f"policy_{name}"


def _ask(
    run: Run,
    writer: TableWriter,
    settings: Asking | Questioning,
    asking: Collection[tuple[PolicyVersion, Sampling, pl.LazyFrame]],
    file_rows: Table | None = None,
    stopping: Stopping | None = None,
) -> None:
    """Sample a group of each policy for every row of its prompts, whose column `problem` is asked.

    Each of `asking` is a policy, a sampling and the prompts that are asked so. Of a policy whose
    rollouts exist, those are taken that its files have.
    """
    first_block = 0
    for policy, sampling, prompts in asking:
        columns = [name for name in ASKED if name in prompts.collect_schema()]
        asked = prompts.select("prompt_id", *columns).collect()
        if asked.is_empty() and len(asking) > 1:
            continue
        if file_rows is not None and isinstance(policy.settings, RolloutsPolicy):
            asked = _in_files(asked, file_rows, policy.name)
        on_busy = partial(_tell_of_wait, run, policy.name)
        with RequestLog.of(run.store, policy, sampling, on_busy=on_busy) as log:
            log.take_in(run.store.readable_versions(writer.key))
            first_block = sample_rollouts(
                partial(run.engine, policy),
                log,
                asked,
                writer,
                round_name=settings.round_name,
                progress=run.progress,
                on_block=run.refresh_catalog,
                first_block=first_block,
                is_finished_only=settings.finished_only is not None,
                budget=run.budget() if log.is_paid else None,
                stopping=stopping,
            )


def _judged(run: Run, prompts: Table, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the outcomes of rollouts by rule; the verdicts are kept, so that none is made twice."""
    from r1data.verification.log import VerdictLog
    from r1data.verification.verify import PROMPT_COLUMNS, verify_rollouts

    facts = prompts.read(PROMPT_COLUMNS)
    with VerdictLog(run.store.logs / "verdicts") as log:
        for frame in frames:
            verdicts = verify_rollouts(frame, facts, pool=run.workers, log=log)
            yield verdicts.select("rollout_id", "outcome")


def _in_files(prompts: pl.DataFrame, file_rows: Table, policy: str) -> pl.DataFrame:
    """Return the prompts of which a policy's files have completions, with the samples there are."""
    taken = file_rows.scan().filter(pl.col("policy") == policy, pl.col("drop_reason").is_null())
    samples = taken.group_by("prompt_id").agg(samples=pl.col("sample_index").sort()).collect()
    return prompts.join(samples, on="prompt_id", how="inner", maintain_order="left")


def _tell_of_wait(run: Run, policy: str, busy: str) -> None:
    run.progress.say(
        f"{policy} is being asked the same by another run; what that is told is taken from it as "
        f"soon as it is done: {busy}"
    )


def _refuse_twins(policies: Collection[PolicyVersion]) -> None:
    names: dict[tuple[str, str], str] = {}
    for policy in policies:
        other = names.setdefault((policy.revision, policy.template_id), policy.name)
        if other != policy.name:
            raise ValueError(
                f"{other} and {policy.name} are the same model, to the bit, asked alike; evaluate "
                "one of them"
            )
