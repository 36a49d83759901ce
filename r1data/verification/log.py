"""The verdict log: every verdict, kept by what was judged, so that a rerun judges only what is new.

One file for each version of each verifier. A verdict is found again by the hash of its rollout's
id, the response, the gold answer and its type. What `failed` is not kept, so it is tried again.
"""

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Verdict, Verifier
from r1data.store.log import AppendLog
from r1data.tables import Verdicts


class VerdictLog:
    """The verdicts in a folder of logs, each of which it holds from its first use until closed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._opened: dict[Path, tuple[AppendLog, pl.DataFrame]] = {}

    def __enter__(self) -> "VerdictLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def find(self, verifier: Verifier, case_ids: Collection[str]) -> dict[str, Verdict]:
        """Return the verdicts that stood in the log when it was opened, by case id."""
        log, index = self._open(verifier)
        found = index.filter(pl.col("case_id").is_in(list(case_ids)))
        return {row["case_id"]: _verdict(row) for row in log.read_rows(found["offset"])}

    def append(self, verifier: Verifier, case_id: str, row: Mapping[str, Any]) -> None:
        """Keep a verdict, given as a row of `Verdicts`."""
        self._open(verifier)[0].append({"case_id": case_id, **row})

    def close(self) -> None:
        """Sync the logs and give up their locks."""
        self._opened.clear()
        self._stack.close()

    def _open(self, verifier: Verifier) -> tuple[AppendLog, pl.DataFrame]:
        path = self.folder / f"{verifier.name}-v{verifier.version}.jsonl"
        if path not in self._opened:
            log = self._stack.enter_context(AppendLog(path))
            self._opened[path] = log, log.index({"case_id": pl.String}, Verdicts)
        return self._opened[path]


def _verdict(row: Mapping[str, Any]) -> Verdict:
    outcome = Outcome(row["outcome"])
    return Verdict(
        outcome,
        row["predicted_answer"],
        row["detail"],
        row["seconds"],
        row.get("read_from"),
        row.get("test_results"),
    )
