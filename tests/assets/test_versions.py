"""What a raised version makes stale, and the fingerprints of the demo."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assets.recipe.load import load_recipe
from r1data.store.spec import fingerprints
from r1data.verification import verify
from tests.assets.recipes import whole_recipe
from tests.assets.test_settings import with_readers
from tests.fakes import fake_weights

GOLDEN = Path("tests/golden/fingerprints.json")


def demo():
    return load_recipe(Path("recipes/demo.yaml")).tables()


def test_the_demos_tables_have_the_fingerprints_they_had():
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert fingerprints(demo()) == golden, (
        "a table of the demo would be made again; if that is meant, write its cause into "
        "CHANGELOG.md and the new fingerprints into the golden file"
    )


@pytest.fixture
def specs(tmp_path):
    fake_weights(tmp_path / "base")
    return {spec.key: spec for spec in whole_recipe(tmp_path).tables()}


def test_a_new_version_of_a_step_leaves_what_it_reads_fresh(specs):
    raised = replace(specs["prompts/filtered_prompts"], version=99)
    before, after = (
        fingerprints(list(tables.values())) for tables in (specs, specs | {raised.key: raised})
    )
    changed = {key for key in specs if before[key] != after[key]}
    assert changed == with_readers(specs, {raised.key})
    assert not changed & {"prompts/prompts", "prompts/benchmark_prompts"}


def test_a_table_depends_on_the_verifiers_that_its_sources_name_and_on_no_other(specs):
    versions = {"math": verify.VERIFIERS["math"].version}
    depending = ("prompts/prompts", "prompts/benchmark_prompts", "reasoning/verdicts")
    assert [specs[key].content["verifiers"] for key in depending] == [versions] * 3
    others = [spec.content for key, spec in specs.items() if not key.endswith(("ts", "prompts"))]
    assert not any("verifiers" in content for content in others)
