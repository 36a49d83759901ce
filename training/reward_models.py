"""Rewards by models: helpfulness, which reads the response alone, and safety, which reads all.

Each general prompt belongs to one of the two, as its row's column `kind` says. Reward models are
hacked in time (DeepSeek-R1, B.5), so they count in the last part of the steps only; before that the
rewards are None, which TRL leaves out of the sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from r1data.evaluation.reward_models import Messages, RewardModel
from training.judging import Completion, Judging


@dataclass(frozen=True)
class ModelReward:
    """From 0 to 1 for each completion of a prompt of its kind, None for all others."""

    judging: Judging
    model: RewardModel
    from_step: int = 0
    """The first step at which it counts, as the trainer counts: 0 is the first of all."""
    kind = ""
    """What the column `kind` says of its prompts."""

    def __call__(
        self,
        *,
        prompts: Sequence[Completion],
        completions: Sequence[Completion],
        completion_ids: Sequence[Sequence[int]],
        **columns: Any,  # noqa: ANN401 - TRL passes the dataset's columns and tools of its own
    ) -> list[float | None]:
        """Return the rewards of a batch, in TRL's signature.

        A completion without anything to read has 0, less than any answer.
        """
        found: list[float | None] = [None] * len(prompts)
        kinds = columns.get("kind") or found
        rows = [row for row, kind in enumerate(kinds) if kind == self.kind]
        state = columns.get("trainer_state")
        if not rows or (state is not None and state.global_step < self.from_step):
            return found
        batch = self.judging.judge(prompts, completions, completion_ids, columns)
        rewards = self.model.rewards(
            [_asked(prompts[row]) for row in rows], [batch[row].text for row in rows]
        )
        for row, reward in zip(rows, rewards, strict=True):
            found[row] = reward
        return found


@dataclass(frozen=True)
class Helpful(ModelReward):
    """How much better than others a response helps, as a model trained on pairs finds."""

    __name__ = kind = "helpful"


@dataclass(frozen=True)
class Safety(ModelReward):
    """How likely a completion is safe, reasoning included, as a model trained on labels finds."""

    __name__ = kind = "safety"


def _asked(prompt: Completion) -> Messages:
    """Return the messages of a prompt, without what it begins the assistant's message with."""
    if isinstance(prompt, str):
        return [{"role": "user", "content": prompt}]
    return prompt[:-1] if prompt and prompt[-1]["role"] == "assistant" else prompt
