import json
from pathlib import Path

import polars as pl
import pytest

from r1data.answers.math.verifier import MathVerifier
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers
from r1data.text import split_reasoning

DATA = Path("../shared/data")
VERIFIER = MathVerifier()

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no public data in {DATA}")


@pytest.fixture(scope="module")
def pool():
    with Workers(2) as pool:
        yield pool


def read(path):
    text = (DATA / path).read_text()
    return json.loads(text) if text.startswith("[") else [json.loads(x) for x in text.splitlines()]


def math500():
    return [row["answer"] for row in read("benchmarks/math500.json")]


def gsm8k():
    return [row["answer"].split("####")[1].strip() for row in read("benchmarks/gsm8k_test.jsonl")]


def math_train():
    frame = pl.read_parquet(DATA / "prompts/math_train.parquet")
    return [row["ground_truth"]["target"] for row in frame["reward_model"]]


@pytest.mark.parametrize(
    ("golds", "num_bad"),
    [
        pytest.param(math500, 0, id="MATH-500"),
        pytest.param(gsm8k, 0, id="GSM8K"),
        pytest.param(math_train, 5, id="MATH train: 4 empty, 1 garbled", marks=pytest.mark.slow),
    ],
)
def test_gold_answers_verify_themselves(pool, golds, num_bad):
    items = [Item(VERIFIER.as_response(Item("", gold)), gold) for gold in golds()]
    verdicts = VERIFIER.verify(items, pool)
    assert sum(verdict.reward != 1.0 for verdict in verdicts) == num_bad


def test_verdicts_agree_with_the_labels_of_qwen_rollouts(pool):
    rows = read("rollouts/qwen_math_100x8.jsonl")
    items = [Item(response, row["gt"]) for row in rows for response in row["code"]]
    labels = [bool(label) for row in rows for label in row["score"]]
    verdicts = VERIFIER.verify(items, pool)
    differ = [
        (item.gold_answer, verdict.predicted_answer)
        for item, verdict, label in zip(items, verdicts, labels, strict=True)
        if (verdict.reward == 1.0) != label
    ]
    assert differ == [("10{,}000", "10000")], "the one label that is wrong"


@pytest.mark.parametrize(
    ("path", "prefill", "outcomes"),
    [
        ("r1_math500.jsonl", "", {"correct": 16, "incorrect": 1, "no_answer": 3}),
        (
            "r1_distill_qwen7b_math500.jsonl",
            "<think>\n",
            {"correct": 17, "incorrect": 2, "no_answer": 1},
        ),
    ],
)
def test_outcomes_of_r1_rollouts(pool, path, prefill, outcomes):
    items = [
        Item(split_reasoning(prefill + row["full_response"])[1], row["ground_truth"])
        for row in read(f"rollouts/{path}")
    ]
    found = [verdict.outcome.value for verdict in VERIFIER.verify(items, pool)]
    assert {outcome: found.count(outcome) for outcome in sorted(set(found))} == outcomes
