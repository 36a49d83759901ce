import json

import polars as pl
import pytest

from r1data.prompts.check import check_source
from r1data.prompts.identity import identify, prompt_id
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source


@pytest.fixture
def source(tmp_path):
    def made(*rows, **settings):
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return Source(file=str(path), **settings)

    return made


def loaded(source):
    return pl.concat(load_prompts("mine", source))


def turns(*said):
    return [{"role": role, "content": content} for role, content in said]


def test_columns_that_nobody_names_are_found_and_told(source):
    mine = source({"question": "1 + 1?", "answer": "so\n#### 2"})
    assert check_source("mine", mine) == [
        "source `mine`: found the problem in `question` and the gold answer in `answer` after "
        "`####`; `columns` can say otherwise"
    ]
    (row,) = loaded(mine).to_dicts()
    assert (row["problem"], row["gold_answer"], row["drop_reason"]) == ("1 + 1?", "2", None)


def test_columns_that_the_recipe_names_are_not_told(source):
    columns = {"problem": "question", "gold_answer": "answer"}
    assert (
        check_source("mine", source({"question": "1 + 1?", "answer": "2"}, columns=columns)) == []
    )


def test_alpacas_instruction_and_input_are_one_problem(source):
    rows = [
        {"instruction": "Add.", "input": "1, 1", "output": "2"},
        {"instruction": "Say one.", "input": "", "output": "1"},
    ]
    found = loaded(source(*rows, verifier=None))
    assert found["problem"].to_list() == ["Add.\n\n1, 1", "Say one."]


def test_a_conversation_gives_system_message_earlier_turns_and_problem(source):
    said = turns(("system", "Be brief."), ("user", "Hi."), ("assistant", "Hi!"), ("user", "1 + 1?"))
    (row,) = loaded(source({"messages": said, "ground_truth": "2"})).to_dicts()
    assert (row["system_message"], row["problem"]) == ("Be brief.", "1 + 1?")
    assert row["earlier_turns"] == turns(("user", "Hi."), ("assistant", "Hi!"))


def test_the_same_last_turn_after_other_turns_is_another_prompt(source):
    rows = [
        {"messages": [*turns(("user", first), ("assistant", "Yes.")), *turns(("user", "Why?"))]}
        for first in ("Is 2 even?", "Is 4 even?")
    ]
    found = loaded(source(*rows, verifier=None))
    assert found["prompt_id"].n_unique() == 2
    assert identify(found)["prompt_id"].to_list() == found["prompt_id"].to_list()


def test_a_prompt_without_earlier_turns_has_the_id_it_always_had():
    assert prompt_id("math", None, "1 + 1", earlier_turns=[]) == prompt_id("math", None, "1 + 1")


def test_a_column_inside_the_turn_of_another_is_no_problem(source):
    rows = [
        {"messages": turns(("user", "1 + 1?"), ("assistant", "2")), "gold": "2"},
        {"messages": turns(("system", "Be brief."), ("user", "2 + 2?")), "gold": "4"},
    ]
    columns = {"problem": "messages.0.content", "gold_answer": "gold"}
    found = loaded(source(*rows, columns=columns))
    assert found["drop_reason"].to_list() == [None, "no_problem"]
    assert "it is the system's turn, not the user's" in found["drop_detail"][1]


def test_other_columns_of_a_row_are_kept(source):
    (row,) = loaded(source({"problem": "1 + 1?", "answer": "2", "level": 3})).to_dicts()
    assert row["other_columns"] == '{"level":3}'


def test_a_pattern_takes_the_last_match_of_its_first_group(source):
    columns = {"gold_answer": "text", "gold_from": {"pattern": r"answer: (\d+)"}}
    rows = [{"problem": "a", "text": "answer: 1, no, answer: 2"}, {"problem": "b", "text": "none"}]
    found = loaded(source(*rows, columns=columns))
    assert found["gold_answer"].to_list() == ["2", None]
    assert found["drop_detail"][1] == r"`text` has no 'answer: (\\d+)'"


def test_a_pattern_that_is_none_is_refused():
    columns = {"gold_answer": "a", "gold_from": {"pattern": "("}}
    with pytest.raises(ValueError, match="is no regular expression"):
        Source(file="a.jsonl", columns=columns)


def test_rows_that_no_rule_can_judge_are_kept_where_the_recipe_says_so(source):
    rows = [{"problem": "a", "answer": "1"}, {"problem": "b", "answer": None}]
    found = loaded(source(*rows, unverified="keep"))
    assert found["drop_reason"].to_list() == [None, None]
    assert found["verifier"].to_list() == ["math", None]
    assert found["is_unverified"].to_list() == [None, True]
    assert loaded(source(*rows))["drop_reason"].to_list() == [None, "no_gold_answer"]


def test_a_forgotten_gold_from_is_named_before_any_work(source):
    with pytest.raises(ValueError, match=r"no gold answer in the first 1 rows") as stopped:
        check_source("mine", source({"problem": "a", "solution": r"so \boxed{1}"}))
    assert "`columns: {gold_answer: solution, gold_from: boxed}` would find some" in str(
        stopped.value
    )


def test_shards_of_a_source_are_known_by_their_names(tmp_path):
    for number in range(2):
        row = {"problem": f"{number} + 1", "answer": number + 1}
        (tmp_path / f"part-{number}.jsonl").write_text(json.dumps(row))
    found = loaded(Source(file=str(tmp_path / "part-*.jsonl")))
    assert found["upstream_row"].to_list() == ["part-0.jsonl:0", "part-1.jsonl:0"]


def test_what_is_left_at_its_default_hashes_as_before():
    assert "unverified" not in Source(file="a.jsonl").content()
    assert Source(file="a.jsonl", unverified="keep").content()["unverified"] == "keep"
