r"""Supervised fine-tuning on a mixture: one page over TRL's SFTTrainer, its own process.

    python -m training.sft --config training/configs/sft_demo.yaml \
        --model_name_or_path FOLDER --train_file MIXTURE --output_dir FOLDER

What it reports and leaves behind: `training.process`.
"""

from typing import TextIO

from datasets import Dataset
from transformers import PreTrainedTokenizerBase
from trl import ModelConfig, SFTConfig, SFTTrainer, get_peft_config

from r1data.tables import HELD_OUT
from training.masks import MARKS, label_row
from training.process import (
    Reporter,
    TrainingSet,
    end_tokens,
    load_as,
    load_rows,
    load_tokenizer,
    run_entry_point,
    say,
    unfinished_folder,
)
from training.publishing import train_and_publish
from training.rows import check_rows, count_cut, count_learnt, measure_row, unclean_rows


def train(
    training_set: TrainingSet, settings: SFTConfig, model: ModelConfig, report: TextIO
) -> None:
    """Train a model and leave it in the output folder, complete or not at all."""
    output, _ = unfinished_folder(settings)
    load_as(settings, model)
    tokenizer = load_tokenizer(model, settings.chat_template_path, settings.eos_token)
    rows = load_trained_on(training_set.train_file)
    counts = _check(rows, tokenizer, training_set, settings, report)
    trainer = SFTTrainer(
        model=model.model_name_or_path,
        args=settings,
        train_dataset=as_trained_on(rows, tokenizer, settings),
        processing_class=tokenizer,
        callbacks=[Reporter(report)],
        peft_config=get_peft_config(model),
    )
    counts |= count_learnt(trainer.train_dataset, settings.dataset_num_proc)
    train_and_publish(trainer, output, counts, report, max_seconds=training_set.max_seconds)


def load_trained_on(train_file: str) -> Dataset:
    """Return the rows of a mixture that are not held out."""
    rows = load_rows(train_file)
    if "split" in rows.column_names and HELD_OUT in rows.unique("split"):
        rows = rows.filter(lambda split: split != HELD_OUT, input_columns="split")
    if not len(rows):
        raise ValueError(f"all rows in {train_file} are held out: nothing is left to train on")
    marks = [name for name in MARKS if name in rows.column_names]
    return rows.select_columns(["prompt", "completion", *marks])


def as_trained_on(
    rows: Dataset, tokenizer: PreTrainedTokenizerBase, settings: SFTConfig
) -> Dataset:
    """Return rows as TRL takes them: tokenized, where any has a mask or flags of its own."""
    marks = [name for name in MARKS if name in rows.column_names]
    if not any(any(rows[name]) for name in marks):
        return rows.remove_columns(marks)
    if not tokenizer.is_fast:
        raise ValueError(
            f"{tokenizer.name_or_path} has no fast tokenizer, which rows with `loss_on` or "
            "`template_flags` need; leave out `without_reasoning` and `cut_reasoning`, or add its "
            "tokenizer.json"
        )
    return rows.map(
        label_row,
        fn_kwargs={
            "tokenizer": tokenizer,
            "on_prompts": settings.completion_only_loss is False,
        },
        remove_columns=rows.column_names,
        num_proc=settings.dataset_num_proc,
    )


def _check(
    rows: Dataset,
    tokenizer: PreTrainedTokenizerBase,
    training_set: TrainingSet,
    settings: SFTConfig,
    report: TextIO,
) -> dict[str, int | float]:
    """Refuse rows the template mangles, too few and too long ones; report those that are cut."""
    measures = rows.map(
        measure_row,
        fn_kwargs={"tokenizer": tokenizer, "ends": end_tokens(tokenizer)},
        remove_columns=rows.column_names,
        num_proc=settings.dataset_num_proc,
    ).to_dict()
    check_rows(measures, tokenizer.name_or_path, str(tokenizer.eos_token))
    if unclean := unclean_rows(measures):
        say(report, warning=unclean)
    counts = count_cut(measures, settings.max_length)
    limit = f"max_length {settings.max_length}"
    if counts["num_dropped"] == len(rows):
        raise ValueError(f"no row of {len(rows)} is left: each prompt fills {limit}; raise it")
    training_set.check_size(len(rows), int(counts["num_truncated"]), limit)
    if counts["num_truncated"]:
        say(
            report,
            warning=f"{counts['num_truncated']} of {counts['num_rows']} rows are longer than "
            f"max_length {settings.max_length} and are cut; {counts['num_dropped']} of them lose "
            "their whole completion and are dropped",
        )
    return counts


if __name__ == "__main__":
    run_entry_point((TrainingSet, SFTConfig, ModelConfig), train)
