"""What a training that was killed left, and what the next makes of it."""

import json

import pytest

pytest.importorskip("trl")

from training.publishing import forget_after, last_checkpoint, publish, take_back

pytestmark = pytest.mark.slow
LOG, COMPLETIONS = "log.jsonl", "completions"


def checkpoint(partial, step, state="{}", num_states=1):
    folder = partial / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    if state is not None:
        (folder / "trainer_state.json").write_text(state)
    for number in range(num_states):
        (folder / f"rng_state_{number}.pth").touch()
    return folder


def logged(partial, *lines):
    (partial / LOG).write_text("".join(lines))


def steps(partial):
    return [json.loads(line)["step"] for line in (partial / LOG).read_text().splitlines()]


@pytest.mark.parametrize(
    "torn",
    [
        pytest.param({"state": None}, id="without its state"),
        pytest.param({"state": '{"global_step": 1'}, id="with half its state"),
        pytest.param({"num_states": 1}, id="without the part of the other process"),
    ],
)
def test_training_goes_on_from_the_last_checkpoint_that_is_whole(tmp_path, torn):
    checkpoint(tmp_path, 9, num_states=2)
    whole = checkpoint(tmp_path, 10, num_states=2)
    checkpoint(tmp_path, 11, **({"num_states": 2} | torn))
    assert last_checkpoint(tmp_path, num_processes=2) == whole


def test_without_checkpoints_training_begins_anew(tmp_path):
    assert last_checkpoint(tmp_path) is None


def test_what_was_logged_and_sampled_after_the_checkpoint_is_forgotten(tmp_path):
    logged(tmp_path, '{"step": 1}\n', '{"step": 2}\n', '{"step": 3}\n', '{"st')
    (tmp_path / COMPLETIONS).mkdir()
    for step in (1, 2, 3):
        (tmp_path / COMPLETIONS / f"completions_{step:05d}.parquet").touch()
    forget_after(tmp_path, 2)
    assert steps(tmp_path) == [1, 2]
    assert [path.name for path in sorted((tmp_path / COMPLETIONS).iterdir())] == [
        "completions_00001.parquet",
        "completions_00002.parquet",
    ]


def test_a_publication_that_was_killed_is_undone_so_that_nothing_logged_is_lost(tmp_path):
    partial = tmp_path / "weights.partial"
    (partial / "trained").mkdir(parents=True)
    logged(partial / "trained", '{"step": 1}\n')
    take_back(partial, (LOG, COMPLETIONS))
    assert steps(partial) == [1]
    assert not (partial / "trained").exists()


def test_completions_come_back_though_the_next_training_has_made_their_folder_already(tmp_path):
    partial = tmp_path / "weights.partial"
    (partial / "trained" / COMPLETIONS).mkdir(parents=True)
    (partial / "trained" / COMPLETIONS / "completions_00001.parquet").touch()
    (partial / COMPLETIONS).mkdir()
    take_back(partial, (LOG, COMPLETIONS))
    assert [path.name for path in (partial / COMPLETIONS).iterdir()] == [
        "completions_00001.parquet"
    ]
    assert not (partial / "trained").exists()


def test_weights_appear_under_their_name_with_all_that_goes_along(tmp_path):
    partial, output = tmp_path / "weights.partial", tmp_path / "weights"
    (partial / "trained").mkdir(parents=True)
    (partial / "trained" / "model.safetensors").touch()
    logged(partial, '{"step": 1}\n')
    publish(partial, output, {"num_steps": 1}, (LOG, COMPLETIONS))
    assert sorted(path.name for path in output.iterdir()) == [
        LOG,
        "metrics.json",
        "model.safetensors",
    ]
    assert not partial.exists()
