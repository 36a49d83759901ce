import json

import polars as pl
import pytest

from r1data.policies.weights import weights_revision
from tests.training.running import CONFIGS, train_apart, train_here, training
from tests.training.tiny import TEMPLATE, tiny_model

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
DOUBLING = TEMPLATE.replace(
    "]{{ message['content'] }}",
    "]{% if message['role'] == 'assistant' %}<think></think>{% endif %}{{ message['content'] }}",
)
STRIPPING = TEMPLATE.replace("['content'] }}", "['content'].split('</think>')[-1] }}")
CHECKPOINTS = {"save_strategy": "steps", "save_steps": 2}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A Llama of two tiny layers that reads bytes."""
    pytest.importorskip("trl")
    return tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def mixture(tmp_path):
    return write_mixture(tmp_path / "mixture", 12)


def write_mixture(folder, num_rows, completion="<think>{n} it is</think>{n}"):
    folder.mkdir()
    rows = [
        {
            "prompt": [{"role": "user", "content": f"Say {n}"}],
            "completion": [{"role": "assistant", "content": completion.format(n=n)}],
            "rollout_id": str(n),
        }
        for n in range(num_rows)
    ]
    messages = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))
    schema = {"prompt": messages, "completion": messages, "rollout_id": pl.String}
    for part, half in enumerate((rows[: num_rows // 2], rows[num_rows // 2 :])):
        pl.DataFrame(half, schema=schema).write_parquet(folder / f"part-0000{part}-00.parquet")
    return folder


def hold_out(folder, first):
    """Hold out the rows from one on."""
    for path in folder.glob("*.parquet"):
        rows = pl.read_parquet(path)
        is_held_out = pl.col("rollout_id").cast(pl.Int64) >= first
        split = pl.when(is_held_out).then(pl.lit("held_out")).otherwise(pl.lit("train"))
        rows.with_columns(split=split).write_parquet(path)
    return folder


def arguments(model, mixture, output, **others):
    return {
        "config": CONFIGS / "sft_demo.yaml",
        "model_name_or_path": model,
        "train_file": mixture,
        "output_dir": output,
        "max_steps": 4,
        **others,
    }


def train(model, mixture, output, **others):
    from trl import ModelConfig, SFTConfig

    from training.process import TrainingSet

    kinds = (TrainingSet, SFTConfig, ModelConfig)
    return train_here("sft", kinds, arguments(model, mixture, output, **others))


def steps_of(path):
    return [json.loads(line)["step"] for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def straight(model, tmp_path_factory):
    """A training that nothing disturbed: where it left its weights, and what it said."""
    folder = tmp_path_factory.mktemp("straight")
    rows = write_mixture(folder / "mixture", 12)
    said, status = train_apart("sft", arguments(model, rows, folder / "trained", **CHECKPOINTS))
    assert status == 0
    return folder / "trained", said


def test_training_leaves_weights_tokenizer_and_metrics_and_says_how_far_it_is(model, straight):
    trained, said = straight
    assert [line["step"] for line in said if "step" in line] == [1, 2, 3, 4]
    assert all(line["total"] == 4 and line["loss"] > 0 for line in said[:-1])
    assert said[-1]["done"] == str(trained)
    metrics = json.loads((trained / "metrics.json").read_text())
    assert (metrics["num_rows"], metrics["num_steps"]) == (12, 4)
    assert metrics["num_tokens"] > 0
    assert (trained / "tokenizer.json").exists()
    assert weights_revision(trained) != weights_revision(model)
    assert not trained.with_name("trained.partial").exists()


def test_what_was_checked_before_training_stands_in_the_metrics(straight):
    metrics = json.loads((straight[0] / "metrics.json").read_text())
    assert (metrics["share_truncated"], metrics["share_ended"]) == (0, 1)
    assert metrics["share_with_reasoning"] == 1
    learnt, all_of_them = metrics["num_tokens_learnt_a_pass"], metrics["num_tokens_a_pass"]
    assert 0 < learnt < all_of_them
    assert metrics["share_learnt"] == learnt / all_of_them


def test_what_is_held_out_is_not_trained_on(model, mixture, tmp_path):
    lines, status = train(model, hold_out(mixture, 9), tmp_path / "trained")
    assert (status, lines[-1]["num_rows"]) == (0, 9)


def test_a_killed_training_goes_on_from_its_checkpoint_to_the_same_weights(
    model, mixture, straight, tmp_path
):
    asked = arguments(model, mixture, tmp_path / "resumed", **CHECKPOINTS)
    with training("sft", asked) as (child, lines):
        next(line for line in lines if line.get("step") == 3)
        child.kill()
    assert not (tmp_path / "resumed").exists()
    lines, _ = train_apart("sft", asked)
    assert lines[0]["step"] == 3
    assert steps_of(tmp_path / "resumed" / "log.jsonl") == [1, 2, 3, 4]
    assert weights_revision(tmp_path / "resumed") == weights_revision(straight[0])


def test_a_training_stops_when_its_time_is_used_up_and_goes_on_when_it_has_more(
    model, mixture, tmp_path
):
    output = tmp_path / "trained"
    said, status = train(model, mixture, output, max_seconds=1e-6)
    assert (status, [line.get("step") for line in said]) == (3, [1, None])
    assert "has used up its 1e-06 s; its checkpoint is kept" in said[-1]["stopped"]
    said, status = train(model, mixture, output, max_seconds=1e-6)
    assert (status, [*said[0]]) == (3, ["stopped"])
    assert not output.exists()
    said, status = train(model, mixture, output, max_seconds=3600)
    assert (status, [line["step"] for line in said[:-1]]) == (0, [2, 3, 4])
    assert said[-1]["seconds"] > 0
    assert steps_of(output / "log.jsonl") == [1, 2, 3, 4]


def test_rows_too_long_are_reported_and_counted(model, mixture, tmp_path):
    cut = {"max_length": 40, "max_cut_share": 1}
    lines, _ = train(model, mixture, tmp_path / "trained", **cut)
    assert "are longer than max_length 40" in lines[0]["warning"]
    assert lines[-1]["num_truncated"] > lines[-1]["num_dropped"] == 0
    assert lines[-1]["share_ended"] == 1 - lines[-1]["num_truncated"] / 12


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param(
            {"max_length": 40},
            "of 12 rows are longer than max_length 40, and `max_cut_share` is 0.1; raise the limit",
            id="most are cut",
        ),
        pytest.param(
            {"min_rows": 13}, "12 rows to train on, and `min_rows` is 13; see why", id="too few"
        ),
        pytest.param(
            {"max_length": 8, "max_cut_share": 1}, "no row of 12 is left", id="nothing is left"
        ),
        pytest.param({"load_in_4bit": "true"}, "weights are trained as they are", id="quantized"),
    ],
)
def test_a_set_that_has_shrunk_is_refused_before_training(model, mixture, tmp_path, settings, said):
    lines, status = train(model, mixture, tmp_path / "trained", **settings)
    assert status == 2
    assert said in lines[-1]["error"]
    assert not (tmp_path / "trained").exists()


def test_an_adapter_is_merged_so_that_the_weights_are_whole(model, mixture, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    lora = {"use_peft": "true", "learning_rate": 0.01, "lora_target_modules": "all-linear"}
    lines, status = train(model, mixture, tmp_path / "trained", **lora)
    assert status == 0, lines
    network, base = (
        AutoModelForCausalLM.from_pretrained(folder) for folder in (tmp_path / "trained", model)
    )
    assert sorted(network.state_dict()) == sorted(base.state_dict())
    changed = [
        name
        for name, weights in network.state_dict().items()
        if not weights.equal(base.state_dict()[name])
    ]
    assert changed
    assert all("proj" in name for name in changed)
    assert (tmp_path / "trained" / "adapter" / "adapter_config.json").exists()
    assert AutoTokenizer.from_pretrained(tmp_path / "trained").chat_template == TEMPLATE


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(STRIPPING, "deletes the reasoning of 12 rows", id="deletes the reasoning"),
        pytest.param(DOUBLING, "puts a think block of its own before", id="puts a block first"),
        pytest.param(
            TEMPLATE.replace("<end>", "<stop>"),
            "ends the turn with no end token that sampling stops at in 12 rows",
            id="ends with another model's token",
        ),
    ],
)
def test_a_template_that_harms_training_is_refused_in_one_line(
    model, mixture, tmp_path, written, said
):
    template = tmp_path / "harmful.jinja"
    template.write_text(written)
    lines, status = train(model, mixture, tmp_path / "trained", chat_template_path=template)
    assert status == 2
    assert said in lines[0]["error"]
    assert not (tmp_path / "trained").exists()


def test_the_token_that_a_configuration_names_ends_a_turn(model, tmp_path):
    template = tmp_path / "stop.jinja"
    template.write_text(TEMPLATE.replace("<end>", "<pad>"))
    written = {"chat_template_path": template, "eos_token": "<pad>"}
    rows = write_mixture(tmp_path / "rows", 12, "<think>{n}</think>{n}<pad>")
    lines, status = train(model, rows, tmp_path / "trained", **written)
    assert status == 0
    (unclean,) = (line["warning"] for line in lines if "warning" in line)
    assert "stands in 12 of 12 completions" in unclean


@pytest.mark.parametrize(
    ("mixture_of", "message"),
    [
        pytest.param(lambda folder: folder / "absent", "no Parquet files at", id="missing"),
        pytest.param(lambda folder: write_mixture(folder / "none", 0), "no rows in", id="empty"),
        pytest.param(
            lambda folder: hold_out(write_mixture(folder / "out", 4), 0),
            "are held out: nothing is left to train on",
            id="all held out",
        ),
    ],
)
def test_nothing_to_train_on_is_refused_in_one_line(model, tmp_path, mixture_of, message):
    lines, status = train(model, mixture_of(tmp_path), tmp_path / "trained")
    assert status == 2
    assert message in lines[0]["error"]


def mark(folder, first):
    """Train on the closing tag alone of the rows from one on."""
    for path in folder.glob("*.parquet"):
        rows = pl.read_parquet(path)
        is_marked = pl.col("rollout_id").cast(pl.Int64) >= first
        loss_on = pl.when(is_marked).then(pl.lit("closing_tag"))
        flags = pl.lit(None, pl.String)
        rows.with_columns(loss_on=loss_on, template_flags=flags).write_parquet(path)
    return folder


def taken_by_trl(model, folder, output):
    """The rows as TRL's trainer holds them, and their tokenizer."""
    from trl import ModelConfig, SFTConfig, SFTTrainer

    from training.process import load_tokenizer
    from training.sft import as_trained_on, load_trained_on

    settings = SFTConfig(
        output_dir=str(output),
        completion_only_loss=True,
        use_cpu=True,
        bf16=False,
        report_to="none",
    )
    tokenizer = load_tokenizer(ModelConfig(model_name_or_path=str(model)), None, None)
    rows = as_trained_on(load_trained_on(str(folder)), tokenizer, settings)
    trainer = SFTTrainer(
        model=str(model), args=settings, train_dataset=rows, processing_class=tokenizer
    )
    return trainer.train_dataset, tokenizer


def test_trl_learns_of_each_row_what_it_says_and_of_the_others_what_it_always_does(
    model, mixture, tmp_path
):
    usual, _ = taken_by_trl(model, mixture, tmp_path / "usual")
    marked, tokenizer = taken_by_trl(model, mark(mixture, 9), tmp_path / "marked")
    assert marked["input_ids"][:9] == usual["input_ids"][:9]
    assert marked["labels"][:9] == usual["labels"][:9]
    for labels in marked["labels"][9:]:
        learnt = [token for token in labels if token >= 0]
        assert tokenizer.decode(learnt) == "</think><end>"


def test_a_mixture_with_marked_rows_is_trained_on(model, mixture, tmp_path):
    lines, status = train(model, mark(mixture, 6), tmp_path / "trained")
    assert status == 0
    assert lines[-1]["num_rows"] == 12
