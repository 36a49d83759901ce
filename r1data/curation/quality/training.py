"""Training a quality classifier: fastText on words and pairs of words, the same file every time.

It trains with one thread, so that the same examples make the same file. A tenth of the examples,
chosen by their hash, is not learnt from and tells how well it tells good from bad.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from r1data.curation.quality.examples import QualityClassifier
from r1data.curation.quality.scores import GOOD, LABEL, load_classifier, words
from r1data.seeds import content_id

VERSION = 1
"""Raised by hand when the same examples make another classifier."""
HELD_OUT = 10
"""One of so many examples is held out."""
DIMENSIONS, BUCKETS = 32, 200_000
"""Numbers of a word, and of hashed pairs of words: a file of about 30 MB."""

Train = Callable[[QualityClassifier, Path], None]
"""Takes the settings and the file to write."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Texts of both sides, some held out."""

    learnt: Sequence[tuple[str, bool]]
    """Each with whether it is good."""
    held_out: Sequence[tuple[str, bool]]


def split_examples(settings: QualityClassifier) -> Sides:
    """Return the examples of both sides in the order of their hashes, a tenth held out.

    Raises:
        ValueError: If a side has fewer than 20, or a text stands on both sides.
    """
    good, bad = settings.good.texts(), settings.bad.texts()
    if both := set(good) & set(bad):
        raise ValueError(
            f"{len(both)} texts are good and bad examples, such as {min(both)[:60]!r}; "
            "leave them out of one of the two."
        )
    given = [*((text, True) for text in good), *((text, False) for text in bad)]
    ordered = sorted((content_id(text), text, is_good) for text, is_good in given)
    held = [int(one[:8], 16) % HELD_OUT == 0 for one, _, _ in ordered]
    rows = [(text, is_good) for _, text, is_good in ordered]
    return Sides(
        [row for row, is_held in zip(rows, held, strict=True) if not is_held],
        [row for row, is_held in zip(rows, held, strict=True) if is_held],
    )


def can_train() -> bool:
    """Tell whether the fastText that is installed can train; the one for languages cannot."""
    import fasttext

    return hasattr(fasttext, "train_supervised")


def check_training() -> None:
    """Refuse to train without the library that can.

    Raises:
        ModuleNotFoundError: If fastText is installed without its training.
    """
    if not can_train():
        raise ModuleNotFoundError(
            "a `quality_classifier` is trained by fastText, of which only the part that predicts "
            "is installed; run `pip install '.[quality]'`."
        )


def train_fasttext(settings: QualityClassifier, file: Path) -> None:
    """Train a classifier into a file, which appears whole.

    Raises:
        ModuleNotFoundError: If fastText is installed without its training.
        ValueError: If the examples are too few.
    """
    check_training()
    import fasttext

    rows = split_examples(settings).learnt
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        lines = Path(folder) / "examples.txt"
        lines.write_text(
            "".join(
                f"{LABEL}{GOOD if is_good else 'bad'} {words(text, settings.max_chars)}\n"
                for text, is_good in rows
            ),
            encoding="utf-8",
        )
        model = fasttext.train_supervised(
            str(lines),
            dim=DIMENSIONS,
            bucket=BUCKETS,
            epoch=settings.epochs,
            wordNgrams=2,
            minCount=2,
            thread=1,
            verbose=0,
        )
        written = Path(folder) / "model.bin"
        model.save_model(str(written))
        written.rename(file)


def accuracy(settings: QualityClassifier, file: Path) -> float | None:
    """Return the share of held-out examples that a classifier puts on their side of 0.5.

    None if none is held out.
    """
    held_out = split_examples(settings).held_out
    if not held_out:
        return None
    score = load_classifier(file, settings.max_chars)
    return sum((score(text) >= 0.5) is is_good for text, is_good in held_out) / len(held_out)
