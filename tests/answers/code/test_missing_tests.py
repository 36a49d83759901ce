import json

import pytest

from r1data.answers.code.tests_of import read_tests
from r1data.answers.registry import VERIFIERS, judge
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers
from r1data.prompts.identity import prompt_id
from r1data.store.store import Store
from r1data.verification.missing_tests import fill_tests
from tests.cli.commands import r1data
from tests.verification.rows import prompts

pytestmark = pytest.mark.usefixtures("sandboxed")

GENERATOR = "print([int(input()), 3])"
RIGHT = "def add(a, b):\n    return a + b"
WRONG = "def add(a, b):\n    return a - b"


def code_prompts(*metadata, **columns):
    given = {"verifier": ["code"] * len(metadata), "problem": ["Add."] * len(metadata), **columns}
    return prompts(metadata=[json.dumps(one) if one else None for one in metadata], **given)


def solutions(**changed):
    known = {"generators": [GENERATOR], "solutions": [RIGHT], "wrong_solutions": [WRONG]}
    return {**known, "entry_point": "add", **changed}


def test_a_prompt_with_solutions_gets_tests_that_tell_right_from_wrong():
    filled = fill_tests(code_prompts(solutions()))
    tests = filled["tests"][0]
    items = [Item(f"```python\n{program}\n```", tests=tests) for program in (RIGHT, WRONG)]
    with Workers(1) as pool:
        assert [verdict.reward for verdict in judge(VERIFIERS["code"], items, pool)] == [1.0, 0.0]


def test_solutions_may_import_the_packages_that_are_named_and_their_tests_allow_them():
    generator, right, wrong = (f"import pluggy\n{program}" for program in (GENERATOR, RIGHT, WRONG))
    known = {"generators": [generator], "solutions": [right], "wrong_solutions": [wrong]}
    allowed, denied = (
        fill_tests(code_prompts({**known, "entry_point": "add", **packages}))
        for packages in ({"packages": ["pluggy"]}, {})
    )
    assert read_tests(allowed["tests"][0]).packages == ("pluggy",)
    assert denied["drop_reason"][0] == "no_tests"


@pytest.mark.parametrize(
    ("metadata", "detail"),
    [
        pytest.param(solutions(packages=["no-such-one"]), "pip install no-such-one", id="package"),
        pytest.param(solutions(wrong_solutions=[RIGHT]), "20 are answered", id="nothing catches"),
        pytest.param(
            solutions(solutions=[RIGHT, WRONG]), "on 20 the solutions", id="they disagree"
        ),
        pytest.param(solutions(generators=[]), "no solutions", id="no generator"),
        pytest.param(solutions(entry_point="add; import os"), "no solutions", id="no name"),
        pytest.param({"answer": 4}, "no solutions", id="other metadata"),
    ],
)
def test_a_prompt_without_usable_tests_is_dropped_with_the_reason(metadata, detail):
    filled = fill_tests(code_prompts(metadata))
    assert filled["tests"][0] is None
    assert filled["drop_reason"][0] == "no_tests"
    assert detail in filled["drop_detail"][0]


def test_prompts_with_tests_and_those_of_other_verifiers_stay_as_they_are():
    given = code_prompts(
        solutions(),
        solutions(),
        None,
        verifier=["code", "math", "code"],
        tests=['{"kind": "stdin", "cases": []}', None, None],
    )
    assert fill_tests(given).equals(given)


def test_a_recipe_whose_source_has_solutions_makes_the_tests_when_it_is_run(tmp_path, sandboxed):
    rows = [{"problem": "Add two numbers.", "known": solutions()}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    columns = {"problem": "problem", "metadata": "known"}
    source = {"file": str(tmp_path / "rows.jsonl"), "columns": columns}
    recipe = {"name": "adding", "prompts": {"sources": {"mine": source}}}
    source |= {"verifier": "code", "domain": "code"}
    (tmp_path / "adding.yaml").write_text(json.dumps(recipe), encoding="utf-8")
    where = ("--recipe", str(tmp_path / "adding.yaml"), "--data", str(tmp_path / "data"))
    assert r1data("run", *where).status == 0
    row = Store(tmp_path / "data" / "adding").table("prompts/prompts").read().row(0, named=True)
    assert row["drop_reason"] is None
    assert row["prompt_id"] == prompt_id("code", None, "Add two numbers.", None, row["tests"])
    assert json.loads(row["tests"])["kind"] == "calls"
