"""The chain of existing rollouts: from the files of a policy to the prompts they answer."""

from collections.abc import Iterable, Iterator, Mapping

from assets.chains.round import NamedPolicy, Others
from assets.steps.match import Matching, existing, match
from assets.steps.sample import policy_argument
from r1data.policies.settings import RolloutsPolicy
from r1data.protocol import Sampling
from r1data.store.spec import TableSpec


def matched_files(
    of: Others,
    policies: Iterable[NamedPolicy],
    sampling: Sampling,
    prompts: str,
    sources: tuple[str, ...] | None = None,
) -> Iterator[TableSpec]:
    """Yield the table of what the files of some policies have, if the rollouts of any exist.

    Args:
        of: The rest of the recipe.
        policies: All that the round asks.
        sampling: How they are sampled, which says how many completions of a prompt are taken.
        prompts: The key of the table of prompts.
        sources: Those whose prompts are asked; null means all.
    """
    found = existing((policy.name, policy.settings) for policy in policies)
    if not found:
        return
    origins = of.sources if prompts == of.prompts else of.benchmark_sources
    tables = {name: of.policies[name].table for name in found}
    yield match.table(
        of.table("file_rows"),
        Matching(
            policies=found,
            group_size=sampling.group_size,
            sources=sources,
            origins=dict(origins),
        ),
        prompts=prompts,
        **{policy_argument(name): table for name, table in tables.items()},
    )


def as_read(matched: Iterable[TableSpec]) -> Mapping[str, str]:
    """Return the table of matched files as one that `sample` reads."""
    keys = [spec.key for spec in matched]
    return {"file_rows": keys[0]} if keys else {}


def needless_all(of: Others, policies: Iterable[str], sampling: Sampling) -> Iterator[str]:
    """Yield that groups of `all` are asked of a policy whose rollouts do not exist yet."""
    for name in policies:
        asked = of.policies.get(name)
        is_new = asked is not None and not isinstance(asked.settings, RolloutsPolicy)
        if sampling.group_size == "all" and is_new:
            yield (
                f"`{of.name}.sampling.group_size` is `all`, and the policy `{name}` has no "
                "rollouts yet; give a number."
            )
