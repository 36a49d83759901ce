"""The README's table and the gallery, filled from a data folder, and scores held against them."""

import subprocess
import sys
from dataclasses import replace

import pytest
import yaml
from pages.demo_table import NAME, Score, demo_table, read_scores, scores_of
from pages.gallery import gallery_page
from pages.markdown import replace_block
from pages.noise import moved_scores

from tests.assets.graphs import Graph
from tests.assets.recipes import whole_recipe


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("made"))
    graph.run()
    return graph


@pytest.fixture(scope="module")
def recipe(made):
    return whole_recipe(made.tmp_path)


@pytest.fixture(scope="module")
def page(made, recipe):
    empty = f"before\n<!-- {NAME} -->\n<!-- /{NAME} -->\nafter\n"
    return replace_block(empty, NAME, demo_table(made.store, recipe))


def test_the_table_has_the_rows_of_the_training_sets_and_where_the_others_went(made, page):
    selections = made.read("reasoning/selections")
    kept, incorrect = selections["is_kept"].sum(), (selections["drop_reason"] == "incorrect").sum()
    assert f"| `sft/sft_mixture` | {kept} |" in page
    assert "| `reasoning/rollouts` | 100 |" in page
    assert f"incorrect {incorrect}, " in page
    assert f"kept {kept}" in page
    examples = made.read("cold_start/sft_mixture").height
    assert f"| `cold_start/sft_mixture` | {examples} |" in page


def test_the_table_says_what_each_policy_was_trained_on(page):
    assert "| `sft` | `sft/sft_mixture` | 1 | " in page
    assert "| `base` |  |  | " in page
    assert "- sft minus base, paired by prompt: " in page


def test_a_block_that_is_filled_again_is_the_same_and_the_rest_stays(made, recipe, page):
    assert replace_block(page, NAME, demo_table(made.store, recipe)) == page
    assert page.startswith("before\n<!-- demo -->\n| dataset")
    assert page.endswith("\n<!-- /demo -->\nafter\n")


def test_a_page_without_the_block_is_refused_with_what_to_add():
    with pytest.raises(ValueError, match="no block <!-- demo -->"):
        replace_block("nothing", NAME, [])


def test_the_scores_that_are_stated_are_read_back(made, recipe, page):
    found = scores_of(made.store, recipe)
    stated = read_scores(page)
    assert stated.keys() == found.keys() == {"base", "cold_start", "sft"}
    for policy, score in found.items():
        assert stated[policy].value == pytest.approx(score.value, abs=0.0005)
        assert stated[policy].num_prompts == score.num_prompts == 12


def test_a_block_without_a_scoreboard_is_refused():
    page = f"<!-- {NAME} -->\n| dataset |\n|---|\n<!-- /{NAME} -->"
    with pytest.raises(ValueError, match="no scoreboard"):
        read_scores(page)


BASE = Score(0.061, 0.014, 70)
SFT = Score(0.271, 0.047, 70)


@pytest.mark.parametrize(
    ("found", "moved"),
    [
        pytest.param({"base": BASE, "sft": SFT}, [], id="the same"),
        pytest.param({"base": BASE, "sft": replace(SFT, value=0.371)}, [], id="within the noise"),
        pytest.param({"base": BASE, "sft": replace(SFT, value=0.5)}, ["sft: 0.500"], id="better"),
        pytest.param({"base": BASE, "sft": replace(SFT, value=0.05)}, ["sft: 0.050"], id="worse"),
        pytest.param({"base": BASE}, ["sft: stated, and not scored"], id="one is missing"),
        pytest.param(
            {"base": BASE, "sft": SFT, "new": SFT}, ["new: scored by this run"], id="one is new"
        ),
    ],
)
def test_a_score_has_moved_if_it_is_further_off_than_noise(found, moved):
    lines = list(moved_scores({"base": BASE, "sft": SFT}, found))
    assert len(lines) == len(moved)
    assert all(line.startswith(start) for line, start in zip(lines, moved, strict=True))


def test_a_score_of_nothing_right_is_known_to_half_a_prompt():
    never, once = Score(0.0, 0.0, 70), Score(0.02, 0.0, 70)
    assert list(moved_scores({"base": never}, {"base": once})) == []
    assert list(moved_scores({"base": never}, {"base": replace(once, value=0.1)})) != []


def test_the_gallery_shows_three_rows_of_every_table(made):
    page = gallery_page(made.store)
    assert all(f"\n## {key}\n" in page for key in made.versions())
    section = page.partition("## reasoning/rollouts")[2].partition("\n## ")[0]
    assert "| column | 1 | 2 | 3 |" in section
    (completions,) = [line for line in section.splitlines() if line.startswith("| `completion` |")]
    assert completions.count("<think>") == 3
    assert "| `error` |" not in section
    assert "| `prefill` |" not in section


def test_the_gallery_cuts_long_texts(made):
    cells = [
        cell.strip()
        for line in gallery_page(made.store).splitlines()
        for cell in line.split(" | ")[1:]
    ]
    assert max(map(len, cells)) <= 260


@pytest.fixture
def script(made, recipe, tmp_path):
    """Runs a script of `.ci/` on the data folder; returns its exit status and what it prints."""
    recipe_file = tmp_path / "small.yaml"
    recipe_file.write_text(yaml.safe_dump(recipe.model_dump(mode="json")), encoding="utf-8")

    def run(name, *arguments):
        command = [sys.executable, f".ci/{name}.py", str(made.store.root), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    run.recipe = ("--recipe", recipe_file)
    return run


def test_the_build_fails_if_a_score_is_not_the_one_that_is_stated(script, page, tmp_path):
    stated = tmp_path / "README.md"
    stated.write_text(f"<!-- {NAME} -->\n<!-- /{NAME} -->\n", encoding="utf-8")
    assert script("readme_table", *script.recipe, "--page", stated) == (0, "")
    status, told = script("compare_demo", *script.recipe, "--page", stated)
    assert (status, told.count("\n")) == (0, 1)
    score = read_scores(stated.read_text(encoding="utf-8"))["sft"].value
    moved = stated.read_text(encoding="utf-8").replace(f"| {score:.3f} |", "| 0.111 |")
    stated.write_text(moved, encoding="utf-8")
    status, told = script("compare_demo", *script.recipe, "--page", stated)
    assert status == 1
    assert f"sft: {score:.3f}, stated 0.111" in told


def test_the_gallery_is_written_from_the_data_folder_that_is_named(script, made, tmp_path):
    assert script("gallery", "--to", tmp_path / "gallery.md") == (0, "")
    assert (tmp_path / "gallery.md").read_text(encoding="utf-8") == gallery_page(made.store)
