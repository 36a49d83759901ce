"""Reckoning what a recipe means before anything runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import polars as pl
from rich.filesize import decimal

from assets.recipe.load import load_recipe
from assets.steps.sample import Asking, Questioning, policy_argument
from r1data.cli.early_plan import not_stopped
from r1data.cli.files_plan import in_files, matched, told_of
from r1data.cli.made import MadeTables
from r1data.cli.plan_money import money_lines
from r1data.cli.questions_plan import REWRITING, bound_of, kind_of
from r1data.cli.routed_plan import Routes
from r1data.cli.terminal import CONSOLE, cell, lean_grid, say
from r1data.cli.training_plan import hours_lines, plan_trainings, print_trainings
from r1data.cli.units import CHARS_PER_TOKEN, short
from r1data.generation.blocks import with_samples
from r1data.policies.settings import EndpointPolicy, Policy, RolloutsPolicy
from r1data.policies.table import find_policy, policy_version
from r1data.protocol import Sampling
from r1data.requests.log import RequestLog
from r1data.store.log import index_log
from r1data.store.spec import TableSpec
from r1data.store.store import Store


@dataclass(frozen=True, slots=True)
class Planned:
    """What one round asks of one policy."""

    round_name: str
    policy: str
    sampling: Sampling
    num_prompts: int
    num_requests: int
    """Completions the round's table will hold."""
    num_prompt_chars: int
    num_logged: int
    """Requests the log has an answer to."""
    mean_tokens: float | None
    """Tokens of a completion in the log; null if there is none."""
    settings: Policy
    """How the policy is asked, and what its tokens cost."""
    key: str = ""
    """The table of what it answers."""
    told: str = ""
    """What the files of existing rollouts have, and what of it is read."""
    is_bound: bool = False
    """Whether there are so many prompts at most: what a judge is asked, or which existing responses
    pass, is not known yet."""

    @property
    def is_sampled(self) -> bool:
        """Whether a model writes the completions; otherwise no tokens are read or sampled."""
        return self.settings.kind in ("weights", "endpoint")

    @property
    def num_missing(self) -> int:
        """Completions still to be asked for."""
        return max(0, self.num_requests - self.num_logged)

    @property
    def tokens(self) -> float:
        """Tokens still to be sampled: by the log's mean, or else at most."""
        per_completion = self.mean_tokens or self.sampling.max_tokens
        return self.num_missing * per_completion if self.is_sampled else 0

    @property
    def is_at_most(self) -> bool:
        """Whether the tokens are a bound, for want of a completion to judge by."""
        return bool(self.tokens) and (self.mean_tokens is None or self.is_bound)

    @property
    def prompt_tokens(self) -> int:
        """Tokens of the prompts still to be read, by their length; a group shares its prompt."""
        if not self.is_sampled:
            return 0
        share = self.num_missing / max(1, self.num_requests)
        return round(self.num_prompt_chars * share / CHARS_PER_TOKEN)


def print_plan(recipe: Path, data: Path) -> None:
    """Print how many prompts, requests, tokens and bytes each round of a recipe means."""
    loaded = load_recipe(recipe)
    store = Store(data / loaded.name)
    columns = ("round", "policy", "prompts", "requests", "logged", "to ask")
    grid = lean_grid(*columns, "prompt\ntokens", "sampled\ntokens", "on\ndisk")
    tables = MadeTables(loaded.tables(), store)
    tables.check_sources()
    planned = list(plan_requests(tables))
    for asking in planned:
        bound = "≤ " if asking.is_at_most else ""
        most = "≤ " if asking.is_bound else ""
        size = f"{decimal(int(asking.tokens * CHARS_PER_TOKEN))}".replace("bytes", "B")
        grid.add_row(
            cell(asking.round_name),
            cell(asking.policy),
            f"{most}{asking.num_prompts:,}",
            f"{asking.num_requests:,}",
            f"{asking.num_logged:,}",
            f"{asking.num_missing:,}",
            short(asking.prompt_tokens),
            f"{bound}{short(asking.tokens)}",
            f"{bound}{size}",
        )
    if grid.row_count:
        CONSOLE.print(grid)
    else:
        CONSOLE.print("Nothing is asked: the recipe has no round in which a policy answers.")
    trainings = list(plan_trainings(loaded, tables, planned))
    print_trainings(trainings)
    told = (asking.told for asking in planned if asking.told)
    hours = hours_lines(loaded, trainings, planned)
    for line in (*tables.told, *told, *hours, *money_lines(loaded, store, planned)):
        say(line)


