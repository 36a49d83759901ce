"""Evaluation: policies scored on problems never trained on, sampled and judged as in training."""

from collections.abc import Iterator

from pydantic import Field

from assets.chains.judged import judged, settled
from assets.chains.matched import as_read, matched_files, needless_all
from assets.chains.round import Others, Round
from assets.steps.ingest import verifiers_of
from assets.steps.sample import Asking, policy_argument, sample
from assets.steps.score import Comparing, compare, score
from r1data.protocol import Sampling
from r1data.settings import PolicyName
from r1data.store.spec import TableSpec
from r1data.verification.judge.questions import Judge


class EvaluationRound(Round):
    """Policies scored on the benchmarks."""

    policies: tuple[PolicyName, ...] = Field(min_length=1)
    """Policies of the recipe, or rounds that train one."""
    baseline: PolicyName | None = None
    """The policy that the others are compared with, paired by prompt; null means the first."""
    sampling: Sampling = Sampling()
    """How the policies are sampled, each alike."""
    judge: Judge | None = None
    """Who decides where no rule can; null leaves that undecided."""

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the tables from the policies' rollouts to their scores."""
        policies = [of.policies[name] for name in self.policies]
        matched = list(matched_files(of, policies, self.sampling, of.benchmarks))
        yield from matched
        yield sample.table(
            of.table("rollouts"),
            Asking(
                round_name=of.name,
                policies={policy.name: policy.settings for policy in policies},
                sampling=self.sampling,
            ),
            description="A group of completions by every policy for every benchmark problem.",
            prompts=of.benchmarks,
            **{policy_argument(policy.name): policy.table for policy in policies},
            **as_read(matched),
        )
        verifiers = verifiers_of(of.benchmark_sources.values())
        yield from judged(of, self.judge, prompts=of.benchmarks, verifiers=verifiers)
        read = {
            "prompts": of.benchmarks,
            "rollouts": of.table("rollouts"),
            "verdicts": settled(of, self.judge),
        }
        yield score.table(of.table("scores"), **read)
        baseline = Comparing(baseline=self.baseline or self.policies[0])
        yield compare.table(of.table("comparisons"), baseline, **read)

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is no benchmark to score on, or a group of `all` of a policy to ask."""
        if not of.benchmark_sources:
            yield f"`{of.name}` scores policies on benchmarks; add one to `prompts.benchmarks`."
        yield from needless_all(of, self.policies, self.sampling)
