"""What plan, run and status say of files of existing rollouts."""

import json

import pytest
import yaml

from tests.cli.commands import r1data

GOOD = {"question": "What is 2 + 3?", "response": "<think>a</think>\\boxed{5}", "answer": "5"}
OTHER = {"question": "What is 2 + 4?", "response": "<think>a</think>\\boxed{7}", "answer": "6"}


@pytest.fixture
def said(tmp_path):
    """Status and words of a command on a recipe for some rows."""
    rows, path = tmp_path / "rows.jsonl", tmp_path / "mine.yaml"

    def run(command, *records, source=None, policy=None, group_size="all", **prompts):
        rows.write_text("".join(json.dumps(record) + "\n" for record in records))
        theirs = {"kind": "rollouts", "rollouts": str(rows), "model": "m"}
        recipe = {
            "name": "mine",
            "policies": {"theirs": policy or theirs},
            "prompts": {"sources": {"theirs": {"file": str(rows), **(source or {})}}, **prompts},
            "reasoning": {"policy": "theirs", "sampling": {"group_size": group_size}},
            "sft": {},
        }
        path.write_text(yaml.safe_dump(recipe))
        done = r1data(command, "--recipe", str(path), "--data", str(tmp_path / "data"))
        return done.status, " ".join((done.output + done.errors).split())

    return run


@pytest.mark.slow
def test_what_files_have_and_what_is_read_stands_in_plan_run_and_status(said):
    rows = [GOOD, GOOD | {"response": "again \\boxed{5}"}, OTHER]
    line = "2 of 3 completions are read (over_group_size 1)"
    assert line in said("plan", *rows, group_size=1)[1]
    status, told = said("run", *rows, group_size=1)
    assert status == 0
    assert "read 2, over_group_size 1" in told
    assert "found the problem in `question` and the completion in `response`" in told
    assert f"reasoning/file_rows, theirs: {line}" in said("status", *rows, group_size=1)[1]


@pytest.mark.slow
def test_a_run_that_keeps_nothing_has_a_status_of_its_own_and_says_for_what_the_rows_left(said):
    status, told = said("run", OTHER)
    assert status == 5
    assert told.endswith(
        "reasoning/selections keeps nothing: incorrect 1. incorrect means: Its verifier found the "
        "answer wrong."
    )
    assert said("run", OTHER)[0] == 5


@pytest.mark.slow
def test_a_run_whose_files_answer_no_prompt_says_so(said, tmp_path):
    prompts = tmp_path / "prompts.jsonl"
    prompts.write_text(json.dumps({"problem": "What is 1 + 1?", "answer": "2"}))
    status, told = said("run", GOOD, source={"file": str(prompts)})
    assert status == 5
    assert "keeps nothing: no_prompt 1 in reasoning/file_rows" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "source", "says"),
    [
        pytest.param(
            {"question": "a", "response": "b", "solution": "\\boxed{5}"},
            {},
            "`columns: {gold_answer: solution, gold_from: boxed}` would find some",
            id="forgotten gold_from",
        ),
        pytest.param(GOOD, {"verifier": None}, "source `theirs` has no verifier", id="no verifier"),
        pytest.param(
            GOOD | {"question": "a\x00"},
            {},
            "source `theirs`: all 1 rows are dropped: invalid_character 1",
            id="all dropped",
        ),
    ],
)
def test_plan_warns_before_anybody_is_paid(said, row, source, says):
    assert says in said("plan", row, source=source)[1]


@pytest.mark.slow
def test_plan_refuses_a_benchmark_that_a_run_would_refuse(said, tmp_path):
    aime = {"file": str(tmp_path / "rows.jsonl"), "columns": {"gold_answer": "gold"}}
    status, told = said("plan", GOOD, benchmarks={"aime": aime})
    assert status == 2
    assert "source `aime`: unknown column `gold` (`columns.gold_answer`)" in told


@pytest.mark.slow
def test_a_completion_is_never_compared_with_itself(said):
    source = {"columns": {"gold_answer": "response", "gold_from": "boxed"}}
    status, told = said("run", GOOD, source=source)
    assert status == 2
    assert "takes its gold answers from `response`, and policy `theirs` its completions" in told


@pytest.mark.slow
def test_all_is_for_rollouts_that_exist(said):
    policy = {"kind": "endpoint", "endpoint": "http://a/v1", "model": "m", "revision": "1"}
    status, told = said("plan", GOOD, policy=policy)
    assert status == 2
    assert (
        "`reasoning.sampling.group_size` is `all`, and the policy `theirs` has no rollouts" in told
    )
