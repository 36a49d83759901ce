"""Masks: the tokens of a row that are trained on, where it is not its whole completion.

TRL trains on all of a completion. A row that says otherwise (`loss_on`), or that is rendered with
flags of its own (`template_flags`), is tokenized here, in the form in which SFTTrainer takes rows
that are tokenized already: `input_ids`, and `labels` that are -100 where nothing is learnt.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from r1data.text import THINK_END

MARKS = ("loss_on", "template_flags")
"""The columns of a mixture that ask for a mask or a rendering of a row's own."""
CLOSING_TAG = "closing_tag"
IGNORED = -100
"""The label of a token that nothing is learnt from."""
Row = Mapping[str, Any]
Messages = list[dict[str, str]]


class Tokenizer(Protocol):
    """As much of a fast tokenizer as this module uses."""

    def apply_chat_template(
        self,
        conversation: Messages,
        *,
        add_generation_prompt: bool,
        tokenize: bool,
        **flags: object,
    ) -> str:
        """Render a chat."""
        ...

    def __call__(
        self, text: str, *, add_special_tokens: bool, return_offsets_mapping: bool
    ) -> Mapping[str, Any]:
        """Return the `input_ids` of a text, and of each the characters it stands for."""
        ...


def flags_of(row: Row) -> dict[str, Any]:
    """Return what the chat template is told when a row is rendered.

    >>> flags_of({"template_flags": '{"enable_thinking": false}'}), flags_of({})
    ({'enable_thinking': False}, {})
    """
    found = row.get("template_flags")
    return dict(json.loads(found)) if found else {}


def label_row(row: Row, tokenizer: Tokenizer, *, on_prompts: bool = False) -> dict[str, list[int]]:
    """Return a row's `input_ids` and `labels`.

    Trained on is the completion with the end of its turn, prompts too if `on_prompts`. A row with
    `loss_on: closing_tag` is trained on the closing tag of its think block and the end of its turn:
    each token that holds a character of the tag, and those behind the response.

    Raises:
        ValueError: The row is to be trained on its closing tag, and the chat template leaves none.
    """
    flags = flags_of(row)
    prompt, completion = list(row["prompt"]), list(row["completion"])
    asked = tokenizer.apply_chat_template(
        prompt, add_generation_prompt=True, tokenize=False, **flags
    )
    text = tokenizer.apply_chat_template(
        [*prompt, *completion], add_generation_prompt=False, tokenize=False, **flags
    )
    found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    start = _num_shared(asked, text)
    if row.get("loss_on") == CLOSING_TAG:
        spans = _closing(text, start, completion[-1]["content"])
    else:
        spans = [(0 if on_prompts else start, len(text))]
    is_learnt = [
        any(begin < to and end > at for at, to in spans) for begin, end in found["offset_mapping"]
    ]
    ids = list(found["input_ids"])
    labels = [token if is_so else IGNORED for token, is_so in zip(ids, is_learnt, strict=True)]
    return {"input_ids": ids, "labels": labels}


def _closing(text: str, start: int, content: str) -> list[tuple[int, int]]:
    """Return where the closing tag stands in a rendered row, and where its turn ends."""
    tag = text.rfind(THINK_END, start)
    if tag < 0 or content.count(THINK_END) != 1:
        raise ValueError(
            "a row is to be trained on its closing tag, and the chat template leaves none of it; "
            "set chat_template_path to a template made for training"
        )
    behind = tag + len(THINK_END)
    response = content.partition(THINK_END)[2].strip()
    turn_end = text.rindex(response, behind) + len(response) if response else behind
    return [(tag, behind), (turn_end, len(text))]


def _num_shared(text: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((place for place, (one, two) in pairs if one != two), min(len(text), len(other)))
