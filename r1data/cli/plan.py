"""Reckoning what a recipe means before anything runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import polars as pl
from rich.filesize import decimal

from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from assets.steps.ingest import Sources
from assets.steps.match import PROMPT_COLUMNS
from assets.steps.sample import Asking, Questioning, policy_argument
from r1data.cli.files_plan import in_files, matched, told_of
from r1data.cli.terminal import CONSOLE, TERMINAL, cell, lean_grid, say
from r1data.engines.policies import Policy, RolloutsPolicy
from r1data.engines.policy_table import policy_version
from r1data.engines.protocol import RETRYABLE, Sampling
from r1data.engines.request_log import RequestLog
from r1data.generation.blocks import with_samples
from r1data.prompts.check import check_source
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source
from r1data.settings import Settings
from r1data.store.log import index_log
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import askable

CHARS_PER_TOKEN = 4
"""Of English text, for prompts nobody has counted yet; the bytes of a token of a completion too."""


JUDGE = "  judge"
"""Stands for the judge of the round in the line above."""
QUESTION_CHARS = 1_500
"""Of a judge's question, beside the problem and a short answer."""
PROBLEMS = {"source": pl.String, "prompt_id": pl.String, "chars": pl.UInt32}


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
    is_sampled: bool
    """Whether a model writes the completions; otherwise no tokens are read or sampled."""
    told: str = ""
    """What the files of existing rollouts have, and what of it is read."""
    is_bound: bool = False
    """Whether there are so many prompts at most, since what a judge is asked is not known yet."""

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
    told: list[str] = []
    for asking in plan_requests(loaded, store):
        bound = "≤ " if asking.is_at_most else ""
        most = "≤ " if asking.is_bound else ""
        size = f"{decimal(int(asking.tokens * CHARS_PER_TOKEN))}".replace("bytes", "B")
        told += [asking.told] if asking.told else []
        grid.add_row(
            cell(asking.round_name),
            cell(asking.policy),
            f"{most}{asking.num_prompts:,}",
            f"{asking.num_requests:,}",
            f"{asking.num_logged:,}",
            f"{asking.num_missing:,}",
            _short(asking.prompt_tokens),
            f"{bound}{_short(asking.tokens)}",
            f"{bound}{size}",
        )
    if grid.row_count:
        CONSOLE.print(grid)
        for line in told:
            say(line)
    else:
        CONSOLE.print("Nothing is asked: the recipe has no round in which a policy answers.")


def plan_requests(recipe: Recipe, store: Store) -> Iterator[Planned]:
    """Yield what each round asks of each policy, and then of its judge.

    Before the prompts are made, those that repeat another source's or a benchmark's still count.
    """
    tables = _Tables(recipe.tables(), store)
    problems: dict[str, pl.DataFrame] = {}
    asked: list[Planned] = []
    for spec in tables.specs.values():
        if isinstance(spec.settings, Asking):
            key = spec.reads["prompts"]
            if key not in problems:
                problems[key] = tables.problems(key)
            asked = list(_asked(tables, spec, spec.settings, problems[key]))
            yield from asked
        if isinstance(spec.settings, Questioning):
            yield _questioned(tables, spec, spec.settings, asked)


class _Tables:
    """The tables of a recipe, and what of them is made."""

    def __init__(self, specs: Sequence[TableSpec], store: Store) -> None:
        self.specs = {spec.key: spec for spec in specs}
        self.store = store
        self._fingerprints = fingerprints(specs)

    def version(self, key: str) -> Table | None:
        """Return a table, if it is made as the recipe means it."""
        return self.store.version(self.specs[key], self._fingerprints[key])

    def problems(self, key: str) -> pl.DataFrame:
        """Return source, id and length of the prompts to ask: of the table, or of its sources."""
        table = self.version(key)
        if table is not None:
            return _lengths(table.scan()).collect()
        return _problems(self._sources(key))

    def frames(self, key: str) -> Iterator[pl.DataFrame]:
        """Yield the rows of the prompts to ask: of the table, or of its sources."""
        table = self.version(key)
        if table is not None:
            return (frame for _, frame in table.blocks(PROMPT_COLUMNS))
        sources = self._sources(key).items()
        return chain.from_iterable(load_prompts(name, source) for name, source in sources)

    def _sources(self, key: str) -> Mapping[str, Source]:
        """Return the sources that a table of prompts is made of."""
        settings: Settings = self.specs[key].settings
        if isinstance(settings, Sources):
            return settings.sources
        return self._sources(self.specs[key].reads["prompts"])


