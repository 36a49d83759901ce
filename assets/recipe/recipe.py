"""The recipe: all settings of a run in one YAML file."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from assets.alignment_rl import AlignmentRound
from assets.chains.round import NamedPolicy, Others, Round, Trains
from assets.cold_start import ColdStartRound
from assets.distillation import DistillationRound
from assets.evaluation import EvaluationRound
from assets.general import GeneralRound
from assets.policies import starting_policies, tables
from assets.prompts import ASKED, BENCHMARKS, PromptsRound
from assets.r1_zero import R1ZeroRound
from assets.reasoning import ReasoningRound
from assets.reasoning_rl import ReasoningRLRound
from assets.recipe.walk import Found, held, references
from assets.sft import SftRound
from assets.steps.train import Training
from r1data.generation.budget import Caps
from r1data.names import Name, Names
from r1data.policies.hardware import Hardware
from r1data.policies.settings import EndpointPolicy, Policy
from r1data.prompts.sources import Source
from r1data.settings import Settings
from r1data.store.spec import TableSpec
from r1data.store.store import LOGS
from r1data.verification.judge.audits import GoldAudit
from r1data.verification.judge.preferences import PairJudge
from r1data.verification.judge.questions import Judge
from r1data.verification.judge.safety import SafetyJudge


class Limits(Settings):
    """What stops a run."""

    max_failed_share: float = Field(0.05, ge=0, le=1)
    """Share of a table's rows that may be `failed` or `timed_out` before a check stops the graph:
    a broken verifier must not look like a weak policy."""


def check_is_free(name: str) -> str:
    """Return a recipe's name, or refuse it: beside the recipes' folders stands their log."""
    if name == LOGS:
        said = "{name} is the folder in which all recipes keep their replies; take another name"
        raise PydanticCustomError("name", said, {"name": name})
    return name


class Recipe(Settings):
    """The settings of a whole run; rounds that are left out are not in the graph."""

    name: Annotated[Name, AfterValidator(check_is_free)]
    """Its data folder is `data/<name>/`."""
    description: str = ""
    """A sentence for people; it decides nothing."""
    policies: Annotated[dict[str, Policy], Names] = {}
    """The models that the rounds begin with, by a name of your own for each."""
    prompts: PromptsRound
    """The problems to ask, and those to be scored on."""
    r1_zero: R1ZeroRound | None = None
    """The base model trained by rewards alone, whose rollouts feed cold start."""
    cold_start: ColdStartRound | None = None
    """The first examples of the form of reasoning, and the policy trained on them."""
    reasoning_rl: ReasoningRLRound | None = None
    """The cold-start policy trained by rewards on prompts in its reach."""
    reasoning: ReasoningRound | None = None
    """The rollouts that a policy writes and rejection sampling keeps."""
    general: GeneralRound | None = None
    """The responses that no rule can judge: writing, facts, self-cognition and their like."""
    sft: SftRound | None = None
    """The training set of all that was kept, and the policy trained on it."""
    alignment_rl: AlignmentRound | None = None
    """Preferences, labels of safety, and the reward models that learn them."""
    distillation: DistillationRound | None = None
    """The students that are trained on the same rows, or on what they write themselves."""
    evaluation: EvaluationRound | None = None
    """The scores of policies on the benchmarks."""
    limits: Limits = Limits()
    """How much may go wrong before the run is stopped."""
    caps: Caps = Caps()
    """How much may be asked of models before the run is stopped; it decides no row."""
    hardware: Hardware = Hardware()
    """What models are trained and sampled on, for the hours of a plan; it decides no row."""

    @model_validator(mode="after")
    def _money_can_be_counted(self) -> "Recipe":
        unpriced = [
            name
            for name, policy in self.policies.items()
            if isinstance(policy, EndpointPolicy) and policy.price is None
        ]
        if self.caps.money is not None and unpriced:
            said = "`caps.money` cannot count what {name} costs; state its `price`, 0 if it is free"
            raise PydanticCustomError("name", said, {"name": unpriced[0]})
        return self

    @property
    def rounds(self) -> dict[str, Round]:
        """The rounds of the recipe, in the order in which they are made, by name."""
        sections = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: found for name, found in sections.items() if isinstance(found, Round)}

    def tables(self) -> list[TableSpec]:
        """Return the tables that the recipe means, each after those it reads.

        The one list that the Dagster graph, `r1data status`, `plan` and `gc` are all made from.
        """
        specs = list(tables(starting_policies(self.policies)))
        for name, section in self.rounds.items():
            specs += section.tables(self.others(name))
        return specs

    def others(self, name: str) -> Others:
        """Return what a round is told of the rest of the recipe."""
        alone = Others(
            name=name,
            prompts=f"prompts/{ASKED}",
            benchmarks=f"prompts/{BENCHMARKS}",
            sources=self.sources,
            benchmark_sources=self.prompts.benchmarks,
            policies=self.named_policies,
        )
        keepers = {name: one for name, one in self.rounds.items() if one.is_training_data}
        kept = [one.kept(replace(alone, name=keeper)) for keeper, one in keepers.items()]
        makers = [(one, replace(alone, name=maker)) for maker, one in self.rounds.items()]
        sets = [one.training_set(of) for one, of in makers]
        return replace(
            alone,
            kept=tuple(one for one in kept if one is not None),
            training_set=next((key for key in sets if key is not None), None),
            held_out=next((key for one, of in makers if (key := one.holds_out(of))), None),
            reward_models=dict(
                found for one, of in makers for found in one.reward_models(of).items()
            ),
            paper_names={of.name: one.paper_name for one, of in makers if one.paper_name},
        )

    @property
    def sources(self) -> dict[str, Source]:
        """The sources of the prompts to ask, by name."""
        return self.prompts.sources

    @property
    def trained(self) -> list[tuple[str, Trains]]:
        """The policies that the rounds train, in the order of the rounds, with their names."""
        return [one for name, round_ in self.rounds.items() for one in round_.trains(name).items()]

    @property
    def trainings(self) -> dict[str, Training]:
        """The training of each policy that a round trains, by policy."""
        return {name: one.training for name, one in self.trained}

    @property
    def judges(self) -> dict[str, str]:
        """The policies that judge rollouts, pairs, safety or gold answers, by their place."""
        judges = {f"{name}.judge": one.policy for name, one in self._held(Judge).items()}
        audits = {f"{name}.gold_audit": one.policy for name, one in self._held(GoldAudit).items()}
        pairs = {
            f"{name}.helpful.judged": one.policy for name, one in self._held(PairJudge).items()
        }
        safe = {
            f"{name}.safety.judged": one.policy for name, one in self._held(SafetyJudge).items()
        }
        found = judges | audits | pairs | safe
        return {f"{where}.policy": name for where, name in found.items() if name}

    @property
    def named_policies(self) -> dict[str, NamedPolicy]:
        """All policies by name: those the recipe starts from, then those its rounds train."""
        given = starting_policies(self.policies)
        trained = {
            name: NamedPolicy(name, one.table, self.policies[origin])
            for name, one in self.trained
            if (origin := self.way(name)[-1]) in self.policies
        }
        return {**given, **trained}

    def references(self, to: str) -> Iterator[tuple[str, str]]:
        """Yield each place that names a policy or a source, with the name."""
        for name, section in self.rounds.items():
            yield from references(section, to, name)

    def way(self, policy: str) -> list[str]:
        """Return a policy, the one it is trained from and so on, up to one given or met before."""
        trainings = self.trainings
        way = [policy]
        while way[-1] in trainings and way[-1] not in way[:-1]:
            way.append(trainings[way[-1]].base)
        return way

    def finished_only(self, state: str, names: Iterable[str]) -> "Recipe":
        """Return the recipe with some rounds that take what the request log has, and ask no more.

        Args:
            state: What tells one state of the log from another.
            names: The rounds; those that ask nothing stay as they are.
        """
        changed = {
            name: section.model_copy(update={"finished_only": state})
            for name, section in self.rounds.items()
            if name in set(names) and "finished_only" in type(section).model_fields
        }
        return self.model_copy(update=changed)

    def _held(self, kind: type[Found]) -> dict[str, Found]:
        found = {name: next(held(section, kind), None) for name, section in self.rounds.items()}
        return {name: one for name, one in found.items() if one is not None}
