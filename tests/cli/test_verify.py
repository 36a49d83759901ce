import gzip
import json
import signal
import subprocess
import sys

import polars as pl
import pytest
from typer.testing import CliRunner

from r1data.cli.commands import app
from r1data.verification.files import VERDICT_COLUMNS
from tests.cli.commands import r1data
from tests.waiting import wait_until

ROWS = [
    {"id": "a", "completion": "<think>4?</think>The answer is 4.", "gold_answer": 4, "n": [1, 2]},
    {"id": "b", "completion": r"<think>4?</think>\boxed{5}", "gold_answer": "4", "n": [3]},
    {"id": "c", "completion": "<think>It is 4", "gold_answer": "4", "n": None},
    {"id": "d", "completion": "2 + 2 = 4", "gold_answer": "4", "n": []},
    {"id": "e", "completion": None, "gold_answer": "4", "n": [5]},
]
OUTCOMES = ["correct", "incorrect", "no_answer", "no_answer", "failed"]


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(*arguments):
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


def verify(source, out):
    """Return the rows that a run of one worker writes."""
    done = run(source, "--out", out, "--workers", 1)
    assert done.exit_code in (0, 1), done.exception
    return pl.read_parquet(out).to_dicts() if out.suffix == ".parquet" else lines_of(out)


def only_line(*arguments):
    """Return the one line of a run whose input is wrong."""
    error = run(*arguments).exception
    assert isinstance(error, ValueError | OSError)
    (line,) = str(error).splitlines()
    return line


@pytest.mark.parametrize("kind", ["out.jsonl", "out.parquet"])
@pytest.mark.parametrize("source", ["in.jsonl", "in.json", "in.jsonl.gz", "in.parquet"])
def test_every_row_comes_back_in_order_with_its_verdict(source, kind, tmp_path):
    path = tmp_path / source
    if source == "in.parquet":
        pl.DataFrame(ROWS, strict=False).write_parquet(path)
    elif source == "in.json":
        path.write_text(json.dumps(ROWS), encoding="utf-8")
    elif source == "in.jsonl.gz":
        path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))
    else:
        write_lines(path, ROWS)
    rows = verify(path, tmp_path / kind)
    assert [row["outcome"] for row in rows] == OUTCOMES
    assert [row["n"] for row in rows] == [row["n"] for row in ROWS]
    assert list(rows[0]) == [*ROWS[0], *VERDICT_COLUMNS]
    assert [row["predicted_answer"] for row in rows] == ["4", "5", None, None, None]


