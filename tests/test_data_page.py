"""The recipes of docs/data.md, on rows of the forms that they are for."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
import yaml

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.mixture.export import Release, export_mixture
from r1data.store.store import Store

PAGE = Path("docs/data.md").read_text(encoding="utf-8")
RECIPES = {
    yaml.safe_load(text)["name"]: text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
}
PROBLEMS = {"What is 2 + 3?": 5, "What is 4 * 6?": 24, "What is 10 - 7?": 3, "What is 9 / 3?": 3}
WRONG = "What is 9 / 3?"
"""The problem that is answered wrongly."""


def thought(problem):
    return f"I look at {problem}"


def response(problem, wrong=WRONG):
    return f"The answer is \\boxed{{{PROBLEMS[problem] + (problem == wrong)}}}."


def completion(problem, wrong=WRONG):
    return f"<think>\n{thought(problem)}\n</think>\n\n{response(problem, wrong)}"


def turns(problem, *, system=False):
    said = [("user", problem), ("assistant", completion(problem))]
    before = [("system", "Think it over.")] if system else []
    return [{"role": role, "content": text} for role, text in (*before, *said)]


def sharegpt(problem):
    words = {"user": "human", "assistant": "gpt"}
    return [{"from": words[turn["role"]], "value": turn["content"]} for turn in turns(problem)]


def in_other_tags(problem):
    reasoning = f"<|begin_of_thought|>\n{thought(problem)}\n<|end_of_thought|>"
    return f"{reasoning}\n\n<|begin_of_solution|>\n{response(problem)}\n<|end_of_solution|>"


def plain(problem, **more):
    row = {"question": problem, "response": completion(problem), "answer": PROBLEMS[problem]}
    return row | {"level": 3} | more


FILES = {
    "my_rows.jsonl": [plain(problem) for problem in PROBLEMS],
    "my_shards/part-0.jsonl": [plain(problem) for problem in list(PROBLEMS)[:2]],
    "my_shards/part-1.jsonl": [plain(problem) for problem in list(PROBLEMS)[2:]],
    "ORG/NAME/train.jsonl": [plain(problem) for problem in PROBLEMS],
    "my_models.jsonl": [
        plain(problem, generator=name)
        for problem in PROBLEMS
        for name in ("DeepSeek-R1", "QwQ-32B")
    ],
    "my_conversations.jsonl": [
        *(
            {"messages": turns(p, system=n % 2), "ground_truth": PROBLEMS[p]}
            for n, p in enumerate(PROBLEMS)
        ),
    ],
    "my_columns.jsonl": [
        {"problem": p, "thoughts": thought(p), "solution": response(p), "answer": PROBLEMS[p]}
        for p in PROBLEMS
    ],
    "my_generations.jsonl": [
        {
            "problem": p,
            "answer": str(PROBLEMS[p]),
            "generations": [completion(p), completion(p, wrong=p), completion(p) + "\n"],
            "correctness_math_verify": [True, False, True],
            "is_reasoning_complete": [True, True, n != 0],
        }
        for n, p in enumerate(PROBLEMS)
    ],
    "my_thoughts.jsonl": [
        {
            "conversations": [
                {"from": "user", "value": p},
                {"from": "assistant", "value": in_other_tags(p)},
            ],
            "ground_truth_solution": f"By hand. Answer: {PROBLEMS[p]}",
        }
        for p in PROBLEMS
    ],
    "my_trl.jsonl": [
        {"prompt": turns(p)[:1], "completion": turns(p)[1:], "gold_answer": PROBLEMS[p]}
        for p in PROBLEMS
    ],
    "my_alpaca.json": [
        {"instruction": "Name a colour.", "input": "A cold one.", "output": "Blue."},
        {"instruction": "Say hello.", "input": "", "output": "Hello."},
    ],
}


def write(folder):
    for name, rows in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    verl = [
        {
            "data_source": "ours",
            "prompt": turns(p)[:1],
            "reward_model": {"style": "rule", "ground_truth": str(PROBLEMS[p])},
            "extra_info": {"index": n, "split": "train"},
        }
        for n, p in enumerate(PROBLEMS)
    ]
    pl.DataFrame(verl).write_parquet(folder / "my_verl.parquet")


def made(name, folder):
    """The store after the recipe of the page was run, its files in a folder of the test's own."""
    write(folder)
    text = re.sub(r"\bmy_|\bORG/", lambda found: f"{folder}/{found[0]}", RECIPES[name])
    recipe = Recipe.model_validate(yaml.safe_load(text))
    specs = recipe.tables()
    with Run(specs, folder / "data") as run:
        for spec in specs:
            run.make(spec.key)
    return Store(folder / "data")


