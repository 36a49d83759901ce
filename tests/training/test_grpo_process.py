"""The process that trains by rewards, on a model of two tiny layers."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from r1data.mixture.rl_prompts import to_rl_prompts
from r1data.policies.templates import Template
from r1data.policies.trainings import read_log, read_rl_rollouts
from r1data.policies.weights import weights_revision
from r1data.tables import Prompts, RLRollouts, TrainingLogs
from tests.training.running import CONFIGS, train_apart, training
from tests.training.tiny import save_tiny
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
SMALL = CONFIGS / "grpo_small.yaml"
GROUP, PROMPTS = 4, 2


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


def arguments(model, rl_prompts, output, max_steps):
    return {
        "config": SMALL,
        "model_name_or_path": model,
        "train_file": rl_prompts,
        "output_dir": output,
        "max_steps": max_steps,
        "num_generations": GROUP,
        "per_device_train_batch_size": GROUP * PROMPTS,
        "max_completion_length": 64,
        "mask_truncated_completions": "false",
        "rewards": "accuracy,format,soft_overlong",
        "save_steps": 1,
    }


@pytest.fixture(scope="module")
def run(model, rl_prompts, tmp_path_factory):
    """A training that was killed past a step, and finished by another process in one more."""
    folder = tmp_path_factory.mktemp("trained")
    output, partial = folder / "r1_zero", folder / "r1_zero.partial"
    with training("grpo", arguments(model, rl_prompts, output, max_steps=1000)) as (child, lines):
        said = [next(line for line in lines if line.get("step") == 1)]
        assert wait_until(lambda: [*partial.glob("checkpoint-*/trainer_state.json")])
        child.kill()
    assert not output.exists()
    steps = 1 + len((partial / "log.jsonl").read_text().splitlines())
    asked = arguments(model, rl_prompts, output, max_steps=steps)
    with (folder / "errors").open("w+", encoding="utf-8") as errors:
        more, code = train_apart("grpo", asked, errors=errors, options=("-X", "importtime"))
    errors = (folder / "errors").read_text()
    assert code == 0, errors[-2000:]
    return Reinforced(output, said + more, steps, errors)


@dataclass(frozen=True)
class Reinforced:
    output: Path
    said: list
    steps: int
    errors: str


def test_it_leaves_other_weights_with_what_was_logged_and_sampled(run, model):
    assert run.said[-1]["done"] == str(run.output)
    assert run.said[-1]["num_steps"] == run.steps
    assert weights_revision(run.output) != weights_revision(model)
    assert not run.output.with_name("r1_zero.partial").exists()


def test_each_step_is_told_with_its_rewards_and_equal_groups(run):
    steps = [line for line in run.said if "step" in line]
    assert steps[-1]["step"] == run.steps
    for name in ("rewards/accuracy/mean", "rewards/format/mean", "frac_reward_zero_std", "kl"):
        assert name in steps[0]["metrics"]


def test_a_step_that_was_done_twice_is_told_once(run):
    lines = (run.output / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [*range(1, run.steps + 1)]


def test_what_samples_by_transformers_imports_no_vllm(run):
    imported = re.findall(r"\| +([\w.]+)$", run.errors, re.MULTILINE)
    assert "trl.generation.vllm_generation" in imported
    assert [name for name in imported if name.split(".")[0] == "vllm"] == []


def test_the_log_is_rows_of_a_table(run):
    found = read_log(run.output, "r1_zero")
    TrainingLogs.validate(found, cast=True)
    assert found["step"].unique().sort().to_list() == [*range(1, run.steps + 1)]
    assert "loss" in found["metric"].to_list()


def test_what_was_sampled_is_rows_of_a_table_with_the_reward_by_part(run):
    found = pl.concat(read_rl_rollouts(run.output, "r1_zero"))
    RLRollouts.validate(found, cast=True)
    assert found.height == run.steps * GROUP * PROMPTS
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
