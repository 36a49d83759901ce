from types import SimpleNamespace

import pytest

from training.judging import Judging
from training.reward_models import Helpful, Safety

END = 0


class FakeModel:
    """Rewards a text by its length, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def rewards(self, prompts, completions):
        self.asked += zip(prompts, completions, strict=True)
        return [len(text) / 100 for text in completions]


@pytest.fixture(scope="module")
def judging():
    return Judging(frozenset({END}), reasoning="prefilled", num_workers=1)


def rewards(reward, kinds, step=0, prompts=None):
    size = len(kinds)
    asked = [[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "So"}]] * size
    return reward(
        prompts=prompts or asked,
        completions=[
            [{"role": "assistant", "content": f"{number}</think>"}] for number in range(size)
        ],
        completion_ids=[[1, END]] * size,
        kind=kinds,
        verifier=[None] * size,
        gold_answer=[None] * size,
        trainer_state=SimpleNamespace(global_step=step),
    )


def test_each_model_rewards_the_prompts_of_its_kind_alone(judging):
    kinds = ["helpful", "reasoning", "safety", "helpful"]
    for reward, rewarded in ((Helpful, [0, 3]), (Safety, [2])):
        found = rewards(reward(judging, FakeModel()), kinds)
        assert [row for row, value in enumerate(found) if value is not None] == rewarded
        assert reward(judging, FakeModel()).__name__ in kinds


def test_the_model_reads_the_whole_completion_after_what_the_policy_is_asked(judging):
    model = FakeModel()
    rewards(Helpful(judging, model), ["helpful"])
    assert model.asked == [([{"role": "user", "content": "Hi"}], "<think>\nSo0</think>")]


def test_before_its_first_step_a_model_is_not_asked(judging):
    model = FakeModel()
    reward = Helpful(judging, model, from_step=5)
    assert rewards(reward, ["helpful"] * 2, step=4) == [None, None]
    assert model.asked == []
    assert None not in rewards(reward, ["helpful"] * 2, step=5)


def test_rows_without_a_kind_are_rewarded_by_no_model(judging):
    columns = {"verifier": ["math"], "gold_answer": ["4"]}
    found = Helpful(judging, FakeModel())(
        prompts=["2 + 2"], completions=["4"], completion_ids=[[1, END]], **columns
    )
    assert found == [None]
