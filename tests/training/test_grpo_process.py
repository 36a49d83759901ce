"""The process that trains by rewards, on a model of two tiny layers."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from r1data.mixture.rl_prompts import to_rl_prompts
from r1data.policies.templates import Template
from r1data.policies.trainings import read_log, read_rl_rollouts
from r1data.policies.weights import weights_revision
from r1data.tables import Prompts, RLRollouts, TrainingLogs
from tests.training.tiny import save_tiny

pytestmark = pytest.mark.slow
SMALL = Path(__file__).parents[2] / "training" / "configs" / "grpo_small.yaml"
STEPS, GROUP, PROMPTS = 2, 4, 2


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    pytest.importorskip("trl")
    return save_tiny(tmp_path_factory.mktemp("model"), ["<think>two</think>4"])


@pytest.fixture(scope="module")
def rl_prompts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rl_prompts")
    row = dict.fromkeys(Prompts.column_names()) | {"domain": "math", "verifier": "math"}
    row |= {"source": "ours", "language": "en"}
    rows = [
        row | {"prompt_id": f"p{n}", "problem": f"{n} and {n}", "gold_answer": str(n + n)}
        for n in range(6)
    ]
    asked = pl.DataFrame(rows, schema=Prompts.create_empty().schema)
    found = to_rl_prompts(asked, None, template=Template(), dataset="r1_zero", first_row=0)
    found.write_parquet(folder / "part-00000-00.parquet")
    return folder


def reinforce(model, rl_prompts, output, *more):
    arguments = {
        "config": SMALL,
        "model_name_or_path": model,
        "train_file": rl_prompts,
        "output_dir": output,
        "max_steps": STEPS,
        "num_generations": GROUP,
        "per_device_train_batch_size": GROUP * PROMPTS,
        "max_completion_length": 64,
        "mask_truncated_completions": "false",
        "rewards": "accuracy,format,soft_overlong",
        "save_steps": 1,
    }
    flags = [str(text) for name, value in arguments.items() for text in (f"--{name}", value)]
    done = subprocess.run(
        [sys.executable, "-m", "training.grpo", *flags, *more],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture(scope="module")
def trained(model, rl_prompts, tmp_path_factory):
    output = tmp_path_factory.mktemp("trained") / "r1_zero"
    code, said, errors = reinforce(model, rl_prompts, output)
    assert code == 0, errors
    return output, said


def test_it_leaves_other_weights_with_what_was_logged_and_sampled(trained, model):
    output, said = trained
    assert said[-1]["done"] == str(output)
    assert said[-1]["num_steps"] == STEPS
    assert weights_revision(output) != weights_revision(model)
    assert not output.with_name("r1_zero.partial").exists()


def test_each_step_is_told_with_its_rewards_and_equal_groups(trained):
    steps = [line for line in trained[1] if "step" in line]
    assert [line["step"] for line in steps] == [1, 2]
    for name in ("rewards/accuracy/mean", "rewards/format/mean", "frac_reward_zero_std", "kl"):
        assert name in steps[0]["metrics"]


def test_the_log_is_rows_of_a_table(trained):
    found = read_log(trained[0], "r1_zero")
    TrainingLogs.validate(found, cast=True)
    assert found["step"].unique().sort().to_list() == [1, 2]
    assert "loss" in found["metric"].to_list()


def test_what_was_sampled_is_rows_of_a_table_with_the_reward_by_part(trained):
    found = pl.concat(read_rl_rollouts(trained[0], "r1_zero"))
    RLRollouts.validate(found, cast=True)
    assert found.height == STEPS * GROUP * PROMPTS
    assert found["accuracy"].drop_nulls().is_in([0.0, 1.0]).all()
    groups = found.group_by("step", "prompt_id").len()
    assert (groups["len"] % GROUP == 0).all()
    assert found["soft_overlong"].n_unique() > 1
    sums = found.with_columns(parts=pl.col("accuracy") + pl.col("format") + pl.col("soft_overlong"))
    assert sums.filter(pl.col("parts") != pl.col("reward")).is_empty()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"rewards": "beauty"}, "rewards: beauty; there are accuracy", id="reward"),
        pytest.param({"rewards": ""}, "rewards: none; there are accuracy", id="no reward"),
        pytest.param({"reasoning": "loud"}, "reasoning is loud; give one of", id="reasoning"),
    ],
)
def test_what_cannot_be_rewarded_is_refused(settings, said):
    from training.grpo import RewardedSet

    with pytest.raises(ValueError, match=said):
        RewardedSet(train_file="rows", **settings)
