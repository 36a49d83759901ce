import random

import numpy as np
import polars as pl
import pytest

from r1data.curation.duplicates.matching import candidate_keys, match, sharing
from r1data.curation.duplicates.near import Candidates, NearMatch, find_near
from r1data.curation.duplicates.sketches import sketch


def matched(keys, similarities, threshold=0.8):
    """Match rows whose pairs have these similarities; others have none."""
    asked = []

    def compare(firsts, seconds):
        pairs = list(zip(firsts.tolist(), seconds.tolist(), strict=True))
        asked.extend(pairs)
        return np.array([similarities.get(pair, 0.0) for pair in pairs])

    found = match(np.array(keys, np.uint64), compare, threshold)
    assert len(set(asked)) == len(asked)
    return found.kept.tolist(), found.similarities.tolist(), asked


def test_a_row_is_a_duplicate_of_the_most_similar_row_it_was_compared_with():
    kept, similarities, _ = matched([[1, 5], [2, 6], [1, 6]], {(0, 2): 0.8, (1, 2): 0.9})
    assert kept == [-1, -1, 1]
    assert similarities == [0, 0, 0.9]


def test_of_two_equally_similar_ones_the_better_is_named():
    kept, _, _ = matched([[1, 5], [2, 6], [1, 6]], {(0, 2): 0.9, (1, 2): 0.9})
    assert kept == [-1, -1, 0]


def test_likeness_is_not_handed_on():
    chain = {(0, 1): 0.9, (1, 2): 0.9, (2, 3): 0.9, (0, 2): 0.7, (0, 3): 0.5, (1, 3): 0.7}
    assert matched([[1]] * 4, chain)[0] == [-1, 0, -1, 2]


def test_what_is_less_similar_than_the_threshold_stays():
    assert matched([[1], [1]], {(0, 1): 0.79})[0] == [-1, -1]
    assert matched([[1], [1]], {(0, 1): 0.8})[0] == [-1, 0]


def test_rows_that_share_no_key_are_not_compared():
    kept, _, asked = matched([[1, 5], [2, 6], [1, 7], [0, 0], [0, 0]], {(0, 1): 1.0, (3, 4): 1.0})
    assert kept == [-1] * 5
    assert asked == [(0, 2)]


def test_families_in_one_bucket_are_told_apart():
    families = [row % 5 for row in range(60)]
    alike = {
        (one, other): 0.9
        for one in range(60)
        for other in range(one + 1, 60)
        if families[one] == families[other]
    }
    kept, _, asked = matched([[1]] * 60, alike)
    assert kept == [-1] * 5 + [families[row] for row in range(5, 60)]
    assert len(asked) < 5 * 60


def test_a_bucket_where_all_are_alike_takes_one_comparison_a_row():
    alike = {(0, other): 1.0 for other in range(1, 1000)}
    kept, _, asked = matched([[1, 2, 3]] * 1000, alike)
    assert kept == [-1] + [0] * 999
    assert len(asked) == 999


def test_a_bucket_where_none_are_alike_ends():
    kept, _, asked = matched([[1]] * 2000, {})
    assert kept == [-1] * 2000
    assert len(asked) < 64 * 2000


def test_bands_are_shared_within_a_group_only():
    bands = np.array([[7, 8], [7, 9], [7, 8], [0, 0]], np.int32)
    together = candidate_keys(bands, np.zeros(4, np.uint64))
    apart = candidate_keys(bands, np.array([1, 1, 2, 1], np.uint64))
    assert sharing(together).tolist() == [True, True, True, False]
    assert sharing(apart).tolist() == [True, True, False, False]


TEXT = " ".join(f"word{number}" for number in range(100))


def near(texts, order=None, **given):
    settings = NearMatch()
    order = np.arange(len(texts)) if order is None else np.array(order)
    asked = []

    def read(wanted):
        rows = np.flatnonzero(wanted)
        asked.extend(rows.tolist())
        half = len(rows) // 2
        for part in (rows[:half], rows[half:]):
            yield Candidates(
                part,
                pl.Series([texts[row] for row in part], dtype=pl.String),
                **{name: np.array(of, np.uint64)[part] for name, of in given.items()},
            )

    found = find_near(sketch(pl.Series(texts), 5), order, read, settings)
    return found.kept.tolist(), asked


def test_the_better_row_is_kept_wherever_it_stands_in_the_table():
    texts = [TEXT, f"{TEXT} more", "something else", f"{TEXT} again"]
    assert near(texts)[0] == [-1, 0, -1, 0]
    assert near(texts, order=[3, 2, 1, 0])[0] == [3, 3, -1, -1]


def test_a_row_that_may_not_be_matched_is_left_alone():
    assert near([TEXT, f"{TEXT} more", f"{TEXT} again"], order=[0, 2])[0] == [-1, -1, 0]


def test_only_texts_of_candidates_are_read():
    assert near([TEXT, "something else", f"{TEXT} more", "another thing"])[1] == [0, 2]


@pytest.mark.parametrize(
    ("given", "is_near"),
    [
        pytest.param({}, True, id="nothing said"),
        pytest.param({"groups": [1, 1]}, True, id="one group"),
        pytest.param({"groups": [1, 2]}, False, id="two groups"),
        pytest.param({"answers": [5, 5]}, True, id="one answer"),
        pytest.param({"answers": [5, 6]}, False, id="two answers"),
        pytest.param({"answers": [5, 0]}, True, id="an answer that is not known"),
    ],
)
def test_groups_and_answers_keep_rows_apart(given, is_near):
    assert near([TEXT, f"{TEXT} more"], **given)[0] == [-1, 0 if is_near else -1]


@pytest.mark.parametrize("seed", range(3))
def test_every_row_that_leaves_is_itself_similar_to_one_that_stays(seed):
    rng = random.Random(seed)
    texts = [TEXT]
    while len(texts) < 120:
        words = rng.choice(texts).split()
        words[rng.randrange(len(words))] = f"new{len(texts)}"
        texts.append(" ".join(words))
    kept, _ = near(texts)
    left = [row for row, of in enumerate(kept) if of >= 0]
    assert left
    for row in left:
        assert kept[kept[row]] == -1
        assert _similarity(texts[row], texts[kept[row]]) >= 0.8
    stay = [row for row in range(120) if kept[row] == -1]
    missed = sum(
        _similarity(texts[one], texts[other]) >= 0.8
        for place, one in enumerate(stay)
        for other in stay[place + 1 :]
    )
    assert missed == 0


def _similarity(one, other):
    first, second = (
        {tuple(padded[at : at + 5]) for at in range(len(padded) - 4)}
        for padded in ([""] * 4 + text.split() + [""] * 4 for text in (one, other))
    )
    return len(first & second) / len(first | second)
