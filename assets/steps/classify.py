"""Classifier steps: the quality classifier of a round."""

from pathlib import Path

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.quality.examples import QualityClassifier
from r1data.curation.quality.training import VERSION, accuracy, check_training, split_examples
from r1data.seeds import content_id
from r1data.settings import Settings
from r1data.store.files import file_digest
from r1data.store.locks import holding
from r1data.store.writer import TableWriter
from r1data.tables import Classifiers


class Classifying(Settings):
    """The classifier of a round, and what it learns from."""

    name: str
    """That of the round."""
    classifier: QualityClassifier

    def content(self) -> dict[str, object]:
        """Return what decides the classifier."""
        return {**super().content(), "version": VERSION}

    def hashed(self) -> dict[str, str]:
        """Return where the examples are."""
        return {f"classifier.{path}": file for path, file in self.classifier.hashed().items()}


def _check(settings: Classifying) -> list[str]:
    """Refuse to train without the library that can, and from too few examples."""
    check_training()
    split_examples(settings.classifier)
    return []


@step(Classifiers, version=1, check=_check)
def classify(run: Run, writer: TableWriter, settings: Classifying) -> None:
    """The quality classifier that was trained from good and bad examples: one row for its file."""
    file = _trained(run, settings)
    sides = split_examples(settings.classifier)
    row = {
        "classifier": settings.name,
        "revision": file_digest(file),
        "location": str(file.relative_to(run.store.root)),
        "num_good": sum(is_good for _, is_good in sides.learnt),
        "num_bad": sum(not is_good for _, is_good in sides.learnt),
        "num_held_out": len(sides.held_out),
        "accuracy": accuracy(settings.classifier, file),
    }
    dtypes = {name: column.dtype for name, column in Classifiers.columns().items()}
    writer.write(0, pl.DataFrame([row], schema=dtypes))


def _trained(run: Run, settings: Classifying) -> Path:
    """Train, unless that was done before; the file stands outside the table's versions."""
    name = f"{settings.name}-quality-{content_id(settings.content())[:16]}"
    file = run.store.models / name
    with holding(run.store.model_lock(name), name):
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            run.machine.train_classifier(settings.classifier, file)
    return file
