import json

import pytest

from r1data.curation.alignment.candidates import checked
from r1data.curation.alignment.files import read_labels, read_pairs
from r1data.curation.alignment.settings import LabelFile, PairFile
from r1data.curation.duplicates.exact import spelling

HI, BYE = "\n\nHuman: Hi!\n\nAssistant: Hello.", "\n\nHuman: Hi!\n\nAssistant: Go away."
USER = {"role": "user", "content": "Hi!"}


def written(folder, *rows):
    path = folder / "rows.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def read(folder, *rows, **settings):
    return [*read_pairs("theirs", PairFile(file=written(folder, *rows), **settings))]


def said(text, role="assistant"):
    return {"role": role, "content": text}


FORMS = [
    pytest.param({"chosen": HI, "rejected": BYE}, id="transcripts"),
    pytest.param(
        {"prompt": "Hi!", "chosen": "Hello.", "rejected": "Go away."}, id="a prompt and two texts"
    ),
    pytest.param(
        {"chosen": [USER, said("Hello.")], "rejected": [USER, said("Go away.")]},
        id="conversations",
    ),
    pytest.param(
        {"prompt": [USER], "chosen": [said("Hello.")], "rejected": [said("Go away.")]},
        id="messages apart from the prompt",
    ),
    pytest.param(
        {
            "conversations": [{"from": "human", "value": "Hi!"}],
            "chosen": {"from": "gpt", "value": "Hello."},
            "rejected": {"from": "gpt", "value": "Go away."},
        },
        id="turns",
    ),
    pytest.param(
        {"prompt": "\n\nHuman: Hi!", "chosen": "Hello.", "rejected": "Go away."},
        id="a transcript of the prompt",
    ),
]


@pytest.mark.parametrize("row", FORMS)
def test_pairs_of_every_form_read_alike(row, tmp_path):
    (pair,) = read(tmp_path, row)
    assert (pair["prompt"], pair["first"], pair["second"]) == ([USER], "Hello.", "Go away.")
    assert (pair["preferred"], pair["drop_reason"], pair["place"]) == ("first", None, "theirs:0")


def test_earlier_turns_and_the_system_message_stay(tmp_path):
    before = "\n\nHuman: A?\n\nAssistant: B.\n\nHuman: C?\n\nAssistant:"
    (pair,) = read(tmp_path, {"chosen": f"{before} D.", "rejected": f"{before} E."})
    assert [one["role"] for one in pair["prompt"]] == ["user", "assistant", "user"]
    turns = [said("Be brief.", "system"), USER]
    (pair,) = read(tmp_path, {"prompt": turns, "chosen": "Hello.", "rejected": "Go away."})
    assert pair["prompt"] == turns


def test_a_row_that_is_no_pair_stays_with_its_reason(tmp_path):
    rows = [
        "{broken",
        {"chosen": HI, "rejected": "\n\nHuman: Bye!\n\nAssistant: Go away."},
        {"chosen": "Hello.", "rejected": "Go away."},
        {"prompt": "Hi!", "chosen": 7, "rejected": "Go away."},
        {"chosen": HI, "rejected": f"{HI}\n\nHuman: And?"},
        {"prompt": "Hi!", "chosen": "Hello.", "rejected": " "},
        {"chosen": HI, "rejected": HI},
        {"chosen": HI, "rejected": BYE},
        {"chosen": HI, "rejected": BYE},
    ]
    found = [row["drop_reason"] for row in checked(read(tmp_path, *rows))]
    assert found == [
        "invalid_json",
        "other_prompt",
        "unread_pair",
        "unread_pair",
        "unread_pair",
        "no_response",
        "same_response",
        None,
        "repeated_pair",
    ]


def test_a_pair_of_a_benchmarks_problem_is_found_in_any_spelling(tmp_path):
    pairs = checked(read(tmp_path, {"chosen": HI, "rejected": BYE}), {spelling("HI !")})
    assert [row["drop_reason"] for row in pairs] == ["benchmark_problem"]


def test_reasoning_alone_is_no_response(tmp_path):
    row = {"prompt": "Hi!", "chosen": "<think>greet</think>Hello.", "rejected": "<think>greet"}
    (pair,) = checked(read(tmp_path, row))
    assert pair["drop_reason"] == "no_response"


@pytest.mark.parametrize(
    ("value", "is_safe"),
    [(True, True), ("unsafe", False), (0, False), ("safe", True), ("maybe", None), (None, None)],
)
def test_labels_are_read_from_booleans_numbers_and_words(value, is_safe, tmp_path):
    row = {"prompt": "Hi!", "response": "Hello.", "is_safe": value, "thought": "I greet."}
    file = LabelFile(file=written(tmp_path, row), reasoning="thought")
    (label,) = read_labels("theirs", file)
    assert label["is_safe"] is is_safe
    assert label["drop_reason"] == (None if is_safe is not None else "not_labelled")
    assert label["text"] == "<think>\nI greet.\n</think>\n\nHello."


def test_the_columns_of_a_file_of_pairs_say_what_is_safe(tmp_path):
    row = {"chosen": HI, "rejected": BYE, "good": True, "bad": "unsafe"}
    (pair,) = read(tmp_path, row, chosen_is_safe="good", rejected_is_safe="bad")
    assert (pair["first_is_safe"], pair["second_is_safe"]) == (True, False)
