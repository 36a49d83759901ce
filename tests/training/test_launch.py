"""Trainings of several processes, as `accelerate launch` starts them, and their configurations."""

import pytest
import yaml

from assets.steps.trainer import check_configuration
from r1data.policies.weights import weights_revision
from tests.training.running import CONFIGS, processes_that_name, train_apart, training
from tests.training.test_sft import CHECKPOINTS, arguments, steps_of, write_mixture
from tests.training.tiny import tiny_model
from tests.waiting import wait_until

LAUNCHES = sorted(
    path.name for path in CONFIGS.glob("*.yaml") if "distributed_type" in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", LAUNCHES)
def test_accelerate_reads_every_configuration_and_knows_what_to_start(name):
    pytest.importorskip("accelerate")
    from accelerate.commands.config.config_args import load_config_from_file

    stated = yaml.safe_load((CONFIGS / name).read_text("utf-8"))
    found = load_config_from_file(str(CONFIGS / name))
    assert found.num_processes == stated["num_processes"] > 1
    assert found.distributed_type == stated["distributed_type"]
    assert found.num_processes % found.num_machines == 0
    assert (found.deepspeed_config or {}) == stated.get("deepspeed_config", {})


def test_the_machines_of_one_training_name_where_the_first_is():
    several = [yaml.safe_load((CONFIGS / name).read_text("utf-8")) for name in LAUNCHES]
    for launch in several:
        assert (launch["num_machines"] > 1) == ("main_process_ip" in launch)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        pytest.param(
            "distributed_type: DEEPSPEED",
            ModuleNotFoundError,
            "needs the package deepspeed; install r1data with its extra `scale`",
            id="DeepSpeed is not installed",
        ),
        pytest.param("lr: 1", ValueError, "has no `distributed_type`", id="something else"),
    ],
)
def test_a_launch_that_cannot_be_is_refused_before_any_work(tmp_path, text, error, said):
    pytest.importorskip("trl")
    if error is ModuleNotFoundError and has_deepspeed():
        pytest.skip("DeepSpeed is installed")
    path = tmp_path / "launch.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=said):
        check_configuration("sft", str(CONFIGS / "sft_demo.yaml"), accelerate=str(path))


def has_deepspeed():
    import importlib.util

    return importlib.util.find_spec("deepspeed") is not None


@pytest.mark.slow
def test_two_processes_train_one_model_and_the_first_alone_speaks(tmp_path):
    pytest.importorskip("trl")
    base, output = tiny_model(tmp_path / "model"), tmp_path / "trained"
    rows = write_mixture(tmp_path / "mixture", 16)
    asked = arguments(base, rows, output, per_device_train_batch_size=2, **CHECKPOINTS)
    launch = CONFIGS / "multi_cpu.yaml"
    with training("sft", asked, accelerate=launch) as (_, lines):
        assert next(line for line in lines if line.get("step") == 2)
        assert len(processes_that_name(output)) == 3
    assert wait_until(lambda: not processes_that_name(output))
    assert not output.exists()
    said, status = train_apart("sft", asked, accelerate=launch)
    assert status == 0
    assert [line.get("step") for line in said] in ([3, 4, None], [1, 2, 3, 4, None])
    assert said[-1]["num_rows"] == 16
    assert steps_of(output / "log.jsonl") == [1, 2, 3, 4]
    assert weights_revision(output) != weights_revision(base)
