"""Training rows: what a chat template makes of them, checked before anything is trained."""

from collections.abc import Collection, Mapping
from functools import partial
from itertools import takewhile
from typing import Any, Protocol

from datasets import Dataset

from r1data.marks import find_end_token, find_marks, strip_end_tokens
from r1data.text import split_reasoning
from training.masks import IGNORED, flags_of

Row = Mapping[str, Any]
REMEDY = "set chat_template_path to a template made for training"
NO_END = (
    "set eos_token in the training configuration to the token that ends a turn, or set "
    "chat_template_path to a template that ends it with"
)
DAMAGES = (
    ("is_whole", "deletes the reasoning of"),
    ("is_prefix", "renders the prompt differently, once it is answered, in"),
    ("is_single", "puts a think block of its own before that of"),
    ("is_ended", "ends the turn with no end token that sampling stops at in"),
)
"""What a template may do to rows, by the measure that tells."""


class Tokenizer(Protocol):
    """As much of a tokenizer as this module uses."""

    def apply_chat_template(
        self,
        conversation: list[dict[str, str]],
        *,
        add_generation_prompt: bool,
        return_dict: bool,
        **flags: object,
    ) -> Mapping[str, list[int]]:
        """Render a chat and return its `input_ids`."""
        ...

    def decode(self, token_ids: list[int]) -> str:
        """Return the text of some tokens."""
        ...


def measure_row(row: Row, tokenizer: Tokenizer, ends: Collection[int]) -> dict[str, int | bool]:
    """Count a row's tokens, and tell whether the chat template leaves its completion whole.

    `is_prefix`: the prompt, rendered as the policy will be asked, begins the whole text, so that
    the loss falls on the completion and on nothing else. `is_whole`: the reasoning is in the text
    the loss falls on; some templates delete it from the assistant's turns. `is_single`: the
    assistant's turn has no think block beside the completion's own. `is_ended`: the turn's last
    token, white space apart, is one of `ends`, at which sampling stops. `is_clean`: no end token
    stands in the completion, as a token or as text.
    """
    render = partial(_token_ids, tokenizer, flags_of(row))
    prompt = render(row["prompt"], is_open=True)
    asked = render(row["prompt"], is_open=False)
    whole = render([*row["prompt"], *row["completion"]], is_open=False)
    shared, content = _num_shared(prompt, whole), row["completion"][0]["content"]
    learnt, turn = whole[shared:], tokenizer.decode(whole[_num_shared(asked, whole) :])
    while learnt and not tokenizer.decode(learnt[-1:]).strip():
        learnt.pop()
    return {
        "num_prompt_tokens": len(prompt),
        "num_tokens": len(whole),
        "is_prefix": shared == len(prompt),
        "is_whole": (split_reasoning(content)[0] or content).strip()
        in tokenizer.decode(whole[shared:]),
        "has_reasoning": split_reasoning(content)[0] is not None,
        "is_single": _num_blocks(turn) <= max(1, _num_blocks(content)),
        "is_ended": bool(learnt) and learnt[-1] in ends,
        "is_clean": not any(token in ends for token in learnt[:-1])
        and strip_end_tokens(content) == content
        and find_end_token(content) is None,
    }


def check_rows(measures: Mapping[str, list[Any]], template: str, end: str) -> None:
    """Refuse rows that a chat template would mangle.

    Args:
        measures: What `measure_row` found, by name.
        template: Whose template it is.
        end: The text of the tokenizer's end token.
    """
    for check, damage in DAMAGES:
        bad = [row for row, is_good in enumerate(measures[check]) if not is_good]
        if bad:
            which = f"{len(bad)} rows, the first is row {bad[0]}"
            remedy = f"{NO_END} {end}" if check == "is_ended" else REMEDY
            raise ValueError(f"the chat template of {template} {damage} {which}; {remedy}")


def unclean_rows(measures: Mapping[str, list[Any]]) -> str | None:
    """Return a line on the completions that an end token stands in; None if there are none."""
    bad = [row for row, is_clean in enumerate(measures["is_clean"]) if not is_clean]
    if not bad:
        return None
    return (
        f"an end token, or the text of one, stands in {len(bad)} of {len(measures['is_clean'])} "
        f"completions, the first is that of row {bad[0]}: the policy learns to write it, or to "
        "stop there; take it out of the rollouts"
    )


def count_cut(measures: Mapping[str, list[Any]], max_length: int | None) -> dict[str, int | float]:
    """Count the rows too long to train on whole, and those of which no completion is left.

    `share_ended` is the share of rows with the end of their turn, `share_with_reasoning` of those
    with a think block.
    """
    num_rows, limit = len(measures["num_tokens"]), max_length or max(measures["num_tokens"])
    num_truncated = sum(tokens > limit for tokens in measures["num_tokens"])
    return {
        "num_rows": num_rows,
        "num_truncated": num_truncated,
        "num_dropped": sum(tokens >= limit for tokens in measures["num_prompt_tokens"]),
        "share_truncated": num_truncated / num_rows,
        "share_ended": 1 - num_truncated / num_rows,
        "share_with_reasoning": sum(measures["has_reasoning"]) / num_rows,
    }


def count_learnt(rows: Dataset, num_processes: int | None = None) -> dict[str, int | float]:
    """Count the tokens that the trainer's rows hold, and those among them that are learnt.

    Raises:
        ValueError: Nothing is learnt.
    """
    counts = rows.map(
        lambda row: {
            "num_tokens": len(row["input_ids"]),
            "num_learnt": sum(label != IGNORED for label in row["labels"]),
        },
        remove_columns=rows.column_names,
        num_proc=num_processes,
    )
    num_tokens, num_learnt = sum(counts["num_tokens"]), sum(counts["num_learnt"])
    if not num_learnt:
        raise ValueError(f"of {len(rows)} rows no token is trained on; raise max_length")
    return {
        "num_tokens_a_pass": num_tokens,
        "num_tokens_learnt_a_pass": num_learnt,
        "share_learnt": num_learnt / num_tokens,
    }


def _num_shared(tokens: list[int], others: list[int]) -> int:
    """Return how many tokens two lists begin with alike."""
    both = zip(tokens, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))


def _num_blocks(text: str) -> int:
    return sum(mark.kind == "open" for mark in find_marks(text))


def _token_ids(
    tokenizer: Tokenizer,
    flags: Mapping[str, Any],
    messages: list[dict[str, str]],
    *,
    is_open: bool,
) -> list[int]:
    rendered = tokenizer.apply_chat_template(
        messages, add_generation_prompt=is_open, return_dict=True, **flags
    )
    return list(rendered["input_ids"])
