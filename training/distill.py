r"""On-policy distillation: one page over TRL's DistillationTrainer, its own process.

    python -m training.distill --config training/configs/distillation.yaml \
        --model_name_or_path STUDENT --teacher_model_name_or_path TEACHER \
        --train_file TARGETS --output_dir FOLDER

The student answers the prompts of the targets itself and is trained, token by token, to the
teacher's probabilities. What it reports and leaves behind: `training.process`.
"""

from dataclasses import dataclass, field
from typing import TextIO

from datasets import Dataset
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from trl import DistillationConfig, ModelConfig, get_peft_config

from training.process import (
    Reporter,
    TrainingSet,
    load_as,
    load_rows,
    load_tokenizer,
    run_entry_point,
    unfinished_folder,
    without_vllm,
)
from training.publishing import train_and_publish


@dataclass
class PromptSet(TrainingSet):
    """The prompts to answer."""

    chat_template_path: str | None = field(
        default=None, metadata={"help": "Another chat template for the student."}
    )


def train(
    prompts: PromptSet, settings: DistillationConfig, model: ModelConfig, report: TextIO
) -> None:
    """Train a student and leave it in the output folder, complete or not at all."""
    if not settings.use_vllm:
        without_vllm()
    from trl import DistillationTrainer

    teacher = settings.teacher_model_name_or_path
    if teacher is None:
        raise ValueError("there is no teacher; give --teacher_model_name_or_path")
    output, _ = unfinished_folder(settings)
    load_as(settings, model)
    settings.teacher_model_init_kwargs = {
        **settings.model_init_kwargs,
        **(settings.teacher_model_init_kwargs or {}),
    }
    tokenizer = load_tokenizer(model, prompts.chat_template_path)
    tokenizer.padding_side = "left"
    _check_tokens(tokenizer, teacher)
    rows = _load_prompts(prompts.train_file)
    prompts.check_size(len(rows), 0, "")
    trainer = DistillationTrainer(
        model=model.model_name_or_path,
        teacher_model=teacher,
        args=settings,
        train_dataset=rows,
        processing_class=tokenizer,
        callbacks=[Reporter(report)],
        peft_config=get_peft_config(model),
    )
    train_and_publish(
        trainer, output, {"num_rows": len(rows)}, report, max_seconds=prompts.max_seconds
    )


def _load_prompts(train_file: str) -> Dataset:
    """Return each prompt of the targets once, in their order."""
    rows = load_rows(train_file)
    firsts: dict[str, int] = {}
    for place, prompt_id in enumerate(rows["prompt_id"]):
        firsts.setdefault(prompt_id, place)
    return rows.select(list(firsts.values())).select_columns(["prompt"])


def _check_tokens(tokenizer: PreTrainedTokenizerBase, teacher: str) -> None:
    """Refuse a teacher whose tokens mean something else: TRL compares their number alone."""
    ours, theirs = tokenizer.get_vocab(), AutoTokenizer.from_pretrained(teacher).get_vocab()
    others = [token for token, number in theirs.items() if ours.get(token) != number]
    if others or len(ours) != len(theirs):
        raise ValueError(
            f"the student has {len(ours)} tokens and the teacher {len(theirs)}, of which "
            f"{len(others)} are none of the student's or have another number; on-policy "
            "distillation compares probabilities token by token: name a teacher of the same family"
        )


if __name__ == "__main__":
    run_entry_point((PromptSet, DistillationConfig, ModelConfig), train)
