"""The chain of the last stage: prompts of all kinds, the policy rewarded for them, its rollouts."""

from collections.abc import Iterator, Mapping, Sequence

from assets.chains.preferred import put_as
from assets.chains.reinforced import told_of
from assets.chains.round import Others
from assets.chains.trained import policy_table
from assets.steps.align import Gathering, prompt_all
from assets.steps.reinforce import Alignment, Reinforcing, reinforce
from r1data.policies.templates import Template
from r1data.store.spec import TableSpec


def aligned(
    of: Others,
    training: Alignment,
    *,
    template: Template,
    reasoning: Sequence[str],
    general: Mapping[str, str],
) -> Iterator[TableSpec]:
    """Yield the prompts to reward, the policy, what it wrote, and what was logged of it.

    Args:
        of: The rest of the recipe.
        training: How the policy is trained.
        template: What surrounds a general prompt.
        reasoning: The sources whose prompts a verifier judges.
        general: What judges the prompts of each other source: `helpful` or `safety`.
    """
    base = of.policies[training.base]
    rewarded = of.table("rl_prompts")
    models = dict.fromkeys(f"{kind}_model" for kind in general.values())
    yield prompt_all.table(
        rewarded,
        Gathering(
            dataset=of.name,
            template=base.settings.template,
            general_template=put_as(base, template).settings.template,
            reasoning=tuple(reasoning),
            general=dict(general),
        ),
        prompts=of.prompts,
        **({} if of.held_out is None else {"held_out": of.held_out}),
    )
    yield reinforce.table(
        policy_table(of.name),
        Reinforcing(name=of.name, training=training, base=base.settings),
        description="The policy after the last stage (R1): one row that points at its weights.",
        rl_prompts=rewarded,
        base=base.table,
        **{name: of.table(name) for name in models},
    )
    yield from told_of(of, of.name, policy_table(of.name))
