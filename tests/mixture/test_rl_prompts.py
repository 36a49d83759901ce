import polars as pl
import pytest

from r1data.mixture.rl_prompts import RATED, not_held_out, to_general_prompts, to_rl_prompts
from r1data.policies.templates import Template, WorkedExample
from r1data.tables import Prompts, RLPrompts
from training.judging import Judging
from training.rewards import Accuracy

TEMPLATE = Template(
    instruction="Box it.", worked_examples=(WorkedExample(problem="0+0?", completion="0"),)
)


def prompts(**changed):
    row = dict.fromkeys(Prompts.column_names()) | {
        "source": "ours",
        "revision": "1",
        "upstream_row": "0",
        "domain": "math",
        "problem": "2 + 2?",
        "gold_answer": "4",
        "verifier": "math",
    }
    rows = [row | {"prompt_id": name} | columns for name, columns in changed.items()]
    return pl.DataFrame(rows, schema=Prompts.create_empty().schema)


def rated(**reasons):
    rows = [(name, "dev1", 0.5, 8, reason) for name, reason in reasons.items()]
    return pl.DataFrame(rows, schema=list(RATED), orient="row").cast(
        {"drop_reason": pl.String, "num_judged": pl.Int32}
    )


def convert(asked, band, first_row=0, **options):
    where = {"template": TEMPLATE, "dataset": "rl", "first_row": first_row}
    return to_rl_prompts(asked, band, **where, **options)


def test_prompts_inside_the_band_are_rows_in_their_order():
    found = convert(prompts(a={}, b={}, c={}), rated(c=None, b="too_hard", a=None), first_row=3)
    RLPrompts.validate(found, cast=True)
    assert found.select("row", "prompt_id", "solution").rows() == [(3, "a", "4"), (4, "c", "4")]
    assert found["prompt"][0].to_list() == [{"role": "user", "content": "2 + 2?\n\nBox it."}]


def test_prompts_that_are_held_out_are_no_rows():
    asked = prompts(a={}, b={}, c={})
    splits = {"prompt_id": ["a", "a", "b"], "split": ["held_out", "held_out", "train"]}
    assert not_held_out(asked, pl.DataFrame(splits))["prompt_id"].to_list() == ["b", "c"]


def test_a_conversation_is_asked_whole():
    turns = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    asked = prompts(a={"system_message": "Be brief.", "earlier_turns": turns})
    found = convert(asked, rated(a=None))["prompt"][0].to_list()
    assert [turn["role"] for turn in found] == ["system", "user", "assistant", "user"]


def test_our_rewards_judge_the_rows_as_they_are():
    rows = convert(prompts(a={}), rated(a=None)).to_dict(as_series=False)
    asked = rows.pop("prompt")
    for answer, reward in ((4, 1.0), (5, 0.0)):
        written = [[{"role": "assistant", "content": f"<think>a</think>\\boxed{{{answer}}}"}]]
        accuracy = Accuracy(Judging(frozenset({0}), num_workers=1))
        found = accuracy(prompts=asked, completions=written, completion_ids=[[1, 0]], **rows)
        assert found == [reward]


@pytest.mark.parametrize(
    ("asked", "band", "message"),
    [
        pytest.param(
            prompts(a={}),
            pl.concat([rated(a=None)] * 2),
            "prompt a has several pass rates",
            id="rated twice",
        ),
        pytest.param(
            prompts(a={"verifier": None}), rated(a=None), "a has no verifier", id="no verifier"
        ),
        pytest.param(
            prompts(a={"gold_answer": None}), rated(a=None), "cannot be rewarded", id="no gold"
        ),
    ],
)
def test_what_no_reward_can_judge_is_refused(asked, band, message):
    with pytest.raises(ValueError, match=message):
        convert(asked, band)


def test_general_prompts_are_rows_of_the_model_that_judges_them():
    asked = prompts(a={"source": "chat"}, b={"source": "harm", "verifier": None}, c={})
    found = to_general_prompts(
        asked,
        {"chat": "helpful", "harm": "safety"},
        template=TEMPLATE,
        dataset="alignment_rl",
        first_row=2,
    )
    RLPrompts.validate(found, cast=True)
    assert found.select("row", "prompt_id", "kind").rows() == [
        (2, "a", "helpful"),
        (3, "b", "safety"),
    ]
    assert found.select("verifier", "gold_answer", "solution").null_count().rows() == [(2, 2, 2)]
    assert found["prompt"][0].to_list() == [{"role": "user", "content": "2 + 2?\n\nBox it."}]
