import polars as pl
import pytest

from r1data.curation.duplicates.completions import (
    NearCompletions,
    find_near_completions,
    sketch_completions,
)
from r1data.tables import Sketches

TEXT = " ".join(f"word{number}" for number in range(100))
NEAR = f"{TEXT} more"


def near(*rollouts, order=None, **settings):
    """Return, by number, what each rollout, given as prompt and completion, is a duplicate of."""
    frame = pl.DataFrame(
        {
            "rollout_id": [f"r{number}" for number in range(len(rollouts))],
            "prompt_id": [prompt for prompt, _ in rollouts],
            "completion": [completion for _, completion in rollouts],
        },
        schema_overrides={"completion": pl.String},
    )
    numbers = range(len(rollouts)) if order is None else order
    found = find_near_completions(
        pl.DataFrame({"rollout_id": [f"r{number}" for number in numbers]}),
        sketch_completions(frame, shingle_size=5),
        lambda: [frame["completion"][:1], frame["completion"][1:]],
        NearCompletions(**settings),
    )
    return dict(found.select("rollout_id", "duplicate_of").iter_rows())


def test_a_completion_that_is_nearly_another_of_its_prompt_is_found():
    assert near(("p", TEXT), ("p", "something else"), ("p", NEAR)) == {"r2": "r0"}


def test_the_better_one_is_named_wherever_it_stands():
    assert near(("p", TEXT), ("p", NEAR), order=[1, 0]) == {"r0": "r1"}


def test_other_prompts_are_compared_only_if_that_is_asked():
    given = ("p", TEXT), ("q", NEAR)
    assert near(*given) == {}
    assert near(*given, within="dataset") == {"r1": "r0"}


def test_what_cannot_be_kept_is_not_compared():
    assert near(("p", TEXT), ("p", NEAR), ("p", f"{TEXT} again"), order=[1, 2]) == {"r2": "r1"}


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        pytest.param("The answer is 7.", False, id="a short one"),
        pytest.param(TEXT, True, id="a long one"),
        pytest.param("so we go on and " * 100, False, id="a long one that says one thing"),
        pytest.param(None, False, id="none"),
        pytest.param("", False, id="an empty one"),
    ],
)
def test_short_completions_of_two_prompts_may_be_alike_by_right(text, is_found):
    assert near(("p", text), ("q", text), within="dataset") == ({"r1": "r0"} if is_found else {})


def test_a_changed_number_in_a_long_completion_leaves_it_near():
    assert near(("p", TEXT), ("p", TEXT.replace("word50", "word51"))) == {"r1": "r0"}


def test_sketches_are_rows_of_their_table():
    rollouts = pl.DataFrame(
        {"rollout_id": ["a", "b"], "prompt_id": ["p", "p"], "completion": [TEXT, None]}
    )
    rows = Sketches.validate(sketch_completions(rollouts, shingle_size=5), cast=True)
    assert rows["bands"].list.len().to_list() == [25, 25]
    assert set(rows["bands"][1]) == {0}
