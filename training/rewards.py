r"""Rewards for TRL's GRPOTrainer: accuracy, format, language consistency, length, repetition.

    judging = Judging(frozenset({tokenizer.eos_token_id, tokenizer.pad_token_id}))
    trainer = GRPOTrainer(reward_funcs=[Accuracy(judging), Format(judging)], ...)

The training set has the columns of `Prompts` beside its prompt: `verifier` and `gold_answer`, and
as far as the verifier needs them `answer_type`, `problem`, `choices`, `tests`, `metadata`. The
rewards that share a `Judging` judge a batch once. Where nothing was judged all of them are None:
TRL leaves a row out only if every reward of it is None, one number among Nones is its sum.
DeepSeek-R1 adds accuracy, format and language consistency as they are, with the same weight.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from r1data.answers.reading.answer import ANSWER_END, ANSWER_START
from r1data.completions import part
from r1data.curation.language.identification import identify_language
from r1data.curation.language.share import language_share
from r1data.curation.language.words import find_words
from r1data.curation.signals.form import form
from r1data.seeds import content_id
from r1data.text import split_reasoning
from training.judging import Completion, Judged, Judging


@dataclass(frozen=True)
class Reward:
    """A number for each completion that was judged, None for the others.

    What the verifiers cannot judge, since the row's column `kind` says that a reward model does, is
    rewarded all the same for what the verifiers are not needed for.
    """

    judging: Judging
    tells: bool = field(default=False, kw_only=True)
    """Whether it logs the prompt, the step and each outcome beside the completions, and the share
    that could not be judged; of the rewards of a training one does."""

    def __call__(
        self,
        *,
        prompts: Sequence[Completion],
        completions: Sequence[Completion],
        completion_ids: Sequence[Sequence[int]],
        **columns: Any,  # noqa: ANN401 - TRL passes the dataset's columns and tools of its own
    ) -> list[float | None]:
        """Return the rewards of a batch, in TRL's signature."""
        batch = self.judging.judge(prompts, completions, completion_ids, columns)
        if self.tells:
            _log(batch, columns)
        return [self.measure(one) if one.is_rewarded else None for one in batch]

    @abstractmethod
    def measure(self, judged: Judged) -> float | None:
        """Return the reward of a completion that was judged."""


@dataclass(frozen=True)
class Accuracy(Reward):
    """1 if the verifier of the prompt finds the completion correct, 0 if not."""

    __name__ = "accuracy"
    tells: bool = field(default=True, kw_only=True)

    def measure(self, judged: Judged) -> float | None:
        """Return the verdict's reward."""
        return judged.verdict.reward


@dataclass(frozen=True)
class Format(Reward):
    """1 if the think block comes first, is opened and closed once, and something follows it.

    A think tag that the prompt held already counts as written.
    """

    __name__ = "format"
    has_answer_tags: bool = False
    """Whether all that follows must stand in one `<answer>` block: DeepSeek-R1-Zero's template."""

    def measure(self, judged: Judged) -> float:
        """Return 1 or 0."""
        is_good = form(judged.text, reasoning=self.judging.reasoning) == "well_formed"
        if self.has_answer_tags:
            is_good = is_good and _is_answer_block(split_reasoning(judged.text)[1])
        return float(is_good)


@dataclass(frozen=True)
class LanguageConsistency(Reward):
    """The share of the reasoning's words that are of the prompt's language; 0 without words.

    The language is the column `language` or, where that says nothing, the problem's; None where
    that too is unclear. DeepSeek-R1, eq. 7.
    """

    __name__ = "language_consistency"

    def measure(self, judged: Judged) -> float | None:
        """Return a share from 0 to 1."""
        language = judged.row.get("language") or identify_language(judged.row.get("problem") or "")
        if language is None:
            return None
        return language_share(_reasoning(judged.text, self.judging.reasoning), language) or 0.0


@dataclass(frozen=True)
class ForeignWords(Reward):
    """Half a point, less a 400th for each word of the reasoning that is foreign to the prompt.

    MAI-Thinking-1's `0.5 * max(1 - 0.005 * words, 0)`, which counts and does not divide, so that
    longer reasoning may not hold more foreign words. Its own counts words that are not English.
    """

    __name__ = "foreign_words"
    a_word: float = 0.005

    def measure(self, judged: Judged) -> float | None:
        """Return a number from 0 to 0.5."""
        share = LanguageConsistency(self.judging).measure(judged)
        if share is None:
            return None
        num_words = int(find_words(_reasoning(judged.text, self.judging.reasoning)).size.sum())
        return 0.5 * max(1 - self.a_word * (1 - share) * num_words, 0.0)


