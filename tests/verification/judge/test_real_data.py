from pathlib import Path

import polars as pl
import pytest

from r1data.text import split_reasoning
from r1data.verification.judge.guards import find_addressing

ROLLOUTS = Path("../shared/data/rollouts")


@pytest.mark.skipif(not ROLLOUTS.exists(), reason="needs the shared data")
@pytest.mark.parametrize(
    ("file", "column"),
    [
        pytest.param("qwen_math_100x8.jsonl", "response", id="Qwen2.5-Math"),
        pytest.param("r1_math500.jsonl", "full_response", id="R1"),
        pytest.param("r1_distill_open_traces.parquet", "text", id="R1-Distill"),
    ],
)
def test_of_real_responses_fewer_than_one_in_two_hundred_are_taken_to_speak_to_a_judge(
    file, column
):
    read = pl.read_parquet if file.endswith("parquet") else pl.read_ndjson
    texts = read(ROLLOUTS / file)[column]
    texts = texts.explode() if texts.dtype == pl.List(pl.String) else texts
    flagged = [find_addressing(split_reasoning(text)[1]) for text in texts.drop_nulls()]
    assert sum(found is not None for found in flagged) / len(flagged) < 0.005