def _asked(
    tables: _Tables, spec: TableSpec, settings: Asking, problems: pl.DataFrame
) -> Iterator[Planned]:
    """Yield what a table of rollouts asks of each policy."""
    if settings.sources is not None:
        problems = problems.filter(pl.col("source").is_in(settings.sources))
    for name, policy in settings.policies.items():
        key = spec.reads[policy_argument(name)]
        log = _log(tables, key, policy, settings.sampling)
        asked, told = problems, ""
        if isinstance(policy, RolloutsPolicy):
            made = tables.version(spec.reads["file_rows"])
            prompts = tables.frames(spec.reads["prompts"])
            rows = matched(name, policy, settings, made=made, prompts=prompts)
            asked, told = in_files(rows, problems), told_of(name, policy, rows)
        planned = _planned(
            settings.round_name, name, policy, settings.sampling, problems=asked, log=log
        )
        yield replace(planned, told=told)


def _questioned(
    tables: _Tables, spec: TableSpec, settings: Questioning, asked: Sequence[Planned]
) -> Planned:
    """Return what a round asks of its judge.

    Before the rules have judged, that is two questions for each rollout at most.
    """
    table = tables.version(spec.reads["questions"])
    if table is not None:
        chars = pl.col("question").str.len_chars() + pl.col("system_message").str.len_chars()
        shown = table.scan().filter(pl.col("refusal").is_null())
        questions = shown.select(prompt_id="question_id", chars=chars).unique("prompt_id").collect()
        log = _log(tables, spec.reads["policy"], settings.policy, settings.sampling, is_judge=True)
        return _planned(
            JUDGE, settings.name, settings.policy, settings.sampling, problems=questions, log=log
        )
    num_questions = 2 * sum(one.num_requests for one in asked)
    shown_chars = 2 * sum(
        one.num_prompt_chars * one.num_requests // max(1, one.num_prompts) for one in asked
    )
    return Planned(
        round_name=JUDGE,
        policy=settings.name,
        sampling=settings.sampling,
        num_prompts=num_questions,
        num_requests=num_questions,
        num_prompt_chars=shown_chars + QUESTION_CHARS * num_questions,
        num_logged=0,
        mean_tokens=None,
        is_sampled=True,
        is_bound=True,
    )


def _lengths(prompts: pl.LazyFrame) -> pl.LazyFrame:
    chars = pl.col("problem").str.len_chars().alias("chars")
    return askable(prompts).select("source", "prompt_id", chars)


def _problems(sources: Mapping[str, Source]) -> pl.DataFrame:
    """Return what is needed of the rows of sources that nothing speaks against asking."""
    frames = [pl.DataFrame(schema=PROBLEMS)]
    with TERMINAL.bar("reading sources", None, "rows") as bar:
        num_rows = 0
        for name, source in sources.items():
            check_source(name, source)
            for rows in load_prompts(name, source):
                num_rows += rows.height
                bar.update(num_rows)
                frames.append(_lengths(rows.lazy()).collect())
    return pl.concat(frames).unique("prompt_id", keep="first", maintain_order=True)


def _log(
    tables: _Tables, key: str, policy: Policy, sampling: Sampling, *, is_judge: bool = False
) -> RequestLog | None:
    """Return the request log of a policy, if the policy is made."""
    table = tables.version(key)
    if table is None:
        return None
    version = policy_version(table.read().row(0, named=True), policy, tables.store)
    version = version.without_instructions() if is_judge else version
    return RequestLog(tables.store.logs, version, sampling)


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
        is_sampled=policy.kind in ("weights", "endpoint"),
    )


def _logged(log: RequestLog | None, asked: pl.DataFrame) -> tuple[int, float | None]:
    """Return how many of the requests the log has answered, and its mean number of tokens."""
    if log is None:
        return 0, None
    wanted = [
        log.rollout_id(prompt_id, index)
        for prompt_id, samples in asked.select("prompt_id", "samples").iter_rows()
        for index in samples
    ]
    found = log.index().find(pl.Series(wanted, dtype=pl.String))
    lengths = index_log(log.path, {"num_completion_tokens": pl.Int64})
    return _num_final(found), lengths.select(pl.col("num_completion_tokens").mean()).item()


def _num_final(found: pl.DataFrame) -> int:
    """Count the requests that have a reply which no later run would ask for again."""
    is_asked_again = pl.col("error_class").is_in(list(RETRYABLE)).fill_null(False)
    return found.filter(pl.col("offset").is_not_null() & ~is_asked_again).height


def _short(number: float) -> str:
    """Return a count of tokens in few characters.

    >>> _short(832), _short(37_512), _short(490_471_424)
    ('832', '38k', '490M')
    """
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= 10 * size or (number >= size and unit == "G"):
            return f"{number / size:,.0f}{unit}"
    return f"{number:,.0f}"
