"""Rollouts that exist already: completions from files, found by what they answer.

The files are read once, from start to end, and each completion goes to its prompt: the first of a
prompt is its sample 0, the next its sample 1. All requests are taken before the first row is read,
because files have an order of their own; none of their completions is held.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from r1data.engines.file_rows import FileRow, Prompted, Samples, read_file_rows
from r1data.policies.settings import RolloutsPolicy
from r1data.protocol import ErrorClass, Reply, Request, Sampling


class ExistingRollouts:
    """The engine that answers from files; what they lack is `missing`."""

    concurrency = 1

    def __init__(self, name: str, settings: RolloutsPolicy) -> None:
        self._name = name
        self._settings = settings

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield a reply for each request, in the order of the files; sampling changes nothing."""
        wanted: dict[tuple[str, int], list[str]] = defaultdict(list)
        prompted = Prompted()
        for request in requests:
            prompted.add(request.prompt_id, request.messages)
            wanted[request.prompt_id, request.sample_index].append(request.rollout_id)
        samples = Samples(prompted, self._settings.template)
        for row in read_file_rows(self._name, self._settings):
            if row.problem is None:
                continue
            for sample in samples.take(row):
                for rollout_id in wanted.pop(sample, ()):
                    yield self._reply(rollout_id, row)
        for (prompt_id, _), rollout_ids in wanted.items():
            has = f"{self._settings.location} has {samples.counts[prompt_id]} completions of this"
            for rollout_id in rollout_ids:
                yield Reply(rollout_id, error_class=ErrorClass.MISSING, error=f"{has} problem")

    def close(self) -> None:
        """Do nothing: the files are open only while `complete` runs."""

    def _reply(self, rollout_id: str, row: FileRow) -> Reply:
        if row.completion is None:
            error = f"row {row.row} of {self._settings.location}: {row.drop_detail}"
            return Reply(rollout_id, error_class=ErrorClass.MISSING, error=error)
        return Reply(
            rollout_id,
            completion=row.completion,
            finish_reason=row.finish_reason,
            metadata=row.metadata,
            file_outcome=row.file_outcome,
            file_row=f"{row.row}#{row.part}",
        )