def test_a_csv_file_is_read(tmp_path):
    (tmp_path / "in.csv").write_text(
        'completion,gold_answer,verifier\n"The answer is 4.",4,\n', encoding="utf-8"
    )
    (row,) = verify(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert (row["outcome"], row["gold_answer"]) == ("correct", "4")


def test_a_bad_row_is_a_row_with_the_reason(tmp_path):
    path = write_lines(tmp_path / "in.jsonl", ROWS[:1])
    bad = [
        {"completion": "4", "gold_answer": "4", "verifier": "maths"},
        {"completion": 4, "gold_answer": "4"},
        {"completion": "4", "gold_answer": ["4"]},
        {"completion": "4", "gold_answer": "4", "choices": 7},
        {"completion": "4", "gold_answer": ""},
    ]
    with path.open("a", encoding="utf-8") as file:
        file.write('{"completion": \n')
        file.writelines(json.dumps(row) + "\n" for row in bad)
    rows = verify(path, tmp_path / "out.jsonl")
    assert [row["outcome"] for row in rows] == ["correct", *["failed"] * 5, "bad_gold"]
    assert rows[1]["detail"].startswith("line 2, column")
    assert [row["detail"].split(";")[0] for row in rows[2:6]] == [
        "there is no verifier 'maths'",
        "no completion: `completion` is a int",
        "`gold_answer` is a list, not a text or a number",
        "`choices` is a int, not a list",
    ]


def test_columns_named_like_ours_are_replaced_and_that_is_said(tmp_path):
    path = write_lines(tmp_path / "in.jsonl", [{**ROWS[0], "outcome": 7, "detail": {"a": 1}}])
    done = run(path, "--out", tmp_path / "out.jsonl")
    assert "replaced columns of the input: detail, outcome" in done.output
    assert lines_of(tmp_path / "out.jsonl")[0]["outcome"] == "correct"


def test_a_completion_cut_off_in_its_last_line_has_no_answer(tmp_path):
    whole = {"completion": "So:\n42", "gold_answer": "42", "finish_reason": "stop"}
    rows = [whole, {**whole, "finish_reason": "length"}]
    path = write_lines(tmp_path / "in.jsonl", rows)
    verdicts = [row["outcome"] for row in verify(path, tmp_path / "out.jsonl")]
    assert verdicts == ["correct", "no_answer"]


def test_a_row_may_name_its_verifier_and_give_messages(tmp_path):
    messages = [{"role": "assistant", "content": "</think><answer>Not  Valid</answer>"}]
    row = {"completion": messages, "gold_answer": "not valid", "verifier": "text"}
    (judged,) = verify(write_lines(tmp_path / "in.jsonl", [row]), tmp_path / "out.jsonl")
    assert (judged["outcome"], judged["completion"]) == ("correct", messages)


def test_columns_of_several_kinds_become_texts_in_parquet(tmp_path):
    rows = [{**ROWS[0], "mixed": value} for value in (1, "a", {"b": None}, None)]
    judged = verify(write_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.parquet")
    assert [row["mixed"] for row in judged] == ["1", "a", '{"b": null}', None]


def test_parquet_columns_keep_their_types(tmp_path):
    frame = pl.DataFrame(ROWS[:2]).with_columns(
        when=pl.date(2026, 1, 1), meta=pl.struct(a=pl.lit(1, pl.Int8))
    )
    frame.write_parquet(tmp_path / "in.parquet")
    verify(tmp_path / "in.parquet", tmp_path / "out.parquet")
    written = pl.read_parquet(tmp_path / "out.parquet")
    assert written.drop(VERDICT_COLUMNS).equals(frame)


def test_half_a_surrogate_pair_is_judged_and_written_as_what_readers_take(tmp_path):
    row = {"completion": "\ud800 The answer is 4.", "gold_answer": "4", "\udfff": ["\ud835"]}
    (judged,) = verify(write_lines(tmp_path / "in.jsonl", [row]), tmp_path / "out.jsonl")
    assert judged["outcome"] == "correct"
    assert judged["completion"] == "\N{REPLACEMENT CHARACTER} The answer is 4."
    assert "\\ud" not in (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert pl.read_ndjson(tmp_path / "out.jsonl").height == 1


def test_a_verdict_says_where_its_answer_was_read_and_what_the_gold_answer_is(tmp_path):
    path = write_lines(tmp_path / "in.jsonl", ROWS[:3])
    rows = verify(path, tmp_path / "out.jsonl")
    assert [row["read_from"] for row in rows] == ["sentence", "box", None]
    assert [row["answer_type"] for row in rows] == ["integer", "integer", None]


def test_columns_of_other_names_are_mapped(tmp_path):
    rows = [
        {"model": {"output": "<think>4?</think>It is \\boxed{4}."}, "target": 4},
        {"model": {"output": "It is \\boxed{5}."}, "target": 4},
    ]
    path, out = write_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl"
    mapped = ["--column", "completion=model.output", "--column", "gold_answer=target"]
    assert run(path, "--out", out, "--workers", 1, *mapped).exit_code == 0
    judged = lines_of(out)
    assert [row["outcome"] for row in judged] == ["correct", "incorrect"]
    assert [{name: row[name] for name in rows[0]} for row in judged] == rows


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["completion"], "'completion' maps no column", id="no name"),
        pytest.param(["answer=completion"], "OURS one of completion, gold", id="not ours"),
        pytest.param(["completion=text"], "no column `text` for completion", id="not theirs"),
        pytest.param(["id=a", "id=b"], "maps id twice, to a and to b", id="twice"),
    ],
)
def test_a_mapping_that_maps_nothing_is_one_line(options, said, tmp_path):
    path = write_lines(tmp_path / "in.jsonl", ROWS)
    given = [part for option in options for part in ("--column", option)]
    assert said in only_line(path, "--out", tmp_path / "out.jsonl", *given)


