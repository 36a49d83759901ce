r"""Reinforcement by rewards: one page over TRL's GRPOTrainer, its own process.

    python -m training.grpo --config training/configs/grpo_small.yaml --rewards accuracy,format \
        --model_name_or_path FOLDER --train_file RL_PROMPTS --output_dir FOLDER

What it reports and leaves behind: `training.process`, and `completions/`, the rows that were
sampled, a file a step, with the reward of each by part (see `r1data.tables.RLRollouts`).

With `--helpful_model FOLDER` and `--safety_model FOLDER` general prompts are rewarded by models, in
the last part of the steps.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any, TextIO, get_args

from datasets import Dataset
from transformers import AutoConfig, PreTrainedTokenizerBase
from transformers.trainer_utils import IntervalStrategy
from trl import GRPOConfig, ModelConfig, get_peft_config

from r1data.evaluation.reward_models import load_reward_model
from r1data.policies.trainings import COMPLETIONS, REASONING, WEIGHTS, RewardName
from r1data.text import Reasoning
from training.judging import Judging
from training.process import (
    LOG,
    Reporter,
    TrainingSet,
    end_tokens,
    load_as,
    load_rows,
    load_tokenizer,
    run_entry_point,
    say,
    unfinished_folder,
    without_vllm,
)
from training.publishing import train_and_publish
from training.reward_models import Helpful, ModelReward, Safety
from training.rewards import (
    Accuracy,
    ForeignWords,
    Format,
    LanguageConsistency,
    Repetition,
    Reward,
    Shuffled,
    SoftOverlong,
)
from training.schedule import first_model_step, scheduled

REWARDS: dict[str, type[Reward]] = {
    "accuracy": Accuracy,
    "format": Format,
    "language_consistency": LanguageConsistency,
    "foreign_words": ForeignWords,
    "repetition": Repetition,
    "soft_overlong": SoftOverlong,
}
MODELS: dict[str, type[ModelReward]] = {"helpful": Helpful, "safety": Safety}
"""The rewards by models, by what the column `kind` says of their prompts."""


@dataclass
class RewardedSet(TrainingSet):
    """The prompts to train on, and what is rewarded."""

    rewards: str = field(
        default="accuracy,format", metadata={"help": f"Of {', '.join(REWARDS)}; by commas."}
    )
    reasoning: str = field(
        default="think", metadata={"help": "What reasoning looks like: think, prefilled or none."}
    )
    shuffle_rewards: bool = field(
        default=False,
        metadata={"help": "Give completions the rewards of others of their batch."},
    )
    num_workers: int = field(default=2, metadata={"help": "Processes that verify answers."})
    helpful_model: str | None = field(
        default=None, metadata={"help": "The folder of a pairwise reward model."}
    )
    safety_model: str | None = field(
        default=None, metadata={"help": "The folder of a pointwise reward model."}
    )
    model_share: float = field(
        default=400 / 1_700,
        metadata={"help": "The last part of the steps, in which general prompts are asked."},
    )
    model_steps: int | None = field(
        default=None, metadata={"help": "How many steps that is, in place of the share."}
    )

    def __post_init__(self) -> None:
        unknown = [name for name in self.reward_names if name not in get_args(RewardName)]
        if unknown or not self.reward_names:
            raise ValueError(
                f"rewards: {', '.join(unknown) or 'none'}; there are {', '.join(REWARDS)}"
            )
        if self.reasoning not in get_args(Reasoning):
            raise ValueError(
                f"reasoning is {self.reasoning}; give one of {', '.join(get_args(Reasoning))}"
            )

    @property
    def reward_names(self) -> list[str]:
        """The names of the rewards, in order."""
        return [name for name in self.rewards.split(",") if name]

    @property
    def models(self) -> dict[str, Path]:
        """The folders of the reward models, by the kind of the prompts that they judge."""
        named = {"helpful": self.helpful_model, "safety": self.safety_model}
        return {kind: Path(folder) for kind, folder in named.items() if folder}


def train(
    training_set: RewardedSet, settings: GRPOConfig, model: ModelConfig, report: TextIO
) -> None:
    """Train a model and leave it in the output folder, complete or not at all."""
    if not settings.use_vllm:
        without_vllm()
    from trl import GRPOTrainer

    output, partial = unfinished_folder(settings)
    log_every_step(settings, report)
    load_as(settings, model)
    settings.log_completions, settings.num_completions_to_print = True, 0
    tokenizer = load_tokenizer(model)
    tokenizer.padding_side = "left"
    rows = load_rows(training_set.train_file)
    counts = _check(rows, tokenizer, training_set, settings, report)
    from_step = 0
    if training_set.models:
        from_step = first_model_step(
            settings.max_steps, training_set.model_share, training_set.model_steps
        )
        rows = _in_order(rows, training_set, settings, from_step)
        counts["first_model_step"] = from_step
    trainer = GRPOTrainer(
        model=model.model_name_or_path,
        args=settings,
        reward_funcs=rewards_of(training_set, tokenizer, settings, from_step),
        train_dataset=rows,
        processing_class=tokenizer,
        callbacks=[Reporter(report)],
        peft_config=get_peft_config(model),
    )
    counts |= told_of(trainer.reward_func_names, training_set, settings)
    (partial / COMPLETIONS).mkdir(parents=True, exist_ok=True)
    train_and_publish(
        trainer,
        output,
        counts,
        report,
        max_seconds=training_set.max_seconds,
        kept=(LOG, COMPLETIONS),
    )


def log_every_step(settings: GRPOConfig, report: TextIO) -> None:
    """Have every step logged, for TRL keeps what was sampled for those alone that it logs."""
    if settings.logging_strategy != IntervalStrategy.STEPS or settings.logging_steps != 1:
        say(
            report,
            warning=f"logging_strategy {IntervalStrategy(settings.logging_strategy).value} and "
            f"logging_steps {settings.logging_steps:g} would lose completions: every step is "
            "logged; set logging_steps to 1",
        )
    settings.logging_strategy, settings.logging_steps = IntervalStrategy.STEPS, 1


def _in_order(
    rows: Dataset, training_set: RewardedSet, settings: GRPOConfig, from_step: int
) -> Dataset:
    """Return the rows as they are asked in turn: general ones in the last part of the steps."""
    unknown = {*rows["kind"]} - {"reasoning", *training_set.models}
    if unknown:
        raise ValueError(
            f"there are prompts of kind {min(unknown)} and no model of it; give "
            f"--{min(unknown)}_model"
        )
    settings.shuffle_dataset = False
    return rows.select(scheduled(rows["kind"], settings, from_step))


def rewards_of(
    training_set: RewardedSet,
    tokenizer: PreTrainedTokenizerBase,
    settings: GRPOConfig,
    from_step: int,
) -> list[Any]:
    """Return the rewards, which share what judges a batch."""
    reasoning: Any = training_set.reasoning
    judging = Judging(
        end_tokens(tokenizer) | {tokenizer.pad_token_id},
        reasoning=reasoning,
        num_workers=training_set.num_workers,
    )
    limit = settings.max_completion_length
    overlong = {"max_tokens": limit, "cache_tokens": max(1, limit // 5)}
    rewards = [
        REWARDS[name](judging, tells=not place, **(overlong if name == "soft_overlong" else {}))
        for place, name in enumerate(training_set.reward_names)
    ]
    by_models = [
        MODELS[kind](judging, load_reward_model(folder), from_step)
        for kind, folder in training_set.models.items()
    ]
    if training_set.shuffle_rewards:
        return [Shuffled(reward) for reward in rewards]
    return [*rewards, *by_models]


def told_of(
    names: Sequence[str], training_set: RewardedSet, settings: GRPOConfig
) -> dict[str, Any]:
    """Return what metrics.json says of the rewards, so that what was sampled can be read by it.

    Args:
        names: Of the rewards, in the order of their weights.
        training_set: What reasoning looks like.
        settings: The weights; none are told where all count alike.
    """
    weights = settings.reward_weights
    told = {} if weights is None else {WEIGHTS: dict(zip(names, weights, strict=True))}
    return {REASONING: training_set.reasoning, **told}


def _check(
    rows: Dataset,
    tokenizer: PreTrainedTokenizerBase,
    training_set: RewardedSet,
    settings: GRPOConfig,
    report: TextIO,
) -> dict[str, Any]:
    """Say how much there is to train on; refuse less than a batch of prompts, and too long ones."""
    prompts_a_batch = settings.generation_batch_size // settings.num_generations
    if len(rows) < prompts_a_batch:
        raise ValueError(
            f"{len(rows)} prompts, and a batch of {settings.generation_batch_size} completions "
            f"takes {prompts_a_batch}; lower per_device_train_batch_size or "
            "gradient_accumulation_steps, or give more prompts"
        )
    lengths = [
        len(tokenizer.apply_chat_template(prompt, add_generation_prompt=True, return_dict=False))
        for prompt in rows["prompt"]
    ]
    room = _context(tokenizer.name_or_path) - settings.max_completion_length
    num_cut = sum(length > room for length in lengths)
    limit = f"the {room} tokens that max_completion_length leaves of the model's context"
    training_set.check_size(len(rows), num_cut, limit)
    if num_cut:
        say(report, warning=f"{num_cut} of {len(rows)} prompts are longer than {limit}")
    return {"num_rows": len(rows), "max_prompt_tokens": max(lengths), "num_too_long": num_cut}


def _context(model: str) -> float:
    """Return how many tokens a model reads at most; infinity if it does not say."""
    settings = AutoConfig.from_pretrained(model).get_text_config()
    return getattr(settings, "max_position_embeddings", None) or inf


if __name__ == "__main__":
    logging.captureWarnings(capture=True)
    run_entry_point((RewardedSet, GRPOConfig, ModelConfig), train)
