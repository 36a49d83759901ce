"""A round: the settings of one turn of the R1 loop, and the tables they mean."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from assets.steps.train import Training
from r1data.mixture.plain import Plain
from r1data.policies.settings import EndpointPolicy, Policy, WeightsPolicy
from r1data.policies.templates import Template
from r1data.prompts.sources import Source
from r1data.settings import Settings
from r1data.store.spec import TableSpec


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy that a round can ask or train."""

    name: str
    table: str
    """The key of the table that describes it."""
    settings: Policy
    """How it is asked; a trained one is asked as the model it came from."""

    @property
    def is_model(self) -> bool:
        """Whether a model writes its rollouts; else they are in files, or made by rule."""
        return isinstance(self.settings, EndpointPolicy | WeightsPolicy)


@dataclass(frozen=True, slots=True)
class Trains:
    """A policy that a round trains."""

    training: Training
    table: str
    """The key of the table that describes it."""
    where: str
    """The setting that says how, for messages, e.g. `sft.training`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The rollouts that a round keeps."""

    round_name: str
    table: str
    template: Template
    """Of the policy that wrote them."""
    signals: str | None = None
    """The key of the table of their signals, if they have one."""
    plain: Plain | None = None
    """How those are trained on that have no reasoning, where it is not as the others."""
    is_own: bool = False
    """Whether `template` surrounds their problems in training too, and not that of the policy to be
    trained."""


@dataclass(frozen=True, slots=True)
class Others:
    """The rest of a recipe, as far as a round is told of it."""

    name: str
    """The round's own name."""
    prompts: str
    """The key of the table of prompts to ask."""
    benchmarks: str
    """The key of the table of problems that policies are scored on."""
    sources: Mapping[str, Source]
    """Of the prompts to ask, by name."""
    benchmark_sources: Mapping[str, Source]
    policies: Mapping[str, NamedPolicy]
    """Those the recipe starts from and those its rounds train, by name."""
    kept: tuple[Kept, ...] = ()
    """What the rounds keep whose rollouts the base model is trained on in the end."""
    training_set: str | None = None
    """The key of the table of all that the base model is trained on, if the recipe makes one."""
    held_out: str | None = None
    """The key of the table that says which prompts that set holds out, if it holds out any."""
    reward_models: Mapping[str, str] = field(default_factory=dict)
    """The keys of the tables of the reward models that the rounds train, by name."""
    paper_names: Mapping[str, str] = field(default_factory=dict)
    """What DeepSeek-R1's paper calls the policies that the rounds train, by policy."""
    prefix: str = ""
    """What the names of the round's tables begin with, where it has a chain of them twice."""

    def table(self, name: str) -> str:
        """Return the key of a table of the round."""
        return f"{self.name}/{self.prefix}{name}"


class Round(Settings):
    """One turn of the R1 loop: a section of the recipe, a file, a key prefix, a group in the UI."""

    is_training_data: ClassVar[bool] = False
    """Whether the base model is trained, in the end, on what the round keeps."""
    paper_name: ClassVar[str | None] = None
    """What DeepSeek-R1's paper calls the policy that is named like the round."""

    @abstractmethod
    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the tables that the round makes, each after those it reads."""

    def kept(self, of: Others) -> Kept | None:
        """Return the rollouts that the round keeps, if it keeps any."""
        return None

    def training_set(self, of: Others) -> str | None:
        """Return the key of the training set of the whole, if the round makes it."""
        return None

    def holds_out(self, of: Others) -> str | None:
        """Return the key of the table that says what the training set of the whole holds out."""
        return None

    def reward_models(self, of: Others) -> dict[str, str]:
        """Return the keys of the tables of the reward models that the round trains, by name."""
        return {}

    def trains(self, name: str) -> dict[str, Trains]:
        """Return the policies that the round trains, by name.

        Args:
            name: The round's own name, which is that of its policy if it trains one.
        """
        return {}

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield what is wrong with the round in its recipe, beyond names that do not exist.

        Args:
            of: The rest of the recipe.
            could_keep: The rounds a recipe can have whose rollouts the base model is trained on.
        """
        yield from ()
