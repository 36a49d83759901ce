import polars as pl
import pytest
from pydantic import ValidationError

from r1data.mixture.variants import CutReasoning, Twins, Variants, cut_reasoning, variants_of

THOUGHT = "<think>\nOne two three four five six.\n</think>\n\nIt is 6."


def kept(*completions, tokens=None, prefill=""):
    """Rollouts with these completions."""
    return pl.DataFrame(
        {
            "rollout_id": [f"r{number}" for number in range(len(completions))],
            "completion": completions,
            "prefill": prefill,
            "num_completion_tokens": tokens,
        },
        schema_overrides={"num_completion_tokens": pl.Int32},
    )


def made(rollouts, **settings):
    """The texts of each variant."""
    found = variants_of(rollouts, Variants(**settings), "sft")
    return {one.variant: one.rollouts["completion"].to_list() for one in found}


def test_a_twin_has_the_response_alone():
    assert made(kept(THOUGHT), without_reasoning=Twins(share=1)) == {
        "without_reasoning": ["It is 6."]
    }


def test_a_twin_can_have_an_empty_think_block():
    twins = Twins(share=1, think_block="empty")
    assert made(kept(THOUGHT), without_reasoning=twins)["without_reasoning"] == [
        "<think>\n\n</think>\n\nIt is 6."
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It is 6.", id="no reasoning"),
        pytest.param("<think>\n\n</think>\n\nIt is 6.", id="an empty block"),
        pytest.param("<think>One two three", id="a block that never closes"),
        pytest.param("<think>One two three</think>", id="no response"),
    ],
)
def test_what_has_no_reasoning_or_no_response_has_no_twin(text):
    assert made(kept(text), without_reasoning=Twins(share=1)) == {"without_reasoning": []}


def test_what_the_prompt_began_is_part_of_the_reasoning():
    rollouts = kept("One two.</think>It is 2.", prefill="<think>\n")
    cut = CutReasoning(share=1, budgets=[1])
    found = made(rollouts, without_reasoning=Twins(share=1), cut_reasoning=cut)
    assert found == {
        "without_reasoning": ["It is 2."],
        "cut_reasoning": ["<think>\nOn\n</think>It is 2."],
    }


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_share_of_the_rows_is_chosen_by_hash_and_a_smaller_one_is_a_part_of_it(share):
    rollouts = kept(*[THOUGHT] * 2_000)
    (found,) = variants_of(rollouts, Variants(without_reasoning=Twins(share=share)), "sft")
    (whole,) = variants_of(rollouts, Variants(without_reasoning=Twins(share=0.9)), "sft")
    assert found.rollouts.height == pytest.approx(2_000 * share, rel=0.2)
    assert set(found.rollouts["rollout_id"]) < set(whole.rollouts["rollout_id"])


@pytest.mark.parametrize(
    ("budget", "tokens", "cut"),
    [
        pytest.param(4, None, "\nOne two\n", id="nobody counted tokens"),
        pytest.param(4, 14, "\nOne two three\n", id="by the row's own tokens"),
        pytest.param(1, None, "\nOn\n", id="not even a word"),
    ],
)
def test_reasoning_is_cut_at_the_budget_and_its_response_stays(budget, tokens, cut):
    whole = cut_reasoning(THOUGHT, budget, tokens)
    assert whole == f"<think>{cut}</think>\n\nIt is 6."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<think>One.</think>It is 1.", id="shorter than the budget"),
        pytest.param("[THINK]One two three four five[/THINK]It is 5.", id="tags of another make"),
        pytest.param("It is 6, and I said so in one two three words.", id="no reasoning"),
        pytest.param(f"{THOUGHT} I wrote </think> there.", id="the tag stands twice"),
    ],
)
def test_what_cannot_be_cut_at_its_budget_has_no_variant(text):
    assert cut_reasoning(text, 3) is None


def test_of_several_budgets_each_row_has_its_own():
    texts = [f"<think>{'word ' * 30}{number}</think>Yes." for number in range(40)]
    cut = CutReasoning(share=1, budgets=[5, 20])
    lengths = {len(text) for text in made(kept(*texts), cut_reasoning=cut)["cut_reasoning"]}
    assert len(lengths) == 2


def test_a_twin_that_is_asked_as_the_row_beside_it_is_refused():
    with pytest.raises(ValidationError, match="asks for no reasoning"):
        Twins(share=1, template={"reasoning": "none"})
