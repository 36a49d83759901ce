"""The chain of safety labels: from completions, a judge, files or pairs to safe and unsafe."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from assets.chains.judged import said_by
from assets.chains.preferred import (
    CANDIDATES,
    Asked,
    PreferenceSet,
    answers,
    unanswerable,
)
from assets.chains.round import Others
from assets.steps.label import Labelling, Showing, ask_whether_safe, label
from r1data.curation.alignment.settings import LabelFile
from r1data.mixture.held_out import HeldOut
from r1data.names import Names
from r1data.policies.templates import Template
from r1data.settings import PolicyName
from r1data.store.spec import TableSpec
from r1data.verification.judge.safety import SafetyJudge


class JudgedSafety(SafetyJudge):
    """Completions that a judge finds safe or unsafe, in both wordings of its question."""

    of: Annotated[tuple[PolicyName, ...], Field(min_length=1)]
    """Who writes the completions."""


class SafetySet(Asked):
    """Completions of which it is known whether they are safe, their reasoning included.

    Pairs of files give labels too, where their `safety` says how.
    """

    judged: JudgedSafety | None = None
    """Completions that a judge labels."""
    files: Annotated[dict[str, LabelFile], Names] = {}
    """Files of labels, by a name of your own for each."""
    held_out: HeldOut | None = HeldOut(share=0.1)
    """Prompts that no reward model is trained on, for its accuracy; null trains on all."""

    @property
    def policies(self) -> tuple[str, ...]:
        """Who answers prompts, each once."""
        return () if self.judged is None else tuple(dict.fromkeys(self.judged.of))


def labelled(
    of: Others,
    settings: SafetySet,
    pairs: PreferenceSet | None,
    template: Template,
    finished_only: str | None,
) -> Iterator[TableSpec]:
    """Yield the tables from answers to labels.

    Args:
        of: The rest of the recipe.
        settings: What says whether a completion is safe.
        pairs: The round's pairs, some of which may give labels.
        template: What surrounds a general prompt.
        finished_only: As in `Asking`.
    """
    reads = {"prompts": of.prompts, "benchmark_prompts": of.benchmarks}
    if settings.judged is not None:
        rollouts, questions, replies = (
            of.table(f"safety_{name}") for name in ("rollouts", "questions", "replies")
        )
        yield answers(of, rollouts, settings, settings.policies, template, finished_only)
        yield ask_whether_safe.table(
            questions, Showing(sources=settings.sources), prompts=of.prompts, rollouts=rollouts
        )
        yield said_by(
            of,
            replies,
            questions,
            policy=settings.judged.policy,
            sampling=settings.judged.sampling,
            finished_only=finished_only,
        )
        reads |= {"rollouts": rollouts, "questions": questions, "replies": replies}
    labelling = labelling_of(pairs)
    if labelling:
        reads["candidates"] = of.table(CANDIDATES)
    yield label.table(
        of.table("safety_labels"),
        Labelling(
            dataset=of.name,
            pairs=labelling,
            files=settings.files,
            sources=settings.sources,
            template=template,
            held_out=settings.held_out,
        ),
        **reads,
    )


def labelling_of(pairs: PreferenceSet | None) -> dict[str, str]:
    """Return the files of pairs that give labels, with what says it where no column does."""
    files = {} if pairs is None else pairs.files
    return {
        name: one.safety
        for name, one in files.items()
        if one.safety != "none" or one.chosen_is_safe or one.rejected_is_safe
    }


def faults_of_labels(
    of: Others, where: str, settings: SafetySet, pairs: PreferenceSet | None
) -> Iterator[str]:
    """Yield what is wrong with a set of labels in its recipe."""
    yield from unanswerable(of, where, settings, settings.policies)
    if not (settings.policies or settings.files or labelling_of(pairs)):
        yield (
            f"`{where}` has no labels; set `judged` or `files`, or the `safety` of a file of pairs."
        )