def plan_requests(tables: MadeTables) -> Iterator[Planned]:
    """Yield what each round asks of each policy, and then of its judge.

    Before the prompts are made, those that repeat another source's or a benchmark's still count.
    """
    problems: dict[str, pl.DataFrame] = {}
    asked: dict[str, list[Planned]] = {}
    for spec in tables.specs.values():
        if isinstance(spec.settings, Asking):
            key = spec.reads["prompts"]
            if key not in problems:
                problems[key] = tables.problems(key)
            asked[spec.key] = list(_asked(tables, spec, spec.settings, problems[key]))
            yield from asked[spec.key]
        if isinstance(spec.settings, Questioning):
            planned = _questioned(tables, spec, spec.settings, asked)
            yield planned
            if planned.round_name == REWRITING:
                asked[spec.key] = [planned]


def _asked(
    tables: MadeTables, spec: TableSpec, settings: Asking, problems: pl.DataFrame
) -> Iterator[Planned]:
    """Yield what a table of rollouts asks of each policy."""
    problems = problems.filter(settings.is_asked(pl.col("num_words")))
    routes = Routes(tables, spec, settings)
    for (name, policy), (sampling, is_its) in product(
        settings.policies.items(), settings.samplings()
    ):
        key = spec.reads[policy_argument(name)]
        log = _log(tables, key, policy, sampling)
        asked, told = routes.of_policy(name, problems.filter(is_its)), ""
        if isinstance(policy, RolloutsPolicy):
            made = tables.version(spec.reads["file_rows"])
            prompts = tables.frames(spec.reads["prompts"])
            rows = matched(name, policy, settings, made=made, prompts=prompts)
            asked, told = in_files(rows, asked), told_of(name, policy, rows)
        elif settings.early_stop is not None:
            asked, told = not_stopped(tables.version(spec.key), asked, settings)
        planned = _planned(settings.round_name, name, policy, sampling, problems=asked, log=log)
        yield replace(planned, key=spec.key, told=told, is_bound=routes.is_bound)


def _questioned(
    tables: MadeTables,
    spec: TableSpec,
    settings: Questioning,
    asked: Mapping[str, Sequence[Planned]],
) -> Planned:
    """Return what a round asks of its judge, or of the model that rewrites its rollouts.

    Before the questions are made, that is as many as there can be at most.
    """
    name = kind_of(tables, spec.reads["questions"])
    table = tables.version(spec.reads["questions"])
    if table is not None:
        chars = pl.col("question").str.len_chars() + pl.col("system_message").str.len_chars()
        shown = table.scan().filter(pl.col("refusal").is_null())
        questions = shown.select(prompt_id="question_id", chars=chars).unique("prompt_id").collect()
        log = _log(tables, spec.reads["policy"], settings.policy, settings.sampling, is_judge=True)
        return _planned(
            name, settings.name, settings.policy, settings.sampling, problems=questions, log=log
        )
    bound, size = bound_of(tables, spec.reads["questions"], asked), settings.sampling.group_size
    return Planned(
        round_name=name,
        policy=settings.name,
        sampling=settings.sampling,
        num_prompts=bound.num_questions,
        num_requests=bound.num_questions * (size if isinstance(size, int) else 1),
        num_prompt_chars=bound.num_chars,
        num_logged=0,
        mean_tokens=None,
        settings=settings.policy,
        is_bound=True,
    )


def _log(
    tables: MadeTables, key: str, policy: Policy, sampling: Sampling, *, is_judge: bool = False
) -> RequestLog | None:
    """Return the request log of a policy, if its revision is known: an endpoint's always is."""
    table = tables.version(key)
    if table is None and not isinstance(policy, EndpointPolicy):
        return None
    found = find_policy("", policy, tables.store) if table is None else table.read()
    version = policy_version(found.row(0, named=True), policy, tables.store)
    version = version.without_instructions() if is_judge else version
    return RequestLog.of(tables.store, version, sampling)


def _planned(
    round_name: str,
    name: str,
    policy: Policy,
    sampling: Sampling,
    *,
    problems: pl.DataFrame,
    log: RequestLog | None,
) -> Planned:
    asked = with_samples(problems, sampling.group_size)
    num_logged, mean_tokens = _logged(log, asked)
    return Planned(
        round_name=round_name,
        policy=name,
        sampling=sampling,
        num_prompts=problems.height,
        num_requests=int(asked["samples"].list.len().sum()),
        num_prompt_chars=int(problems["chars"].sum()),
        num_logged=num_logged,
        mean_tokens=mean_tokens,
        settings=policy,
    )


def _logged(log: RequestLog | None, asked: pl.DataFrame) -> tuple[int, float | None]:
    """Return how many of the requests the log has answered, and its mean number of tokens."""
    if log is None:
        return 0, None
    lengths = pl.concat(
        [
            pl.DataFrame(schema={"num_completion_tokens": pl.Int64, "offset": pl.Int64}),
            *(index_log(path, {"num_completion_tokens": pl.Int64}) for path in log.paths()),
        ]
    )
    mean_tokens = lengths.select(pl.col("num_completion_tokens").mean()).item()
    samples = asked.select("prompt_id", "samples").explode("samples").iter_rows()
    return log.num_answered(samples), mean_tokens
