import json
from pathlib import Path

import polars as pl
import pytest

from r1data.curation.refinements import (
    MEASURED,
    RewriteLimits,
    choose_rewrites,
    compare_rewrites,
    numbers_of,
    put_in_place,
)
from r1data.tables import Refinements, Selections
from r1data.text import split_reasoning
from tests.effort import effort

PUBLIC = Path("../shared/data/rollouts")
PROBLEM = "A box holds 6 eggs. How many eggs are in 3 boxes?"
BEFORE = (
    "<think>\nEach box holds 6 eggs and there are 3 of them, so we get 6 * 3 = 18. Let us check: "
    "6 + 6 + 6 = 18.\n</think>\n\n\\boxed{18}"
)


def whole(reasoning, response="So there are \\boxed{18} eggs."):
    return f"<think>\n{reasoning}\n</think>\n\n{response}"


GOOD = whole(
    "I see 6 eggs a box and 3 boxes. I multiply 6 by 3 and get 18. I check: 6 + 6 + 6 = 18."
)


def measured(after, before=BEFORE, problem=PROBLEM):
    frame = pl.DataFrame({"problem": [problem], "before": [before], "after": [after]})
    return compare_rewrites(frame).row(0, named=True)


def fallen(after, *, outcome="correct", dropped=None, before=BEFORE, **limits):
    """The drop reason of a rewrite that is alone."""
    ids = {name: [name] for name in ("rollout_id", "before_rollout_id", "reply_id", "prompt_id")}
    texts = pl.DataFrame({"problem": [PROBLEM], "before": [before], "after": [after]})
    compared = pl.concat([pl.DataFrame(ids), compare_rewrites(texts)], how="horizontal")
    decided = pl.DataFrame(
        {"rollout_id": ["rollout_id"], "drop_reason": [dropped]},
        schema={"rollout_id": pl.String, "drop_reason": pl.String},
    )
    outcomes = pl.DataFrame({"rollout_id": ["rollout_id"], "outcome": [outcome]})
    chosen = choose_rewrites(
        compared, decided=decided, outcomes=outcomes, limits=RewriteLimits(**limits)
    )
    return Refinements.validate(chosen, cast=True)["drop_reason"].item()


def test_a_faithful_rewrite_is_kept():
    assert fallen(GOOD) is None


@pytest.mark.parametrize(
    ("after", "settings", "reason"),
    [
        pytest.param(GOOD, {"dropped": "incorrect"}, "incorrect", id="what is wrong by itself"),
        pytest.param(whole("I get 18."), {}, "lost_reasoning", id="too short"),
        pytest.param(
            whole("I get it. " * 30), {}, "lost_reasoning", id="long, without the numbers"
        ),
        pytest.param(
            GOOD.replace("I check", "I have 20 left. I check"),
            {},
            "added_conclusion",
            id="new number",
        ),
        pytest.param(
            GOOD.replace("eggs.\n", "eggs.\n").replace("So there", "Of 24 places, there"),
            {},
            "added_conclusion",
            id="new number in the response",
        ),
        pytest.param(
            GOOD.replace("I ", "We "), {"first_person": True}, "not_first_person", id="we, not I"
        ),
        pytest.param(
            GOOD.replace("boxed{18}", "boxed{6}"),
            {"outcome": "undecided"},
            "changed_answer",
            id="another answer that nobody can judge",
        ),
    ],
)
def test_a_rewrite_falls_for_its_first_fault(after, settings, reason):
    assert fallen(after, **settings) == reason


@pytest.mark.parametrize(
    ("after", "settings"),
    [
        pytest.param(
            whole("I get 18."), {"min_reasoning_share": 0, "min_number_share": 0}, id="share"
        ),
        pytest.param(
            GOOD.replace("I check", "20. I check"), {"max_new_numbers": None}, id="numbers"
        ),
        pytest.param(GOOD.replace("I ", "We "), {}, id="we"),
        pytest.param(GOOD.replace("boxed{18}", "boxed{6}"), {}, id="answer that a rule judged"),
        pytest.param(
            GOOD.replace("So there", "1. I multiply.\n2. I add.\n\nSo there"), {}, id="list items"
        ),
    ],
)
def test_what_the_limits_allow_is_kept(after, settings):
    assert fallen(after, **settings) is None


