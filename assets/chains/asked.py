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
class Routed:
    """Which policies a round asks, and how it is decided which of them is asked a prompt."""

    policies: tuple[NamedPolicy, ...]
    kinds: str | None = None
    """The key of the table of prompt kinds, where there is one."""
    is_routed: bool = False
    """Whether that says which prompts are asked, and how; not of rollouts that exist."""
    at_once: tuple[str, ...] = ()
    """Those of the policies that are asked the prompts which need no reasoning."""
    existing: str | None = None
    """The key of the table of kept rollouts whose prompts are not asked again."""
    asked_in: str | None = None
    """The key of a mixture, where the prompts of its rows alone are asked."""

    @property
    def reads(self) -> dict[str, str]:
        """What decides who is asked a prompt, as the step reads it."""
        kinds = {"prompt_kinds": self.kinds} if self.kinds and self.is_routed else {}
        asked_in = {"asked_in": self.asked_in} if self.asked_in else {}
        return kinds | asked_in | self.passed

    @property
    def passed(self) -> dict[str, str]:
        """The existing rollouts that are kept beside those of the policies."""
        return {"existing": self.existing} if self.existing else {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a round asks, about which prompts, and how."""

    routed: Routed
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
    """Yield the tables from prompts to the rollouts.

    Args:
        of: The rest of the recipe.
        wanted: Whom to ask, and about what.
        round_name: What the seeds of samples come from, and what a plan calls them.
        description: One sentence about the rollouts, where the step's own does not do.
    """
    routed, policies = wanted.routed, wanted.routed.policies
    matched = list(matched_files(of, policies, wanted.sampling, of.prompts, wanted.sources))
    yield from matched
    verifiers = verifiers_asked(of, wanted.sources)
    asking = Asking(
        round_name=round_name,
        policies={policy.name: policy.settings for policy in policies},
        sampling=wanted.sampling,
        sources=wanted.sources,
        finished_only=wanted.finished_only,
        early_stop=wanted.early_stop,
        verifiers=tuple(sorted(verifiers)) if wanted.early_stop else (),
        simple=wanted.simple,
        is_simple=wanted.is_simple,
        at_once=routed.at_once,
    )
    yield sample.table(
        of.table("rollouts"),
        asking,
        description=description,
        prompts=of.prompts,
        **{policy_argument(policy.name): policy.table for policy in policies},
        **as_read(matched),
        **routed.reads,
    )


def verifiers_asked(of: Others, sources: tuple[str, ...] | None) -> set[str]:
    """Return the verifiers that may judge answers to the prompts of some sources; null means all.

    An empty set of sources means all, too.
    """
    return verifiers_of(of.sources[name] for name in sources or of.sources)
