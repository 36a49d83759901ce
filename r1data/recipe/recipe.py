"""The recipe: all settings of a run in one YAML file."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from r1data.curation.selection import Selection
from r1data.engines.policies import Policy
from r1data.engines.protocol import Sampling
from r1data.names import Name, Names
from r1data.prompts.sources import Source
from r1data.settings import Settings
from r1data.verification.judge.questions import Judge


class PromptsRound(Settings):
    """Where problems come from, and which ones a policy is only ever scored on."""

    sources: Annotated[dict[str, Source], Names]
    benchmarks: Annotated[dict[str, Source], Names] = {}
    """Never trained on; a training prompt that repeats one is dropped."""


class Training(Settings):
    """A supervised fine-tuning run."""

    base: str
    """The policy whose weights training begins from."""
    config: str
    """A TRL configuration; what it says is part of the fingerprint, where it stands is not."""


class ColdStartRound(Settings):
    """Worked examples, and the policy trained on them."""

    policy: str
    sampling: Sampling = Sampling()
    sources: tuple[str, ...] | None = None
    """The sources whose prompts are asked; null means all."""
    selection: Selection = Selection()
    training: Training | None = None


class ReasoningRound(Settings):
    """A policy writes its own training set, and rejection sampling keeps what is right."""

    policy: str
    """A policy of the recipe, or `cold_start` for the one trained in that round."""
    sampling: Sampling = Sampling()
    sources: tuple[str, ...] | None = None
    """The sources whose prompts are asked; null means all."""
    judge: Judge | None = None
    """Who decides where no rule can; null leaves that undecided."""
    selection: Selection = Selection()
    finished_only: str | None = None
    """Make the table from what is in the request log, and ask for nothing more. The text names
    the state of the log: another text, another version of the table."""


class SftRound(Settings):
    """The training set of the whole, and the policy trained on it from the base model."""

    training: Training | None = None


class EvaluationRound(Settings):
    """Policies scored on the benchmarks."""

    policies: tuple[str, ...]
    """Policies of the recipe, or rounds that train one."""
    baseline: str | None = None
    """The policy that the others are compared with, paired by prompt; null means the first."""
    sampling: Sampling = Sampling()
    judge: Judge | None = None
    """Who decides where no rule can; null leaves that undecided."""


class Limits(Settings):
    """What stops a run."""

    max_failed_share: float = Field(0.05, ge=0, le=1)
    """Share of a table's rows that may be `failed` or `timed_out` before a check stops the graph:
    a broken verifier must not look like a weak policy."""


class Recipe(Settings):
    """The settings of a whole run; rounds that are left out are not in the graph."""

    name: Name
    """Its data folder is `data/<name>/`."""
    description: str = ""
    policies: Annotated[dict[str, Policy], Names] = {}
    prompts: PromptsRound
    cold_start: ColdStartRound | None = None
    reasoning: ReasoningRound | None = None
    sft: SftRound | None = None
    evaluation: EvaluationRound | None = None
    limits: Limits = Limits()

    def trainings(self) -> dict[str, Training]:
        """Return the training run of each round that trains a policy, by round."""
        rounds = {"cold_start": self.cold_start, "sft": self.sft}
        return {name: r.training for name, r in rounds.items() if r is not None and r.training}

    def policy_names(self) -> list[str]:
        """Return the names of all policies: those the recipe starts from, then those it trains."""
        return [*self.policies, *self.trainings()]

    def policy_settings(self, name: str) -> Policy:
        """Return how a policy is asked; a trained one is asked as the model it came from."""
        training = self.trainings().get(name)
        return self.policies[name] if training is None else self.policy_settings(training.base)

    def judges(self) -> dict[str, Judge]:
        """Return the judge of each round that has one, by round."""
        rounds = {"reasoning": self.reasoning, "evaluation": self.evaluation}
        return {name: r.judge for name, r in rounds.items() if r is not None and r.judge}

    def policy_references(self) -> Iterator[tuple[str, str]]:
        """Yield each place that names a policy, with the name."""
        if self.cold_start:
            yield "cold_start.policy", self.cold_start.policy
        if self.reasoning:
            yield "reasoning.policy", self.reasoning.policy
        for name, training in self.trainings().items():
            yield f"{name}.training.base", training.base
        if self.evaluation:
            baseline = [self.evaluation.baseline] if self.evaluation.baseline else []
            for policy in (*self.evaluation.policies, *baseline):
                yield "evaluation.policies", policy

        for name, judge in self.judges().items():
            yield f"{name}.judge.policy", judge.policy

    def source_references(self) -> Iterator[tuple[str, str]]:
        """Yield each place that names a source, with the name."""
        for name, answering in (("cold_start", self.cold_start), ("reasoning", self.reasoning)):
            for source in (answering.sources or ()) if answering else ():
                yield f"{name}.sources", source
