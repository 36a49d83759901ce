import json
import os
import subprocess
import sys

import polars as pl
import pytest

from r1data.evaluation.reward_models import load_reward_model
from tests.training.tiny import save_tiny

GOOD, BAD = "good good apple", "bad bad stone"


def message(text):
    return [{"role": "assistant", "content": text}]


def asked(number):
    return [{"role": "user", "content": f"fruit {number % 7}"}]


def pairs(folder, size=64):
    rows = [
        {
            "prompt": asked(number),
            "chosen": message(f"<think>bad bad stone</think>{GOOD}"),
            "rejected": message(f"<think>good good apple</think>{BAD}"),
            "prompt_id": str(number % 7),
            "split": "held_out" if number % 4 == 0 else "train",
        }
        for number in range(size)
    ]
    pl.DataFrame(rows).write_parquet(folder / "rows.parquet")
    return folder / "rows.parquet"


def labels(folder, size=64):
    rows = [
        {
            "prompt": asked(number),
            "completion": message(f"<think>{BAD if number % 2 else GOOD}</think>apple"),
            "is_safe": number % 2 == 0,
            "is_kept": number != 1,
            "prompt_id": str(number % 7),
            "split": "held_out" if number % 4 in (0, 1) else "train",
        }
        for number in range(size)
    ]
    pl.DataFrame(rows).write_parquet(folder / "rows.parquet")
    return folder / "rows.parquet"


def train(folder, base, rows, kind, **settings):
    chosen = {
        "num_train_epochs": 8,
        "learning_rate": 0.01,
        "per_device_train_batch_size": 8,
        "max_length": 64,
        "dtype": "float32",
        "use_cpu": "true",
        "bf16": "false",
        "gradient_checkpointing": "false",
        "save_strategy": "'no'",
        "report_to": "none",
        "disable_tqdm": "true",
        "logging_steps": 1,
        **settings,
    }
    config = folder / "config.yaml"
    config.write_text("\n".join(f"{k}: {v}" for k, v in chosen.items()), encoding="utf-8")
    given = {
        "kind": kind,
        "config": config,
        "model_name_or_path": base,
        "train_file": rows,
        "output_dir": folder / "out",
    }
    flags = [text for name, value in given.items() for text in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "training.reward_model", *flags],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return done, said, folder / "out"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("base"), ["fruit", *GOOD.split(), *BAD.split()])


@pytest.mark.slow
@pytest.mark.model
def test_a_pairwise_model_learns_the_response_and_reads_no_reasoning(base, tmp_path):
    done, said, out = train(tmp_path, base, pairs(tmp_path), "pairwise")
    assert done.returncode == 0, done.stderr
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["accuracy"] == 1.0
    assert metrics["standard_error"] == 0.0
    assert (metrics["num_rows"], metrics["num_held_out"], metrics["kind"]) == (48, 16, "pairwise")
    assert any("accuracy" in line.get("metrics", {}) for line in said)
    model = load_reward_model(out)
    texts = [f"<think>{BAD}</think>{GOOD}", f"<think>{GOOD}</think>{BAD}", GOOD, "<think>good"]
    good, bad, bare, none = model.scores([asked(1)] * 4, texts)
    assert good == pytest.approx(bare, abs=1e-5)
    assert good > bad
    assert none is None
    rewards = model.rewards([asked(1)] * 4, texts)
    assert rewards[0] > 0.5 > rewards[1] > rewards[3] == 0


@pytest.mark.slow
@pytest.mark.model
def test_a_pointwise_model_learns_from_the_reasoning(base, tmp_path):
    done, _, out = train(tmp_path, base, labels(tmp_path), "pointwise")
    assert done.returncode == 0, done.stderr
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["accuracy"] == 1.0
    assert (metrics["num_rows"], metrics["num_held_out"]) == (32, 31)
    model = load_reward_model(out)
    texts = [f"<think>{GOOD}</think>apple", f"<think>{BAD}</think>apple"]
    safe, unsafe = model.rewards([asked(1)] * 2, texts)
    assert safe > 0.5 > unsafe


@pytest.mark.slow
@pytest.mark.model
def test_the_loss_of_accumulated_batches_is_their_mean(base, tmp_path):
    settings = {"gradient_accumulation_steps": 4, "per_device_train_batch_size": 2, "max_steps": 1}
    done, said, _ = train(tmp_path, base, labels(tmp_path), "pointwise", **settings)
    assert done.returncode == 0, done.stderr
    (loss,) = [line["loss"] for line in said if "step" in line]
    assert loss == pytest.approx(0.69, abs=0.1)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize(
    ("make", "kind", "settings", "said"),
    [
        pytest.param(labels, "pairwise", {}, "needs the column chosen", id="labels for pairs"),
        pytest.param(pairs, "neither", {}, "kind is neither", id="no such kind"),
        pytest.param(pairs, "pairwise", {"max_length": 3}, "none of 48 rows is left", id="long"),
        pytest.param(pairs, "pairwise", {"use_peft": "true"}, "trained whole", id="LoRA"),
    ],
)
def test_what_cannot_be_learnt_from_is_one_line(base, tmp_path, make, kind, settings, said):
    done, lines, out = train(tmp_path, base, make(tmp_path), kind, **settings)
    assert done.returncode == 2
    assert said in lines[-1]["error"]
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.model
def test_labels_of_one_sort_are_refused(base, tmp_path):
    path = labels(tmp_path)
    pl.read_parquet(path).with_columns(is_safe=True).write_parquet(path)
    done, lines, _ = train(tmp_path, base, path, "pointwise")
    assert done.returncode == 2
    assert "nothing to tell apart" in lines[-1]["error"]
