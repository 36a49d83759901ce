"""Settings of pairs of responses and of labels: where they come from, and which are kept."""

from typing import Any, Literal

from pydantic import Field, NonNegativeInt

from r1data.records.files import files_digest, find_files, shown
from r1data.settings import PolicyName, Settings


class RowFile(Settings):
    """A file of rows that people have."""

    file: str | tuple[str, ...]
    """JSON, JSONL (gzipped or not), CSV or Parquet; a folder of such files, a pattern, or a list of
    these."""
    rows: str | None = None
    """Where the rows stand in a file that is one JSON object."""
    prompt: str | None = None
    """Column of the prompt: a text or a conversation. Null takes what the completions begin with,
    or a column known by its name."""
    licence: str | None = None
    """The licence of the rows, which an export states."""

    def content(self) -> dict[str, Any]:
        """Return the columns and the hash of what the files hold."""
        return {**super().content(), "file": files_digest(find_files(self.file))}

    def hashed(self) -> dict[str, str]:
        """Return where the files are."""
        return {"file": shown(self.file)}


class PairFile(RowFile):
    """A file of pairs: HH-RLHF's transcripts, conversations, or a prompt with two texts."""

    chosen: str = "chosen"
    """Column of the better completion: a text, a message, a conversation that ends with it, or a
    transcript whose turns begin with `Human:` and `Assistant:`."""
    rejected: str = "rejected"
    """Column of the other one."""
    chosen_is_safe: str | None = None
    """Column that says whether the better one is safe: true or false, 1 or 0, `safe`, `unsafe`."""
    rejected_is_safe: str | None = None
    """The same of the other one."""
    safety: Literal["none", "rule", "rejected"] = "none"
    """What labels of safety its pairs give, where no column says it. `rule`: the better completion
    is safe; the other is unsafe where the rule finds its response unsafe, or the conversation
    plainly asks for harm and the response does not decline; else it has no label. `rejected`: each
    other one is unsafe, which is true only of sets of pairs in which people chose by harm."""


class LabelFile(RowFile):
    """A file of completions that somebody found safe or unsafe."""

    completion: str = "response"
    """Column of the completion: a text, a message or a conversation that ends with it."""
    reasoning: str | None = None
    """Column of the reasoning, where it stands apart."""
    is_safe: str = "is_safe"
    """Column of the label: true or false, 1 or 0, `safe` or `unsafe`."""


class DeltaPairs(Settings):
    """Pairs without a judge: what a strong policy wrote is better than what a weak one did.

    Olmo 3 calls that delta learning (its 32B and 0.6B).
    """

    strong: PolicyName
    """Writes the chosen responses."""
    weak: PolicyName
    """Writes the rejected ones."""
    max_length_difference: NonNegativeInt | None = 400
    """Characters by which two responses may differ in length; null for no limit. The default is
    Olmo 3's, 100 tokens of four characters."""


class Decision(Settings):
    """Which pairs are decided, and how lengths are balanced."""

    min_difference: float = Field(1.0, ge=0, lt=2)
    """A judged pair is kept if the mean of its judgements is beyond this: 2 is much better in each
    of them, 1 better in each. The default is the paper's (B.2), whose scale is not printed."""
    balance_lengths: bool = True
    """Whether pairs leave until, among those that differ alike in length, as many have the longer
    response chosen as the shorter. The paper wants lengths comparable over the whole set."""
