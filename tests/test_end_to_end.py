import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml

from r1data.store.store import Store

DEMO = Path("recipes/demo.yaml")
CONFIG = Path("training/configs/sft_demo.yaml")


@pytest.fixture
def recipe(tmp_path):
    """The demo with a handful of rows, one step of training, and worked examples to train on."""
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    small = {
        "max_steps": 1,
        "warmup_steps": 0,
        "per_device_train_batch_size": 2,
        "gradient_accumulation_steps": 1,
    }
    (tmp_path / "sft.yaml").write_text(yaml.safe_dump(config | small), encoding="utf-8")
    shrunk = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    for sources in (shrunk["prompts"]["sources"], shrunk["prompts"]["benchmarks"]):
        for source in sources.values():
            if "generator" in source:
                source["generator"]["size"] = 2
    del shrunk["cold_start"]
    shrunk["reasoning"]["policy"] = "worked_examples"
    shrunk["reasoning"]["sources"] = ["worked_sums", "worked_products"]
    shrunk["reasoning"]["sampling"]["group_size"] = 1
    shrunk["sft"]["training"]["config"] = str(tmp_path / "sft.yaml")
    shrunk["evaluation"]["policies"] = ["base", "sft"]
    shrunk["evaluation"]["baseline"] = "base"
    del shrunk["evaluation"]["prompts"]
    shrunk["evaluation"]["sampling"] |= {"group_size": 2, "max_tokens": 16}
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(shrunk), encoding="utf-8")
    return path


@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_handful_of_rows_goes_through_the_real_engine_and_the_real_trainer(recipe, tmp_path):
    command = [sys.executable, "-m", "assets.orchestration.run", "--recipe", str(recipe)]
    done = subprocess.run(
        [*command, "--data", str(tmp_path / "data")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    store = Store(tmp_path / "data" / "demo")
    policies = [store.table(key).read() for key in ("policies/base", "sft/policy")]
    assert policies[0]["revision"][0] != policies[1]["revision"][0]
    assert policies[1]["trained_from"][0] == policies[0]["revision"][0]
    rollouts = store.table("evaluation/rollouts").read()
    assert rollouts["policy"].unique().sort().to_list() == ["base", "sft"]
    assert rollouts["num_completion_tokens"].is_between(1, 16).all()
    assert rollouts["error_class"].is_null().all()
    scores = store.table("evaluation/scores").read().filter(metric="pass@1", benchmark="all")
    assert scores.filter(pl.col("num_judged") == pl.col("num_rollouts")).height == 2
