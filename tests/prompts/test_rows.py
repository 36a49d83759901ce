import json

import pytest

from r1data.answers.code.tests_of import read_tests
from r1data.prompts.rows import prompt_row
from r1data.prompts.sources import Columns, Source
from r1data.records.read import BadRecord
from r1data.records.self_cognition import Identity


def row(record, **settings):
    settings.setdefault("columns", Columns(gold_answer="answer"))
    source = Source(file="a.jsonl", **settings)
    return prompt_row(source, source.columns, record)


@pytest.mark.parametrize(
    ("record", "reason", "detail"),
    [
        pytest.param({"answer": "2"}, "no_problem", "holds no text: NoneType", id="absent"),
        pytest.param({"problem": " \n"}, "no_problem", "holds no text: empty", id="blank"),
        pytest.param({"problem": 7}, "no_problem", "`problem` holds no text: int", id="number"),
        pytest.param({"problem": []}, "no_problem", "`problem` holds no text: list", id="list"),
        pytest.param({"problem": "x"}, "no_gold_answer", "is empty or no text", id="no gold"),
        pytest.param(
            {"problem": "x", "answer": "N/A"}, "no_gold_answer", "there is none: 'N/A'", id="n/a"
        ),
        pytest.param(
            {"problem": "x", "answer": "  "}, "no_gold_answer", "`answer` is empty", id="blank gold"
        ),
        pytest.param(
            {"problem": "x", "answer": ["1"]}, "no_gold_answer", "no text", id="gold in a list"
        ),
        pytest.param(
            {"problem": "x", "answer": float("nan")}, "no_gold_answer", "no text", id="gold is NaN"
        ),
        pytest.param(
            {"problem": "half is $\frac12$", "answer": "1"},
            "invalid_character",
            "problem: U+000C at character 9",
            id="broken escape",
        ),
        pytest.param(
            {"problem": "x", "answer": "\x00"},
            "invalid_character",
            "gold_answer: U+0000 at character 0",
            id="NUL in the gold answer",
        ),
        pytest.param(
            {"problem": "x\ud83d", "answer": "1"},
            "invalid_character",
            "problem: U+D83D at character 1",
            id="half a surrogate pair",
        ),
        pytest.param(
            BadRecord("invalid_json", "line 812: x"), "invalid_json", "line 812: x", id="bad record"
        ),
    ],
)
def test_a_bad_row_says_why(record, reason, detail):
    dropped = row(record)
    assert dropped["drop_reason"] == reason
    assert detail in dropped["drop_detail"]


def test_a_good_row_has_no_reason():
    good = row({"problem": "x\t\r\n", "answer": "1"})
    assert (good["drop_reason"], good["drop_detail"]) == (None, None)
    assert good["problem"] == "x\t\r\n"


def test_half_a_surrogate_pair_is_stored_as_a_replacement_character():
    assert row({"problem": "x\ud83d", "answer": "1"})["problem"] == "x\ufffd"


@pytest.mark.parametrize(
    ("gold_from", "solution", "gold"),
    [
        pytest.param("column", " 50.7 ", "50.7", id="trimmed"),
        pytest.param("column", 27, "27", id="integer"),
        pytest.param("column", 27.0, "27.0", id="float"),
        pytest.param("column", False, "false", id="boolean"),
        pytest.param("column", 0, "0", id="zero is an answer"),
        pytest.param("hashes", "so\n#### 1,080", "1,080", id="thousands separator stays"),
        pytest.param("hashes", "#### 1\n#### 2\nbye", "2", id="last hashes, their line"),
        pytest.param("hashes", "just 5", None, id="no hashes"),
        pytest.param("hashes", "#### ", None, id="nothing after the hashes"),
        pytest.param("boxed", r"\boxed{1} or \boxed{\frac{1}{2}}", r"\frac{1}{2}", id="last box"),
        pytest.param("boxed", r"\boxed{}", None, id="empty box"),
        pytest.param("boxed", "5", None, id="no box"),
    ],
)
def test_gold_answers_are_found_where_the_columns_say(gold_from, solution, gold):
    columns = Columns(gold_answer="s", gold_from=gold_from)
    assert row({"problem": "x", "s": solution}, columns=columns)["gold_answer"] == gold


def test_without_a_verifier_no_gold_answer_is_missed():
    assert row({"problem": "x"}, verifier=None)["drop_reason"] is None


def test_tests_stand_in_for_a_gold_answer():
    columns = Columns(tests="tests")
    tested = row({"problem": "x", "tests": {"b": 1, "a": ["é"]}}, columns=columns, verifier="code")
    assert tested["drop_reason"] is None
    assert json.loads(tested["tests"]) == {"a": ["é"], "b": 1}


