from collections import Counter
from types import SimpleNamespace

import pytest

from training.schedule import first_model_step, scheduled

KINDS = ["reasoning"] * 5 + ["helpful"] * 3 + ["safety"] * 2


def settings(**changed):
    found = {
        "max_steps": 10,
        "generation_batch_size": 32,
        "num_generations": 8,
        "gradient_accumulation_steps": 2,
        "steps_per_generation": 2,
        "num_iterations": 1,
        "seed": 1,
    }
    return SimpleNamespace(**found | changed)


@pytest.mark.parametrize(
    ("changed", "from_step", "num_before", "total"),
    [
        pytest.param({}, 6, 24, 40, id="a batch a step"),
        pytest.param({}, 0, 0, 40, id="from the first step"),
        pytest.param({"steps_per_generation": 8}, 6, 8, 12, id="four steps a batch"),
        pytest.param({"steps_per_generation": 8}, 4, 4, 12, id="at the beginning of a batch"),
        pytest.param({"num_iterations": 2}, 6, 12, 20, id="each batch twice"),
    ],
)
def test_general_prompts_come_with_the_first_batch_of_the_last_part(
    changed, from_step, num_before, total
):
    rows = scheduled(KINDS, settings(**changed), from_step)
    assert len(rows) == total
    assert {KINDS[row] for row in rows[:num_before]} <= {"reasoning"}
    assert {KINDS[row] for row in rows[num_before : num_before + 10]} > {"reasoning"} or total < 14


def test_every_prompt_comes_once_before_any_comes_again():
    rows = scheduled(KINDS, settings(), 5)
    assert sorted(Counter(rows[:20]).values()) == [4] * 5
    assert sorted(rows[20:30]) == list(range(10))


def test_another_seed_is_another_order_and_the_same_seed_the_same():
    assert scheduled(KINDS, settings(), 5) == scheduled(KINDS, settings(), 5)
    assert scheduled(KINDS, settings(), 5) != scheduled(KINDS, settings(seed=2), 5)


def test_without_reasoning_prompts_the_first_steps_would_have_none():
    with pytest.raises(ValueError, match="no reasoning prompts for the steps before"):
        scheduled(["helpful"], settings(), 5)
    assert scheduled(["helpful"], settings(), 0) == [0] * 40


def test_the_last_part_of_no_number_of_steps_is_refused():
    with pytest.raises(ValueError, match="max_steps is not set"):
        first_model_step(-1, 0.5, None)
    assert first_model_step(10, 1.0, None) == 0
    assert first_model_step(10, 0.5, 40) == 0
