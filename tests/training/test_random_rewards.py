"""Rewards that count foreign words, and rewards that are given to other completions."""

import pytest

from training.judging import Judging
from training.rewards import Accuracy, ForeignWords, Format, Shuffled

END = 0
RIGHT, WRONG = (rf"<think>2 and 2</think>It is \boxed{{{answer}}}." for answer in (4, 5))
ENGLISH = "we add the two numbers and then we look at what comes out of it "
CHINESE = "我们先把这两个数字加起来然后再看看结果是什么"


@pytest.fixture(scope="module")
def judging():
    return Judging(frozenset({END}), num_workers=1)


def rewarded(reward, completions, ids=None):
    size = len(completions)
    return reward(
        prompts=["2 + 2?"] * size,
        completions=list(completions),
        completion_ids=ids or [[1 + number, END] for number in range(size)],
        verifier=["math"] * size,
        gold_answer=["4"] * size,
        language=["en"] * size,
    )


def test_foreign_words_are_counted_and_not_divided_by_the_length(judging):
    texts = [ENGLISH * 4, ENGLISH * 4 + CHINESE, ENGLISH * 12 + CHINESE, CHINESE * 40]
    none, some, as_many, all_foreign = rewarded(
        ForeignWords(judging), [rf"<think>{text}</think>\boxed{{4}}" for text in texts]
    )
    assert none == 0.5
    assert all_foreign == 0
    assert 0.4 < some < 0.5
    assert as_many == pytest.approx(some, abs=0.001)


def test_random_rewards_are_those_of_the_batch_in_another_order(judging):
    batch = [RIGHT, WRONG] * 8
    own, given = rewarded(Accuracy(judging), batch), rewarded(Shuffled(Accuracy(judging)), batch)
    assert sorted(given) == sorted(own)
    assert given != own


def test_the_random_rewards_of_a_completion_are_all_of_the_same_other_one(judging):
    batch = [RIGHT, "4", WRONG, r"\boxed{4}"] * 4
    own = set(zip(*(rewarded(one(judging), batch) for one in (Accuracy, Format)), strict=True))
    given = zip(
        *(rewarded(Shuffled(one(judging)), batch) for one in (Accuracy, Format)), strict=True
    )
    assert set(given) <= own
    assert len(own) > 1


def test_what_a_batch_sampled_decides_the_order_of_its_random_rewards(judging):
    batch, reward = [RIGHT, WRONG] * 8, Shuffled(Accuracy(judging))
    others = [[90 + number, END] for number in range(len(batch))]
    assert rewarded(reward, batch) == rewarded(reward, batch)
    assert rewarded(reward, batch) != rewarded(reward, batch, others)


def test_random_rewards_have_the_name_of_the_reward(judging):
    assert Shuffled(Accuracy(judging)).__name__ == "accuracy"
