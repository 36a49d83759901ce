"""Questions of judges, auditors and editors before they are made: how many there can be at most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.steps.curate import Keeping
from assets.steps.refine import Rewriting
from r1data.cli.made import MadeTables
from r1data.cli.units import CHARS_PER_TOKEN
from r1data.store.spec import TableSpec
from r1data.tables import AuditQuestions, Policies, RefinementQuestions, Rollouts

if TYPE_CHECKING:
    from r1data.cli.plan import Planned

JUDGE, AUDIT, REWRITING = "  judge", "  gold audit", "  rewriting"
"""Stand for the judge of the round in the lines above, for that of its gold answers, and for the
model that rewrites its rollouts."""
QUESTION_CHARS = 1_500
"""Of a question, beside the problem and a short answer or the text that is rewritten."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How many questions there can be, and how long they are together."""

    num_questions: int
    num_chars: int


def kind_of(tables: MadeTables, questions: str) -> str:
    """Return what a plan calls the requests that a table of questions means."""
    names = {AuditQuestions: AUDIT, RefinementQuestions: REWRITING}
    return names.get(tables.specs[questions].schema, JUDGE)


def bound_of(tables: MadeTables, questions: str, asked: Mapping[str, Sequence["Planned"]]) -> Bound:
    """Return how many questions a table that is not made yet can have.

    Of a judge that is two for each rollout, of an audit two for each prompt, of an editor one for
    each rollout that can be kept.

    Args:
        tables: The tables of the recipe.
        questions: The key of the table.
        asked: By key of a table of rollouts, what is asked for it.
    """
    kind = kind_of(tables, questions)
    behind = {key: asked[key] for key in dict.fromkeys(_behind(tables, questions, asked))}
    counted = [
        (one, _count(tables.specs, questions, key, one, kind))
        for key, planned in behind.items()
        for one in planned
    ]
    num_questions = sum(count for _, count in counted)
    chars = sum(_chars(one, kind) * count for one, count in counted)
    return Bound(num_questions, round(chars) + QUESTION_CHARS * num_questions)


def _behind(
    tables: MadeTables, key: str, asked: Mapping[str, Sequence["Planned"]]
) -> Iterator[str]:
    """Yield the tables of rollouts that a table comes from, as far as requests are planned."""
    if key in asked:
        yield key
        return
    every = tables.specs[key].reads.values() if key in tables.specs else ()
    reads = [one for one in every if tables.specs[one].schema is not Policies]
    rollouts = [one for one in reads if tables.specs[one].schema is Rollouts]
    for read in rollouts or reads:
        yield from _behind(tables, read, asked)


def _count(
    specs: Mapping[str, TableSpec], questions: str, key: str, planned: "Planned", kind: str
) -> int:
    if kind == AUDIT:
        return 2 * planned.num_prompts
    if kind == JUDGE:
        return 2 * planned.num_requests
    settings, kept = specs[questions].settings, specs[specs[questions].reads["rollouts"]]
    name = key.partition("/")[2].removesuffix("_rollouts")
    if not isinstance(settings, Rewriting) or name not in settings.rewritten:
        return 0
    keeping = specs[kept.reads["selections"]].settings
    most = keeping.collections[name].max_per_prompt if isinstance(keeping, Keeping) else None
    return min(planned.num_requests, planned.num_prompts * (most or planned.num_requests))


def _chars(planned: "Planned", kind: str) -> float:
    """Return the characters of a question that are of its prompt and, of an editor's, its text."""
    of_problem = planned.num_prompt_chars / max(1, planned.num_prompts)
    if kind != REWRITING:
        return of_problem
    tokens = planned.mean_tokens or planned.sampling.max_tokens
    return of_problem + tokens * CHARS_PER_TOKEN
