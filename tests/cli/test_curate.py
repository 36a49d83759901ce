import json
import subprocess
import sys

import polars as pl
import pytest
from typer.testing import CliRunner

from r1data.cli.commands import app
from r1data.cli.curating.written import TYPES
from tests.cli.commands import r1data
from tests.waiting import wait_until

LONG = " ".join(f"step{number} follows from what stands above," for number in range(30))


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["curate", *map(str, arguments)])


def curated(tmp_path, rows, *options, out="out.jsonl"):
    """Return the rows that come back."""
    path = write_lines(tmp_path / "in.jsonl", rows)
    done = run(path, "--out", tmp_path / out, *options)
    assert done.exit_code == 0, done.exception or done.output
    if out.endswith(".parquet"):
        return pl.read_parquet(tmp_path / out).to_dicts()
    return [json.loads(line) for line in (tmp_path / out).read_text(encoding="utf-8").splitlines()]


def reasons(rows):
    return [row["drop_reason"] for row in rows]


def thought(text, answer="4"):
    return f"<think>{text}</think>So it is \\boxed{{{answer}}}."


@pytest.mark.parametrize("out", ["out.jsonl", "out.parquet"])
def test_every_row_comes_back_in_order_with_what_was_decided(tmp_path, out):
    rows = [
        {"n": 1, "problem": "2 + 2?", "completion": thought("2 + 2 is 4"), "gold_answer": "4"},
        {"n": 2, "problem": "2 + 2?", "completion": thought("2 + 2 is 5", 5), "gold_answer": "4"},
        {"n": 3, "problem": "Hi?", "completion": "Hello.", "gold_answer": None},
        {"n": 4, "problem": "Hi?", "completion": None, "gold_answer": None},
    ]
    found = curated(tmp_path, rows, out=out)
    assert [row["n"] for row in found] == [1, 2, 3, 4]
    assert reasons(found) == [None, "incorrect", None, "no_text"]
    assert [row["is_kept"] for row in found] == [True, False, True, False]
    assert list(found[0]) == [*rows[0], *TYPES]
    assert [row["outcome"] for row in found] == ["correct", "incorrect", None, None]
    assert [row["form"] for row in found] == ["well_formed"] * 3 + [None]


def test_a_completion_without_think_tags_is_no_fault(tmp_path):
    (row,) = curated(tmp_path, [{"completion": "The answer is 4.", "gold_answer": "4"}])
    assert (row["form"], row["is_kept"]) == ("well_formed", True)


def test_a_think_block_that_never_closes_is_one(tmp_path):
    (row,) = curated(tmp_path, [{"completion": "<think>2 + 2", "finish_reason": "stop"}])
    assert (row["form"], row["drop_reason"]) == ("not_closed", "malformed")


def test_a_think_block_that_the_template_opened_is_opened(tmp_path):
    rows = [{"completion": "2 + 2 is 4</think>4", "gold_answer": "4"}]
    (row,) = curated(tmp_path, rows, "--reasoning", "prefilled")
    assert (row["form"], row["is_kept"], row["completion"]) == (
        *("well_formed", True),
        "2 + 2 is 4</think>4",
    )


def test_reasoning_in_a_column_of_its_own_stands_before_the_response(tmp_path):
    rows = [
        {"reasoning": "Two and two is four.", "completion": r"So it is \boxed{4}."},
        {"reasoning": "prefilled", "completion": r"Two and two</think>\boxed{4}"},
    ]
    found = curated(tmp_path, rows)
    assert [row["num_reasoning_chars"] for row in found] == [20, 11]
    assert [row["form"] for row in found] == ["well_formed"] * 2


def test_problems_alone_are_curated(tmp_path):
    rows = [
        {"id": "a", "problem": "What is 2 + 2?"},
        {"id": "b", "problem": "What is  2 + 2?"},
        {"id": "c", "problem": ""},
        {"id": "d", "problem": "What is 2 + 3?"},
    ]
    found = curated(tmp_path, rows)
    assert reasons(found) == [None, "duplicate", "no_problem", None]
    assert (found[1]["duplicate_of"], found[1]["duplicate_kind"]) == ("a", "exact")
    assert found[0]["form"] is None


def test_several_completions_of_a_problem_are_no_duplicates_but_equal_ones_are(tmp_path):
    rows = [{"problem": "2 + 2?", "completion": thought(text)} for text in ("Add.", "Sum.", "Add.")]
    found = curated(tmp_path, rows)
    assert sorted(map(str, reasons(found))) == ["None", "None", "duplicate_completion"]
    (twin,) = [row for row in found if not row["is_kept"]]
    assert (twin["duplicate_kind"], twin["similarity"]) == ("exact", 1.0)
    assert int(twin["duplicate_of"]) in (0, 2)


