"""Masks of rows that are trained on in part, by a tokenizer of a token a character or a tag."""

import re

import pytest

from training.masks import IGNORED, label_row
from training.rows import measure_row

TOKEN = re.compile(r"</?think>\n?|¶|.", re.DOTALL)
CUT = "<think>one two\n</think>\n\nIt is 4."


class TagTokenizer:
    """A token for each tag, with the line end behind it, for the end of a turn, or a character."""

    def __init__(self):
        self.texts = []

    def apply_chat_template(
        self, conversation, *, add_generation_prompt, tokenize=True, return_dict=False, think=True
    ):
        turns = [f"{turn['role'][0]}: {turn['content']}¶\n" for turn in conversation]
        opening = "a: " if think else "a: <think>\n</think>\n"
        if not think:
            turns = [text.replace("a: ", opening) for text in turns]
        text = "".join([*turns, *([opening] if add_generation_prompt else [])])
        if not tokenize:
            return text
        return {"input_ids": self(text, add_special_tokens=False)["input_ids"]}

    def __call__(self, text, *, add_special_tokens, return_offsets_mapping=True):
        found = list(TOKEN.finditer(text))
        for one in found:
            if one[0] not in self.texts:
                self.texts.append(one[0])
        ids = [self.texts.index(one[0]) for one in found]
        return {"input_ids": ids, "offset_mapping": [one.span() for one in found]}

    def decode(self, token_ids):
        return "".join(self.texts[token] for token in token_ids)


def row(content, **marks):
    return {
        "prompt": [{"role": "user", "content": "2 + 2?"}],
        "completion": [{"role": "assistant", "content": content}],
        **marks,
    }


def learnt(labelled, tokenizer):
    """The texts that are learnt, between those that are not."""
    pairs = zip(labelled["input_ids"], labelled["labels"], strict=True)
    text = "".join("|" if label == IGNORED else tokenizer.decode([token]) for token, label in pairs)
    return [part for part in text.split("|") if part]


@pytest.mark.parametrize(
    ("content", "marks", "parts"),
    [
        pytest.param(CUT, {}, [f"{CUT}¶\n"], id="all of a completion"),
        pytest.param(CUT, {"loss_on": None}, [f"{CUT}¶\n"], id="nothing else is said"),
        pytest.param(
            CUT, {"loss_on": "closing_tag"}, ["</think>\n", "¶\n"], id="closing tag and end of turn"
        ),
        pytest.param(
            "<think>one\n</think>",
            {"loss_on": "closing_tag"},
            ["</think>¶\n"],
            id="no response between them",
        ),
        pytest.param(
            "It is 4.", {"template_flags": '{"think": false}'}, ["It is 4.¶\n"], id="a flag"
        ),
    ],
)
def test_what_is_learnt_of_a_row_is_what_it_says(content, marks, parts):
    tokenizer = TagTokenizer()
    assert learnt(label_row(row(content, **marks), tokenizer), tokenizer) == parts


def test_prompts_are_learnt_too_where_training_says_so_but_not_beside_a_closing_tag():
    tokenizer = TagTokenizer()
    whole = label_row(row("It is 4."), tokenizer, on_prompts=True)
    assert whole["labels"] == whole["input_ids"]
    cut = label_row(row(CUT, loss_on="closing_tag"), tokenizer, on_prompts=True)
    assert learnt(cut, tokenizer) == ["</think>\n", "¶\n"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("<think>one two", id="no closing tag"),
        pytest.param(f"{CUT}</think>", id="two of them"),
    ],
)
def test_a_row_without_its_one_closing_tag_is_refused(content):
    with pytest.raises(ValueError, match="set chat_template_path"):
        label_row(row(content, loss_on="closing_tag"), TagTokenizer())


def test_a_row_is_checked_as_its_flags_render_it():
    tokenizer = TagTokenizer()
    flagged = row("It is 4.", template_flags='{"think": false}')
    measure = measure_row(flagged, tokenizer, {0})
    assert measure["is_prefix"]
    assert (
        measure["num_prompt_tokens"]
        > measure_row(row("It is 4."), tokenizer, {0})["num_prompt_tokens"]
    )
