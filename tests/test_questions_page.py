"""The page of questions: each query runs, finds rows, and what it counts is what a run comes to."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.store.query import open_session

PAGE = Path("docs/questions.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```sql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def texts(number):
    """Completions with paragraphs of 20 to 9,000 characters, of which some are wrong or repeat."""
    answers = [number + 1, number + 1, number + 1, number + 1, number + 2]
    lengths = [20, 3000 + 500 * number, 3000 + 500 * number, 9000 - 1000 * number, 5000]
    return [
        f"<think>{'x ' * (length // 2)}</think>It is \\boxed{{{answer}}}."
        for length, answer in zip(lengths, answers, strict=True)
    ][number % 3 :]


def recipe(tmp_path, **selection):
    file = tmp_path / "rows.jsonl"
    rows = [
        {"problem": f"{n} + 1", "gold_answer": str(n + 1), "completion": texts(n)} for n in range(9)
    ]
    rows.append(rows[0])
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    columns = {"gold_answer": "gold_answer"}
    layout = {"max_paragraph_chars": selection.pop("max_paragraph_chars", 4000)}
    return Recipe.model_validate(
        {
            "name": "questions",
            "policies": {"mine": {"kind": "rollouts", "rollouts": str(file), "model": "R1"}},
            "prompts": {"sources": {"mine": {"file": str(file), "columns": columns}}},
            "reasoning": {
                "policy": "mine",
                "sampling": {"group_size": "all"},
                "control_of": ["long_paragraph"],
                "selection": {"signals": {"layout": layout}, **selection},
            },
            "sft": {},
        }
    )


def made(tmp_path, **selection):
    specs = recipe(tmp_path, **selection).tables()
    with Run(specs, tmp_path / "data") as run:
        for spec in specs:
            run.make(spec.key)
    return run.store


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    store = made(tmp_path_factory.mktemp("questions"))
    with open_session(store.root) as opened:
        yield opened


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_question_of_the_page_has_an_answer(session, query):
    assert session.query(query).height > 0


def test_the_page_answers_a_dozen_questions():
    assert len(QUERIES) >= 12


def told(session, words):
    """The answer to the first query of the page that has some words in it."""
    return session.query(next(query for query in QUERIES if words in query))


def kept(tmp_path, **selection):
    decided = made(tmp_path, **selection).table("reasoning/selections").read()
    return decided["is_kept"].sum()


def test_the_size_at_another_threshold_is_what_a_run_with_it_comes_to(session, tmp_path):
    assert told(session, "> 6000 is not true").item() == kept(tmp_path, max_paragraph_chars=6000)


@pytest.mark.parametrize("most", [2000, 4000, 6000, 8000])
def test_the_sizes_at_several_thresholds_are_what_runs_come_to(session, tmp_path, most):
    sizes = dict(told(session, "unnest([2000").iter_rows())
    assert sizes[most] == kept(tmp_path, max_paragraph_chars=most)


@pytest.mark.parametrize("per_prompt", [1, 2, 4])
def test_the_sizes_with_more_of_a_prompt_are_what_runs_come_to(session, tmp_path, per_prompt):
    sizes = dict(told(session, "unnest([1, 2, 4])").iter_rows())
    assert sizes[per_prompt] == kept(tmp_path, max_pass_rate=0.9, max_per_prompt=per_prompt)


def test_what_filters_take_adds_up_to_what_left_for_them(session):
    taken = told(session, "nothing_else_does").select("drop_reason", "left_for_it")
    left = session.query(
        "select drop_reason, count(*) as left_for_it from reasoning.selections "
        "where drop_reason not in ('over_quota', 'duplicate_completion') group by all"
    )
    first = taken.filter(pl.col("left_for_it") > 0)
    assert first.sort("drop_reason").equals(left.sort("drop_reason"))


def test_the_filter_and_its_control_keep_as_many(session):
    both = told(session, "control_selections")
    assert both["kept"].n_unique() == 1
    assert sorted(both["dataset"]) == ["reasoning", "reasoning_control"]
