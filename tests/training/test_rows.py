import pytest
from datasets import Dataset

from training.masks import IGNORED
from training.rows import check_rows, count_cut, count_learnt, measure_row, unclean_rows

REASONING = "2 and 2 are 4"
ROW = {
    "prompt": [{"role": "user", "content": "2 + 2?"}],
    "completion": [{"role": "assistant", "content": f"<think>{REASONING}</think>It is 4."}],
}


END = "¶"
ENDS = {ord(END)}
GOOD = {"is_whole": [True] * 2, "is_prefix": [True] * 2, "is_single": [True] * 2} | {
    "is_ended": [True] * 2
}


class FakeTokenizer:
    """One token a character; `answered` renders the assistant's turn, which `end` ends."""

    def __init__(self, answered, opening="A: ", end=f"{END}\n"):
        self.answered = answered
        self.opening = opening
        self.end = end

    def apply_chat_template(self, conversation, *, add_generation_prompt, return_dict):
        turns = [
            f"A: {self.answered(message['content'])}{self.end}"
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
    measure = measure_row(ROW, tokenizer, ENDS)
    assert (measure["is_prefix"], measure["is_whole"]) == (is_prefix, is_whole)
    assert measure["has_reasoning"]


def test_a_completion_without_a_think_block_has_to_survive_itself():
    row = {**ROW, "completion": [{"role": "assistant", "content": "It is 4."}]}
    gone = FakeTokenizer(lambda content: "")
    assert measure_row(row, whole, ENDS)["is_whole"]
    assert not measure_row(row, whole, ENDS)["has_reasoning"]
    assert not measure_row(row, gone, ENDS)["is_whole"]


def test_reasoning_that_the_prompt_quotes_does_not_count():
    row = {**ROW, "prompt": [{"role": "user", "content": f"Why is it that {REASONING}?"}]}
    assert not measure_row(row, strips, ENDS)["is_whole"]


EMPTY = "<think>\n\n</think>\n\n"


@pytest.mark.parametrize(
    ("tokenizer", "content", "is_single"),
    [
        pytest.param(whole, None, True, id="the completion's own"),
        pytest.param(
            FakeTokenizer(lambda text: EMPTY + text), None, False, id="an empty one first"
        ),
        pytest.param(
            FakeTokenizer(lambda text: EMPTY + text, opening=f"A: {EMPTY}"),
            None,
            False,
            id="an empty one in the prompt too",
        ),
        pytest.param(
            FakeTokenizer(lambda text: f"<think>{text}", opening="A: <think>"),
            None,
            False,
            id="one that the prompt opens already",
        ),
        pytest.param(
            FakeTokenizer(lambda text: f"<think>{text}", opening="A: <think>"),
            f"{REASONING}</think>It is 4.",
            True,
            id="opened by the prompt alone",
        ),
        pytest.param(
            FakeTokenizer(lambda text: EMPTY + text), "It is 4.", True, id="no reasoning at all"
        ),
        pytest.param(whole, "<think>a</think><think>b</think>4", True, id="two of its own"),
    ],
)
def test_a_think_block_that_the_template_adds_is_seen(tokenizer, content, is_single):
    completion = ROW["completion"] if content is None else [{"role": "assistant"}]
    row = {**ROW, "completion": [{**completion[0], "content": content or completion[0]["content"]}]}
    assert measure_row(row, tokenizer, ENDS)["is_single"] is is_single


@pytest.mark.parametrize(
    ("end", "is_ended"),
    [
        pytest.param(END, True, id="the end token"),
        pytest.param(f"{END}\n", True, id="white space after it"),
        pytest.param("", False, id="nothing"),
        pytest.param("§\n", False, id="another token"),
        pytest.param(f"{END}\n§", False, id="another token after it"),
    ],
)
def test_a_turn_is_ended_by_a_token_that_sampling_stops_at(end, is_ended):
    tokenizer = FakeTokenizer(lambda content: content, end=end)
    assert measure_row(ROW, tokenizer, ENDS)["is_ended"] is is_ended


@pytest.mark.parametrize(
    ("content", "is_clean"),
    [
        pytest.param("<think>a</think>4", True, id="none"),
        pytest.param(f"<think>a{END}</think>4", False, id="this tokenizer's, as a token"),
        pytest.param("<think>a</think>4<|im_end|>", False, id="another's, at its end"),
        pytest.param("<think>a<|eot_id|></think>4", False, id="another's, in the middle"),
        pytest.param("<think>a</think>Write `<|im_end|>` there.", True, id="another's, quoted"),
    ],
)
def test_an_end_token_in_a_completion_is_seen(content, is_clean):
    row = {**ROW, "completion": [{"role": "assistant", "content": content}]}
    assert measure_row(row, whole, ENDS)["is_clean"] is is_clean


def test_completions_that_hold_an_end_token_are_counted_in_one_line():
    assert unclean_rows({"is_clean": [True, True]}) is None
    line = unclean_rows({"is_clean": [True, False, False]})
    assert "stands in 2 of 3 completions, the first is that of row 1: the policy learns" in line


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ("is_whole", "deletes the reasoning of 1 rows, the first is row 1; set chat_template_path"),
        ("is_prefix", "renders the prompt differently.*in 1 rows.*row 1; set chat_template_path"),
        ("is_single", "puts a think block of its own before that of 1 rows.*chat_template_path"),
        (
            "is_ended",
            "ends the turn with no end token.*in 1 rows.*; set eos_token.*that ends it with ¶$",
        ),
    ],
    ids=["reasoning", "prefix", "think block", "end token"],
)
def test_rows_that_a_template_mangles_are_refused_with_the_remedy(measure, message):
    with pytest.raises(ValueError, match=f"template of m {message}"):
        check_rows(GOOD | {measure: [True, False]}, "m", END)


def test_rows_left_whole_are_not_refused():
    check_rows(GOOD, "m", END)


def test_rows_that_are_cut_or_lose_their_whole_completion_are_counted():
    measures = {
        "num_prompt_tokens": [5, 5, 10, 20],
        "num_tokens": [10, 11, 30, 30],
        "has_reasoning": [True, True, True, False],
    }
    assert count_cut(measures, 10) == {
        "num_rows": 4,
        "num_truncated": 3,
        "num_dropped": 2,
        "share_truncated": 0.75,
        "share_ended": 0.25,
        "share_with_reasoning": 0.75,
    }
    assert count_cut(measures, None)["num_truncated"] == 0


def test_tokens_that_are_trained_on_are_counted_in_the_rows_of_the_trainer():
    rows = Dataset.from_list(
        [
            {"input_ids": [1, 2, 3], "labels": [IGNORED, 2, 3]},
            {"input_ids": [4], "labels": [IGNORED]},
        ]
    )
    found = count_learnt(rows)
    assert found["num_tokens_learnt_a_pass"] == 2
    assert (found["num_tokens_a_pass"], found["share_learnt"]) == (4, 0.5)


def test_rows_of_which_nothing_is_learnt_are_refused():
    rows = Dataset.from_list([{"input_ids": [4], "labels": [IGNORED]}])
    with pytest.raises(ValueError, match="of 1 rows no token is trained on"):
        count_learnt(rows)
