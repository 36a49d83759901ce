"""Examples of good and bad texts: the files that a quality classifier learns from."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field, PositiveInt

from r1data.records.files import files_digest, find_files, read_files, shown
from r1data.records.read import BadRecord, pick
from r1data.records.turns import completion_text
from r1data.settings import Settings

MIN_EXAMPLES = 20
"""Texts of either side under which nothing is learnt."""


class Examples(Settings):
    """Texts of one side."""

    file: str | tuple[str, ...]
    """JSON, JSONL (gzipped or not), CSV or Parquet; a folder of such files, a pattern, or a list of
    these."""
    column: str = "response"
    """Column of the text; dots reach nested fields. In place of a text there may be a turn of a
    conversation."""

    def content(self) -> dict[str, Any]:
        """Return the column and the hash of what the files hold."""
        return {**super().content(), "file": files_digest(find_files(self.file))}

    def hashed(self) -> dict[str, str]:
        """Return where the files are."""
        return {"file": shown(self.file)}

    def texts(self) -> list[str]:
        """Return the texts, each once; rows without one are left out.

        Raises:
            ValueError: If there are fewer than 20.
        """
        found = list(dict.fromkeys(self._texts()))
        if len(found) < MIN_EXAMPLES:
            raise ValueError(
                f"{shown(self.file)} has {len(found)} texts in `{self.column}`, and a classifier "
                f"needs {MIN_EXAMPLES} of either side; name the column, or add rows."
            )
        return found

    def _texts(self) -> Iterator[str]:
        for _, record in read_files(find_files(self.file)):
            if isinstance(record, BadRecord):
                continue
            value = pick(record, self.column)
            text, _ = completion_text(value) if value is not None else (None, "")
            if text and text.strip():
                yield text


class QualityClassifier(Settings):
    """A fastText classifier of responses, and what it learns from."""

    good: Examples
    """Texts such as are wanted."""
    bad: Examples
    """Texts such as are not."""
    epochs: PositiveInt = 10
    """How often it sees each example."""
    max_chars: int = Field(4_000, ge=100)
    """Characters of a text that it looks at, from its beginning."""

    def hashed(self) -> dict[str, str]:
        """Return where the files are."""
        sides = {"good": self.good, "bad": self.bad}
        return {
            f"{side}.{path}": file
            for side, one in sides.items()
            for path, file in one.hashed().items()
        }
