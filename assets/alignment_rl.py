"""Round 7. Alignment: preferences and labels of safety, and the reward models that learn them."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

from assets.chains.labelled import SafetySet, faults_of_labels, labelled
from assets.chains.preferred import PreferenceSet, faults_of, preferred
from assets.chains.round import Others, Round
from assets.steps.reward import Rewarding, train_reward_model
from assets.steps.train import Training
from r1data.policies.templates import Template
from r1data.store.spec import TableSpec

LIKE = "training/configs/reward_model.yaml"
"""An example of a configuration."""
HELPFUL, SAFETY = "helpful_model", "safety_model"
"""The settings of the two reward models, and their tables."""


class AlignmentRound(Round):
    """Pairs of responses, labels of safety, and the models of reward that are trained on them."""

    paper_name: ClassVar[str | None] = "R1"
    helpful: PreferenceSet | None = None
    """Pairs of responses of which one helps more; null makes none."""
    safety: SafetySet | None = None
    """Completions of which it is known whether they are safe; null makes none."""
    helpful_model: Training | None = None
    """How the model of helpfulness is trained, on pairs: it reads the response alone."""
    safety_model: Training | None = None
    """How the model of safety is trained, on labels: it reads the reasoning too."""
    finished_only: str | None = None
    """Make the tables from what is in the request log, and ask for nothing more. The text names
    the state of the log: another text, another version of the tables."""

    def reward_models(self, of: Others) -> dict[str, str]:
        """Return the reward models that are trained."""
        models = {HELPFUL: self.helpful_model, SAFETY: self.safety_model}
        return {name: of.table(name) for name, training in models.items() if training is not None}

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield pairs, labels and the reward models."""
        if self.helpful is not None:
            yield from preferred(of, self.helpful, self._template(of), self.finished_only)
        if self.safety is not None:
            yield from labelled(of, self.safety, self.helpful, self.finished_only)
        if self.helpful_model is not None:
            yield self._model(of, HELPFUL, "pairwise", self.helpful_model, of.table("pairs"))
        if self.safety_model is not None:
            labels = of.table("safety_labels")
            yield self._model(of, SAFETY, "pointwise", self.safety_model, labels)

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
        for setting, path in model.hashed().items():
            if not Path(path).is_file():
                yield f"`{where}.{setting}`: `{path}` is no file; give one such as {LIKE}."

    def _template(self, of: Others) -> Template:
        """Return how the policy is asked that is trained by pairs."""
        model = self.helpful_model
        return Template() if model is None else of.policies[model.base].settings.template

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
