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
