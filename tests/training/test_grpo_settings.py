"""What a training by rewards makes of its settings before it begins."""

import io
import json
from types import SimpleNamespace

import pytest

pytest.importorskip("trl")

from training.grpo import RewardedSet, log_every_step, told_of


@pytest.mark.parametrize(
    ("strategy", "steps", "is_told"),
    [
        pytest.param("steps", 1, False, id="every step"),
        pytest.param("steps", 10, True, id="every tenth"),
        pytest.param("no", 1, True, id="none"),
    ],
)
def test_every_step_is_logged_since_completions_are_kept_of_those_alone(strategy, steps, is_told):
    settings = SimpleNamespace(logging_strategy=strategy, logging_steps=steps)
    said = io.StringIO()
    log_every_step(settings, said)
    assert (settings.logging_strategy, settings.logging_steps) == ("steps", 1)
    warnings = [json.loads(line)["warning"] for line in said.getvalue().splitlines()]
    assert [f"logging_steps {steps} would lose" in line for line in warnings] == [True] * is_told


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        pytest.param(None, {}, id="alike"),
        pytest.param([1.0, 0.5], {"reward_weights": {"a": 1.0, "b": 0.5}}, id="weighed"),
    ],
)
def test_the_weights_of_rewards_are_told_with_the_policy(weights, told):
    settings = SimpleNamespace(reward_weights=weights)
    found = told_of(["a", "b"], RewardedSet("rows", reasoning="prefilled"), settings)
    assert found == {"reasoning": "prefilled", **told}
