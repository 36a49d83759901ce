"""The process that trains by rules and by reward models, all of two tiny layers."""

from pathlib import Path

import polars as pl
import pytest

from r1data.mixture.rl_prompts import to_general_prompts, to_rl_prompts
from r1data.policies.templates import Template
from r1data.policies.trainings import read_rl_rollouts
from r1data.tables import Prompts, RLRollouts
from tests.training.running import train_apart
from tests.training.test_grpo_process import arguments
from tests.training.test_reward_model import labels, pairs, train
from tests.training.tiny import save_tiny

pytestmark = [pytest.mark.slow, pytest.mark.model]
STEPS, GROUP, PROMPTS = 4, 4, 2


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    pytest.importorskip("trl")
    return save_tiny(tmp_path_factory.mktemp("model"), ["<think>two</think>4"])


@pytest.fixture(scope="module")
def reward_models(model, tmp_path_factory):
    found = {}
    for name, make, kind in (("helpful", pairs, "pairwise"), ("safety", labels, "pointwise")):
        folder = tmp_path_factory.mktemp(name)
        settings = {"max_steps": 2, "max_length": 128}
        done, _, found[name] = train(folder, model, make(folder), kind, **settings)
        assert done.returncode == 0, done.stderr
    return found


@pytest.fixture(scope="module")
def rl_prompts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rl_prompts")
    row = dict.fromkeys(Prompts.column_names()) | {"domain": "math", "language": "en"}
    asked = [("ours", "math", "4"), ("chat", None, None), ("harm", None, None)]
    rows = [
        row
        | {"source": source, "verifier": verifier, "gold_answer": gold}
        | {"prompt_id": f"{source}{n}", "problem": f"{n} and {n}"}
        for source, verifier, gold in asked
        for n in range(4)
    ]
    frame = pl.DataFrame(rows, schema=Prompts.create_empty().schema)
    how = {"template": Template(), "dataset": "alignment_rl"}
    reasoning = to_rl_prompts(frame, None, **how, first_row=0)
    kinds = {"chat": "helpful", "harm": "safety"}
    general = to_general_prompts(frame, kinds, **how, first_row=4)
    both = pl.concat([reasoning, general.cast(dict(reasoning.schema))])
    both.write_parquet(folder / "part-00000-00.parquet")
    return folder


def reinforce(model, rows, output, **more):
    asked = arguments(model, rows, output, max_steps=STEPS) | more
    with output.with_suffix(".log").open("w+", encoding="utf-8") as errors:
        said, code = train_apart("grpo", asked, errors=errors)
    return code, said, output.with_suffix(".log").read_text()


def test_models_reward_general_prompts_in_the_last_steps_and_rules_reward_all(
    model, reward_models, rl_prompts, tmp_path
):
    models = {f"{name}_model": path for name, path in reward_models.items()}
    rewards = {"model_share": 0.5, "rewards": "accuracy,format,language_consistency"}
    code, said, errors = reinforce(model, rl_prompts, tmp_path / "out", **rewards, **models)
    assert code == 0, errors[-2000:]
    assert said[-1]["first_model_step"] == 2
    found = pl.concat(read_rl_rollouts(tmp_path / "out", "alignment_rl"))
    RLRollouts.validate(found, cast=True)
    kind = pl.col("prompt_id").str.strip_chars_end("0123456789")
    asked = found.group_by("step", kind=kind).len()
    assert set(asked.filter(pl.col("step") <= 2)["kind"]) == {"ours"}
    assert {"chat", "harm"} & set(asked.filter(pl.col("step") > 2)["kind"])
    for source, name in (("chat", "helpful"), ("harm", "safety")):
        is_its = kind == source
        assert found.filter(is_its)[name].is_between(0, 1).all()
        assert found.filter(is_its)[name].null_count() == 0
        assert found.filter(~is_its)[name].drop_nulls().is_empty()
    assert found.filter(kind != "ours")["accuracy"].drop_nulls().is_empty()
    assert found["format"].null_count() == 0


def test_general_prompts_without_their_model_are_refused(
    model, reward_models, rl_prompts, tmp_path
):
    more = {"helpful_model": reward_models["helpful"]}
    code, said, _ = reinforce(model, rl_prompts, tmp_path / "out", **more)
    assert code == 2
    assert "prompts of kind safety and no model of it" in said[-1]["error"]


def test_a_folder_that_holds_no_reward_model_is_refused(model, rl_prompts, tmp_path):
    path = rl_prompts / "part-00000-00.parquet"
    only = tmp_path / "prompts"
    only.mkdir()
    pl.read_parquet(path).filter(kind="reasoning").write_parquet(only / path.name)
    code, said, _ = reinforce(model, only, tmp_path / "out", helpful_model=model)
    assert code == 2
    assert "holds no reward model" in said[-1]["error"]
    assert not Path(tmp_path / "out").exists()
