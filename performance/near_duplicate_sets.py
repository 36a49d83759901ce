"""Sets of texts with planted near duplicates: long documents, Chinese ones and short prompts."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SHARE_PLANTED = 0.2
ROWS_PER_GROUP = 2_000
SYLLABLES = tuple(a + b for a in "bcdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er"))
CHARACTERS = [chr(point) for point in range(0x4E00, 0x4E00 + 3_000)]
Row = tuple[str, int, str]
"""A text, the row it is a copy of (or its own number), and what was changed in the copy."""


def write_set(kind: str, num_rows: int, path: Path, seed: int = 0) -> None:
    """Write a set as Parquet: `id`, `text`, `truth` (the row it was copied from) and `change`."""
    rows = KINDS[kind](random.Random(f"{kind} {seed}"), num_rows)
    schema = pa.schema(
        {"id": pa.string(), "text": pa.string(), "truth": pa.int64(), "change": pa.string()}
    )
    with pq.ParquetWriter(path, schema) as writer:
        block: list[tuple[str, str, int, str]] = []
        for number, (text, truth, change) in enumerate(rows):
            block.append((str(number), text, truth, change))
            if len(block) == ROWS_PER_GROUP or number == num_rows - 1:
                columns = [list(column) for column in zip(*block, strict=True)]
                writer.write_table(pa.table(columns, schema=schema))
                block = []


def long_documents(rng: random.Random, num_rows: int) -> Iterator[Row]:
    """Yield documents of 900 words on average, a fifth of them with up to 3% of words changed."""
    words = vocabulary(rng)
    sentences = [sentence(rng, words) for _ in range(20_000)]

    def fresh() -> list[str]:
        count = min(400, int(rng.lognormvariate(3.95, 0.6)) + 5)
        return " ".join(rng.choices(sentences, k=count)).split(" ")

    yield from planted(rng, num_rows, fresh, words, " ")


def chinese_documents(rng: random.Random, num_rows: int) -> Iterator[Row]:
    """Yield documents of 300 to 900 Chinese characters, planted in the same way."""
    pieces = ["".join(rng.choices(CHARACTERS, k=rng.randrange(6, 20))) for _ in range(20_000)]

    def fresh() -> list[str]:
        count = rng.randrange(25, 75)
        return list("\N{IDEOGRAPHIC FULL STOP}".join(rng.choices(pieces, k=count)))

    yield from planted(rng, num_rows, fresh, CHARACTERS, "")


def planted(
    rng: random.Random,
    num_rows: int,
    fresh: Callable[[], list[str]],
    tokens: list[str],
    between: str,
) -> Iterator[Row]:
    """Yield fresh texts and, a fifth of the rows, copies in which some tokens are others."""
    originals: list[tuple[int, list[str]]] = []
    for number in range(num_rows):
        if number > 100 and rng.random() < SHARE_PLANTED:
            source, original = rng.choice(originals)
            text = list(original)
            for _ in range(max(1, int(len(text) * rng.uniform(0.002, 0.03)))):
                text[rng.randrange(len(text))] = rng.choice(tokens)
            yield between.join(text), source, "tokens"
        else:
            text = fresh()
            if len(originals) < 20_000:
                originals.append((number, text))
            yield between.join(text), number, ""


def short_prompts(rng: random.Random, num_rows: int) -> Iterator[Row]:
    """Yield prompts of 6 to 60 words with a number.

    A tenth are copies that only look otherwise, or change a word in 60 that decides nothing; as
    many look alike and ask for something else: another number, an opposite, another last word.
    """
    words = vocabulary(rng)
    originals: list[tuple[int, list[str]]] = []
    others: dict[str, int] = {}
    for number in range(num_rows):
        draw = rng.random()
        if number <= 100 or draw > SHARE_PLANTED:
            text = rng.choices(words, k=rng.randrange(4, 58))
            text.insert(rng.randrange(len(text)), str(rng.randrange(10, 1000)))
            text.insert(rng.randrange(len(text)), rng.choice(("least", "first", "even")))
            originals.append((number, text))
            yield f"{' '.join(text)}?", number, ""
        else:
            source, text = rng.choice(originals)
            changes = LOOKS if draw < SHARE_PLANTED / 2 else MEANINGS
            change = rng.choice(list(changes))
            changed = changes[change](rng, text, words)
            other = others.setdefault(changed, number)
            yield changed, source if changes is LOOKS else other, change


def vocabulary(rng: random.Random) -> list[str]:
    """Return some 3,500 made-up words, with the space after it about as long as English ones."""
    lengths = rng.choices((1, 2, 3), weights=(2, 6, 1), k=4_000)
    return sorted({"".join(rng.choices(SYLLABLES, k=length)) for length in lengths})


def sentence(rng: random.Random, words: list[str]) -> str:
    """Return a sentence with a number now and then."""
    found = rng.choices(words, k=rng.randrange(6, 22))
    if rng.random() < 0.5:
        found[-1] = str(rng.randrange(1, 1000))
    return " ".join(found).capitalize() + "."


def _number(rng: random.Random, text: list[str], _words: list[str]) -> str:
    other = str(rng.randrange(1000, 2000))
    return f"{' '.join(other if word.isdigit() else word for word in text)}?"


def _opposite(_rng: random.Random, text: list[str], _words: list[str]) -> str:
    opposite = {"least": "most", "first": "last", "even": "odd"}
    return f"{' '.join(opposite.get(word, word) for word in text)}?"


LOOKS: dict[str, Callable[[random.Random, list[str], list[str]], str]] = {
    "capitals": lambda _rng, text, _words: f"{' '.join(text).upper()}?",
    "spaces": lambda _rng, text, _words: f"{'  '.join(text)} ?",
    "punctuation": lambda _rng, text, _words: f"{', '.join(text)}.",
}
MEANINGS: dict[str, Callable[[random.Random, list[str], list[str]], str]] = {
    "a number": _number,
    "an opposite": _opposite,
}
KINDS: dict[str, Callable[[random.Random, int], Iterator[Row]]] = {
    "long": long_documents,
    "chinese": chinese_documents,
    "short": short_prompts,
}
"""The sets by name."""