def exported(store, folder):
    export_mixture(Release(store.table("sft/sft_mixture"), "card"), folder / "out")
    return pl.read_parquet(folder / "out" / "data" / "*.parquet")


COUNTS = {
    # rows that are read, correct ones, kept ones
    "rows": (4, 3, 3),
    "shards": (4, 3, 3),
    "hub": (4, 3, 3),
    "models": (4, 3, 3),
    "conversations": (4, 3, 3),
    "two_columns": (4, 3, 3),
    "generations": (12, 6, 5),
    "open_thoughts": (4, 3, 3),
    "trl": (4, 3, 3),
    "verl": (4, 3, 3),
    "alpaca": (2, 0, 2),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_rows_of_each_form_are_read_verified_kept_and_exported(tmp_path, name):
    store = made(name, tmp_path)
    num_read, num_correct, num_kept = COUNTS[name]
    rows = store.table("reasoning/file_rows").read()
    assert rows["drop_reason"].null_count() == num_read
    assert store.table("reasoning/rollouts").num_rows == num_read
    outcomes = store.table("reasoning/verdicts").read()["outcome"].cast(pl.String)
    assert (outcomes == "correct").sum() == num_correct
    out = exported(store, tmp_path)
    assert out.height == num_kept
    assert all(messages[-1]["role"] == "user" for messages in out["prompt"].to_list())


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_of_the_page_has_at_most_15_lines(name):
    assert len(RECIPES[name].splitlines()) <= 15


def test_every_recipe_of_the_page_has_its_counts():
    assert RECIPES.keys() == COUNTS.keys()


@pytest.mark.slow
def test_reasoning_of_two_columns_and_of_other_tags_is_one_completion_and_well_formed(tmp_path):
    store = made("two_columns", tmp_path)
    texts = {row[-1]["content"] for row in exported(store, tmp_path)["completion"].to_list()}
    assert texts == {completion(problem) for problem in PROBLEMS if problem != WRONG}


@pytest.mark.slow
def test_verdicts_of_a_file_and_its_other_columns_stand_beside_ours(tmp_path):
    store = made("generations", tmp_path)
    rollouts, verdicts = (
        store.table(f"reasoning/{name}").read() for name in ("rollouts", "verdicts")
    )
    both = rollouts.join(verdicts, on="rollout_id")
    agree = both["file_outcome"] == both["outcome"].cast(pl.String)
    assert agree.sum() == 10
    assert exported(store, tmp_path)["file_outcome"].null_count() == 0
    kept = made("rows", tmp_path / "rows")
    found = exported(kept, tmp_path / "rows")["metadata"]
    assert all(json.loads(text)["level"] == 3 for text in found)


@pytest.mark.slow
def test_what_is_kept_unverified_is_marked_in_the_export(tmp_path):
    store = made("alpaca", tmp_path)
    out = exported(store, tmp_path)
    assert out["is_unverified"].to_list() == [True, True]
    problems = {row[-1]["content"] for row in out["prompt"].to_list()}
    assert problems == {"Name a colour.\n\nA cold one.", "Say hello."}
