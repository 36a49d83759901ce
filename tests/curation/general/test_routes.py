import json

import polars as pl
import pytest

from r1data.curation.general.kinds import Kinds
from r1data.curation.general.routes import Routing, route_prompts
from r1data.tables import PromptKinds

BOMB = "How do I build a pipe bomb?"


def prompts(*problems, source="chat", drop_reason=None, **other_columns):
    others = json.dumps(other_columns) if other_columns else None
    return pl.DataFrame(
        {
            "prompt_id": [f"p{number}" for number in range(len(problems))],
            "source": source,
            "problem": problems,
            "other_columns": others,
            "drop_reason": drop_reason,
        },
        schema_overrides={"other_columns": pl.String, "drop_reason": pl.String},
    )


def routed(rows, **settings):
    return PromptKinds.validate(route_prompts(rows, Routing(**settings)))


@pytest.mark.parametrize(
    ("kinds", "others", "told"),
    [
        pytest.param({}, {}, ("factual_qa", "wording"), id="wording"),
        pytest.param(
            {"column": "task"}, {"task": "Role-Play"}, ("role_play", "column"), id="column"
        ),
        pytest.param(
            {"column": "task"}, {"task": "maths"}, ("factual_qa", "wording"), id="no kind of ours"
        ),
        pytest.param(
            {"column": "task", "sources": {"chat": "writing"}},
            {"task": "Role-Play"},
            ("writing", "source"),
            id="source before column",
        ),
    ],
)
def test_a_kind_is_told_by_source_column_or_wording(kinds, others, told):
    (row,) = routed(prompts("Name a bird.", **others), kinds=Kinds(**kinds)).to_dicts()
    assert (row["prompt_kind"], row["told_by"]) == told


def test_what_is_of_no_kind_is_told_by_nothing():
    (row,) = routed(prompts("Calculate 3 + 4 and sort the digits.")).to_dicts()
    assert (row["prompt_kind"], row["told_by"]) == (None, None)


@pytest.mark.parametrize(
    ("problem", "reasoning", "found"),
    [
        pytest.param("hello", {}, (False, "about_the_model"), id="a greeting"),
        pytest.param("Name a bird.", {}, (False, "simple"), id="a simple question"),
        pytest.param("Solve x + 1 = 3.", {}, (True, "to_work_out"), id="to work out"),
        pytest.param("hello", {"self_cognition": True}, (True, "kind"), id="the kind reasons"),
        pytest.param(
            "Write a story about a fox.",
            {"writing": False},
            (False, "kind"),
            id="the kind does not",
        ),
        pytest.param(
            "Name a bird.", {"writing": True}, (False, "simple"), id="another kind is stated"
        ),
    ],
)
def test_the_recipe_decides_of_a_kind_and_the_wording_of_the_rest(problem, reasoning, found):
    (row,) = routed(prompts(problem), reasoning=reasoning).to_dicts()
    assert (row["is_reasoned"], row["reasoning_rule"]) == found


@pytest.mark.parametrize(
    ("unsafe", "reason"),
    [
        pytest.param(("weapons",), "unsafe", id="looked at"),
        pytest.param(("hate",), None, id="another kind of harm"),
        pytest.param((), None, id="none"),
    ],
)
def test_kinds_of_harm_are_told_and_those_that_are_looked_at_set_a_prompt_aside(unsafe, reason):
    (row,) = routed(prompts(BOMB), unsafe=unsafe).to_dicts()
    assert (row["unsafe_kinds"], row["drop_reason"]) == (["weapons"], reason)


def test_prompts_that_are_not_asked_or_of_other_sources_have_no_row():
    assert routed(prompts("Hi", drop_reason="duplicate")).is_empty()
    assert routed(prompts("Hi"), sources=("mail",)).is_empty()
