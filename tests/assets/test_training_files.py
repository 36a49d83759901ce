"""Files that training configurations name, and what the overrides of a recipe may not say."""

from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from assets.steps.train import Training, trained_weights
from r1data.policies.trainings import unfinished
from r1data.progress import SILENT
from r1data.store.store import Store


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "template.jinja"
    path.write_text("A")
    return path


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "sft.yaml"
    path.write_text("max_steps: 1")
    return path


def trained(config, **more):
    return Training(base="base", config=str(config), **more)


def by_config(tmp_path, config, named):
    config.write_text(f"chat_template_path: {named}")
    return trained(config)


def by_overrides(tmp_path, config, named):
    return trained(config, overrides={"chat_template_path": str(named)})


def by_deepspeed(tmp_path, config, named):
    config.write_text(f"deepspeed: {named}")
    return trained(config)


def by_launch(tmp_path, config, named):
    launch = tmp_path / "launch.yaml"
    launch.write_text(f"deepspeed_config: {{deepspeed_config_file: {named}}}")
    return trained(config, accelerate=str(launch))


@pytest.mark.parametrize("naming", [by_config, by_overrides, by_deepspeed, by_launch])
def test_the_content_of_a_file_that_a_training_names_is_part_of_what_it_is(
    tmp_path, config, template, naming
):
    training = naming(tmp_path, config, template)
    before = training.content()
    template.write_text("B")
    after = training.content()
    (changed,) = [name for name in before if before[name] != after[name]]
    assert training.hashed()[changed] == str(template)


@pytest.mark.parametrize(
    "text",
    [
        "max_steps: 1",
        "deepspeed: '{\"zero_optimization\": {}}'",
        "chat_template_path:",
        "a: [",
        "x",
    ],
)
def test_a_configuration_that_names_no_file_is_its_text_alone(config, text):
    config.write_text(text)
    assert trained(config).content().keys() == {"config"}


@pytest.mark.parametrize(
    "name",
    [
        *("model_name_or_path", "train_file", "output_dir", "max_seconds", "check_only", "config"),
        *("output-dir", "model_name"),
    ],
)
def test_overrides_leave_alone_what_the_step_says(config, name):
    with pytest.raises(ValidationError, match=f"names {name}, which is not for it to say"):
        trained(config, overrides={name: "x"})


def test_checkpoints_that_a_killed_publication_left_beside_whole_weights_are_removed(
    tmp_path, config
):
    made = []

    def train(job, _progress):
        made.append(job.weights)
        job.weights.mkdir()

    run = SimpleNamespace(
        store=Store(tmp_path / "data"),
        close_engine=lambda: None,
        machine=SimpleNamespace(train=train),
        progress=SILENT,
        budget=lambda: SimpleNamespace(training_seconds=lambda: None),
    )
    run.store.root.mkdir()
    given = ("sft", trained(config), SimpleNamespace(revision="1"))
    tables = {"train_file": SimpleNamespace(content_hash="2")}
    weights = trained_weights(run, *given, tables)
    (unfinished(weights) / "checkpoint-1").mkdir(parents=True)
    assert trained_weights(run, *given, tables) == weights
    assert made == [weights]
    assert not unfinished(weights).exists()
