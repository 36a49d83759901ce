import json
from pathlib import Path

import pytest

from r1data.engines.existing import ExistingRollouts
from r1data.policies.settings import RolloutsPolicy
from r1data.policies.templates import Template
from r1data.protocol import ErrorClass, Message, Request, Sampling
from r1data.records.self_cognition import Identity

PLAIN = Template()


def answered(path: Path, problems, group_size=2, template=PLAIN, **columns):
    settings = RolloutsPolicy(rollouts=str(path), model="m", template=template, **columns)
    requests = [
        Request(f"{problem}/{index}", problem, index, template.messages(problem), "", 0)
        for problem in problems
        for index in range(group_size)
    ]
    engine = ExistingRollouts("theirs", settings)
    return {reply.rollout_id: reply for reply in engine.complete(requests, Sampling())}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rollouts.jsonl"


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_completions_find_their_prompts_by_the_problem_in_the_order_of_the_file(path):
    write(
        path,
        {"problem": "b", "completion": "b first"},
        {"problem": "a", "completion": "a first"},
        {"problem": " b ", "completion": "b second"},
        {"problem": "z", "completion": "nobody asked"},
        {"problem": "b", "completion": "b third"},
        {"problem": "a", "completion": "a second"},
    )
    replies = answered(path, ["a", "b"])
    assert {rollout_id: reply.completion for rollout_id, reply in replies.items()} == {
        "a/0": "a first",
        "a/1": "a second",
        "b/0": "b first",
        "b/1": "b second",
    }


def test_what_the_file_lacks_is_missing(path):
    write(path, {"problem": "a", "completion": "only one"}, {"problem": "b", "completion": None})
    replies = answered(path, ["a", "b"], group_size=2)
    assert replies["a/0"].completion == "only one"
    assert replies["a/1"].error_class is ErrorClass.MISSING
    assert replies["a/1"].error == f"{path} has 1 completions of this problem"
    assert replies["b/0"].error_class is replies["b/1"].error_class is ErrorClass.MISSING
    assert replies["b/0"].error == f"row 1 of {path}: `completion` holds no text: nothing"


def test_a_row_may_hold_a_list_of_completions_in_nested_columns(path):
    row = {"q": {"text": "a"}, "out": [{"t": ["one", "two"]}], "why": ["stop", "length"]}
    write(path, row)
    columns = {"problem": "q.text", "completion": "out.0.t", "finish_reason": "why"}
    replies = answered(path, ["a"], **columns)
    assert [reply.completion for reply in replies.values()] == ["one", "two"]
    assert [reply.finish_reason for reply in replies.values()] == ["stop", "length"]


def test_a_file_says_in_its_own_words_why_completions_ended(path):
    write(path, {"problem": "a", "out": ["one", "two"], "why": ["end_turn", "MAX_TOKENS"]})
    replies = answered(path, ["a"], completion="out", finish_reason="why")
    assert [reply.finish_reason for reply in replies.values()] == ["stop", "length"]


def test_a_later_sample_is_the_later_completion_even_if_asked_alone(path):
    write(path, {"problem": "a", "completion": "0"}, {"problem": "a", "completion": "1"})
    request = Request("r", "p", 1, (Message(role="user", content="a"),), "", 0)
    engine = ExistingRollouts("theirs", RolloutsPolicy(rollouts=str(path), model="m"))
    (reply,) = engine.complete([request], Sampling())
    assert reply.completion == "1"


def test_an_instruction_after_the_problem_does_not_matter(path):
    write(path, {"problem": "a", "completion": "one"})
    replies = answered(path, ["a"], group_size=1, template=Template(instruction="Box it."))
    assert replies["a/0"].completion == "one"


def test_two_prompts_with_one_problem_both_get_its_completions(path):
    write(path, {"problem": "a", "completion": "one"})
    messages = (Message(role="user", content="a"),)
    requests = [Request(name, name, 0, messages, "", 0) for name in ("r1", "r2")]
    engine = ExistingRollouts("theirs", RolloutsPolicy(rollouts=str(path), model="m"))
    replies = list(engine.complete(requests, Sampling()))
    assert {(reply.rollout_id, reply.completion) for reply in replies} == {
        ("r1", "one"),
        ("r2", "one"),
    }


def test_a_column_that_is_not_there_is_named_with_those_that_are(path):
    write(path, {"statement": "a", "completion": "one"})
    with pytest.raises(ValueError, match="no column problem; it has statement, completion"):
        answered(path, ["a"])


def test_a_row_that_cannot_be_read_does_not_stop_the_others(path):
    path.write_text('{"problem": "a", "completion": "one"}\n{"problem\n')
    assert answered(path, ["a"], group_size=1)["a/0"].completion == "one"


def test_the_models_names_are_put_into_problems_and_completions(path):
    write(path, {"problem": "Are you {{name}}?", "completion": "Yes, by {{author}}."})
    identity = Identity(name="Ada", maker="Us")
    replies = answered(path, ["Are you Ada?"], group_size=1, identity=identity)
    assert replies["Are you Ada?/0"].completion == "Yes, by Us."
