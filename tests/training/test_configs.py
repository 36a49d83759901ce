from pathlib import Path

import pytest
import yaml

from assets.steps.train import check_training
from assets.steps.trainer import check_configuration
from tests.assets.recipes import whole_recipe
from tests.fakes import fake_weights

CONFIGS = Path(__file__).parents[2] / "training" / "configs"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        *("sft.yaml", "sft_demo.yaml", "cold_start_demo.yaml", "sft_small.yaml"),
        *("sft_single_gpu.yaml", "small_base.yaml"),
    ],
)
def test_trl_reads_every_setting_of_a_training_configuration(name, tmp_path):
    pytest.importorskip("trl")
    from trl import ModelConfig, SFTConfig, TrlParser

    from training.process import TrainingSet

    parser = TrlParser((TrainingSet, SFTConfig, ModelConfig))
    _, settings, model = parser.parse_args_and_config(
        [
            *("--config", str(CONFIGS / name), "--use_cpu", "true", "--bf16", "false"),
            *("--train_file", "mixture", "--output_dir", str(tmp_path)),
        ]
    )
    stated = yaml.safe_load((CONFIGS / name).read_text())
    for setting in ("learning_rate", "max_length", "packing", "save_strategy", "seed"):
        assert getattr(settings, setting) == stated[setting]
    assert model.dtype == stated["dtype"]


STAGES = sorted(
    path.name
    for path in CONFIGS.glob("*.yaml")
    if "distributed_type" not in path.read_text("utf-8")
)
STATED = {name: yaml.safe_load((CONFIGS / name).read_text("utf-8")) for name in STAGES}
REINFORCED = [name for name in STAGES if "num_generations" in STATED[name]]


@pytest.mark.parametrize("name", STAGES)
def test_a_training_on_cpus_computes_in_float32_and_says_so(name):
    stated = STATED[name]
    assert stated["dtype"] == ("float32" if stated.get("use_cpu") else "bfloat16")
    assert stated["bf16"] is not bool(stated.get("use_cpu"))


@pytest.mark.parametrize("name", REINFORCED)
def test_reinforcement_states_its_kl_and_leaves_out_what_was_cut_off(name):
    stated = STATED[name]
    assert stated["beta"] == pytest.approx(0.001)
    assert stated["mask_truncated_completions"] is True
    assert stated["loss_type"]
    assert stated["use_vllm"] is not bool(stated.get("use_cpu"))


@pytest.mark.parametrize("name", STAGES)
def test_a_training_states_seeds_and_whether_it_keeps_checkpoints(name):
    assert STATED[name].keys() >= {"seed", "data_seed", "save_strategy", "learning_rate"}


def test_r1s_own_settings_are_batch_64_on_8_gpus():
    sft, zero3 = (
        yaml.safe_load((CONFIGS / name).read_text()) for name in ("sft.yaml", "zero3.yaml")
    )
    batch = sft["per_device_train_batch_size"] * sft["gradient_accumulation_steps"]
    assert batch * zero3["num_processes"] == 64


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("use_cpu: true\nlearnin_rate: 1", "learnin_rate", id="an unknown setting"),
        pytest.param(
            "learning_rate: fast",
            "argument --learning_rate/--learning-rate: invalid float value: 'fast'",
            id="a value that is none",
        ),
    ],
)
def test_a_configuration_that_trl_refuses_is_one_line_before_any_work(tmp_path, text, said):
    pytest.importorskip("trl")
    path = tmp_path / "sft.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"sft\.yaml: ") as error:
        check_configuration("sft", str(path))
    (line,) = str(error.value).splitlines()
    assert said in line


@pytest.mark.slow
def test_a_configuration_that_trl_takes_is_not_refused(tmp_path):
    pytest.importorskip("trl")
    check_configuration("sft", str(CONFIGS / "sft_demo.yaml"))


def test_a_wrong_configuration_is_refused_by_the_check_of_every_table_that_trains(tmp_path):
    fake_weights(tmp_path / "base")
    specs = {spec.key: spec for spec in whole_recipe(tmp_path).tables()}
    checked = {key for key, spec in specs.items() if spec.check is check_training}
    assert checked == {"cold_start/policy", "sft/policy"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reward_model.yaml", "reward_model_demo.yaml"])
def test_trl_reads_every_setting_of_a_reward_models_configuration(name, tmp_path):
    pytest.importorskip("trl")
    from trl import ModelConfig, RewardConfig, TrlParser

    from training.reward_model import RewardedSet

    parser = TrlParser((RewardedSet, RewardConfig, ModelConfig))
    rewarded, settings, _ = parser.parse_args_and_config(
        [
            *("--config", str(CONFIGS / name), "--use_cpu", "true", "--bf16", "false"),
            *("--train_file", "pairs", "--output_dir", str(tmp_path), "--kind", "pointwise"),
        ]
    )
    stated = yaml.safe_load((CONFIGS / name).read_text())
    for setting in ("learning_rate", "max_length", "num_train_epochs", "save_strategy", "seed"):
        assert getattr(settings, setting) == stated[setting]
    assert rewarded.kind == "pointwise"


def test_the_papers_reward_models_have_batch_256_on_8_gpus():
    found, zero3 = (
        yaml.safe_load((CONFIGS / name).read_text()) for name in ("reward_model.yaml", "zero3.yaml")
    )
    batch = found["per_device_train_batch_size"] * found["gradient_accumulation_steps"]
    assert batch * zero3["num_processes"] == 256
    assert (found["learning_rate"], found["num_train_epochs"]) == (6e-6, 1)
    assert found["max_length"] == 8192
