"""Training rows: what a chat template makes of them, checked before anything is trained."""

from collections.abc import Mapping
from itertools import takewhile
from typing import Any, Protocol

from r1data.text import split_reasoning

Row = Mapping[str, Any]


class Tokenizer(Protocol):
    """As much of a tokenizer as this module uses."""

    def apply_chat_template(
        self, conversation: list[dict[str, str]], *, add_generation_prompt: bool, return_dict: bool
    ) -> Mapping[str, list[int]]:
        """Render a chat and return its `input_ids`."""
        ...

    def decode(self, token_ids: list[int]) -> str:
        """Return the text of some tokens."""
        ...


def measure_row(row: Row, tokenizer: Tokenizer) -> dict[str, int | bool]:
    """Count a row's tokens, and tell whether the chat template leaves its completion whole.

    `is_prefix`: the prompt, rendered as the policy will be asked, begins the whole text, so that
    the loss falls on the completion and on nothing else. `is_whole`: the reasoning is in the text
    the loss falls on; some templates delete it from the assistant's turns.
    """
    prompt = _token_ids(tokenizer, row["prompt"], is_open=True)
    whole = _token_ids(tokenizer, [*row["prompt"], *row["completion"]], is_open=False)
    both = zip(prompt, whole, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
    content = row["completion"][0]["content"]
    return {
        "num_prompt_tokens": len(prompt),
        "num_tokens": len(whole),
        "is_prefix": shared == len(prompt),
        "is_whole": (split_reasoning(content)[0] or content).strip()
        in tokenizer.decode(whole[shared:]),
    }


def check_rows(measures: Mapping[str, list[Any]], template: str) -> None:
    """Refuse rows that a chat template would mangle; `template` says whose it is."""
    for check, damage in (
        ("is_whole", "deletes the reasoning of"),
        ("is_prefix", "renders the prompt differently, once it is answered, in"),
    ):
        bad = [row for row, is_good in enumerate(measures[check]) if not is_good]
        if bad:
            raise ValueError(
                f"the chat template of {template} {damage} {len(bad)} rows, the first is row "
                f"{bad[0]}; set chat_template_path to a template made for training"
            )


def count_cut(measures: Mapping[str, list[Any]], max_length: int | None) -> dict[str, int]:
    """Count the rows too long to train on whole, and those of which no completion is left."""
    limit = max_length or max(measures["num_tokens"])
    return {
        "num_rows": len(measures["num_tokens"]),
        "num_truncated": sum(tokens > limit for tokens in measures["num_tokens"]),
        "num_dropped": sum(tokens >= limit for tokens in measures["num_prompt_tokens"]),
    }


def _token_ids(tokenizer: Tokenizer, messages: list[dict[str, str]], *, is_open: bool) -> list[int]:
    rendered = tokenizer.apply_chat_template(
        messages, add_generation_prompt=is_open, return_dict=True
    )
    return list(rendered["input_ids"])
