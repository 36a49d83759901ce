import polars as pl
import pytest

from r1data.curation.duplicates.near import NearMatch
from r1data.curation.duplicates.twins import LARGE_BUCKET, find_twins, read_problems

WORDS = [f"word{number}" for number in range(60)]
LONG = " ".join(WORDS)
PROBLEMS = {
    "a": f"Find the least n for {LONG} above 60.",
    "numbers": f"Find the least n for {LONG} above 61.",
    "opposite": f"Find the most n for {LONG} above 60.",
    "other": " ".join(f"different{number}" for number in range(60)),
    "half": " ".join([*WORDS[:30], *(f"another{number}" for number in range(30))]),
    "formula": r"Let $\dfrac{1}{2}$ be given. " + " ".join(f"plain{n}" for n in range(40)),
    "formula again": r"Let $\frac{1}{2}$ be given. " + " ".join(f"plain{n}" for n in range(40)),
    "short": "What is it?",
}
MATCH = NearMatch()


def read(problems=PROBLEMS, shards=3):
    frame = pl.DataFrame(
        {"prompt_id": list(problems), "problem": list(problems.values())}
    ).with_columns(choices=pl.lit(None, pl.List(pl.String)))

    def blocks():
        return (frame[start::1][:shards] for start in range(0, frame.height, shards))

    return blocks


def twins(chosen, problems=PROBLEMS, **others):
    blocks = read(problems)
    return find_twins(read_problems(blocks, MATCH), chosen, blocks, MATCH, **others)


def test_problems_that_differ_in_facts_or_notation_alone_are_twins():
    found = twins(PROBLEMS)
    assert found == {"a", "numbers", "opposite", "formula", "formula again"}


@pytest.mark.parametrize(
    ("chosen", "others", "expected"),
    [
        pytest.param(["a"], ["numbers"], {"a"}, id="its twin among the others"),
        pytest.param(["a"], ["other", "half"], set(), id="its twin elsewhere"),
        pytest.param(["a"], ["a"], set(), id="itself alone"),
        pytest.param([], ["a"], set(), id="nothing chosen"),
        pytest.param(["a"], [], set(), id="nothing to compare with"),
    ],
)
def test_twins_are_looked_for_among_the_others(chosen, others, expected):
    assert twins(chosen, others=others) == expected


def test_equal_short_problems_are_twins_and_no_others():
    problems = {"x": "What is it?", "y": "what is it", "z": "What is that?"}
    assert twins(problems, problems) == {"x", "y"}


def test_a_problem_of_a_large_family_is_a_twin_without_comparing(monkeypatch):
    monkeypatch.setattr("r1data.curation.duplicates.jaccard.ShingleSets.compare", None)
    family = {f"p{number}": LONG for number in range(LARGE_BUCKET + 1)}
    assert twins(["p0"], family) == {"p0"}


def test_no_problems_have_no_twins():
    assert twins([], {"x": ""}) == set()
