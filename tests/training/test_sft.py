import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from r1data.policies.weights import weights_revision
from r1data.processes import process_group

pytestmark = pytest.mark.slow
CONFIG = Path(__file__).parents[2] / "training" / "configs" / "sft_demo.yaml"
TEMPLATE = (
    "{% for message in messages %}[{{ message['role'] }}]{{ message['content'] }}<end>{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
DOUBLING = TEMPLATE.replace(
    "]{{ message['content'] }}",
    "]{% if message['role'] == 'assistant' %}<think></think>{% endif %}{{ message['content'] }}",
)
STRIPPING = TEMPLATE.replace("['content'] }}", "['content'].split('</think>')[-1] }}")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A Llama of two tiny layers that reads bytes."""
    pytest.importorskip("trl")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    vocabulary = {letter: index for index, letter in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    letters = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    letters.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    letters.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=letters, eos_token="<end>", pad_token="<pad>", chat_template=TEMPLATE
    )
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2}
    folder = tmp_path_factory.mktemp("model")
    LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **sizes, **heads)).save_pretrained(
        folder
    )
    tokenizer.save_pretrained(folder)
    return folder


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


def command(model, mixture, output, *arguments):
    return [
        *(sys.executable, "-m", "training.sft", "--config", str(CONFIG)),
        *("--model_name_or_path", str(model), "--train_file", str(mixture)),
        *("--output_dir", str(output), "--max_steps", "4", *map(str, arguments)),
    ]


@contextmanager
def training(*arguments):
    with process_group(command(*arguments), stderr=subprocess.DEVNULL) as child:
        yield child, (json.loads(line) for line in child.stdout)


def train(*arguments):
    with training(*arguments) as (child, lines):
        return list(lines), child.wait()


def test_training_leaves_weights_tokenizer_and_metrics_and_says_how_far_it_is(
    model, mixture, tmp_path
):
    lines, status = train(model, mixture, tmp_path / "trained")
    assert status == 0
    assert [line["step"] for line in lines if "step" in line] == [1, 2, 3, 4]
    assert all(line["total"] == 4 and line["loss"] > 0 for line in lines[:-1])
    assert lines[-1]["done"] == str(tmp_path / "trained")
    metrics = json.loads((tmp_path / "trained" / "metrics.json").read_text())
    assert (metrics["num_rows"], metrics["num_steps"]) == (12, 4)
    assert metrics["num_tokens"] > 0
    assert (tmp_path / "trained" / "tokenizer.json").exists()
    assert weights_revision(tmp_path / "trained") != weights_revision(model)
    assert not (tmp_path / "trained.partial").exists()


def test_what_is_held_out_is_not_trained_on(model, mixture, tmp_path):
    lines, status = train(model, hold_out(mixture, 9), tmp_path / "trained")
    assert (status, lines[-1]["num_rows"]) == (0, 9)


def test_a_killed_training_goes_on_from_its_checkpoint_to_the_same_weights(
    model, mixture, tmp_path
):
    checkpoints = ("--save_strategy", "steps", "--save_steps", "2")
    train(model, mixture, tmp_path / "straight", *checkpoints)
    with training(model, mixture, tmp_path / "resumed", *checkpoints) as (child, lines):
        next(line for line in lines if line.get("step") == 3)
        child.kill()
    assert not (tmp_path / "resumed").exists()
    lines, _ = train(model, mixture, tmp_path / "resumed", *checkpoints)
    assert lines[0]["step"] == 3
    assert weights_revision(tmp_path / "resumed") == weights_revision(tmp_path / "straight")


def test_rows_too_long_are_reported_and_counted(model, mixture, tmp_path):
    lines, _ = train(model, mixture, tmp_path / "trained", "--max_length", "40")
    assert "are longer than max_length 40" in lines[0]["warning"]
    assert lines[-1]["num_truncated"] > lines[-1]["num_dropped"] == 0


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
    lines, status = train(model, mixture, tmp_path / "trained", "--chat_template_path", template)
    assert status == 2
    assert said in lines[0]["error"]
    assert not (tmp_path / "trained").exists()


def test_the_token_that_a_configuration_names_ends_a_turn(model, tmp_path):
    template = tmp_path / "stop.jinja"
    template.write_text(TEMPLATE.replace("<end>", "<pad>"))
    written = ("--chat_template_path", template, "--eos_token", "<pad>")
    rows = write_mixture(tmp_path / "rows", 12, "<think>{n}</think>{n}<pad>")
    lines, status = train(model, rows, tmp_path / "trained", *written)
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