def test_a_prefilled_completion_that_was_cut_off_has_no_answer(tmp_path):
    row = {"completion": "2 + 2 is \\boxed{4}. I check: one,", "gold_answer": "4"}
    path, out = write_lines(tmp_path / "in.jsonl", [row]), tmp_path / "out.jsonl"
    assert verify(path, out)[0]["outcome"] == "correct"
    assert run(path, "--out", out, "--reasoning", "prefilled").exit_code == 0
    assert lines_of(out)[0]["outcome"] == "no_answer"


def test_verdicts_that_a_file_brings_stand_beside_ours(tmp_path):
    given = [True, True, False, None, True]
    rows = [{**row, "is_correct": value} for row, value in zip(ROWS, given, strict=True)]
    path, out = write_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl"
    done = run(path, "--out", out, "--workers", 1)
    assert "agrees with the file's `is_correct` on 2 of 3 rows that both judge" in done.output
    assert "correct there and not here: 1" in done.output
    judged = lines_of(out)
    assert [row["agrees"] for row in judged] == [True, False, True, None, None]
    assert judged[2]["file_outcome"] == "incorrect"


def test_outcomes_are_counted_by_answer_type(tmp_path):
    path = write_lines(tmp_path / "in.jsonl", ROWS[:4] * 30)
    done = run(path, "--out", tmp_path / "out.jsonl")
    assert done.exit_code == 0
    counts = {line.split()[0]: line.split()[1:] for line in done.output.splitlines()}
    assert counts["integer"] == ["90", "30", "30", "30"]
    assert counts["all"] == ["120", "30", "30", "60"]


@pytest.mark.parametrize(("num_bad", "status"), [(5, 0), (6, 1)])
def test_the_exit_status_says_whether_too_many_rows_failed(num_bad, status, tmp_path):
    path = write_lines(tmp_path / "in.jsonl", ROWS[4:] * num_bad + ROWS[:1] * (100 - num_bad))
    assert run(path, "--out", tmp_path / "out.jsonl").exit_code == status


def test_wrong_input_is_one_line_and_leaves_no_file(tmp_path):
    good = write_lines(tmp_path / "in.jsonl", ROWS)
    other = write_lines(tmp_path / "other.jsonl", [{"answer": "4", "text": "4"}])
    no_gold = write_lines(tmp_path / "no_gold.jsonl", [{"completion": "4"}])
    empty = write_lines(tmp_path / "empty.jsonl", [])
    out = tmp_path / "out.jsonl"
    before = sorted(tmp_path.iterdir())
    assert "missing.jsonl does not exist" in only_line(tmp_path / "missing.jsonl", "--out", out)
    assert "no column `completion`; its columns are answer, text" in only_line(other, "--out", out)
    assert "neither `gold_answer` nor `tests`" in only_line(no_gold, "--out", out)
    assert "has no rows" in only_line(empty, "--out", out)
    assert "out.txt is of no known kind" in only_line(good, "--out", tmp_path / "out.txt")
    assert "is the file that is read" in only_line(good, "--out", good)
    assert "does not exist; make it first" in only_line(good, "--out", tmp_path / "no" / "o.jsonl")
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_file_ends_the_command_with_2(tmp_path):
    done = r1data("verify", str(tmp_path / "no.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    assert (done.status, done.output, len(done.errors.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("kind", ["out.jsonl", "out.parquet"])
def test_ctrl_c_ends_it_with_130_and_leaves_no_file(kind, tmp_path):
    slow = {"completion": r"\boxed{\sum_{k=1}^{10000000} \sin k}", "gold_answer": "\\sqrt{2}"}
    path = write_lines(tmp_path / "in.jsonl", ROWS * 1000 + [slow])
    command = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command += "from r1data.cli.main import main; main()"
    arguments = ["verify", str(path), "--out", str(tmp_path / kind), "--seconds", "60"]
    with subprocess.Popen([sys.executable, "-c", command, *arguments]) as process:
        assert wait_until(lambda: list(tmp_path.glob(".out*")))
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    assert list(tmp_path.iterdir()) == [path]
