"""Reckoning what a recipe means before anything runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from rich.filesize import decimal

from r1data.cli.terminal import CONSOLE, TERMINAL, lean_grid
from r1data.engines.policy_table import policy_version
from r1data.engines.protocol import RETRYABLE, Sampling
from r1data.engines.request_log import RequestLog
from r1data.prompts.check import check_source
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source
from r1data.recipe.graph import policy_key, table_specs
from r1data.recipe.load import load_recipe
from r1data.recipe.recipe import Recipe
from r1data.store.log import index_log
from r1data.store.spec import fingerprints
from r1data.store.store import Store
from r1data.store.table import Table

CHARS_PER_TOKEN = 4
"""Of English text, for prompts nobody has counted yet; the bytes of a token of a completion too."""


JUDGE = "  judge"
"""Stands for the judge of the round in the line above."""
QUESTION_CHARS = 1_500
"""Of a judge's question, beside the problem and a short answer."""
PROBLEMS = {"source": pl.String, "prompt_id": pl.String, "chars": pl.UInt32}


@dataclass(frozen=True, slots=True)
class Asking:
    """What one round asks of one policy."""

    round_name: str
    policy: str
    sampling: Sampling
    num_prompts: int
    num_prompt_chars: int
    num_logged: int
    """Requests the log has an answer to."""
    mean_tokens: float | None
    """Tokens of a completion in the log; null if there is none."""
    is_sampled: bool
    """Whether a model writes the completions; otherwise no tokens are read or sampled."""
    is_bound: bool = False
    """Whether there are so many prompts at most, since what a judge is asked is not known yet."""

    @property
    def num_requests(self) -> int:
        """Completions the round's table will hold."""
        return self.num_prompts * self.sampling.group_size

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
    for asking in plan_requests(loaded, store):
        bound = "≤ " if asking.is_at_most else ""
        most = "≤ " if asking.is_bound else ""
        size = f"{decimal(int(asking.tokens * CHARS_PER_TOKEN))}".replace("bytes", "B")
        grid.add_row(
            asking.round_name,
            asking.policy,
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
    else:
        CONSOLE.print("Nothing is asked: the recipe has no round in which a policy answers.")


def plan_requests(recipe: Recipe, store: Store) -> Iterator[Asking]:
    """Yield what each round asks of each policy.

    Before the prompts are made, those that repeat another source's or a benchmark's still count.
    """
    training = _made(recipe, store, "prompts/filtered_prompts")
    if training is None:
        training = _problems(recipe.prompts.sources)
    asked_rounds = (("cold_start", recipe.cold_start), ("reasoning", recipe.reasoning))
    for name, section in asked_rounds:
        if section is not None:
            sources = section.sources or tuple(recipe.prompts.sources)
            asked = training.filter(pl.col("source").is_in(sources))
            asking = _asking(recipe, store, name, section.policy, section.sampling, asked)
            yield from (asking, *_judging(recipe, store, name, [asking]))
    if recipe.evaluation is not None:
        benchmarks = _made(recipe, store, "prompts/benchmark_prompts")
        if benchmarks is None:
            benchmarks = _problems(recipe.prompts.benchmarks)
        sampling = recipe.evaluation.sampling
        askings = [
            _asking(recipe, store, "evaluation", policy, sampling, benchmarks)
            for policy in recipe.evaluation.policies
        ]
        yield from (*askings, *_judging(recipe, store, "evaluation", askings))


def _made(recipe: Recipe, store: Store, key: str) -> pl.DataFrame | None:
    """Return the same of a table of prompts, if it is made as the recipe means it."""
    table = _version(recipe, store, key)
    return None if table is None else _askable(table.scan()).collect()


def _version(recipe: Recipe, store: Store, key: str) -> Table | None:
    specs = {spec.key: spec for spec in table_specs(recipe)}
    return store.version(specs[key], fingerprints(list(specs.values()))[key])


def _judging(
    recipe: Recipe, store: Store, name: str, askings: Sequence[Asking]
) -> Iterator[Asking]:
    """Yield what a round asks of its judge, if it has one.

    Before the rules have judged, that is two questions for each rollout at most.
    """
    judge = recipe.judges().get(name)
    if judge is None:
        return
    table = _version(recipe, store, f"{name}/judge_questions")
    if table is not None:
        chars = pl.col("question").str.len_chars() + pl.col("system_message").str.len_chars()
        asked = table.scan().filter(pl.col("refusal").is_null())
        questions = asked.select(prompt_id="question_id", chars=chars).unique("prompt_id").collect()
        yield _asking(recipe, store, JUDGE, judge.policy, judge.sampling, questions, is_judge=True)
        return
    num_questions = 2 * sum(asking.num_requests for asking in askings)
    shown = 2 * sum(asking.num_prompt_chars * asking.sampling.group_size for asking in askings)
    yield Asking(
        round_name=JUDGE,
        policy=judge.policy,
        sampling=judge.sampling,
        num_prompts=num_questions,
        num_prompt_chars=shown + QUESTION_CHARS * num_questions,
        num_logged=0,
        mean_tokens=None,
        is_sampled=True,
        is_bound=True,
    )


def _askable(prompts: pl.LazyFrame) -> pl.LazyFrame:
    chars = pl.col("problem").str.len_chars().alias("chars")
    kept = prompts.filter(pl.col("drop_reason").is_null()).select("source", "prompt_id", chars)
    return kept.unique("prompt_id", keep="first", maintain_order=True)


def _problems(sources: dict[str, Source]) -> pl.DataFrame:
    """Return what is needed of the rows of sources that nothing speaks against asking."""
    frames = [pl.DataFrame(schema=PROBLEMS)]
    with TERMINAL.bar("reading sources", None, "rows") as bar:
        num_rows = 0
        for name, source in sources.items():
            check_source(name, source)
            for rows in load_prompts(name, source):
                num_rows += rows.height
                bar.update(num_rows)
                frames.append(_askable(rows.lazy()).collect())
    return pl.concat(frames).unique("prompt_id", keep="first", maintain_order=True)


def _asking(
    recipe: Recipe,
    store: Store,
    round_name: str,
    policy: str,
    sampling: Sampling,
    prompts: pl.DataFrame,
    *,
    is_judge: bool = False,
) -> Asking:
    num_logged, mean_tokens = _logged(
        recipe, store, policy, sampling, prompts["prompt_id"], is_judge=is_judge
    )
    return Asking(
        round_name=round_name,
        policy=policy,
        sampling=sampling,
        num_prompts=prompts.height,
        num_prompt_chars=int(prompts["chars"].sum()),
        num_logged=num_logged,
        mean_tokens=mean_tokens,
        is_sampled=recipe.policy_settings(policy).kind in ("weights", "endpoint"),
    )


def _logged(
    recipe: Recipe,
    store: Store,
    policy: str,
    sampling: Sampling,
    prompt_ids: pl.Series,
    *,
    is_judge: bool,
) -> tuple[int, float | None]:
    """Return how many of the requests the log has answered, and its mean number of tokens."""
    table = _version(recipe, store, policy_key(recipe, policy))
    if table is None:
        return 0, None
    row = table.read().row(0, named=True)
    version = policy_version(row, recipe.policy_settings(policy), store)
    version = version.without_instructions() if is_judge else version
    log = RequestLog(store.logs, version, sampling)
    wanted = [
        log.rollout_id(prompt_id, index)
        for prompt_id in prompt_ids
        for index in range(sampling.group_size)
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
