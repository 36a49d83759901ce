"""Scores by reward models: what a trained model makes of completions, as it was trained to read.

A pairwise model reads the response alone, a pointwise one the reasoning too. Training, GRPO's
rewards and evaluation read a completion by the same function.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal, get_args

from r1data.text import split_reasoning

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Kind = Literal["pairwise", "pointwise"]
Messages = Sequence[Mapping[str, str]]
OPENED = re.compile(r"<think>\s*$")
"""A think block that a chat template opens: a completion brings its own."""
BATCH_TOKENS = 16_384
"""Tokens of a batch, padding included."""


@dataclass(frozen=True, slots=True)
class RewardModel:
    """A model that scores completions, with its tokenizer."""

    kind: Kind
    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    mean: float = 0.0
    """Of its scores of what was held out of its training."""
    deviation: float = 1.0
    """Of the same: their standard deviation."""

    def scores(self, prompts: Sequence[Messages], completions: Sequence[str]) -> list[float | None]:
        """Return the score of each completion, from the model's own head; higher is better.

        None where there is nothing to read (of a pairwise model: no response), and where prompt and
        completion together are longer than the model can read.
        """
        texts = [what_is_read(text, self.kind) for text in completions]
        ids = [
            token_ids(self.tokenizer, prompt, text) if text else []
            for prompt, text in zip(prompts, texts, strict=True)
        ]
        limit = getattr(self.model.config, "max_position_embeddings", None) or max(map(len, ids))
        found: list[float | None] = [None] * len(ids)
        order = sorted(
            (row for row, tokens in enumerate(ids) if 0 < len(tokens) <= limit),
            key=lambda row: len(ids[row]),
        )
        for batch in _batches(order, ids):
            for row, score in zip(batch, self._forward([ids[r] for r in batch]), strict=True):
                found[row] = score
        return found

    def rewards(self, prompts: Sequence[Messages], completions: Sequence[str]) -> list[float]:
        """Return a reward from 0 to 1 for each completion, see `reward_of`."""
        return [self.reward_of(score) for score in self.scores(prompts, completions)]

    def reward_of(self, score: float | None) -> float:
        """Return the reward that a score is; 0 where there is none.

        Of a pointwise model it is the probability that a completion is safe. Of a pairwise one,
        whose scores have no zero, it is the logistic function of how many standard deviations a
        score is above the mean of those that were held out. What is not answered is worth less than
        any answer, so that it never pays to say nothing.
        """
        if score is None:
            return 0.0
        pointwise = self.kind == "pointwise"
        mean, deviation = (0.0, 1.0) if pointwise else (self.mean, self.deviation)
        return 1 / (1 + exp(min(50.0, (mean - score) / deviation)))

    def _forward(self, ids: Sequence[Sequence[int]]) -> list[float]:
        import torch

        width, pad = max(map(len, ids)), self.model.config.get_text_config().pad_token_id
        rows = [[*tokens, *[pad] * (width - len(tokens))] for tokens in ids]
        mask = [[1] * len(tokens) + [0] * (width - len(tokens)) for tokens in ids]
        with torch.inference_mode():
            logits = self.model(
                input_ids=torch.tensor(rows, device=self.model.device),
                attention_mask=torch.tensor(mask, device=self.model.device),
            ).logits
        return [float(score) for score in logits[:, 0].float()]


def load_reward_model(folder: Path) -> RewardModel:
    """Load a reward model that `training.reward_model` left, onto a GPU if there is one.

    Raises:
        ValueError: The folder holds none.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    path = folder / "metrics.json"
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if known.get("kind") not in get_args(Kind):
        raise ValueError(f"{folder} holds no reward model; name the folder of a trained one")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype="auto")
    return RewardModel(
        kind=known["kind"],
        model=model.to(device).eval(),
        tokenizer=AutoTokenizer.from_pretrained(folder),
        mean=known.get("mean_score", 0.0),
        deviation=known.get("score_deviation") or 1.0,
    )


def what_is_read(completion: str, kind: Kind) -> str:
    """Return what a model of a kind reads of a whole completion; empty where there is nothing.

    >>> what_is_read("<think>2 + 2</think>4", "pairwise"), what_is_read("<think>2", "pairwise")
    ('4', '')
    """
    text = completion if kind == "pointwise" else split_reasoning(completion)[1]
    return text.strip()


def token_ids(tokenizer: "PreTrainedTokenizerBase", prompt: Messages, text: str) -> list[int]:
    """Return the tokens that a reward model reads: prompt, text and the end of the turn.

    The text does not go through the chat template, since some take reasoning out of it. A special
    token that it spells is read as its letters: no completion ends its turn and begins another.
    """
    asked = tokenizer.apply_chat_template(
        [dict(one) for one in prompt], add_generation_prompt=True, tokenize=False
    )
    before = tokenizer(OPENED.sub("", asked), add_special_tokens=False)["input_ids"]
    said = tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]
    return [*before, *said, tokenizer.eos_token_id]


def clustered_mean(values: Sequence[float], clusters: Sequence[str]) -> tuple[float, float | None]:
    """Return the mean of some values and its standard error, where those of a cluster go together.

    The error is null where there is one cluster.

    >>> clustered_mean([1, 1, 0, 0], ["a", "b", "c", "d"])[0]
    0.5
    >>> clustered_mean([1.0], ["a"])
    (1.0, None)
    """
    mean = fmean(values)
    sums: dict[str, float] = defaultdict(float)
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] += value - mean
    if len(sums) < 2:
        return mean, None
    spread = sum(total**2 for total in sums.values()) * len(sums) / (len(sums) - 1)
    return mean, sqrt(spread) / len(values)


def _batches(order: Sequence[int], ids: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return rows, shortest first, in batches of a limited number of tokens."""
    batches: list[list[int]] = []
    for row in order:
        if batches and (len(batches[-1]) + 1) * len(ids[row]) <= BATCH_TOKENS:
            batches[-1].append(row)
        else:
            batches.append([row])
    return batches
