"""What an export says of rows that may not be shared, and what its card gathers."""

import json

import polars as pl
import pytest
import yaml

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.cli.export import export_table, revisions


def problems(first, number=20):
    return [
        {
            "problem": f"What is {n} + {n}?",
            "completion": f"<think>{n} twice</think>\\boxed{{{2 * n + (n % 10 == 0)}}}",
            "gold_answer": str(2 * n),
        }
        for n in range(first, first + number)
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    rows = {"free": problems(100), "closed": problems(200)}
    for name, held in rows.items():
        text = "".join(json.dumps(row) + "\n" for row in held)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    files = [str(folder / f"{name}.jsonl") for name in rows]
    licences = {"free": "MIT", "closed": "CC BY-ND 4.0"}
    recipe = {
        "name": "small",
        "policies": {"theirs": {"kind": "rollouts", "rollouts": files, "model": "m"}},
        "prompts": {
            "sources": {
                name: {"file": str(folder / f"{name}.jsonl"), "licence": licences[name]}
                for name in rows
            },
            "decontamination": {},
            "benchmarks": {"held": {"problems": [{"problem": "1 + 1?", "gold_answer": "2"}]}},
        },
        "reasoning": {"policy": "theirs", "sampling": {"group_size": "all"}},
        "sft": {"quotas": {"domains": {"math": 30, "stem": 5}}, "held_out": {"prompts": 3}},
    }
    (folder / "small.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    specs = Recipe.model_validate(recipe).tables()
    with Run(specs, folder / "data" / "small") as run:
        for spec in specs:
            run.make(spec.key)
    return folder


def export(made, to, **options):
    recipe, data = made / "small.yaml", made / "data"
    export_table("sft/sft_mixture", str(to), recipe, data, **options)
    frame = pl.concat(pl.read_parquet(path) for path in sorted((to / "data").iterdir()))
    return frame, (to / "README.md").read_text(encoding="utf-8")


def test_rows_that_may_not_be_shared_are_left_out_and_it_is_said_how_many(made, tmp_path, capsys):
    rows, card = export(made, tmp_path / "out")
    whole, _ = export(made, tmp_path / "whole", include_restricted=True)
    left_out = whole.filter(source="closed").height
    assert set(rows["source"]) == {"free"}
    assert rows.height + left_out == whole.height == 30
    said = f"{left_out} rows are left out"
    assert f"{said}: their licence, CC BY-ND 4.0, forbids to share them" in capsys.readouterr().out
    assert f"{said}, because their licence forbids to share them: CC BY-ND 4.0." in card
    assert f"{rows.height} training examples" in card


def test_every_revision_of_a_source_is_named():
    rows = pl.LazyFrame({"source": ["a", "b", "a"], "revision": ["2", "1", "1"]})
    assert revisions([rows], "source", "revision") == {"a": "1, 2", "b": "1"}


def test_a_card_for_yourself_says_which_sources_may_not_be_shared(made, tmp_path):
    _, card = export(made, tmp_path / "whole", include_restricted=True)
    assert "The licences of these sources forbid to share it: closed." in card


def test_the_card_gathers_what_the_tables_know(made, tmp_path):
    _, card = export(made, tmp_path / "out")
    assert "| domain | stem | 5 | 0 | 0 | 5 |" in card
    assert "The domain stem has 0 of the 5 that were wanted" in card
    assert "| rule math |" in card
    assert "| sft/mixture\\_selections | over\\_quota\\_of\\_domain | 6 |" in card
    assert "| free | 20 | 18 (90.0%) | 2 (10.0%) |" in card
    assert "No row left for these kinds of contamination: translated, numbers\\_changed." in card
    assert "Near duplicates of prompts were not looked for" in card
    assert "![Rows by tokens](plots/tokens.svg)" in card
    assert "(context: 32,768)" in card
