"""Evaluation: policies scored on problems never trained on, sampled and judged as in training."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field, PositiveInt

from assets.chains.judged import judged, settled
from assets.chains.matched import as_read, matched_files, needless_all
from assets.chains.round import NamedPolicy, Others, Round
from assets.steps.ingest import verifiers_of
from assets.steps.measure import Measuring, measure
from assets.steps.sample import Asking, policy_argument, sample
from assets.steps.score import (
    Comparing,
    Ranking,
    Reading,
    Scored,
    Scoring,
    compare,
    compare_accuracy,
    rank,
    read_anywhere,
    reward,
    score,
)
from r1data.names import Names
from r1data.policies.settings import EndpointPolicy, WeightsPolicy
from r1data.policies.templates import Template
from r1data.protocol import Sampling
from r1data.settings import PolicyName, Settings
from r1data.store.spec import TableSpec
from r1data.verification.judge.questions import Judge

MEASURED = ("language",)
"""The signals on the scoreboard, beside the form."""


class OwnSampling(Settings):
    """What the sampling of one benchmark has of its own."""

    group_size: PositiveInt | None = None
    """Completions per problem; null takes as many as of others. DeepSeek-R1's: 64 of AIME and GPQA,
    16 of MATH-500 and Codeforces, 8 of LiveCodeBench."""
    max_tokens: PositiveInt | None = None
    """Tokens of a completion at most; null takes as many as of others."""


class OtherPrompt(Settings):
    """Another prompt for some policies: each is scored with it too, as `policy:prompt`.

    So a base model has an honest baseline: a plain chain-of-thought prompt, or worked examples.
    """

    policies: tuple[PolicyName, ...] = Field(min_length=1)
    """The policies that are asked so too."""
    template: Template
    """What surrounds a problem then. With the same `reasoning` and `prefill` as the policy's own
    the engine that is up is asked."""


class EvaluationRound(Round):
    """Policies scored on the benchmarks."""

    later: ClassVar[frozenset[str]] = frozenset({"benchmarks", "prompts"})
    policies: tuple[PolicyName, ...] = Field(min_length=1)
    """Policies of the recipe, or rounds that train one."""
    prompts: Annotated[dict[str, OtherPrompt], Names] = {}
    """Other prompts to score policies with too, by a name of your own for each."""
    baseline: PolicyName | None = None
    """The policy that the others are compared with, paired by prompt; null means the first. Where
    it is asked by other prompts too, each of these is a baseline beside it."""
    sampling: Sampling = Sampling()
    """How the policies are sampled, each alike."""
    benchmarks: dict[str, OwnSampling] = {}
    """What the sampling of some benchmarks has of its own."""
    judge: Judge | None = None
    """Who decides where no rule can; null leaves that undecided."""

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the tables from the policies' rollouts to their scores and the scoreboard."""
        asked = self._asked(of)
        named = [of.policies[name] for name in self.policies]
        matched = list(matched_files(of, named, self.sampling, of.benchmarks))
        yield from matched
        yield sample.table(
            of.table("rollouts"),
            Asking(
                round_name=of.name,
                policies={name: policy.settings for name, policy in asked.items()},
                sampling=self.sampling,
                own_sampling=self._own_sampling(),
            ),
            description="A group of completions by every policy for every benchmark problem.",
            prompts=of.benchmarks,
            **{policy_argument(name): policy.table for name, policy in asked.items()},
            **as_read(matched),
        )
        verifiers = verifiers_of(of.benchmark_sources.values())
        yield from judged(of, self.judge, prompts=of.benchmarks, verifiers=verifiers)
        read = {
            "prompts": of.benchmarks,
            "rollouts": of.table("rollouts"),
            "verdicts": settled(of, self.judge),
        }
        alike = Scoring(by_benchmark=bool(self.benchmarks))
        yield score.table(of.table("scores"), alike, **read)
        name = self.baseline or self.policies[0]
        others = tuple(one for one in asked if one.startswith(f"{name}:"))
        baseline = Comparing(baseline=name, also=others, by_benchmark=alike.by_benchmark)
        yield compare.table(of.table("comparisons"), baseline, **read)
        yield from self._ranked(of, asked, verifiers, read)
        yield compare_accuracy.table(
            of.table("accuracy_comparisons"),
            baseline,
            prompts=of.benchmarks,
            rollouts=of.table("rollouts"),
            lenient_verdicts=of.table("lenient_verdicts"),
        )

    def _ranked(
        self,
        of: Others,
        asked: Mapping[str, NamedPolicy],
        verifiers: set[str],
        read: Mapping[str, str],
    ) -> Iterator[TableSpec]:
        """Yield what the scoreboard shows beside scores, and the scoreboard."""
        lenient, signals = of.table("lenient_verdicts"), of.table("signals")
        yield read_anywhere.table(lenient, Reading(verifiers=tuple(sorted(verifiers))), **read)
        forms = {name: policy.settings.template.reasoning for name, policy in asked.items()}
        usual = next(iter(forms.values()))
        measuring = Measuring(
            reasoning=usual,
            signals=MEASURED,
            reasoning_of={name: form for name, form in forms.items() if form != usual},
        )
        yield measure.table(
            signals, measuring, prompts=of.benchmarks, rollouts=of.table("rollouts")
        )
        given = {"prompts": of.benchmarks, "rollouts": of.table("rollouts")}
        rewards = {}
        if of.reward_models:
            rewards = {"rewards": of.table("rewards")}
            models = Scored(models=tuple(of.reward_models))
            yield reward.table(rewards["rewards"], models, **given, **of.reward_models)
        order = _in_order(of, asked)
        yield rank.table(
            of.table("scoreboard"),
            Ranking(
                policies=order,
                by_benchmark=bool(self.benchmarks),
                paper_names={
                    name: of.paper_names[name] for name in order if name in of.paper_names
                },
            ),
            scores=of.table("scores"),
            lenient_verdicts=lenient,
            signals=signals,
            **given,
            **rewards,
        )

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is no benchmark to score on, or a group of `all` of a policy to ask."""
        if not of.benchmark_sources:
            yield f"`{of.name}` scores policies on benchmarks; add one to `prompts.benchmarks`."
        for name in self.benchmarks:
            if name not in of.benchmark_sources:
                known = ", ".join(of.benchmark_sources)
                yield f"`{of.name}.benchmarks` names the benchmark `{name}`; there are: {known}."
        yield from needless_all(of, self.policies, self.sampling)
        for prompt, other in self.prompts.items():
            for name in other.policies:
                yield from self._needless(of, prompt, name)

    def _needless(self, of: Others, prompt: str, policy: str) -> Iterator[str]:
        """Yield why a policy cannot be asked by another prompt."""
        if policy not in self.policies:
            yield (
                f"`{of.name}.prompts.{prompt}` asks `{policy}` by another prompt; name it in "
                f"`{of.name}.policies` too."
            )
        asked = of.policies.get(policy)
        if asked is not None and not isinstance(asked.settings, EndpointPolicy | WeightsPolicy):
            yield (
                f"`{of.name}.prompts.{prompt}` asks a model, and `{policy}` is none; leave it out."
            )

    def _asked(self, of: Others) -> dict[str, NamedPolicy]:
        """Return all that is asked, by name: each policy, then the same by other prompts."""
        asked: dict[str, NamedPolicy] = {}
        for name in self.policies:
            policy = asked[name] = of.policies[name]
            for prompt, other in self.prompts.items():
                if name in other.policies:
                    settings = policy.settings.model_copy(update={"template": other.template})
                    asked[f"{name}:{prompt}"] = NamedPolicy(name, policy.table, settings)
        return asked

    def _own_sampling(self) -> dict[str, Sampling]:
        """Return how the policies are sampled on benchmarks that have something of their own."""
        usual = self.sampling.model_dump()
        return {
            name: Sampling.model_validate(usual | own.model_dump(exclude_none=True))
            for name, own in self.benchmarks.items()
        }


def _in_order(of: Others, asked: Mapping[str, NamedPolicy]) -> tuple[str, ...]:
    """Return the policies as DeepSeek-R1's Table 3 has them: the bases, then round after round."""
    places = {name: place for place, name in enumerate(of.policies)}
    return tuple(sorted(asked, key=lambda name: places[asked[name].name]))