@dataclass(frozen=True)
class Shuffled:
    """A reward, of which each completion is given that of another of its batch.

    Random rewards of the same distribution: what a policy gains by them, its prompts did not teach
    (Shao et al., "Spurious Rewards", 2025). Rewards that are shuffled alike stay together.
    """

    reward: Reward

    @property
    def __name__(self) -> str:
        """The name of the reward, by which TRL logs it."""
        return str(getattr(self.reward, "__name__", type(self.reward).__name__))

    def __call__(
        self,
        *,
        completions: Sequence[Completion],
        completion_ids: Sequence[Sequence[int]],
        **others: Any,  # noqa: ANN401 - TRL passes the dataset's columns and tools of its own
    ) -> list[float | None]:
        """Return the rewards of a batch, in another order that the batch alone decides."""
        rewards = self.reward(completions=completions, completion_ids=completion_ids, **others)
        order = list(range(len(rewards)))
        Random(content_id([list(ids) for ids in completion_ids])).shuffle(order)
        return [rewards[place] for place in order]


@dataclass(frozen=True)
class SoftOverlong(Reward):
    """0 up to `max_tokens - cache_tokens`, from there down to -1 at `max_tokens`, and no lower.

    DAPO, eq. 13; the defaults are its own (section 4.1: 16,384 expected, 4,096 to spare).
    """

    __name__ = "soft_overlong"
    max_tokens: int = 20_480
    cache_tokens: int = 4_096

    def __post_init__(self) -> None:
        if not 0 < self.cache_tokens <= self.max_tokens:
            raise ValueError(
                f"cache_tokens is {self.cache_tokens}; it must be from 1 to max_tokens, "
                f"{self.max_tokens}"
            )

    def measure(self, judged: Judged) -> float:
        """Return a number from -1 to 0."""
        excess = len(judged.completion_ids) - (self.max_tokens - self.cache_tokens)
        return -min(max(excess / self.cache_tokens, 0.0), 1.0) or 0.0


@dataclass(frozen=True)
class Repetition(Reward):
    """The share of the completion's n-grams that stood in it before, times `max_penalty`.

    Over token ids, so that no language needs words set apart. The share is that of Yeo et al.,
    "Demystifying Long Chain-of-Thought Reasoning", as TRL has it. TRL counts trigrams, which come
    back in any long text: of 40 R1 completions, 30% of them in the short third and 55% in the long
    one, which would punish length. Of 20-grams, DeepDistill's measure, it is 0% and 6%.
    """

    __name__ = "repetition"
    ngram_size: int = 20
    max_penalty: float = -1.0

    def __post_init__(self) -> None:
        if self.ngram_size < 1 or self.max_penalty > 0:
            raise ValueError(
                f"ngram_size is {self.ngram_size} and max_penalty {self.max_penalty}; "
                "give at least 1 and at most 0"
            )

    def measure(self, judged: Judged) -> float:
        """Return a number from `max_penalty` to 0; 0 for what is shorter than one n-gram."""
        ids = judged.completion_ids
        ngrams = [tuple(ids[at : at + self.ngram_size]) for at in range(len(ids))]
        ngrams = ngrams[: max(0, len(ids) - self.ngram_size + 1)]
        share = 1 - len(set(ngrams)) / len(ngrams) if ngrams else 0.0
        return share * self.max_penalty or 0.0


def _log(batch: Sequence[Judged], trainer: Mapping[str, Any]) -> None:
    """Tell the trainer more of a batch than its rewards, by the tools that TRL passes."""
    log_extra: Callable[[str, list[Any]], None] | None = trainer.get("log_extra")
    log_metric: Callable[[str, float], None] | None = trainer.get("log_metric")
    if log_extra:
        if "prompt_id" in trainer:
            log_extra("prompt_id", list(trainer["prompt_id"]))
        if "trainer_state" in trainer:
            step = trainer["trainer_state"].global_step + 1
            log_extra("sampled_step", [step] * len(batch))
        log_extra("outcome", [one.verdict.outcome.value for one in batch])
        log_extra("predicted_answer", [one.verdict.predicted_answer for one in batch])
    if log_metric and batch:
        num_unjudged = sum(one.verdict.reward is None for one in batch)
        log_metric("verdicts/unjudged", num_unjudged / len(batch))


def _is_answer_block(response: str) -> bool:
    """Say whether a response is one answer block, not empty, and nothing else.

    >>> _is_answer_block(" <answer>4</answer> "), _is_answer_block("<answer>4</answer> or 5")
    (True, False)
    """
    text = response.strip()
    inside = text.removeprefix(ANSWER_START).removesuffix(ANSWER_END)
    is_one = text.count(ANSWER_START) == text.count(ANSWER_END) == 1
    return is_one and text == f"{ANSWER_START}{inside}{ANSWER_END}" and bool(inside.strip())


def _reasoning(text: str, reasoning: str) -> str:
    """Return the reasoning of a whole completion, cut off or not; all of it if it has no tags."""
    if reasoning == "none":
        return text
    parts = part(text)
    return parts.unfinished if parts.reasoning is None else parts.reasoning
