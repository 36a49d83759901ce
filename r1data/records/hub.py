"""Rows of a Hugging Face dataset, streamed: nothing is downloaded whole or held in memory."""

from collections.abc import Iterator

from r1data.names import Commit
from r1data.records.read import Record
from r1data.settings import Settings


class HubDataset(Settings):
    """A Hugging Face dataset at one commit."""

    repository: str
    """Owner and name, e.g. `openai/gsm8k`."""
    config: str | None = None
    """The dataset's configuration, where it has several."""
    split: str = "train"
    """The split whose rows are read."""
    revision: Commit
    """A commit's hash: branches and tags can move."""


def read_hub(hub: HubDataset) -> Iterator[Record]:
    """Yield the rows of a dataset at its revision.

    Raises `ValueError` with one line where the Hub cannot be reached, or knows no such repository,
    config, split or revision. Being unreachable shows after the Hub client's own retries.
    """
    from datasets import load_dataset

    try:
        rows = load_dataset(
            hub.repository, hub.config, split=hub.split, revision=hub.revision, streaming=True
        )
        yield from rows
    except (OSError, ValueError, RuntimeError) as error:
        where = f"{hub.repository} (split `{hub.split}`, revision {hub.revision})"
        said = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"the Hub dataset {where} cannot be read: {said.rstrip('.')}; check its name and the "
            "network, or download it and give its `file`."
        ) from error
