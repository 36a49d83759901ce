"""Distillation: students trained on R1's own rows, from bases of their own, without RL."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from assets.chains.answered import AnsweredRound
from assets.chains.asked import Routed
from assets.chains.round import Others, Round, Trains
from assets.steps.distil import Targeting, Tutoring, target, tutor
from assets.steps.train import Mixing, Schooling, Training, kept_argument, mix, train
from r1data.names import Names
from r1data.settings import PolicyName
from r1data.store.spec import TableSpec

TARGETS = "The rows that students are trained on, in TRL's prompt-completion form."


class Student(Training):
    """A student: the model it begins from, and how it is trained.

    DeepSeek-R1's six have one configuration and learning rates of their own, which `overrides`
    states.
    """

    form: Literal["sft", "on_policy"] = "sft"
    """Trained on the targets, as DeepSeek-R1's students are, or by TRL's DistillationTrainer: on
    what it writes itself for their prompts, to the teacher's probabilities of each token."""
    teacher: PolicyName | None = None
    """The policy that an `on_policy` student learns from; the two must share their tokens."""

    def content(self) -> dict[str, Any]:
        """Return the content of the training; the teacher is a table that training reads."""
        return super().content() | ({} if self.form == "sft" else {"form": self.form})


class Regenerated(AnsweredRound):
    """The targets written anew: a policy answers each prompt of the training set once more."""

    def routed(self, of: Others) -> Routed:
        """Return who is asked, of the prompts that are trained on."""
        return replace(super().routed(of), asked_in=of.training_set)

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the tables from the policy's rollouts to the verified ones that are kept."""
        yield from self.answered(
            of,
            rollouts="A group of completions by the last policy for every prompt of the training "
            "set.",
            selections="What the targets decided on every rollout, with the reason for each they "
            "leave out.",
            selected_rollouts="The rollouts that students are trained on: correct, finished, "
            "well-formed.",
        )


class DistillationRound(Round):
    """The rows of the training set, or the same prompts answered anew, and students of them."""

    regenerated: Regenerated | None = None
    """How a policy, best the last one, writes the targets anew, which are verified again. Null
    takes the rows of the training set as they are, which is the paper's way."""
    students: Annotated[dict[str, Student], Names] = {}
    """The students, by a name of your own for each, which is that of the policy."""
    finished_only: str | None = None
    """As of the rounds in which a policy answers; it holds for `regenerated`."""

    def trains(self, name: str) -> dict[str, Trains]:
        """Return the students."""
        return {
            student: Trains(training, _table(name, student), where=f"{name}.students.{student}")
            for student, training in self.students.items()
        }

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the targets and the students."""
        if of.training_set is None:
            return
        yield from self._targets(of, of.training_set)
        for name, student in self.students.items():
            yield self._student(of, name, student)

    def _targets(self, of: Others, training_set: str) -> Iterator[TableSpec]:
        """Yield what is written anew, if it is, and the targets."""
        targets, writer = of.table("targets"), self._writer()
        if writer is None:
            taken = Targeting(dataset=of.name)
            yield target.table(targets, taken, description=TARGETS, mixture=training_set)
            return
        yield from writer.tables(of)
        kept = writer.kept(of)
        if kept is not None:
            yield mix.table(
                targets,
                Mixing(dataset=of.name, templates={of.name: kept.template}),
                description=TARGETS,
                prompts=of.prompts,
                **{kept_argument(of.name): kept.table},
            )

    def _writer(self) -> Regenerated | None:
        if self.regenerated is None or self.finished_only is None:
            return self.regenerated
        return self.regenerated.model_copy(update={"finished_only": self.finished_only})

    def _student(self, of: Others, name: str, student: Student) -> TableSpec:
        """Return the table of a student."""
        base, key = of.policies[student.base], _table(of.name, name)
        told = {
            "description": f"The student {name}: one row that points at its weights.",
            "mixture": of.table("targets"),
            "base": base.table,
        }
        if student.form == "sft" or student.teacher is None:
            schooling = Schooling(name=name, training=student, base=base.settings)
            return train.table(key, schooling, **told)
        teacher = of.policies[student.teacher]
        tutoring = Tutoring(
            name=name, training=student, base=base.settings, teacher=teacher.settings
        )
        return tutor.table(key, tutoring, teacher=teacher.table, **told)

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is no training set, or that a student has no teacher or needs none."""
        if of.training_set is None:
            yield f"`{of.name}` trains students on the training set of the whole; add its round."
        if self.regenerated is not None:
            where = replace(of, name=f"{of.name}.regenerated")
            yield from self.regenerated.faults(where, could_keep)
        for name, student in self.students.items():
            yield from _faults_of(f"{of.name}.students.{name}", student, of)


def _table(round_name: str, student: str) -> str:
    return f"{round_name}/policy_{student}"


def _faults_of(where: str, student: Student, of: Others) -> Iterator[str]:
    if student.form == "sft" and student.teacher is not None:
        yield f"`{where}.teacher` is read by `form: on_policy` alone; leave it out."
    if student.form == "on_policy" and student.teacher is None:
        yield f"`{where}` learns on-policy and has no teacher; set `{where}.teacher`."
    teacher = of.policies.get(student.teacher or "")
    if teacher is not None and teacher.settings.kind != "weights":
        yield (
            f"`{where}.teacher` names `{student.teacher}`, which is of kind "
            f"{teacher.settings.kind}: its probabilities cannot be read; name one of kind weights."
        )
