"""Round 7. Alignment: pairs and labels, the reward models that learn them, and R1 by both."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

from assets.chains.aligned import aligned
from assets.chains.labelled import SafetySet, faults_of_labels, labelled
from assets.chains.preferred import PreferenceSet, faults_of, preferred
from assets.chains.round import Others, Round, Trains
from assets.chains.trained import one_policy
from assets.steps.reinforce import Alignment
from assets.steps.reward import Rewarding, train_reward_model
from assets.steps.train import Training
from r1data.policies.templates import Template
from r1data.settings import SourceName
from r1data.store.spec import TableSpec

LIKE = "training/configs/reward_model.yaml"
"""An example of a configuration."""
HELPFUL, SAFETY = "helpful_model", "safety_model"
"""The settings of the two reward models, and their tables."""


class AlignmentRound(Round):
    """Pairs, labels of safety, the reward models trained on them, and the policy (R1) by these."""

    paper_name: ClassVar[str | None] = "R1"
    sources: tuple[SourceName, ...] | None = None
    """The sources of the reasoning prompts; null means all that are in neither set."""
    template: Template = Template()
    """What surrounds a general prompt when policies are asked it and reward models are shown it; by
    default nothing, so that no poem ends in a box."""
    helpful: PreferenceSet | None = None
    """Pairs of responses of which one helps more; null makes none."""
    safety: SafetySet | None = None
    """Completions of which it is known whether they are safe; null makes none."""
    helpful_model: Training | None = None
    """How the model of helpfulness is trained, on pairs: it reads the response alone."""
    safety_model: Training | None = None
    """How the model of safety is trained, on labels: it reads the reasoning too."""
    training: Alignment | None = None
    """How the policy is trained; null makes the sets and the reward models alone."""
    finished_only: str | None = None
    """Make the tables from what is in the request log, and ask for nothing more. The text names
    the state of the log: another text, another version of the tables."""

    def trains(self, name: str) -> dict[str, Trains]:
        """Return the policy, if one is trained; reward models are none."""
        return one_policy(name, self.training)

    def reward_models(self, of: Others) -> dict[str, str]:
        """Return the reward models that are trained."""
        models = {HELPFUL: self.helpful_model, SAFETY: self.safety_model}
        return {name: of.table(name) for name, training in models.items() if training is not None}

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield pairs, labels, the reward models, and the policy with what it wrote."""
        if self.helpful is not None:
            yield from preferred(of, self.helpful, self.template, self.finished_only)
        if self.safety is not None:
            yield from labelled(of, self.safety, self.helpful, self.template, self.finished_only)
        if self.helpful_model is not None:
            yield self._model(of, HELPFUL, "pairwise", self.helpful_model, of.table("pairs"))
        if self.safety_model is not None:
            labels = of.table("safety_labels")
            yield self._model(of, SAFETY, "pointwise", self.safety_model, labels)
        if self.training is not None:
            yield from aligned(
                of,
                self.training,
                template=self.template,
                reasoning=self._reasoning(of),
                general=self._general(),
            )

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield what is wrong with the sets and the models in their recipe."""
        if self.helpful is not None:
            yield from faults_of(of, f"{of.name}.helpful", self.helpful)
        if self.safety is not None:
            where = f"{of.name}.safety"
            yield from faults_of_labels(of, where, self.safety, self.helpful)
        sets = (self.helpful, self.safety)
        shared = set.intersection(*(set(one.sources) if one else set() for one in sets))
        for source in sorted(shared):
            yield (
                f"`{of.name}` names the source `{source}` as helpful and as safety; a prompt "
                "belongs to one of them (the paper, 3.2): name it once."
            )
        yield from self._misplaced(of)
        for name, model, needed in (
            (HELPFUL, self.helpful_model, "helpful"),
            (SAFETY, self.safety_model, "safety"),
        ):
            if model is not None:
                yield from self._untrainable(of, name, model, needed)

    def _untrainable(self, of: Others, name: str, model: Training, needed: str) -> Iterator[str]:
        """Yield why a reward model cannot be trained."""
        where = f"{of.name}.{name}"
        if getattr(self, needed) is None:
            yield f"`{where}` has nothing to learn from; set `{of.name}.{needed}`."
        base = of.policies.get(model.base)
        if base is not None and base.settings.kind != "weights":
            yield (
                f"`{where}.base` is `{model.base}`, of kind {base.settings.kind}, which has no "
                "weights to train; name a policy of kind weights, or one that a round trains."
            )
        for setting, path in model.configurations().items():
            if not Path(path).is_file():
                yield f"`{where}.{setting}`: `{path}` is no file; give one such as {LIKE}."

    def _misplaced(self, of: Others) -> Iterator[str]:
        """Yield the sources and bases that cannot be where they are."""
        general = self._general()
        for source in self.sources or ():
            if source in general:
                yield (
                    f"`{of.name}.sources` names `{source}`, which is in the set "
                    f"`{general[source]}`; leave it out of one of them."
                )
        for name, model in ((HELPFUL, self.helpful_model), (SAFETY, self.safety_model)):
            if model is not None and model.base == of.name:
                yield f"`{of.name}.{name}.base` is the policy that it helps to train; name another."
        for kind in dict.fromkeys(general.values()):
            if self.training is None and not getattr(self, kind).policies:
                yield (
                    f"`{of.name}.{kind}.sources` are asked of nobody; set `{of.name}.training` or "
                    f"`{of.name}.{kind}.judged`, or leave them out."
                )
            if self.training is not None and getattr(self, f"{kind}_model") is None:
                yield (
                    f"`{of.name}.training` asks the prompts of `{of.name}.{kind}`, and no model "
                    f"rewards them; set `{of.name}.{kind}_model`."
                )

    def _general(self) -> dict[str, str]:
        """Return the sets that the sources of general prompts are in."""
        sets = {"helpful": self.helpful, "safety": self.safety}
        return {source: kind for kind, one in sets.items() if one for source in one.sources}

    def _reasoning(self, of: Others) -> tuple[str, ...]:
        """Return the sources of the reasoning prompts."""
        if self.sources is not None:
            return self.sources
        return tuple(name for name in of.sources if name not in self._general())

    def _model(
        self,
        of: Others,
        name: str,
        kind: Literal["pairwise", "pointwise"],
        training: Training,
        rows: str,
    ) -> TableSpec:
        base = of.policies[training.base]
        return train_reward_model.table(
            of.table(name),
            Rewarding(name=name, kind=kind, training=training, base=base.settings),
            rows=rows,
            base=base.table,
        )
