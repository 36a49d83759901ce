import polars as pl
import pytest

from r1data.curation.signals.question import QUESTION, QuestionLimits
from r1data.curation.signals.signal import Means, shown


def measured(*pairs):
    rollouts = pl.DataFrame(
        {"prompt_id": ["p"] * len(pairs), "prefill": "", "completion": [text for _, text in pairs]}
    )
    asked = shown(rollouts).with_columns(problem=pl.Series([problem for problem, _ in pairs]))
    return QUESTION.measure(asked, Means("think"))


def test_the_kind_and_what_is_due_are_read_from_the_problem():
    found = measured(("hello", "Hi."), ("How many are 3 and 4?", "7"), ("hello", None))
    assert found["prompt_kind"].to_list() == ["self_cognition", "factual_qa", None]
    assert found["deserves_reasoning"].to_list() == [False, True, None]


@pytest.mark.parametrize(
    ("deserves", "num_chars", "limits", "expected"),
    [
        pytest.param(True, 0, {}, "reasoning_missing", id="missing"),
        pytest.param(False, 9, {}, "reasoning_needless", id="needless"),
        pytest.param(True, 9, {}, None, id="due and there"),
        pytest.param(False, 0, {}, None, id="neither"),
        pytest.param(None, 9, {}, None, id="not measured"),
        pytest.param(True, 0, {"require_reasoning": False}, None, id="not required"),
        pytest.param(False, 9, {"allow_needless": True}, None, id="allowed"),
    ],
)
def test_reasoning_stands_where_it_is_due_and_nowhere_else(deserves, num_chars, limits, expected):
    row = pl.DataFrame(
        {"deserves_reasoning": [deserves], "num_reasoning_chars": [num_chars]},
        schema_overrides={"deserves_reasoning": pl.Boolean},
    )
    faults = QuestionLimits(**limits).faults().items()
    found = row.select(pl.coalesce(pl.when(is_so).then(pl.lit(name)) for name, is_so in faults))
    assert found.item() == expected
