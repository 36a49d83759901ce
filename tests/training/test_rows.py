import pytest

from training.rows import check_rows, count_cut, measure_row

REASONING = "2 and 2 are 4"
ROW = {
    "prompt": [{"role": "user", "content": "2 + 2?"}],
    "completion": [{"role": "assistant", "content": f"<think>{REASONING}</think>It is 4."}],
}


class FakeTokenizer:
    """One token a character; `answered` renders the assistant's turn."""

    def __init__(self, answered, opening="A: "):
        self.answered = answered
        self.opening = opening

    def apply_chat_template(self, conversation, *, add_generation_prompt, return_dict):
        turns = [
            f"A: {self.answered(message['content'])}"
            if message["role"] == "assistant"
            else f"Q: {message['content']} "
            for message in conversation
        ]
        text = "".join([*turns, *([self.opening] if add_generation_prompt else [])])
        return {"input_ids": [ord(character) for character in text]}

    def decode(self, token_ids):
        return "".join(map(chr, token_ids))


whole = FakeTokenizer(lambda content: content)
strips = FakeTokenizer(lambda content: content.split("</think>")[-1])
prefills = FakeTokenizer(lambda content: content, opening="A: <think>")
reopens = FakeTokenizer(lambda content: content, opening="Assistant: ")


@pytest.mark.parametrize(
    ("tokenizer", "is_prefix", "is_whole"),
    [
        pytest.param(whole, True, True, id="leaves it whole"),
        pytest.param(strips, True, False, id="strips the reasoning"),
        pytest.param(prefills, True, True, id="prefills the think block"),
        pytest.param(reopens, False, True, id="opens the answer otherwise"),
    ],
)
def test_what_a_template_does_to_the_reasoning_and_the_boundary_is_seen(
    tokenizer, is_prefix, is_whole
):
    measure = measure_row(ROW, tokenizer)
    assert (measure["is_prefix"], measure["is_whole"]) == (is_prefix, is_whole)


def test_a_completion_without_a_think_block_has_to_survive_itself():
    row = {**ROW, "completion": [{"role": "assistant", "content": "It is 4."}]}
    gone = FakeTokenizer(lambda content: "")
    assert measure_row(row, whole)["is_whole"]
    assert not measure_row(row, gone)["is_whole"]


def test_reasoning_that_the_prompt_quotes_does_not_count():
    row = {**ROW, "prompt": [{"role": "user", "content": f"Why is it that {REASONING}?"}]}
    assert not measure_row(row, strips)["is_whole"]


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        (
            {"is_whole": [True, False], "is_prefix": [True, True]},
            "deletes.* 1 rows.*row 1",
        ),
        ({"is_whole": [True, True], "is_prefix": [False, False]}, "renders.* 2 rows.*row 0"),
    ],
    ids=["reasoning", "prefix"],
)
def test_rows_that_a_template_mangles_are_refused_with_the_remedy(measures, message):
    with pytest.raises(ValueError, match=f"template of m {message}.*chat_template_path"):
        check_rows(measures, "m")


def test_rows_left_whole_are_not_refused():
    check_rows({"is_whole": [True], "is_prefix": [True]}, "m")


def test_rows_that_are_cut_or_lose_their_whole_completion_are_counted():
    measures = {"num_prompt_tokens": [5, 5, 10, 20], "num_tokens": [10, 11, 30, 30]}
    assert count_cut(measures, 10) == {"num_rows": 4, "num_truncated": 3, "num_dropped": 2}
    assert count_cut(measures, None)["num_truncated"] == 0