def test_completions_that_say_nearly_the_same_are_near_duplicates(tmp_path):
    texts = (LONG, LONG.replace("step7", "step seven"))
    rows = [{"problem": "2 + 2?", "completion": thought(text)} for text in texts]
    found = curated(tmp_path, rows)
    (twin,) = [row for row in found if not row["is_kept"]]
    assert (twin["drop_reason"], twin["duplicate_kind"]) == ("near_duplicate", "near")
    assert 0.8 < twin["similarity"] < 1


def test_a_row_is_not_left_out_for_a_problem_whose_own_row_leaves(tmp_path):
    problem = " ".join(f"word{number}" for number in range(60))
    rows = [
        {"problem": f"{problem} now", "completion": thought("Add."), "finish_reason": "length"},
        {"problem": problem, "completion": thought("Sum."), "finish_reason": "stop"},
    ]
    found = curated(tmp_path, [row | {"gold_answer": "4"} for row in rows])
    assert reasons(found) == ["truncated", None]
    alone = [{"problem": row["problem"]} for row in rows]
    assert sorted(map(str, reasons(curated(tmp_path, alone)))) == ["None", "near_duplicate"]


def test_a_problem_with_other_choices_is_another_problem(tmp_path):
    rows = [
        {"problem": "Which is red?", "choices": choices, "gold_answer": gold}
        for choices, gold in ((["a rose", "grass"], "A"), ('["snow", "blood"]', "B"))
    ]
    assert reasons(curated(tmp_path, rows)) == [None, None]


def test_rows_that_disagree_on_the_gold_answer_of_a_problem_are_left_out(tmp_path):
    rows = [
        {"problem": "2 + 2?", "completion": thought("Add."), "gold_answer": gold}
        for gold in ("4", "5")
    ]
    assert reasons(curated(tmp_path, rows)) == ["conflicting_gold"] * 2


def test_verdicts_of_the_file_stay_and_count_only_where_they_are_trusted(tmp_path):
    rows = [
        {"problem": "Why?", "completion": thought("Because."), "is_correct": False},
        {"problem": "How?", "completion": thought("So."), "is_correct": True},
    ]
    found = curated(tmp_path, rows)
    assert [row["file_outcome"] for row in found] == ["incorrect", "correct"]
    assert reasons(found) == [None, None]
    assert reasons(curated(tmp_path, rows, "--trust-outcome")) == ["incorrect", None]


def test_settings_change_what_they_name_and_leave_the_rest(tmp_path):
    rows = [
        {"completion": "<think>\n```\n1\n```\n</think>4"},
        {"completion": thought(" ".join(map(str, range(1_500))))},
    ]
    assert reasons(curated(tmp_path, rows))[0] == "code_in_reasoning"
    settings = tmp_path / "settings.yaml"
    settings.write_text("selection: {signals: {layout: {max_code_blocks: null}}}", encoding="utf-8")
    assert reasons(curated(tmp_path, rows, "--settings", settings)) == [None, "long_paragraph"]


def test_a_row_that_cannot_be_read_is_a_row_with_its_reason(tmp_path):
    path = tmp_path / "in.jsonl"
    lines = ['{"completion": "a"}', '{"completion": ', '{"completion": 7}', "[1, 2]", '"a"', "null"]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = run(path, "--out", tmp_path / "out.jsonl")
    assert done.exit_code == 0, done.exception
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert reasons(found) == [None, "invalid_json", "no_text", *["invalid_json"] * 3]
    assert [row["detail"] for row in found] == [
        None,
        "line 2, column 16: Expecting value",
        "a int and no text",
        "line 4: a list where an object is expected",
        "line 5: a text where an object is expected",
        "line 6: null where an object is expected",
    ]


def test_columns_of_public_sets_are_found_and_that_is_said(tmp_path):
    path = write_lines(
        tmp_path / "in.jsonl", [{"instruction": "Add.", "input": "1, 2", "output": "3"}]
    )
    done = run(path, "--out", tmp_path / "out.jsonl")
    assert (
        "found the problem in `instruction + input` and the completion in `output`" in done.output
    )
    assert "kept 1 of 1 rows" in done.output


def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path):
    rows = [{"problem": f"{n} + 1?", "completion": thought("Add.", n + 1)} for n in range(6_000)]
    path = write_lines(tmp_path / "in.jsonl", rows)
    code = "from r1data.cli.main import main; main()"
    command = [sys.executable, "-c", code, "curate", str(path), "--out", str(tmp_path / "o.jsonl")]
    made = ".o.jsonl.curating/tables/file/rollouts/current.json"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        assert wait_until(lambda: (tmp_path / made).exists())
        process.kill()
    assert not (tmp_path / "o.jsonl").exists()
    done = run(path, "--out", tmp_path / "o.jsonl")
    assert "kept 6,000 of 6,000 rows" in done.output
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "o.jsonl"}


