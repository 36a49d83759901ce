import random
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from r1data.curation.duplicates.shingles import BATCH_BYTES, batches, shingles
from r1data.curation.duplicates.sketches import NUM_BANDS, sketch

WORDS = [f"{a}{b}" for a in "abcdefghijklmnop" for b in "qrstuvwxyz"]


def written(rng, num_words):
    return rng.choices(WORDS, k=num_words)


def sets(texts, size=5):
    hashes, bounds = shingles(pl.Series(texts), size)
    return [set(hashes[a:b].tolist()) for a, b in pairwise(bounds)]


def similarity(one, other):
    first, second = sets([one, other])
    return len(first & second) / len(first | second)


def changed(rng, words, num_changes):
    places = set(rng.sample(range(len(words)), num_changes))
    return ["other" if place in places else word for place, word in enumerate(words)]


@pytest.mark.parametrize("place", [0, 10, 19], ids=["first", "within", "last"])
def test_a_word_counts_alike_wherever_it_stands(place):
    words = [f"w{number}" for number in range(20)]
    other = [*words[:place], "other", *words[place + 1 :]]
    assert similarity(" ".join(words), " ".join(other)) == (24 - 5) / (24 + 5)


def test_no_shingle_spans_two_texts():
    assert sets(["a b c", "d e f"]) == [sets(["a b c"])[0], sets(["d e f"])[0]]
    assert sets(["a b c", "", "d e f"])[1:] == [set(), sets(["d e f"])[0]]


def test_texts_are_batched_in_order_and_none_is_lost():
    texts = pl.Series(["x" * (BATCH_BYTES // 3)] * 7 + [None, "", "y" * (2 * BATCH_BYTES), "z"])
    found = list(batches(texts))
    assert len(found) > 3
    assert pl.concat(found).equals(texts)


def test_a_sketch_does_not_depend_on_the_texts_beside_it():
    rng = random.Random(1)
    texts = [" ".join(written(rng, rng.randrange(1, 300))) for _ in range(60)] + ["", "one"]
    together = sketch(pl.Series(texts), 5)
    alone = np.concatenate([sketch(pl.Series([text]), 5) for text in texts])
    assert together.shape == (62, NUM_BANDS)
    assert (together == alone).all()


def test_a_text_without_tokens_has_no_bands():
    bands = sketch(pl.Series(["", "?!", None, "word"]), 5)
    assert (bands == 0).all(axis=1).tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("num_words", "num_changes", "least"),
    [
        pytest.param(50, 1, 0.99, id="a changed word in 50"),
        pytest.param(100, 2, 0.99, id="two in 100"),
        pytest.param(300, 6, 0.99, id="six in 300"),
        pytest.param(900, 18, 0.99, id="eighteen in 900"),
    ],
)
def test_texts_above_the_threshold_share_a_band(num_words, num_changes, least):
    rng = random.Random(num_words)
    words = [written(rng, num_words) for _ in range(300)]
    ones = sketch(pl.Series([" ".join(one) for one in words]), 5)
    others = sketch(pl.Series([" ".join(changed(rng, one, num_changes)) for one in words]), 5)
    assert (ones == others).any(axis=1).mean() >= least


def test_unlike_texts_share_no_band():
    rng = random.Random(2)
    bands = sketch(pl.Series([" ".join(written(rng, 200)) for _ in range(400)]), 5)
    assert all(len(np.unique(column)) == len(column) for column in bands.T)
