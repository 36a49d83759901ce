r"""Supervised fine-tuning on a mixture: one page over TRL's SFTTrainer, its own process.

    python -m training.sft --config training/configs/sft_demo.yaml \
        --model_name_or_path FOLDER --train_file MIXTURE --output_dir FOLDER

Standard output carries JSON lines for whoever started it: `{"step": 3, "total": 30, "loss": 0.41,
"eta_seconds": 120.5}` while it trains, `{"warning": ...}`, `{"error": ...}` before exit status 2,
and at last the metrics with `{"done": FOLDER}`. All else goes to standard error.

The weights, the tokenizer and `metrics.json` appear in the output folder together, once training
is done. Until then `FOLDER.partial` holds the checkpoints, and a rerun goes on from the last.
"""

import json
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TextIO

from datasets import Dataset, load_dataset
from pyarrow import parquet
from transformers import (
    AutoTokenizer,
    PreTrainedTokenizerBase,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from trl import ModelConfig, SFTConfig, SFTTrainer, TrlParser, get_peft_config
from yaml import YAMLError

from r1data.processes import end_with_parent, own_standard_output
from r1data.store.files import sync
from r1data.tables import HELD_OUT
from training.rows import check_rows, count_cut, measure_row, unclean_rows


@dataclass
class TrainingSet:
    """What to train on."""

    train_file: str = field(
        metadata={"help": "A Parquet file of mixture rows, or a folder of such files."}
    )
    check_only: bool = field(
        default=False, metadata={"help": "Read the settings, refuse what is wrong, and end."}
    )


def main() -> None:
    """Train as the command line and its configuration say."""
    report = own_standard_output()
    end_with_parent()
    parser = _Parser((TrainingSet, SFTConfig, ModelConfig))
    try:
        training_set, settings, model = parser.parse_args_and_config()
        if not training_set.check_only:
            train(training_set, settings, model, report)
    except (ValueError, FileNotFoundError, ImportError, YAMLError) as error:
        _say(report, error=" ".join(str(error).split()))
        sys.exit(2)


class _Parser(TrlParser):  # type: ignore[misc]  # TRL is not typed here
    """Raises what `argparse` would print."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def train(
    training_set: TrainingSet, settings: SFTConfig, model: ModelConfig, report: TextIO
) -> None:
    """Train a model and leave it in the output folder, complete or not at all."""
    output = Path(settings.output_dir)
    if output.exists():
        raise ValueError(f"{output} exists already; remove it or name another --output_dir")
    partial = output.with_name(f"{output.name}.partial")
    settings.output_dir = str(partial)
    settings.model_init_kwargs = {
        **(settings.model_init_kwargs or {}),
        "dtype": model.dtype,
        "attn_implementation": model.attn_implementation,
    }
    tokenizer = _load_tokenizer(model, settings)
    rows = _load_rows(training_set.train_file)
    counts = _check(rows, tokenizer, settings, report)
    trainer = SFTTrainer(
        model=model.model_name_or_path,
        args=settings,
        train_dataset=rows,
        processing_class=tokenizer,
        callbacks=[_Reporter(report)],
        peft_config=get_peft_config(model),
    )
    result = trainer.train(resume_from_checkpoint=_last_checkpoint(partial))
    metrics = counts | _metrics(trainer.state, result.metrics)
    trainer.save_model(str(partial / "trained"))
    if trainer.is_world_process_zero():
        _publish(partial, output, metrics)
        _say(report, done=str(output), **metrics)


class _Reporter(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
    """Says how far training is."""

    def __init__(self, report: TextIO) -> None:
        self.report = report
        self.started = time.monotonic()
        self.first_step = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        self.started, self.first_step = time.monotonic(), state.global_step

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        if not (state.is_world_process_zero and logs and "loss" in logs):
            return
        step, total = state.global_step, state.max_steps
        seconds_a_step = (time.monotonic() - self.started) / max(1, step - self.first_step)
        eta = round(seconds_a_step * (total - step), 1)
        _say(self.report, step=step, total=total, loss=float(logs["loss"]), eta_seconds=eta)


def _load_tokenizer(model: ModelConfig, settings: SFTConfig) -> PreTrainedTokenizerBase:
    tokenizer = AutoTokenizer.from_pretrained(
        model.model_name_or_path, revision=model.model_revision
    )
    if settings.chat_template_path:
        tokenizer.chat_template = Path(settings.chat_template_path).read_text(encoding="utf-8")
    if not tokenizer.chat_template:
        raise ValueError(
            f"{model.model_name_or_path} has no chat template; set chat_template_path in the "
            "training configuration"
        )
    if settings.eos_token in tokenizer.get_vocab():
        tokenizer.eos_token = settings.eos_token
    return tokenizer


def _ends(tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Return the tokens that sampling stops at: the tokenizer's, and those of its model."""
    path = Path(tokenizer.name_or_path) / "generation_config.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    named = found.get("eos_token_id")
    others = named if isinstance(named, list) else [named]
    return frozenset(token for token in (tokenizer.eos_token_id, *others) if token is not None)


def _load_rows(train_file: str) -> Dataset:
    path = Path(train_file)
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise FileNotFoundError(f"no Parquet files at {path}; make the mixture first")
    if not sum(parquet.read_metadata(file).num_rows for file in files):
        raise ValueError(f"no rows in {path}: nothing was kept to train on")
    rows = load_dataset("parquet", data_files=[str(file) for file in files], split="train")
    if "split" in rows.column_names and HELD_OUT in rows.unique("split"):
        rows = rows.filter(lambda split: split != HELD_OUT, input_columns="split")
    if not len(rows):
        raise ValueError(f"all rows in {path} are held out: nothing is left to train on")
    return rows.select_columns(["prompt", "completion"])


def _check(
    rows: Dataset, tokenizer: PreTrainedTokenizerBase, settings: SFTConfig, report: TextIO
) -> dict[str, int]:
    """Refuse rows the template mangles; report those that are cut."""
    measures = rows.map(
        measure_row,
        fn_kwargs={"tokenizer": tokenizer, "ends": _ends(tokenizer)},
        remove_columns=rows.column_names,
        num_proc=settings.dataset_num_proc,
    ).to_dict()
    check_rows(measures, tokenizer.name_or_path, str(tokenizer.eos_token))
    if unclean := unclean_rows(measures):
        _say(report, warning=unclean)
    counts = count_cut(measures, settings.max_length)
    if counts["num_truncated"]:
        _say(
            report,
            warning=f"{counts['num_truncated']} of {counts['num_rows']} rows are longer than "
            f"max_length {settings.max_length} and are cut; {counts['num_dropped']} of them lose "
            "their whole completion and are dropped",
        )
    return counts


def _last_checkpoint(partial: Path) -> str | None:
    """Return the last complete checkpoint; its trainer state is written last."""
    states = partial.glob("checkpoint-*/trainer_state.json")
    found = sorted(
        (state.parent for state in states), key=lambda path: int(path.name.split("-")[1])
    )
    return str(found[-1]) if found else None


def _metrics(state: TrainerState, metrics: dict[str, float]) -> dict[str, float | int]:
    losses = [entry["loss"] for entry in state.log_history if "loss" in entry]
    tokens = [entry["num_tokens"] for entry in state.log_history if "num_tokens" in entry]
    return {
        "num_steps": state.global_step,
        "final_loss": float(losses[-1]) if losses else metrics["train_loss"],
        "mean_loss": metrics["train_loss"],
        "num_tokens": int(tokens[-1]) if tokens else 0,
        "seconds": metrics["train_runtime"],
    }


def _publish(partial: Path, output: Path, metrics: dict[str, Any]) -> None:
    """Give the trained model its name, in one step, and remove the checkpoints."""
    trained = partial / "trained"
    (trained / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    for path in [*trained.iterdir(), trained]:
        sync(path)
    trained.rename(output)
    sync(output.parent)
    shutil.rmtree(partial)


def _say(report: TextIO, **facts: object) -> None:
    report.write(json.dumps(facts) + "\n")
    report.flush()


if __name__ == "__main__":
    main()