def test_all_columns_reach_nested_fields():
    columns = Columns(
        problem="chat.1.content",
        system_message="chat.0.content",
        gold_answer="truth.target",
        choices="truth.options",
        language="lang",
    )
    chat = [{"content": "Be brief."}, {"content": "Welche?"}]
    truth = {"target": 1, "options": ["a", 2]}
    found = row({"chat": chat, "truth": truth, "lang": "de"}, columns=columns)
    assert found["problem"] == "Welche?"
    assert found["system_message"] == "Be brief."
    assert found["gold_answer"] == "1"
    assert found["choices"] == ["a", "2"]
    assert found["language"] == "de"
    assert found["is_proof"] is None


@pytest.mark.parametrize(
    ("choices", "texts"),
    [
        pytest.param({"text": ["red", "blue"], "label": ["A", "B"]}, ["red", "blue"], id="lists"),
        pytest.param({"B": "blue", "A": "red"}, ["red", "blue"], id="letters"),
        pytest.param([{"label": "A", "text": "red"}], ["red"], id="objects"),
    ],
)
def test_choices_are_read_in_the_forms_that_sources_have(choices, texts):
    columns = Columns(gold_answer="answer", choices="choices")
    found = row({"problem": "x", "answer": "A", "choices": choices}, columns=columns)
    assert (found["choices"], found["drop_reason"]) == (texts, None)


def test_choices_in_no_form_that_is_read_drop_the_row():
    columns = Columns(gold_answer="answer", choices="choices")
    dropped = row({"problem": "x", "answer": "A", "choices": "A or B"}, columns=columns)
    assert dropped["drop_reason"] == "invalid_choices"


MBPP = {"problem": "Double n.", "test_list": ["assert double(2) == 4"], "test_setup_code": ""}


@pytest.mark.parametrize(
    ("record", "columns", "tests"),
    [
        pytest.param(
            MBPP,
            Columns(),
            {"test_list": ["assert double(2) == 4"]},
            id="a public set's columns",
        ),
        pytest.param(
            {"problem": "p", "info": {"tests": ["assert f()"]}, "entry_point": "f"},
            Columns(tests="info.tests"),
            {"entry_point": "f", "tests": ["assert f()"]},
            id="a column, with the name beside it",
        ),
        pytest.param(
            {"problem": "p", "tests": '{"kind": "stdin"}', "entry_point": "f"},
            Columns(tests="tests"),
            {"kind": "stdin"},
            id="our own form",
        ),
        pytest.param(
            {**MBPP, "known": {"solutions": []}},
            Columns(metadata="known"),
            None,
            id="tests that are to be made",
        ),
    ],
)
def test_the_tests_of_a_program_are_taken_from_the_columns_that_hold_them(record, columns, tests):
    found = row(record, columns=columns, verifier="code")["tests"]
    assert (json.loads(found) if found else None) == tests


def test_other_verifiers_look_for_no_tests():
    assert row({**MBPP, "gold": "4"}, columns=Columns(gold_answer="gold"))["tests"] is None


def test_packages_are_part_of_the_tests_and_of_the_settings_only_where_there_are_any():
    with_numpy = {"packages": ("numpy",), "verifier": "code"}
    plain, allowed = (row(MBPP, **kind) for kind in ({"verifier": "code"}, with_numpy))
    assert read_tests(allowed["tests"]).packages == ("numpy",)
    assert read_tests(plain["tests"]).packages == ()
    assert plain["prompt_id"] != allowed["prompt_id"]
    contents = [Source(file="a.jsonl", **kind).content() for kind in ({}, {"packages": ("numpy",)})]
    assert ["packages" in content for content in contents] == [False, True]


def test_the_models_names_are_put_into_the_places_that_a_source_leaves_for_them():
    record = {
        "problem": "Are you {{name}}?",
        "answer": "<AUTHOR>",
        "turn": {"text": "{{ author }} made {{name}}."},
    }
    identity = Identity(name="Ada", maker="Us")
    found = row(record, verifier="text", identity=identity)
    assert (found["problem"], found["gold_answer"]) == ("Are you Ada?", "Us")
    assert json.loads(found["other_columns"]) == {"turn": {"text": "Us made Ada."}}
    named = row({**record, "problem": "Are you Ada?"}, verifier="text")
    assert found["prompt_id"] == named["prompt_id"]
    assert row(record, verifier="text")["problem"] == "Are you {{name}}?"
