import json

import pytest

from r1data.engines.existing import ExistingRollouts
from r1data.engines.file_rows import file_columns, read_file_rows
from r1data.engines.matching import PromptMessages, match_file_rows
from r1data.policies.settings import RolloutsPolicy
from r1data.policies.templates import Template
from r1data.protocol import Request, Sampling

PLAIN = Template()


@pytest.fixture
def theirs(tmp_path):
    """A policy whose file holds some rows."""

    def made(*rows, template=PLAIN, **columns):
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return RolloutsPolicy(rollouts=str(path), model="m", template=template, **columns)

    return made


def turns(*said):
    return [{"role": role, "content": content} for role, content in said]


def completions(settings):
    return [row.completion for row in read_file_rows("theirs", settings)]


def matched(settings, *prompts, group_size="all"):
    """What each completion of a file answers, and why not, by its row."""
    asked = [
        PromptMessages(name, settings.template.messages(problem, system), reason)
        for name, problem, system, reason in prompts
    ]
    rows = match_file_rows("theirs", settings, asked, group_size)
    return [(row["prompt_id"] if not row["drop_reason"] else row["drop_reason"]) for row in rows]


def test_reasoning_and_response_of_two_columns_are_one_completion(theirs):
    settings = theirs({"problem": "a", "reasoning": "so", "solution": "1"})
    assert completions(settings) == ["<think>\nso\n</think>\n\n1"]


def test_columns_that_the_recipe_names_are_taken_though_others_are_known(theirs):
    row = {"problem": "a", "completion": "known", "mine": "named", "thoughts": "so"}
    settings = theirs(row, completion="mine", reasoning="thoughts")
    assert completions(settings) == ["<think>\nso\n</think>\n\nnamed"]


def test_what_was_found_is_told_and_what_is_named_is_not(theirs):
    row = {"question": "a", "response": "1", "is_correct": True}
    assert file_columns("theirs", theirs(row)).told == (
        "policy `theirs`: found the problem in `question` and the completion in `response` and "
        "the file outcome in `is_correct`; its keys can say otherwise"
    )
    named = {"problem": "question", "completion": "response", "file_outcome": "is_correct"}
    assert file_columns("theirs", theirs(row, **named)).told == ""


def test_lists_of_generations_have_their_own_verdicts_and_finish_reasons(theirs):
    settings = theirs(
        {
            "problem": "a",
            "generations": ["x", "y", None],
            "correctness_math_verify": [True, False],
            "is_reasoning_complete": [True, False, True],
        }
    )
    rows = list(read_file_rows("theirs", settings))
    assert [row.completion for row in rows] == ["x", "y", None]
    assert [row.file_outcome for row in rows] == ["correct", "incorrect", None]
    assert [row.finish_reason for row in rows] == ["stop", "length", "stop"]
    assert rows[2].drop_detail == "`generations` holds no text: nothing"


def test_a_cut_off_is_known_though_the_first_rows_say_nothing_of_how_they_ended(theirs):
    first = [{"problem": f"{n} + 1", "completion": "x"} for n in range(30)]
    cut = {"problem": "30 + 1", "completion": "x", "finish_reason": "length"}
    ends = [row.finish_reason for row in read_file_rows("theirs", theirs(*first, cut))]
    assert ends == ["stop"] * 30 + ["length"]


def test_only_the_rows_of_the_policys_model_are_read(theirs):
    rows = [{"problem": "a", "completion": name, "by": name} for name in ("m", "other")]
    settings = theirs(*rows, model_column="by")
    assert matched(settings, ("p", "a", None, None)) == ["p", "other_model"]


def test_a_turn_that_is_not_the_assistants_is_no_completion(theirs):
    rows = [
        {"messages": turns(("user", "a"), ("assistant", "1"))},
        {"messages": turns(("system", "Be brief."), ("user", "b"), ("assistant", "2"))},
    ]
    settings = theirs(*rows, problem="messages.0.content", completion="messages.1.content")
    prompts = [("p", "a", None, None), ("q", "Be brief.", None, None)]
    assert matched(settings, *prompts) == ["p", "no_problem"]


def test_a_completion_under_a_system_message_answers_the_prompt_that_has_it(theirs):
    said = turns(("system", "Be brief."), ("user", "a"), ("assistant", "1"))
    settings = theirs({"messages": said})
    assert matched(settings, ("bare", "a", None, None)) == ["no_prompt"]
    assert matched(settings, ("bare", "a", None, None), ("own", "a", "Be  brief.", None)) == ["own"]


def test_the_templates_system_prompt_is_no_part_of_the_prompt(theirs):
    said = turns(("system", "Be brief."), ("user", "a"), ("assistant", "1"))
    settings = theirs({"messages": said}, template=Template(system_prompt="Be brief."))
    assert matched(settings, ("bare", "a", None, None)) == ["bare"]


def test_a_completion_without_a_system_message_answers_all_prompts_with_its_problem(theirs):
    settings = theirs({"problem": "a", "completion": "1"})
    prompts = [("bare", "a", None, None), ("other", "a", "Be brief.", None)]
    assert matched(settings, *prompts) == ["bare", "other"]


