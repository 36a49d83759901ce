"""Which completions of a policy's files answer which prompts, and why the others answer none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from r1data.engines.file_rows import FileRow, Prompted, Samples, read_file_rows
from r1data.policies.settings import RolloutsPolicy
from r1data.protocol import Message

GroupSize = int | Literal["all"]


@dataclass(frozen=True, slots=True)
class PromptMessages:
    """A prompt with what is asked about it."""

    prompt_id: str
    messages: tuple[Message, ...]
    drop_reason: str | None = None
    """Why it is not asked; null if it is."""


def match_file_rows(
    name: str, settings: RolloutsPolicy, prompts: Iterable[PromptMessages], group_size: GroupSize
) -> Iterator[dict[str, Any]]:
    """Yield a row of `FileRows` for every completion, and for every row that has none, in order.

    A completion that answers several prompts has a row for each of them.

    Args:
        name: The policy's name.
        settings: Where its files are, and the columns in them.
        prompts: All prompts, those among them that are not asked.
        group_size: The most completions of a prompt that are taken.
    """
    asked, left = Prompted(), Prompted()
    for prompt in prompts:
        if prompt.drop_reason is None:
            asked.add(prompt.prompt_id, prompt.messages)
        else:
            left.add(prompt.drop_reason, prompt.messages)
    samples = Samples(asked, settings.template)
    for row in read_file_rows(name, settings):
        found = samples.take(row) if row.problem is not None else []
        facts = {"policy": name, "file_row": row.row, "part": row.part}
        for prompt_index, (prompt_id, sample_index) in enumerate(found):
            reason, detail = _fault(row, sample_index, group_size)
            sample = {
                "prompt_index": prompt_index,
                "prompt_id": prompt_id,
                "sample_index": sample_index,
            }
            yield {**facts, **sample, "drop_reason": reason, "drop_detail": detail}
        if not found:
            reason, detail = _unmatched(row, left, settings)
            yield {**facts, "prompt_index": 0, "drop_reason": reason, "drop_detail": detail}


def _fault(row: FileRow, sample_index: int, group_size: GroupSize) -> tuple[str | None, str | None]:
    """Return why a completion that answers a prompt is not taken."""
    if row.drop_reason is not None:
        return row.drop_reason, row.drop_detail
    if group_size != "all" and sample_index >= group_size:
        return "over_group_size", f"`group_size` is {group_size}, and this is {sample_index + 1}"
    return None, None


def _unmatched(row: FileRow, left: Prompted, settings: RolloutsPolicy) -> tuple[str, str | None]:
    """Return why a row answers no prompt that is asked."""
    if row.problem is None and row.drop_reason is not None:
        return row.drop_reason, row.drop_detail
    if reasons := left.find(row, settings.template):
        return "no_prompt", f"its prompt is dropped: {', '.join(reasons)}"
    under = " under its system message" if row.system else ""
    return "no_prompt", f"no prompt has its problem{under}"
