import polars as pl
import pytest

from r1data.completions import part
from r1data.curation.review.candidates import edited_text, parts_of, sample_candidates

THOUGHT = "<think>\n1 + 1 = 2\n</think>\n\nIt is \\boxed{2}.<|im_end|>\n"


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        pytest.param(
            THOUGHT, "<think>\nI add.\n</think>\n\nTwo: \\boxed{2}.<|im_end|>\n", id="a tag and end"
        ),
        pytest.param(
            "[THINK]2 is it[/THINK]2</s>", "[THINK]I add.[/THINK]Two: \\boxed{2}.</s>", id="others"
        ),
        pytest.param(
            "<think>2</think>2", "<think>I add.</think>Two: \\boxed{2}.", id="one text twice"
        ),
    ],
)
def test_an_edit_changes_the_reasoning_and_the_response_and_nothing_around_them(text, edited):
    assert edited_text(text, "I add.", "Two: \\boxed{2}.") == edited


def test_a_completion_without_reasoning_is_edited_as_a_response():
    assert edited_text("It is 2.\n", None, "Two.") == "Two.\n"


def test_an_edit_that_changes_nothing_changes_nothing():
    assert edited_text(THOUGHT, *parts_of(THOUGHT)) == THOUGHT


@pytest.mark.parametrize(
    ("text", "reasoning", "response", "said"),
    [
        pytest.param(THOUGHT, "so </think> far", "2", "would be read in another way", id="a tag"),
        pytest.param(THOUGHT, "so far", "<think>2", "would be read in another way", id="opened"),
        pytest.param(THOUGHT, None, "2", "`reasoning` is null", id="reasoning is gone"),
        pytest.param("2", "so", "2", "has no reasoning", id="reasoning where none is"),
        pytest.param(THOUGHT, "so", " \n", "response is empty", id="no response"),
    ],
)
def test_an_edit_that_would_be_read_otherwise_is_refused(text, reasoning, response, said):
    with pytest.raises(ValueError, match=said):
        edited_text(text, reasoning, response)


def test_what_is_edited_is_read_as_it_was_written():
    parts = part(edited_text(THOUGHT, "I\n\nadd.", "Two."))
    assert (parts.reasoning, parts.response.strip()) == ("I\n\nadd.", "Two.")


def drawn(**options):
    rows = pl.DataFrame({"rollout_id": [f"r{number}" for number in range(30)]})
    return sample_candidates(rows, **options)["rollout_id"].to_list()


def test_a_seed_draws_the_same_candidates_in_the_same_order_for_everybody():
    first = drawn(number=9, seed=1)
    assert drawn(number=9, seed=1) == first
    assert drawn(number=20, seed=1)[:9] == first
    assert drawn(number=9, seed=2) != first


def test_what_is_left_out_leaves_the_order_of_the_others():
    every = drawn(number=9, seed=1)
    assert drawn(number=8, seed=1, without=every[:1]) == every[1:]
