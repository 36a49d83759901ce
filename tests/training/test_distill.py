"""On-policy distillation through TRL, with models of two tiny layers."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from assets.steps.trainer import check_configuration
from r1data.policies.weights import weights_revision
from r1data.processes import process_group
from tests.training.test_sft import model as tiny_model
from tests.training.test_sft import write_mixture

pytestmark = pytest.mark.slow
CONFIG = Path(__file__).parents[2] / "training" / "configs" / "distillation.yaml"
ON_A_CPU = (
    *("--use_cpu", "true", "--bf16", "false", "--dtype", "float32"),
    *("--attn_implementation", "sdpa", "--gradient_checkpointing", "false"),
    *("--max_completion_length", "8", "--per_device_train_batch_size", "2"),
    *("--gradient_accumulation_steps", "1", "--save_steps", "2", "--learning_rate", "0.01"),
)
student = tiny_model


@pytest.fixture(scope="module")
def teacher(student, tmp_path_factory):
    """A model with the student's tokens and other weights."""
    from transformers import AutoModelForCausalLM

    folder = shutil.copytree(student, tmp_path_factory.mktemp("teacher") / "model")
    teaching = AutoModelForCausalLM.from_pretrained(student)
    teaching.init_weights()
    for weights in teaching.parameters():
        weights.data.add_(0.1 * weights.data.clone().normal_())
    teaching.save_pretrained(folder)
    return folder


@pytest.fixture
def targets(tmp_path):
    folder = write_mixture(tmp_path / "targets", 12)
    for path in folder.glob("*.parquet"):
        prompt_id = pl.col("rollout_id").cast(pl.Int64) // 2
        pl.read_parquet(path).with_columns(prompt_id=prompt_id.cast(pl.String)).write_parquet(path)
    return folder


def command(student, teacher, targets, output, *arguments):
    named = () if teacher is None else ("--teacher_model_name_or_path", str(teacher))
    return [
        *(sys.executable, "-m", "training.distill", "--config", str(CONFIG), *ON_A_CPU),
        *("--model_name_or_path", str(student), "--train_file", str(targets), *named),
        *("--output_dir", str(output), "--max_steps", "30", *arguments),
    ]


def train(*arguments):
    with process_group(command(*arguments), stderr=subprocess.DEVNULL) as child:
        return [json.loads(line) for line in child.stdout], child.wait()


def test_a_student_comes_nearer_to_its_teacher_and_leaves_weights_and_metrics(
    student, teacher, targets, tmp_path
):
    lines, status = train(student, teacher, targets, tmp_path / "trained")
    assert status == 0
    steps = [line for line in lines if "step" in line]
    assert [line["step"] for line in steps] == list(range(1, 31))
    losses = [line["loss"] for line in steps]
    assert 0 < sum(losses[-5:]) < 0.8 * sum(losses[:5])
    metrics = json.loads((tmp_path / "trained" / "metrics.json").read_text())
    assert (metrics["num_rows"], metrics["num_steps"]) == (6, 30)
    assert (tmp_path / "trained" / "tokenizer.json").exists()
    assert weights_revision(tmp_path / "trained") != weights_revision(student)
    assert not (tmp_path / "trained.partial").exists()


def test_a_teacher_with_other_tokens_is_refused_in_one_line(student, targets, tmp_path):
    other = shutil.copytree(student, tmp_path / "other")
    tokenizer = json.loads((other / "tokenizer.json").read_text())
    vocabulary = tokenizer["model"]["vocab"]
    first, second = list(vocabulary)[:2]
    vocabulary[first], vocabulary[second] = vocabulary[second], vocabulary[first]
    (other / "tokenizer.json").write_text(json.dumps(tokenizer))
    lines, status = train(student, other, targets, tmp_path / "trained")
    assert status == 2
    assert "2 are none of the student's or have another number" in lines[0]["error"]


def test_trl_reads_the_configuration_and_refuses_what_it_does_not_know():
    on_a_cpu = {"use_cpu": "true", "bf16": "false"}
    check_configuration("distill", str(CONFIG), overrides=on_a_cpu)
    with pytest.raises(ValueError, match="learnin_rate"):
        check_configuration("distill", str(CONFIG), overrides={**on_a_cpu, "learnin_rate": "1"})


def test_no_teacher_is_refused_in_one_line(student, targets, tmp_path):
    lines, status = train(student, None, targets, tmp_path / "trained")
    assert (status, "there is no teacher" in lines[0]["error"]) == (2, True)
