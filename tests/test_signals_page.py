"""The page on signals: its list, and its recipe run on rollouts that each have one fault."""

# ruff: noqa: RUF001 - marks of other scripts are the point

import json
import re
from pathlib import Path
from typing import get_args

import polars as pl
import pytest
import yaml

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.curation.limits import SignalLimits
from r1data.curation.signals.measure import SIGNALS

PAGE = Path("docs/signals.md").read_text(encoding="utf-8")
(RECIPE,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SECTIONS = yaml.safe_load(RECIPE)["reasoning"]["selection"]["signals"]
LINKS = " ".join(f"https://a{n}.net/x" for n in range(4))
KEY = "sk-proj-k8Qz3vT9xLw2RbN7cYp5MdF6HsJ4GaEuW1oZ0iXy"
THOUGHT = "I add the two numbers one after the other and look whether that is right."
CASES = {
    # what the reasoning and the response say, before the response's box
    None: (THOUGHT, "The sum is easy to see."),
    "looping": ("Let me add both of them again and see what comes out. " * 40, "It is so."),
    "wrong_language": ("我先把两个数相加，然后检查一下结果是否正确，最后写出答案。", "It is so."),
    "contradicts_reasoning": (f"{THOUGHT} So the answer is 1000.", "It is so."),
    "refusal": (THOUGHT, "I'm sorry, but I can't help you with that."),
    "ai_disclaimer": (THOUGHT, "It is easy. As an AI language model, I like sums."),
    "boilerplate": (THOUGHT, "Sure! It is easy to add them."),
    "other_identity": (f"{THOUGHT} I am Qwen, made by Alibaba Cloud.", "It is so."),
    "placeholder": (THOUGHT, "Dear [Your Name], it is easy."),
    "unfinished_list": (THOUGHT, "Here are five steps:\n1. Look.\n2. Add.\n"),
    "many_links": (f"{THOUGHT} See {LINKS} for more.", "It is so."),
    "personal_data": (f"{THOUGHT} I ask ann.lee@gmail.com about it.", "It is so."),
    "secret": (f"{THOUGHT} The key is {KEY} here.", "It is so."),
}


def limits_of(name):
    """The limits of a signal's section, with their defaults; none where it has no section."""
    field = SignalLimits.model_fields.get(name)
    kinds = [] if field is None else [k for k in get_args(field.annotation) if k is not type(None)]
    return {key: limit.default for kind in kinds for key, limit in kind.model_fields.items()}


def shown(value):
    return "null" if value is None else str(value).lower()


@pytest.mark.parametrize("name", SIGNALS)
def test_the_page_lists_a_signal_with_its_columns_and_limits(name):
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    columns = row.split("|")[2]
    assert re.findall("`(.*?)`", columns) == [*SIGNALS[name].columns]
    for limit, default in limits_of(name).items():
        is_list = isinstance(default, tuple)
        assert (f"`{limit}" if is_list else f"`{limit}: {shown(default)}`") in row


def test_the_recipe_has_every_section_but_those_that_need_a_file():
    assert {*SECTIONS} == {*SignalLimits.model_fields} - {"tokens", "quality"}


@pytest.mark.slow
def test_the_recipe_of_the_page_leaves_each_fault_out_for_its_reason(tmp_path):
    problems = {f"What is {n + 20} + {n + 30}?": reason for n, reason in enumerate(CASES)}
    path = tmp_path / "my_rollouts.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for n, (problem, reason) in enumerate(problems.items()):
            reasoning, response = CASES[reason]
            box = f"{response}\n\n\\boxed{{{2 * n + 50}}}"
            row = {"problem": problem, "completion": f"<think>\n{reasoning}\n</think>\n\n{box}"}
            file.write(json.dumps({**row, "gold_answer": str(2 * n + 50)}) + "\n")
    recipe = Recipe.model_validate(yaml.safe_load(RECIPE.replace("my_", f"{tmp_path}/my_")))
    with Run(recipe.tables(), tmp_path / "data") as run:
        for spec in run.specs.values():
            run.make(spec.key)
        prompts = run.table("prompts/prompts").read(["prompt_id", "problem"])
        decided = run.table("reasoning/selections").read(["prompt_id", "drop_reason"])
    rows = decided.join(prompts, on="prompt_id").select("problem", pl.col("drop_reason"))
    assert dict(rows.iter_rows()) == problems