def test_of_two_columns_that_could_hold_the_gold_answer_one_must_be_named(tmp_path):
    rows = [{"problem": "2 + 2?", "completion": "4", "gt": "4", "answer": "5"}]
    path = write_lines(tmp_path / "in.jsonl", rows)
    error = run(path, "--out", tmp_path / "o.jsonl").exception
    assert str(error).endswith("they differ; say which with --column gold_answer=NAME.")
    done = run(path, "--out", tmp_path / "o.jsonl", "--column", "gold_answer=gt")
    assert "kept 1 of 1 rows" in done.output


def test_nothing_is_left_beside_what_is_written(tmp_path):
    curated(tmp_path, [{"completion": "a"}])
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "out.jsonl"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--column", "completion=text"], "no column `text`", id="unknown column"),
        pytest.param(["--column", "answer=a"], "maps no column", id="unknown name of ours"),
        pytest.param(["--settings", "none.yaml"], "none.yaml is no file", id="no settings"),
        pytest.param(["--settings", "odd.yaml"], "unknown key `selektion`", id="unknown key"),
        pytest.param(["--settings", "dear.yaml"], "needs a tokenizer", id="no tokenizer"),
        pytest.param(["--out", "out.txt"], "out.txt is of no known kind", id="kind of out"),
    ],
)
def test_wrong_input_is_one_line_and_status_2(tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.yaml").write_text("selektion: {}", encoding="utf-8")
    dear = "selection: {signals: {tokens: {}}}"
    (tmp_path / "dear.yaml").write_text(dear, encoding="utf-8")
    write_lines(tmp_path / "in.jsonl", [{"completion": "a"}])
    out = [] if "--out" in options else ["--out", "out.jsonl"]
    done = r1data("curate", "in.jsonl", *out, *options)
    assert done.status == 2
    assert said in done.errors
    assert len(done.errors.splitlines()) == 1


def test_a_file_without_problems_and_completions_is_refused(tmp_path):
    path = write_lines(tmp_path / "in.jsonl", [{"a": 1}])
    error = run(path, "--out", tmp_path / "out.jsonl").exception
    assert "neither `problem` nor `completion`; its columns are a" in str(error)


BENCHMARK = (
    "A farmer near a river keeps 36 sheep and 18 goats in one field behind his house. Each morning "
    "he leads the animals to the water and counts their legs. How many legs does he count?"
)


def with_benchmark(tmp_path, rows, *options):
    path = write_lines(tmp_path / "held_out.jsonl", [{"question": BENCHMARK}])
    return curated(tmp_path, rows, "--benchmark", path, *options)


def test_problems_and_completions_that_hold_a_benchmark_are_left_out(tmp_path):
    rows = [
        {"problem": BENCHMARK, "completion": thought("Add.")},
        {"problem": f"Please solve this one. {BENCHMARK}", "completion": thought("Sum.")},
        {"problem": "What is 2 + 2?", "completion": thought(f"I recall this. {BENCHMARK}")},
        {"problem": "What is 2 + 2?", "completion": thought("Two and two.")},
    ]
    found = with_benchmark(tmp_path, rows)
    assert reasons(found) == ["contaminated", "contaminated", "quotes_benchmark", None]
    assert [row["contaminated_by"] for row in found] == [*["held_out/0"] * 3, None]
    assert [row["contamination_kind"] for row in found] == [
        *("verbatim", "embedded", "embedded"),
        None,
    ]
    assert all(row["contamination_score"] > 0.9 for row in found[:3])


def test_columns_of_benchmarks_are_mapped_and_wrong_ones_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"problem": BENCHMARK}]
    found = with_benchmark(tmp_path, rows, "--benchmark-column", "problem=question")
    assert reasons(found) == ["contaminated"]
    options = ["--out", "o.jsonl", "--benchmark", "held_out.jsonl", "--benchmark-column"]
    for column, said in (("problem=quest", "unknown column `quest`"), ("q=a", "maps no column")):
        done = r1data("curate", "in.jsonl", *options, column)
        assert (done.status, len(done.errors.splitlines())) == (2, 1)
        assert said in done.errors


def test_two_benchmarks_of_one_name_are_refused(tmp_path):
    path = write_lines(tmp_path / "in.jsonl", [{"problem": "a"}])
    options = ["--benchmark", path, "--benchmark", path]
    error = run(path, "--out", tmp_path / "o.jsonl", *options).exception
    assert "two benchmarks are named in" in str(error)
