"""The documentation, held against the code."""

import ast
import importlib.util
import json
import re
from pathlib import Path

import dataframely as dy
import jsonschema
import pytest
import yaml
from pages.all import PAGES

from assets.recipe.recipe import Recipe
from r1data import tables
from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS
from r1data.cli.curating.settings import Curation, merged_settings

DOCS = sorted(Path("docs").glob("*.md"))
WRITTEN = [Path("README.md"), Path("CONTRIBUTING.md"), Path("CHANGELOG.md"), *DOCS]
WORKFLOW = Path(".github/workflows/tests.yml")
SCHEMA = Path("docs/recipe.schema.json")
RECIPES = sorted(Path("recipes").glob("*.yaml"))


def text(path):
    return path.read_text(encoding="utf-8")


def found(pattern, pages=WRITTEN):
    flags = re.MULTILINE | re.DOTALL
    return [
        pytest.param(path, match, id=f"{path}: {match[:40]}")
        for path in pages
        for match in dict.fromkeys(re.findall(pattern, text(path), flags))
    ]


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_a_generated_page_says_what_the_code_says(path):
    is_equal = text(path) == PAGES[path]()
    assert is_equal, f"{path} is stale: run `make docs`"


@pytest.mark.parametrize(("path", "link"), found(r"\]\(([^)#:\n]+)[^)\n]*\)"))
def test_a_link_leads_somewhere(path, link):
    assert (path.parent / link).exists()


@pytest.mark.parametrize("page", DOCS, ids=str)
def test_every_page_is_linked_from_the_readme(page):
    assert f"({page})" in text(Path("README.md"))


@pytest.mark.parametrize(("path", "document"), found(r"```yaml\n(.*?)```"))
def test_a_recipe_in_a_page_is_one(path, document):
    assert Recipe.model_validate(yaml.safe_load(document)).name


@pytest.mark.parametrize(("path", "document"), found(r"```yaml settings\n(.*?)```"))
def test_settings_of_curating_in_a_page_are_some(path, document):
    assert merged_settings(yaml.safe_load(document)) != Curation()


@pytest.mark.parametrize(("path", "target"), found(r"(?:^|`)make ([\w-]+)"))
def test_a_make_target_in_a_page_is_one(path, target):
    assert re.search(rf"^{target}: ", text(Path("Makefile")), re.MULTILINE)


def test_the_workflow_runs_targets_and_scripts_that_exist():
    jobs = yaml.safe_load(text(WORKFLOW))["jobs"]
    lines = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    targets = {target for line in lines for target in re.findall(r"^make (\S+)$", line)}
    scripts = {script for line in lines for script in re.findall(r"\.ci/\S+", line)}
    assert targets == {"setup", "fast", "demo"}
    assert targets <= set(re.findall(r"^(\w+): ", text(Path("Makefile")), re.MULTILINE))
    assert ".ci/compare_demo.py" in scripts
    assert all(Path(script).exists() for script in scripts)


@pytest.mark.parametrize(("path", "module"), found(r"python -m (performance\.\w+)"))
def test_a_measuring_script_in_a_page_is_one(path, module):
    assert importlib.util.find_spec(module)


@pytest.mark.parametrize("path", RECIPES, ids=str)
def test_the_schema_for_editors_accepts_the_recipes_and_is_where_they_say(path):
    schema = json.loads(text(SCHEMA))
    jsonschema.validate(yaml.safe_load(text(path)), schema)
    (named,) = re.findall(r"^# yaml-language-server: \$schema=(.+)$", text(path), re.MULTILINE)
    assert (path.parent / named).resolve() == SCHEMA.resolve()


def test_the_schema_for_editors_refuses_an_unknown_key():
    document = yaml.safe_load(text(RECIPES[0])) | {"reasonning": {}}
    with pytest.raises(jsonschema.ValidationError, match="reasonning"):
        jsonschema.validate(document, json.loads(text(SCHEMA)))


def groups_of_keys():
    schema = Recipe.model_json_schema()
    kinds = schema.pop("$defs") | {"Recipe": schema}
    return {name: kind["properties"] for name, kind in kinds.items() if "properties" in kind}


@pytest.mark.parametrize("name", groups_of_keys())
def test_every_key_of_a_recipe_has_its_sentence(name):
    silent = [key for key, of in groups_of_keys()[name].items() if not of.get("description")]
    assert silent == []


def test_the_pages_on_answers_and_words_name_every_outcome_and_verifier():
    told = set(re.findall(r"`(\w+)`", text(Path("docs/answers.md"))))
    assert told >= {*Outcome, *VERIFIERS}
    assert set(re.findall(r"`(\w+)`", text(Path("docs/words.md")))) >= {*Outcome}


def names_in_the_code():
    """Whatever has a name: modules, functions, classes, arguments, columns, variables."""
    files = [path for root in ("r1data", "assets", "training") for path in Path(root).rglob("*.py")]
    names = {path.stem for path in files}
    for path in files:
        for node in ast.walk(ast.parse(text(path))):
            names |= {getattr(node, part, None) for part in ("id", "name", "attr", "arg")}
    schemas = [one for one in vars(tables).values() if isinstance(one, type)]
    columns = [one.column_names() for one in schemas if issubclass(one, dy.Schema)]
    return names.union(*columns, {"sft_mixture"})


def test_every_name_in_the_vocabulary_is_in_the_code():
    rows = re.findall(
        r"^\| [^|]+ \| [^|]+ \| ([^|]*) \| [^|]+ \|$", text(Path("docs/words.md")), re.M
    )
    told = {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}
    assert len(told) > 30
    assert told - names_in_the_code() == set()


def test_the_page_on_the_paper_says_which_rounds_are_built():
    paper = text(Path("docs/paper.md"))
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (built|not built) \|$", paper, re.MULTILINE)
    rounds = Recipe.model_fields.keys() - {
        "name",
        "description",
        "policies",
        "limits",
        "caps",
        "hardware",
    }
    assert {name for name, state in rows if state == "built"} == rounds
    headings = re.findall(r"^## (\w+)( \(not built\))?$", paper, re.MULTILINE)
    assert [(name, "not built" if mark else "built") for name, mark in headings] == rows


def test_the_page_of_measures_names_a_command_in_every_row():
    figures = text(Path("docs/measured.md")).partition("`FOLDER` is")[0]
    rows = [line for line in figures.splitlines() if line.startswith("|") and "---" not in line]
    commands = [row for row in rows if re.search(r"\| `(python -m|r1data) [^`]+` \|$", row)]
    assert len(commands) == len(rows) - rows.count("| what | figure | command |")


SCHEMAS = [
    name
    for name, one in vars(tables).items()
    if isinstance(one, type) and issubclass(one, dy.Schema)
]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_table_stands_on_the_page_of_tables(name):
    assert f"\n## {name}\n" in text(Path("docs/tables.md"))
