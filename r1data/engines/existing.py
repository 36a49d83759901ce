"""Rollouts that exist already: completions from a file, found by their problem.

The file is read once, from its start to its end, and each completion goes to its prompt: the first
of a problem in the file is its sample 0, the next its sample 1. All requests are taken before the
first row is read, because the file has an order of its own; none of its completions is held.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from r1data.engines.policies import RolloutsPolicy
from r1data.engines.protocol import ErrorClass, Reply, Request, Sampling
from r1data.finish_reasons import is_cut_off
from r1data.records.read import BadRecord, Record, as_text, paths, pick, read_records
from r1data.seeds import content_id
from r1data.text import fold, storable


class ExistingRollouts:
    """The engine that answers from a file; what the file lacks is `missing`."""

    concurrency = 1

    def __init__(self, name: str, settings: RolloutsPolicy) -> None:
        self._name = name
        self._settings = settings
        self._path = Path(settings.rollouts)

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield a reply for each request, in the order of the file; sampling changes nothing."""
        wanted: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for request in requests:
            key = _key(request.messages[-1]["content"])
            wanted[key][request.sample_index].append(request.rollout_id)
        num_seen: Counter[str] = Counter()
        for row, record in self._records():
            key = _key(self._question(record))
            if key not in wanted:
                continue
            for completion, finish_reason in self._completions(record):
                for rollout_id in wanted[key].pop(num_seen[key], ()):
                    yield self._reply(rollout_id, completion, finish_reason, row)
                num_seen[key] += 1
        for key, samples in wanted.items():
            error = f"{self._path} has {num_seen[key]} completions of this problem"
            for rollout_id in (id_ for ids in samples.values() for id_ in ids):
                yield Reply(rollout_id, error_class=ErrorClass.MISSING, error=error)

    def check(self) -> None:
        """Refuse a file without the columns that the policy names; only its first row is read.

        Raises:
            ValueError: A column that the file does not have.
        """
        next(self._records(), None)

    def close(self) -> None:
        """Do nothing: the file is open only while `complete` runs."""

    def _records(self) -> Iterator[tuple[int, Record]]:
        """Yield the rows that can be read; the columns must be there in the first."""
        is_first = True
        for row, record in read_records(self._path):
            if isinstance(record, BadRecord):
                continue
            if is_first:
                self._check_columns(record)
                is_first = False
            yield row, record

    def _check_columns(self, record: Record) -> None:
        settings = self._settings
        known = list(paths(record))
        for column in (settings.problem, settings.completion, settings.finish_reason):
            if column is not None and column not in known:
                raise ValueError(
                    f"policy {self._name}: {self._path} has no column {column}; it has "
                    f"{', '.join(record)}"
                )

    def _question(self, record: Record) -> str:
        """Return what would be asked about a row's problem, as a request's last message has it."""
        problem = storable(as_text(pick(record, self._settings.problem)) or "")
        return self._settings.template.messages(problem)[-1]["content"]

    def _completions(self, record: Record) -> list[tuple[Any, Any]]:
        """Return a row's completions with their finish reasons: one of each, or a list of each."""
        column = self._settings.finish_reason
        completion = pick(record, self._settings.completion)
        finish_reason = pick(record, column) if column else None
        if not isinstance(completion, list):
            return [(completion, finish_reason)]
        if isinstance(finish_reason, list):
            return list(zip_longest(completion, finish_reason[: len(completion)]))
        return [(text, finish_reason) for text in completion]

    def _reply(self, rollout_id: str, completion: Any, finish_reason: Any, row: int) -> Reply:  # noqa: ANN401
        if not isinstance(completion, str):
            error = f"row {row} of {self._path} has no text in {self._settings.completion}"
            return Reply(rollout_id, error_class=ErrorClass.MISSING, error=error)
        ended = "length" if is_cut_off(finish_reason) else "stop"
        return Reply(rollout_id, completion=completion, finish_reason=ended)


def _key(question: str) -> str:
    return content_id(fold(question))
