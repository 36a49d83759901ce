"""The chain of sampling: from prompts, and files of completions if there are any, to rollouts."""

from collections.abc import Iterator
from dataclasses import dataclass

from assets.chains.matched import as_read, matched_files
from assets.chains.round import NamedPolicy, Others
from assets.steps.ingest import verifiers_of
from assets.steps.sample import Asking, policy_argument, sample
from r1data.generation.early_stop import EarlyStop
from r1data.prompts.simple import SimpleQuestions
from r1data.protocol import Sampling
from r1data.store.spec import TableSpec


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a round asks, about which prompts, and how."""

    policy: NamedPolicy
    sampling: Sampling
    sources: tuple[str, ...] | None = None
    """Those whose prompts are asked; null means all."""
    early_stop: EarlyStop | None = None
    finished_only: str | None = None
    simple: SimpleQuestions | None = None
    """Which questions are simple, where those are asked apart from the others."""
    is_simple: bool = False
    """Whether the simple ones are asked here, or the others."""


def asked(
    of: Others, wanted: Wanted, *, round_name: str, description: str | None = None
) -> Iterator[TableSpec]:
    """Yield the tables from prompts to the rollouts of one policy.

    Args:
        of: The rest of the recipe.
        wanted: Whom to ask, and about what.
        round_name: What the seeds of samples come from, and what a plan calls them.
        description: One sentence about the rollouts, where the step's own does not do.
    """
    policy = wanted.policy
    matched = list(matched_files(of, [policy], wanted.sampling, of.prompts, wanted.sources))
    yield from matched
    verifiers = verifiers_asked(of, wanted.sources)
    asking = Asking(
        round_name=round_name,
        policies={policy.name: policy.settings},
        sampling=wanted.sampling,
        sources=wanted.sources,
        finished_only=wanted.finished_only,
        early_stop=wanted.early_stop,
        verifiers=tuple(sorted(verifiers)) if wanted.early_stop else (),
        simple=wanted.simple,
        is_simple=wanted.is_simple,
    )
    yield sample.table(
        of.table("rollouts"),
        asking,
        description=description,
        prompts=of.prompts,
        **{policy_argument(policy.name): policy.table},
        **as_read(matched),
    )


def verifiers_asked(of: Others, sources: tuple[str, ...] | None) -> set[str]:
    """Return the verifiers that may judge answers to the prompts of some sources; null means all.

    An empty set of sources means all, too.
    """
    return verifiers_of(of.sources[name] for name in sources or of.sources)
