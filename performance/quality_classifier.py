"""A quality classifier on public pairs: `python -m performance.quality_classifier --public FOLDER`.

It needs the extra `quality`. Three tasks: answers to instructions beside the same with their words
in random order; beside the same between phrases said by rote; and chosen beside rejected responses
of people's preferences. Five times a fifth of the examples is held out,
a prompt's two responses together, and what the other four parts taught is asked about it.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from r1data.curation.quality.examples import Examples, QualityClassifier
from r1data.curation.quality.scores import load_classifier
from r1data.curation.quality.training import train_fasttext

Pair = tuple[str, str]
"""A good text and a bad one."""
FOLDS = 5


def main() -> None:
    """Train and ask on each task, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", type=Path, required=True, help="a folder of general sets")
    options = parser.parse_args()
    read = {
        name: json.loads((options.public / name).read_text())
        for name in ("alpaca_5000.json", "preference_pairs_en_300.json")
    }
    answers = [row["output"] for row in read["alpaca_5000.json"] if len(row["output"]) > 200][:1500]
    chosen = [
        (row["chosen"]["value"], row["rejected"]["value"])
        for row in read["preference_pairs_en_300.json"]
    ]
    tasks = {
        "words in random order": [(text, shuffled(text)) for text in answers],
        "said by rote": [(text, by_rote(text)) for text in answers],
        "people's preference": chosen,
    }
    print("| good beside bad | pairs | right at 0.5 | good above bad | training, s | ms a text |")
    for name, pairs in tasks.items():
        print(f"| {name} | {len(pairs)} | {measured(pairs)}")


def measured(pairs: Sequence[Pair]) -> str:
    """Return the rest of a row of the table."""
    pairs = sorted({pair for pair in pairs if pair[0] != pair[1]})
    random.Random(1).shuffle(pairs)
    right = above = asked = 0
    training = asking = 0.0
    for fold in range(FOLDS):
        learnt = [pair for place, pair in enumerate(pairs) if place % FOLDS != fold]
        with tempfile.TemporaryDirectory() as folder:
            began = time.process_time()
            score = load_classifier(train(learnt, Path(folder), fold), 4_000)
            training += time.process_time() - began
        began = time.process_time()
        for good, bad in pairs[fold::FOLDS]:
            scores = score(good), score(bad)
            right += (scores[0] >= 0.5) + (scores[1] < 0.5)
            above += scores[0] > scores[1]
            asked += 1
        asking += time.process_time() - began
    return (
        f"{right / asked / 2:.1%} | {above / asked:.1%} | {training / FOLDS:.1f} | "
        f"{1000 * asking / asked / 2:.2f} |"
    )


def train(pairs: Sequence[Pair], folder: Path, fold: int) -> Path:
    """Return the file of a classifier that learnt some pairs."""
    sides = {}
    for place, side in enumerate(("good", "bad")):
        file = folder / f"{side}.jsonl"
        rows = [json.dumps({"response": pair[place]}) for pair in pairs]
        file.write_text("\n".join(rows), encoding="utf-8")
        sides[side] = Examples(file=str(file))
    trained = folder / f"{fold}.bin"
    train_fasttext(QualityClassifier(**sides), trained)
    return trained


def shuffled(text: str) -> str:
    """Return a text with its words in another order."""
    words = text.split()
    random.Random(text).shuffle(words)
    return " ".join(words)


def by_rote(text: str) -> str:
    """Return a text between phrases said by rote."""
    chance = random.Random(text)
    opening = chance.choice(("Sure! Here is what you asked for:", "As an AI language model, I", ""))
    closing = chance.choice(("I hope this helps!", "Let me know if you need more."))
    return f"{opening} {text} {closing}"


if __name__ == "__main__":
    main()
