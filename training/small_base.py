r"""A base model of some two million parameters, made and taught a little arithmetic.

    python -m training.small_base --output_dir data/small_base

A laptop cannot train 135 million parameters by reinforcement; it can train these. The model is a
Llama, which vLLM opens, with a tokenizer and a chat template of its own. Its text is
`training.small_corpus`; TRL's SFTTrainer teaches it, as `training/configs/small_base.yaml` says.
The folder appears whole or not at all; one that is there already is left as it is. What is
reported: `training.process`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed
from trl import ModelConfig, SFTConfig, TrlParser

from r1data.processes import own_standard_output
from training.process import TrainingSet, say
from training.sft import train
from training.small_corpus import Row, corpus

CONFIG = Path(__file__).parent / "configs" / "small_base.yaml"
NUM_ROWS = 7_040
SEED = 42
VOCABULARY = 768
"""Tokens: 256 bytes, the marks of turns, and merges of letters; digits stand apart."""
END, PAD = "<|end|>", "<|pad|>"
TURNS = ("<|system|>", "<|user|>", "<|assistant|>")
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
SHAPE = {
    "hidden_size": 256,
    "intermediate_size": 768,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2_048,
}
"""Heads of 64, which vLLM's attention on the CPU knows."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the model, unless its folder is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output_dir", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=NUM_ROWS, help="Of the text it learns from.")
    parser.add_argument("--layers", type=int, default=SHAPE["num_hidden_layers"])
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    report = own_standard_output()
    if options.output_dir.exists():
        say(report, warning=f"{options.output_dir} is there already, and stays as it is")
        return
    options.output_dir.parent.mkdir(parents=True, exist_ok=True)
    rows = list(corpus(options.rows, options.seed))
    with TemporaryDirectory(prefix="small-base-") as name:
        untrained, train_file = Path(name) / "untrained", Path(name) / "corpus.parquet"
        save_untrained(untrained, rows, options.seed, options.layers)
        Dataset.from_list(rows).to_parquet(train_file)
        told = {
            "config": CONFIG,
            "model_name_or_path": untrained,
            "train_file": train_file,
            "output_dir": options.output_dir,
            "seed": options.seed,
        }
        flags = [str(text) for key, value in told.items() for text in (f"--{key}", value)]
        kinds = (TrainingSet, SFTConfig, ModelConfig)
        training_set, settings, model = TrlParser(kinds).parse_args_and_config(flags)
        train(training_set, settings, model, report)


def save_untrained(
    folder: Path, rows: Sequence[Row], seed: int = SEED, layers: int = SHAPE["num_hidden_layers"]
) -> None:
    """Save the model as it is before it learns anything, with a tokenizer made for some rows."""
    tokenizer = make_tokenizer(rows)
    set_seed(seed)
    shape = LlamaConfig(
        **(SHAPE | {"num_hidden_layers": layers}),
        vocab_size=len(tokenizer),
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        dtype=torch.float32,
    )
    LlamaForCausalLM(shape).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def make_tokenizer(rows: Sequence[Row]) -> PreTrainedTokenizerFast:
    """Return a byte-level BPE tokenizer, trained on the messages of some rows, digits apart."""
    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    pieces.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[END, PAD, *TURNS],
        show_progress=False,
    )
    texts = [turn["content"] for row in rows for turn in (*row["prompt"], *row["completion"])]
    pieces.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[*TURNS],
        chat_template=CHAT_TEMPLATE,
        model_max_length=SHAPE["max_position_embeddings"],
    )


if __name__ == "__main__":
    main()
