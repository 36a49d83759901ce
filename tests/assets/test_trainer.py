"""The training process, as the step that trains a policy starts and ends it."""

from types import SimpleNamespace

import pytest

from assets.steps.trainer import TrainingJob, elsewhere, train
from r1data.errors import CapReachedError
from r1data.progress import SILENT
from tests.training.running import CONFIGS
from tests.training.test_sft import steps_of, write_mixture
from tests.training.tiny import tiny_model

COMMAND = ["python", "-m", "accelerate.commands.launch", "--config_file", "a b.yaml"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    pytest.importorskip("trl")
    return tiny_model(tmp_path_factory.mktemp("base"))


def job(base, rows, weights, **arguments):
    told = {"max_steps": "2", "per_device_train_batch_size": "4", **arguments}
    return TrainingJob(
        entry_point="sft",
        config=str(CONFIGS / "sft_demo.yaml"),
        base=SimpleNamespace(name="base", weights=base),
        tables={"train_file": SimpleNamespace(folder=rows)},
        weights=weights,
        arguments=told,
    )


@pytest.mark.slow
def test_a_training_that_reaches_its_cap_stops_and_goes_on_when_the_cap_is_raised(base, tmp_path):
    rows, weights = write_mixture(tmp_path / "rows", 8), tmp_path / "weights"
    with pytest.raises(CapReachedError, match="used up its 1e-06 s; its checkpoint is kept"):
        train(job(base, rows, weights, max_seconds="1e-6"), SILENT)
    assert not weights.exists()
    train(job(base, rows, weights), SILENT)
    assert steps_of(weights / "log.jsonl") == [1, 2]


@pytest.mark.parametrize(
    ("name", "ranks"),
    [
        pytest.param("multi_node.yaml", ["1"], id="two machines"),
        pytest.param("zero3.yaml", [], id="one machine"),
        pytest.param(None, [], id="one process"),
    ],
)
def test_what_to_start_on_each_other_machine_is_said(name, ranks):
    lines = list(elsewhere(COMMAND, name and str(CONFIGS / name)))
    told = [line.partition("start on it: ")[2] for line in lines]
    launch = "python -m accelerate.commands.launch --machine_rank"
    assert told == [f"{launch} {rank} --config_file 'a b.yaml'" for rank in ranks]
