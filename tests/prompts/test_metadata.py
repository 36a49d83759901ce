import json

import polars as pl
import pytest

from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source


def loaded(task, **settings):
    source = Source(generator={"task": task, "size": 3}, **settings)
    return pl.concat(load_prompts("mine", source))


def test_generated_problems_carry_the_entry_that_their_scorer_needs():
    (row, *_) = loaded("countdown", verifier="reasoning_gym").to_dicts()
    given = json.loads(row["metadata"])
    assert (given["task"], given["arguments"]) == ("countdown", {})
    assert given["entry"]["question"] == row["problem"]
    assert given["entry"]["metadata"]["target"] > 0


def test_metadata_is_no_part_of_a_prompts_identity():
    from r1data.prompts.identity import prompt_id

    (row, *_) = loaded("gcd").to_dicts()
    assert row["prompt_id"] == prompt_id("math", None, row["problem"])
    assert row["verifier"] == "math"


@pytest.mark.parametrize(
    ("verifier", "drop_reason"),
    [
        pytest.param("reasoning_gym", None, id="its scorer judges without a gold answer"),
        pytest.param("math", "no_gold_answer", id="a comparison needs one"),
    ],
)
def test_tasks_without_a_gold_answer(verifier, drop_reason):
    found = loaded("rush_hour", verifier=verifier)
    assert found["drop_reason"].to_list() == [drop_reason] * 3
