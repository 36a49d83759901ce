from pathlib import Path

import pytest
import yaml

CONFIGS = Path(__file__).parents[2] / "training" / "configs"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sft.yaml", "sft_demo.yaml", "cold_start_demo.yaml"])
def test_trl_reads_every_setting_of_a_training_configuration(name, tmp_path):
    pytest.importorskip("trl")
    from trl import ModelConfig, SFTConfig, TrlParser

    from training.sft import TrainingSet

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
