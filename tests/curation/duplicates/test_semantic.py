import numpy as np
import polars as pl
import pytest

from r1data.curation.duplicates import exact
from r1data.curation.duplicates.problems import SemanticMatch, mark_semantic
from r1data.curation.duplicates.similarities import BLOCK_ROWS, match_vectors, similarities
from tests.curation.duplicates.rows import NOTHING, prompts


def half(*rows):
    vectors = np.array(rows, np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, where=lengths > 0, out=vectors).astype(np.float16)


ALIKE = half([1, 0], [1, 0.01])


def kinds(one, other, vectors=ALIKE, require_gold=False, **settings):
    settings["require_gold"] = require_gold
    asked = prompts(one, other)
    keys = exact.duplicate_keys(asked)
    golds = asked.select(exact.GOLD_COLUMNS)
    marked = exact.mark_exact(keys, exact.duplicate_keys(NOTHING), golds)
    found = mark_semantic(
        marked, vectors, lambda: [asked[:1], asked[1:]], SemanticMatch(**settings)
    )
    return found["duplicate_kind"].to_list()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Ann has 3 pens. How many?", "Count Ann's three pens.", id="other words"),
        pytest.param("Bo runs twice 7 miles.", "Bo runs 7 miles 2 times.", id="twice"),
        pytest.param("The smallest of 4 and 9?", "Of 4 and 9, which is least?", id="one side"),
        pytest.param("求4和9中较大的数", "4和9当中较大的是哪个数", id="Chinese"),
        pytest.param("Who wrote Faust?", "Name the author of Faust.", id="no numbers"),
    ],
)
def test_problems_of_near_vectors_that_share_their_guards_are_one(one, other):
    assert sorted(kinds((one, None), (other, None)), key=str) == [None, "semantic"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Ann has 3 pens.", "Ann has 4 pens.", id="a number"),
        pytest.param("Ann has three pens.", "Ann has four pens.", id="a number as a word"),
        pytest.param("The smallest of 4 and 9?", "The largest of 4 and 9?", id="an opposite"),
        pytest.param("Which is a prime?", "Which is not a prime?", id="a negation"),
        pytest.param("The area of a square of 4", "The perimeter of a square of 4", id="a measure"),
        pytest.param("求4和9中较大的数", "求4和9中较小的数", id="an opposite in Chinese"),
    ],
)
def test_problems_whose_guards_differ_stay_apart_however_near_their_vectors(one, other):
    assert kinds((one, None), (other, None)) == [None, None]


def test_problems_whose_gold_answers_differ_stay_apart():
    assert kinds(("Find x.", "1"), ("What is x?", "2")) == [None, None]


def test_problems_of_far_vectors_stay_apart():
    assert kinds(("Find x.", None), ("What is x?", None), half([1, 0], [1, 1])) == [None, None]


def test_a_problem_without_a_vector_is_like_nothing():
    assert kinds(("Find x.", None), ("What is x?", None), half([0, 0], [0, 0])) == [None, None]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(("Find x.", "7"), ("What is x?", "7.0"), [None, None], id="spelt otherwise"),
        pytest.param(("Find x.", "7"), ("What is x?", "$7$"), [None, "semantic"], id="the same"),
        pytest.param(
            ("The most of 7?", "7"), ("The top of 7?", "7"), [None, "semantic"], id="other words"
        ),
        pytest.param(("Find x of 3.", "7"), ("Find x of 4.", "7"), [None, None], id="a number"),
        pytest.param(("Find x.", "7"), ("What is x?", "8"), [None, None], id="another answer"),
        pytest.param(("Find x.", "7"), ("What is x?", None), [None, None], id="one has none"),
        pytest.param(("Find x.", None), ("What is x?", None), [None, None], id="none has one"),
        pytest.param(("Is x odd?", "no"), ("Is x even?", "no"), [None, None], id="a bare answer"),
        pytest.param(
            ("Is x odd?", "no"), ("Odd, is x?", "no"), [None, "semantic"], id="asked otherwise"
        ),
    ],
)
def test_by_default_only_problems_of_one_gold_answer_are_one(one, other, expected):
    found = kinds(one, other, require_gold=True)
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_the_better_row_is_kept_and_the_cosine_recorded():
    asked = prompts(("What is x?", None), ("Find x now.", "1"))
    keys = exact.duplicate_keys(asked)
    found = mark_semantic(keys, ALIKE, lambda: [asked], SemanticMatch(require_gold=False))
    assert found.filter(pl.col("drop_reason") == "semantic_duplicate").select(
        "upstream_row", "duplicate_of"
    ).rows() == [("0", "ours/1")]
    assert found["similarity"][0] == pytest.approx(1.0, abs=1e-3)


def test_what_repeats_a_row_that_leaves_names_the_row_that_is_kept():
    asked = prompts(("Find x now.", "1"), ("What is x?", None), ("What is  x?", None))
    keys = exact.duplicate_keys(asked)
    golds = asked.select(exact.GOLD_COLUMNS)
    marked = exact.mark_exact(keys, exact.duplicate_keys(NOTHING), golds)
    found = mark_semantic(
        marked, half([1, 0], [1, 0], [1, 0]), lambda: [asked], SemanticMatch(require_gold=False)
    )
    assert found["duplicate_of"].to_list() == [None, "ours/0", "ours/0"]


def test_a_row_is_no_duplicate_of_one_that_left_itself():
    chain = half([1, 0], [1, 0.5], [1, 1.1])
    none = np.zeros(3, np.uint64)
    assert match_vectors(chain, none, none, 0.85).kept.tolist() == [-1, 0, -1]


def test_rows_of_other_groups_are_not_compared():
    groups, none = np.array([1, 2], np.uint64), np.zeros(2, np.uint64)
    assert match_vectors(ALIKE, groups, none, 0.9).kept.tolist() == [-1, -1]


def test_matching_agrees_with_a_comparison_of_every_pair_over_several_blocks():
    random = np.random.default_rng(5)
    rows = random.normal(size=(2 * BLOCK_ROWS + 100, 4))
    vectors = half(*rows)
    none = np.zeros(len(vectors), np.uint64)
    cosines = vectors.astype(np.float32) @ vectors.astype(np.float32).T
    kept = []
    for row in range(len(vectors)):
        if not kept or cosines[row, kept].max() < 0.95:
            kept.append(row)
    found = match_vectors(vectors, none, none, 0.95)
    assert np.flatnonzero(found.kept == -1).tolist() == kept
    chosen = found.kept >= 0
    assert cosines[chosen, found.kept[chosen]] == pytest.approx(
        found.similarities[chosen], abs=1e-3
    )


def test_similarities_are_those_of_every_pair_above_the_threshold():
    random = np.random.default_rng(6)
    ours, theirs = half(*random.normal(size=(50, 4))), half(*random.normal(size=(40, 4)))
    cosines = ours.astype(np.float32) @ theirs.astype(np.float32).T
    found = similarities(ours, theirs, 0.8)
    assert {*zip(found.ours, found.theirs, strict=True)} == {
        *zip(*np.nonzero(cosines >= 0.8), strict=True)
    }


def test_nothing_is_similar_to_nothing():
    assert len(similarities(half([1, 0]), np.empty((0, 2), np.float16), 0.5).ours) == 0