def test_every_completion_that_is_not_taken_says_why(theirs):
    settings = theirs(
        {"problem": "a", "completion": "1"},
        {"problem": "a", "completion": "2"},
        {"problem": "b", "completion": "3"},
        {"problem": "z", "completion": "4"},
        {"problem": None, "completion": "5"},
        {"problem": "c", "completion": None},
    )
    prompts = [("p", "a", None, None), ("q", "b", None, "bad_gold"), ("r", "c", None, None)]
    assert matched(settings, *prompts, group_size=1) == [
        "p",
        "over_group_size",
        "no_prompt",
        "no_prompt",
        "no_problem",
        "no_text",
    ]
    asked = [
        PromptMessages(name, PLAIN.messages(problem), reason)
        for name, problem, _, reason in prompts
    ]
    details = [row["drop_detail"] for row in match_file_rows("theirs", settings, asked, 1)]
    assert details[1] == "`group_size` is 1, and this is 2"
    assert details[2] == "its prompt is dropped: bad_gold"
    assert details[3] == "no prompt has its problem"


def test_places_in_a_group_are_those_that_the_engine_gives(theirs):
    rows = [{"problem": name, "completion": f"{name}{n}"} for n in range(3) for name in "ab"]
    settings = theirs(*rows)
    asked = [PromptMessages(name, PLAIN.messages(name)) for name in "ab"]
    places = {
        (row["prompt_id"], row["sample_index"]): int(row["file_row"])
        for row in match_file_rows("theirs", settings, asked, "all")
    }
    requests = [
        Request(f"{name}{index}", name, index, PLAIN.messages(name), "", 0)
        for name, index in places
    ]
    replies = ExistingRollouts("theirs", settings).complete(requests, Sampling())
    found = {reply.rollout_id: reply for reply in replies}
    assert all(name == reply.completion for name, reply in found.items())
    for (name, index), row in places.items():
        assert found[f"{name}{index}"].file_row == f"{row}#0"


def test_a_reply_brings_the_other_columns_of_its_row_and_the_files_verdict(theirs):
    row = {"problem": "a", "completion": "1", "correct": 1, "level": 3}
    request = Request("r", "p", 0, PLAIN.messages("a"), "", 0)
    (reply,) = ExistingRollouts("theirs", theirs(row)).complete([request], Sampling())
    assert (reply.metadata, reply.file_outcome) == ('{"level":3}', "correct")


def test_shards_are_read_as_one_file(tmp_path):
    for number in range(2):
        row = {"problem": f"p{number}", "completion": str(number)}
        (tmp_path / f"part-{number}.jsonl").write_text(json.dumps(row))
    settings = RolloutsPolicy(rollouts=str(tmp_path), model="m")
    assert completions(settings) == ["0", "1"]


def test_a_hub_dataset_is_read_like_a_file(tmp_path):
    (tmp_path / "train.jsonl").write_text(json.dumps({"problem": "a", "completion": "1"}))
    commit = "0123456789abcdef"
    settings = RolloutsPolicy(hub={"repository": str(tmp_path), "revision": commit}, model="m")
    assert completions(settings) == ["1"]


@pytest.mark.parametrize(
    ("rows", "columns", "says"),
    [
        pytest.param([], {}, "it holds no rows", id="empty"),
        pytest.param([[1]], {}, "no row of it can be read; element 1: a number", id="unreadable"),
        pytest.param(
            [{"a": 1}], {}, "has no column problem; it has a; name the right one", id="no"
        ),
        pytest.param(
            [{"problem": "a", "completion": "b"}],
            {"model_column": "by"},
            "no column by; it has problem, completion; name the right one as `model_column`",
            id="named",
        ),
    ],
)
def test_files_that_cannot_be_used_are_one_line(theirs, rows, columns, says):
    with pytest.raises(ValueError, match=r"policy theirs: .*rows\.jsonl") as stopped:
        file_columns("theirs", theirs(*rows, **columns))
    assert says in str(stopped.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(
            "<seed:think>so</seed:think>1", "<think>\nso\n</think>\n\n1", id="another make"
        ),
        pytest.param("[THINK]so", "<think>\nso\n", id="cut off"),
        pytest.param("<think>so</think>1<|im_end|>", "<think>so</think>1<|im_end|>", id="as it is"),
        pytest.param("so</think>1", "so</think>1", id="opened by the prompt"),
        pytest.param("in the open", "in the open", id="no tags"),
    ],
)
def test_reasoning_in_tags_of_another_make_is_put_into_think_tags(theirs, written, read):
    assert completions(theirs({"problem": "a", "completion": written})) == [read]


def test_reasoning_of_a_column_gets_no_opening_tag_where_the_prompt_opens_the_block(theirs):
    row = {"problem": "a", "reasoning": "so", "solution": "1"}
    settings = theirs(row, template=Template(reasoning="prefilled"))
    assert completions(settings) == ["\nso\n</think>\n\n1"]


def test_a_completion_that_the_recipe_names_is_taken_alone(theirs):
    row = {"problem": "a", "reasoning": "so", "completion": "1"}
    assert completions(theirs(row, completion="completion")) == ["1"]
    assert completions(theirs(row)) == ["<think>\nso\n</think>\n\n1"]