def test_a_reply_that_never_came_is_measured_as_nothing_and_falls_for_that():
    assert measured(None) == dict.fromkeys(MEASURED)
    assert fallen(None, dropped="no_completion", outcome="failed") == "no_completion"


@pytest.mark.parametrize(
    ("reasoning", "says_i"),
    [
        pytest.param("I think that this is 18, and then it is done.", True, id="English I"),
        pytest.param("We think that this is 18, and then it is done.", False, id="English we"),
        pytest.param("我先把题目读一遍, 然后算出结果。", True, id="Chinese I"),
        pytest.param("先把题目读一遍, 然后算出结果。", False, id="Chinese without"),
        pytest.param("Zuerst lese ich die Aufgabe, und dann rechne ich.", None, id="German"),
    ],
)
def test_the_first_person_is_known_in_two_languages(reasoning, says_i):
    assert measured(whole(reasoning))["is_first_person"] is says_i


def test_numbers_that_mean_the_same_are_one():
    text = "1,000 and 1000.0 are 1000; step 2 has 3.10.\n- 4) four\n**5.** five"
    assert numbers_of(text) == {"1000", "2", "3.1"}


def test_of_several_good_rewrites_the_longest_takes_the_place():
    ids = ["a", "b", "c"]
    compared = pl.DataFrame(
        {
            "rollout_id": ids,
            "before_rollout_id": ["x", "x", "y"],
            "reply_id": ids,
            "prompt_id": ["p"] * 3,
            "num_chars": [10, 20, 5],
            "reasoning_share": [1.0] * 3,
            "number_share": [1.0] * 3,
            "new_numbers": [[]] * 3,
            "is_first_person": [True] * 3,
            "has_other_answer": [False] * 3,
        },
        schema_overrides=MEASURED,
    )
    decided = pl.DataFrame({"rollout_id": ids}).with_columns(drop_reason=pl.lit(None, pl.String))
    outcomes = pl.DataFrame({"rollout_id": ids, "outcome": ["correct"] * 3})
    chosen = choose_rewrites(compared, decided=decided, outcomes=outcomes, limits=RewriteLimits())
    assert chosen.select("rollout_id", "rank", "drop_reason").rows() == [
        ("a", 1, "shorter_rewrite"),
        ("b", 0, None),
        ("c", 0, None),
    ]
    kept = pl.DataFrame(
        {
            "rollout_id": ["x", "y", "z", "w"],
            "prompt_id": ["p"] * 4,
            "is_asked": [True] * 3 + [False],
        }
    )
    for keeps, of_z in ((False, "not_rewritten"), (True, None)):
        placed = put_in_place(kept, chosen, dataset="d", keep_originals=keeps)
        reasons = dict(Selections.validate(placed).select("rollout_id", "drop_reason").iter_rows())
        assert [reasons[name] for name in "xyzw"] == ["rewritten", "rewritten", of_z, None]
        assert [reasons[name] for name in "abc"] == ["shorter_rewrite", None, None]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1." * 100, id="numbers and points"),
        pytest.param("1,2." * 100, id="separators"),
        pytest.param("\n# * - >" * 100, id="marks of lists"),
        pytest.param("I " * 100, id="first persons"),
    ],
)
def test_hostile_texts_take_little_effort(text):
    assert effort(lambda: measured(whole(text * 500))) < 50


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="../shared/data is absent")
def test_responses_of_real_models_hardly_ever_hold_numbers_that_their_reasoning_lacks():
    files = ("r1_math500.jsonl", "r1_distill_qwen7b_math500.jsonl")
    texts = "\n".join(PUBLIC.joinpath(name).read_text(encoding="utf-8") for name in files)
    rows = [json.loads(line) for line in texts.split("\n") if line]
    parts = [(row["problem"], *split_reasoning(row["full_response"])) for row in rows]
    closed = [(asked, thought, said) for asked, thought, said in parts if thought]
    new = [numbers_of(said) - numbers_of(f"{asked}\n{thought}") for asked, thought, said in closed]
    assert len(new) == 39
    assert [sorted(numbers) for numbers in new if numbers] == [["0.21", "1.22"]]
