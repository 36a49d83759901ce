"""Judging a batch of completions while a policy is trained, as a table of verdicts would be.

The batch becomes rows of `Rollouts` and `Prompts` and goes through `verify_rollouts`, so that a
training reward and a table's verdict cannot differ.
"""

import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Verdict
from r1data.answers.workers import Workers
from r1data.policies.trainings import ModelRewardName, sampled_text
from r1data.tables import Prompts, Rollouts
from r1data.text import Reasoning, opening
from r1data.verification.verify import PROMPT_COLUMNS, ROLLOUT_COLUMNS, verify_rollouts

Messages = Sequence[Mapping[str, Any]]
Completion = str | Messages
Row = Mapping[str, Any]

MODEL_JUDGED = get_args(ModelRewardName)
"""What the column `kind` says of a prompt whose completions a reward model judges."""
NEEDED = ("verifier", "gold_answer")
COLUMNS = (*PROMPT_COLUMNS, "language", "kind")


@dataclass(frozen=True, slots=True)
class Judged:
    """A completion, and what the verifiers make of it."""

    text: str
    """The whole completion, with the prefill and the think tag that the prompt held."""
    completion_ids: Sequence[int]
    verdict: Verdict
    row: Row
    """The columns of `Prompts` that the training set has."""

    @property
    def is_rewarded(self) -> bool:
        """Whether there is something to reward: a verdict, or a reward model that judges it."""
        return self.verdict.reward is not None or self.row.get("kind") in MODEL_JUDGED


class _State:
    """What is not part of the settings: the workers and the batch judged last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pool: Workers | None = None
        self.key: object = None
        self.batch: list[Judged] = []

    def __reduce__(self) -> tuple[type["_State"], tuple[()]]:
        """Leave workers and batch behind: another process has its own."""
        return _State, ()


@dataclass(frozen=True)
class Judging:
    """How completions are judged; the rewards that share one judge each batch once.

    Workers start at the first batch that needs them and end with the process or with this object.
    """

    end_token_ids: frozenset[int]
    """The tokens a finished completion ends with, padding included: TRL does not tell why one
    ended, and the last words of one that was cut off may be half an answer."""
    reasoning: Reasoning = "think"
    """Whether the policy writes `<think>` itself, finds it in the prompt, or writes no tags."""
    num_workers: int = 4
    """Verification processes for each training process."""
    seconds: float = 5.0
    """Processor time one comparison may take."""
    _state: _State = field(default_factory=_State, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.end_token_ids:
            raise ValueError(
                "end_token_ids is empty, so every completion would count as cut off; give the "
                "tokenizer's eos_token_id and pad_token_id"
            )

    def judge(
        self,
        prompts: Sequence[Completion],
        completions: Sequence[Completion],
        completion_ids: Sequence[Sequence[int]],
        columns: Mapping[str, Sequence[Any]],
    ) -> list[Judged]:
        """Judge a batch, or return what was found if it is the one judged last."""
        rows = _dataset_rows(columns)
        with self._state.lock:
            key = [list(prompts), list(completions), list(completion_ids), rows]
            if self._state.key != key:
                self._state.key = None
                self._state.batch = self._judge(prompts, completions, completion_ids, rows)
                self._state.key = key
            return self._state.batch

    def _judge(
        self,
        prompts: Sequence[Completion],
        completions: Sequence[Completion],
        completion_ids: Sequence[Sequence[int]],
        rows: Sequence[Row],
    ) -> list[Judged]:
        texts = [sampled_text(completion, self.reasoning) for completion in completions]
        prefills = [opening(_prefill(prompt), self.reasoning) for prompt in prompts]
        is_finished = [bool(ids) and ids[-1] in self.end_token_ids for ids in completion_ids]
        ids = [str(number) for number in range(len(texts))]
        rollouts = {
            "rollout_id": ids,
            "prompt_id": ids,
            "completion": texts,
            "prefill": prefills,
            "finish_reason": ["stop" if finished else "length" for finished in is_finished],
        }
        asked = {name: [row.get(name) for row in rows] for name in PROMPT_COLUMNS}
        verdicts = verify_rollouts(
            _frame(rollouts, ROLLOUT_COLUMNS, Rollouts.create_empty().schema),
            _frame({**asked, "prompt_id": ids}, PROMPT_COLUMNS, Prompts.create_empty().schema),
            pool=self._workers(),
        )
        whole = [
            prefill + text if text.strip() else ""
            for text, prefill in zip(texts, prefills, strict=True)
        ]
        parts = zip(whole, completion_ids, verdicts.iter_rows(named=True), rows, strict=True)
        return [Judged(text, ids, _verdict(found), row) for text, ids, found, row in parts]

    def _workers(self) -> Workers:
        if self._state.pool is None:
            self._state.pool = Workers(self.num_workers, seconds=self.seconds)
            weakref.finalize(self._state, Workers.close, self._state.pool)
        return self._state.pool


def _prefill(prompt: Completion) -> str:
    """Return what a prompt begins the assistant's message with."""
    if isinstance(prompt, str) or not prompt or prompt[-1]["role"] != "assistant":
        return ""
    return sampled_text(prompt[-1:])


def _dataset_rows(columns: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Return the dataset's rows; without what says how to judge them, nothing would be judged."""
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise ValueError(
            f"the training set has no column {' and no '.join(missing)}, which judging needs; "
            "export it with the columns of the prompts table"
        )
    names = [name for name in COLUMNS if name in columns]
    values = zip(*(columns[name] for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in values]


def _frame(
    columns: Mapping[str, list[Any]], names: Sequence[str], schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    size = len(columns["prompt_id"])
    values = {name: columns.get(name) or [None] * size for name in names}
    return pl.DataFrame(values, schema={name: schema[name] for name in names})


def _verdict(row: Row) -> Verdict:
    return Verdict(Outcome(row["outcome"]), row["predicted_answer"], row["detail"], row["seconds"])
