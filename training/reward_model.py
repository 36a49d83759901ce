r"""Reward models, from pairs by TRL's RewardTrainer, from labels by transformers' own Trainer.

    python -m training.reward_model --kind pairwise --config training/configs/reward_model.yaml \
        --model_name_or_path FOLDER --train_file PAIRS --output_dir FOLDER

A pairwise model reads the response alone; a pointwise one reads all of a completion and learns by
binary cross-entropy, which RewardTrainer has not. What is held out is scored once training is done:
the accuracy, with its standard error, stands in metrics.json. What it reports and leaves behind:
`training.process`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, pstdev
from typing import Any, TextIO, get_args

from datasets import Dataset
from transformers import (
    AutoModelForSequenceClassification,
    DataCollatorWithPadding,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    set_seed,
)
from trl import ModelConfig, RewardConfig, RewardTrainer

from r1data.evaluation.reward_models import (
    Kind,
    RewardModel,
    clustered_mean,
    token_ids,
    what_is_read,
)
from r1data.tables import HELD_OUT
from training.process import (
    Reporter,
    TrainingSet,
    load_rows,
    load_tokenizer,
    run_entry_point,
    say,
    unfinished_folder,
)
from training.publishing import train_and_publish

FEW = 200
"""Texts whose scores say where those of a model lie, where nothing is held out."""
SIDES = {"pairwise": ("chosen", "rejected"), "pointwise": ("completion",)}
"""The columns of texts."""


@dataclass
class RewardedSet(TrainingSet):
    """What to learn from."""

    kind: str = field(default="pairwise", metadata={"help": "pairwise (pairs) or pointwise."})

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind is {self.kind}; give one of {', '.join(get_args(Kind))}")


def train(
    training_set: RewardedSet, settings: RewardConfig, model: ModelConfig, report: TextIO
) -> None:
    """Train a reward model and leave it in the output folder, complete or not at all."""
    if model.use_peft:
        raise ValueError("use_peft: a reward model is trained whole; leave it out")
    output, _ = unfinished_folder(settings)
    kind: Any = training_set.kind
    tokenizer = load_tokenizer(model, settings.chat_template_path, settings.eos_token)
    tokenizer.pad_token = settings.pad_token or tokenizer.pad_token or tokenizer.eos_token
    rows = _read(load_rows(training_set.train_file), kind)
    tokens = _tokens(rows, kind, tokenizer)
    taken, counts = _train_on(tokens, kind, settings, report)
    num_long = int(counts["num_too_long"])
    limit = f"max_length {settings.max_length}"
    training_set.check_size(len(taken) + num_long, num_long, limit)
    network = _load(model, settings, tokenizer, kind)
    trainer = _trainer(kind, network, settings, taken, tokenizer, report)
    held_out = rows.filter(lambda split: split == HELD_OUT, input_columns="split")
    shown = held_out if len(held_out) else rows.select(range(min(FEW, len(rows))))

    def measure() -> dict[str, Any]:
        scores = _scores(RewardModel(kind, network.eval(), tokenizer), shown)
        flat = [score for side in scores for score in side if score is not None]
        found = {"mean_score": fmean(flat), "score_deviation": pstdev(flat)}
        return found | (_accuracy(held_out, scores, kind) if len(held_out) else {})

    counts |= {"kind": kind, "num_held_out": len(held_out)}
    train_and_publish(
        trainer, output, counts, report, max_seconds=training_set.max_seconds, measure=measure
    )


def _read(rows: Dataset, kind: Kind) -> Dataset:
    """Return the rows that are learnt from or held out; labels of one sort alone are refused."""
    needed = (*SIDES[kind], "prompt", "prompt_id", "split")
    if missing := [name for name in needed if name not in rows.column_names]:
        raise ValueError(f"a {kind} model needs the column {missing[0]}, which the rows lack")
    if kind == "pointwise":
        rows = rows.filter(lambda is_kept: is_kept, input_columns="is_kept")
        if len(set(rows["is_safe"])) < 2:
            raise ValueError(
                "all labels that are kept say the same, so there is nothing to tell apart; "
                "give safe and unsafe completions"
            )
    return rows


def _tokens(rows: Dataset, kind: Kind, tokenizer: PreTrainedTokenizerBase) -> Dataset:
    """Return the tokens of each row, under the names that its trainer reads."""

    def of_row(row: dict[str, Any]) -> dict[str, Any]:
        ids = [
            token_ids(tokenizer, row["prompt"], what_is_read(row[side][0]["content"], kind))
            for side in SIDES[kind]
        ]
        if kind == "pairwise":
            return {"chosen_ids": ids[0], "rejected_ids": ids[1]}
        return {"input_ids": ids[0], "labels": [float(row["is_safe"])]}

    others = [name for name in rows.column_names if name != "split"]
    return rows.map(of_row, remove_columns=others)


def _train_on(
    tokens: Dataset, kind: Kind, settings: RewardConfig, report: TextIO
) -> tuple[Dataset, dict[str, Any]]:
    """Return the rows to train on, without those that are held out or too long."""
    names = ("chosen_ids", "rejected_ids") if kind == "pairwise" else ("input_ids",)
    rows = tokens.filter(lambda split: split != HELD_OUT, input_columns="split")
    longest = [max(map(len, row)) for row in zip(*(rows[name] for name in names), strict=True)]
    limit = settings.max_length or max(longest, default=0)
    fitting = [row for row, length in enumerate(longest) if length <= limit]
    if not fitting:
        raise ValueError(
            f"none of {len(rows)} rows is left to train on: what is not held out is longer than "
            f"max_length {limit}"
        )
    num_dropped = len(rows) - len(fitting)
    if num_dropped:
        say(
            report,
            warning=f"{num_dropped} of {len(rows)} rows are longer than max_length {limit} and are "
            "left out of training",
        )
    taken = rows.select(fitting).remove_columns("split")
    return taken, {"num_rows": len(taken), "num_too_long": num_dropped}


def _load(
    model: ModelConfig, settings: RewardConfig, tokenizer: PreTrainedTokenizerBase, kind: Kind
) -> PreTrainedModel:
    """Return the base with a head of one score, whose first weights the seed decides."""
    set_seed(settings.seed)
    network = AutoModelForSequenceClassification.from_pretrained(
        model.model_name_or_path,
        num_labels=1,
        problem_type="multi_label_classification" if kind == "pointwise" else None,
        dtype=model.dtype,
        attn_implementation=model.attn_implementation,
    )
    network.config.get_text_config().pad_token_id = tokenizer.pad_token_id
    return network


def _trainer(
    kind: Kind,
    network: PreTrainedModel,
    settings: RewardConfig,
    rows: Dataset,
    tokenizer: PreTrainedTokenizerBase,
    report: TextIO,
) -> Trainer:
    """Return TRL's trainer of pairs, or transformers' with binary cross-entropy."""
    shared = {
        "model": network,
        "args": settings,
        "train_dataset": rows,
        "processing_class": tokenizer,
        "callbacks": [Reporter(report)],
    }
    if kind == "pairwise":
        return RewardTrainer(**shared)
    trainer = Trainer(**shared, data_collator=DataCollatorWithPadding(tokenizer))
    # The loss is a batch's mean: without this, that of all accumulated batches would be their sum.
    trainer.loss_is_scaled_for_ga = False
    return trainer


def _scores(model: RewardModel, rows: Dataset) -> list[list[float | None]]:
    """Return the scores of each row's texts, by side."""
    return [
        model.scores(rows["prompt"], [message[0]["content"] for message in rows[side]])
        for side in SIDES[model.kind]
    ]


def _accuracy(
    rows: Dataset, scores: Sequence[Sequence[float | None]], kind: Kind
) -> dict[str, Any]:
    """Return the accuracy on some rows with its standard error; what has no score is wrong."""
    if kind == "pairwise":
        values = [_is_right(chosen, rejected) for chosen, rejected in zip(*scores, strict=True)]
    else:
        pairs = zip(scores[0], rows["is_safe"], strict=True)
        values = [float(score is not None and (score > 0) == is_safe) for score, is_safe in pairs]
    accuracy, error = clustered_mean(values, rows["prompt_id"])
    return {"accuracy": accuracy, "standard_error": error}


def _is_right(chosen: float | None, rejected: float | None) -> float:
    if chosen is None or rejected is None:
        return 0.0
    return 0.5 if chosen == rejected else float(chosen > rejected)


if __name__ == "__main__":
    run_entry_point((RewardedSet, RewardConfig, ModelConfig), train)
