"""Verdicts without the format rule: where no answer was found, one is read anywhere."""

import re

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.answers.workers import Workers
from r1data.marks import find_marks
from r1data.verification.log import VerdictLog
from r1data.verification.verify import ROLLOUT_COLUMNS, verify_rollouts

NUMBER = re.compile(r"-?\d(?:[\d,]{0,30}\d)?(?:\.\d{1,30})?")
"""A number in a text, its thousands set apart or not."""
OF_NUMBERS = ("math", "text", "reasoning_gym")
"""The verifiers for which the last number of a text can be an answer."""


def verify_anywhere(
    rollouts: pl.DataFrame,
    verdicts: pl.DataFrame,
    prompts: pl.DataFrame,
    *,
    pool: Workers,
    log: VerdictLog | None = None,
) -> pl.DataFrame:
    """Judge again what gave no answer in a form that is read; return all verdicts, in their order.

    First the whole completion counts as the response, reasoning included and without think tags:
    one that was cut off in its reasoning may have said its answer. What gives no answer so either
    is read as lm-eval's `flexible-extract` does: the last number of the text is the answer. A
    verdict that is no `no_answer` stays, wrong ones too: an answer was given.

    Args:
        rollouts: Rows of `Rollouts`.
        verdicts: Their rows of `Verdicts`, one each.
        prompts: Rows of `Prompts`, at least those that were answered.
        pool: The workers that compare what may hang.
        log: Where verdicts are kept, so that only what is new is judged.
    """
    whole = pl.concat_str("prefill", "completion").map_elements(without_tags, pl.String)
    texts = _open(rollouts.select(ROLLOUT_COLUMNS), verdicts).with_columns(
        completion=whole, prefill=pl.lit("")
    )
    found = _replaced(verdicts, verify_rollouts(texts, prompts, pool=pool, log=log))
    numbers = _last_numbers(_open(texts, found), prompts)
    return _replaced(found, verify_rollouts(numbers, prompts, pool=pool, log=log))


def without_tags(text: str) -> str:
    """Return a text with a space for each think tag and each token that ends a turn.

    >>> without_tags("<think>2 + 2 is 4")
    ' 2 + 2 is 4'
    """
    pieces, start = [], 0
    for mark in find_marks(text):
        pieces.append(text[start : mark.start])
        start = mark.end
    return " ".join([*pieces, text[start:]])


def last_number(text: str) -> str | None:
    """Return the last number of a text, without commas; None if it has none.

    >>> last_number("12 of 1,204.50 apples.")
    '1204.50'
    """
    last = None
    for last in NUMBER.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return None if last is None else last[0].replace(",", "")


def _last_numbers(texts: pl.DataFrame, prompts: pl.DataFrame) -> pl.DataFrame:
    """Return the completions that have a number, each as a box around the last."""
    numeric = prompts.filter(pl.col("verifier").is_in(OF_NUMBERS))
    number = pl.col("completion").map_elements(last_number, pl.String)
    found = texts.join(numeric, on="prompt_id", how="semi").with_columns(completion=number)
    boxed = pl.concat_str(pl.lit("\\boxed{"), "completion", pl.lit("}"))
    return found.drop_nulls("completion").with_columns(
        completion=boxed, finish_reason=pl.lit("stop")
    )


def _open(rollouts: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the rollouts in which no answer was found."""
    is_none = pl.col("outcome").cast(pl.String) == Outcome.NO_ANSWER.value
    keys = verdicts.filter(is_none).select("rollout_id")
    return rollouts.join(keys, on="rollout_id", how="semi", maintain_order="left")


def _replaced(verdicts: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts with those that were made again in their places."""
    order = verdicts.select("rollout_id")
    kept = verdicts.join(judged, on="rollout_id", how="anti")
    rows = pl.concat([kept, judged.select(verdicts.columns)])
    return order.join(rows, on="rollout_id", how="left", maintain_order="left")
