"""The request log: every reply of a policy under one template and sampling, kept for good.

One row per reply, written the moment it comes (`r1data.store.log` says what is synced when). The
row's key is its rollout id, a hash of what decides the completion's distribution, so a run that
was stopped at any point, or that asks for more prompts or larger groups, finds what it has and
asks only for the rest. Errors are rows too. Where a rollout has several rows, the last counts.

    logs/requests/<policy revision>/<template id>-<sampling id>.jsonl           the replies
    logs/rendered_prompts/<policy revision>/<template id>-<sampling id>.jsonl   once per prompt
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from r1data.engines.policies import PolicyVersion
from r1data.engines.protocol import Reply, Request, Sampling
from r1data.seeds import content_id
from r1data.store.log import AppendLog, index_log
from r1data.tables import Rollouts

COLUMNS = {name: column.dtype for name, column in Rollouts.columns().items()}


class LogIndex:
    """The index of a log: the last row of each rollout, and whether it is an error."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rows = rows.unique("rollout_id", keep="last", maintain_order=True).sort("rollout_id")

    def find(self, rollout_ids: pl.Series) -> pl.DataFrame:
        """Return `offset` and `error_class` of some rollouts, in order; null if never asked."""
        at = self._rows["rollout_id"].search_sorted(rollout_ids)
        near = self._rows.select(pl.all().gather(at.to_list(), null_on_oob=True))
        is_it = pl.col("rollout_id") == rollout_ids
        found = pl.when(is_it).then(pl.col("offset", "error_class"))
        return near.select(found, rollout_id=rollout_ids)


class RequestLog:
    """The replies of a policy under its template and one sampling.

    Reading needs nothing; entering the `with` block makes this process the one that writes.

    Raises:
        TableBusyError: On entering, if another process writes this log.
    """

    def __init__(self, logs: Path, policy: PolicyVersion, sampling: Sampling) -> None:
        self.policy = policy
        self.sampling = sampling
        self.template_id = policy.template_id
        self.sampling_id = sampling.sampling_id
        file = (
            Path(quote(policy.revision, safe="")) / f"{self.template_id}-{self.sampling_id}.jsonl"
        )
        self.path = logs / "requests" / file
        self._rendered_path = logs / "rendered_prompts" / file
        self._stack = ExitStack()

    def __enter__(self) -> "RequestLog":
        with ExitStack() as stack:
            self._log = stack.enter_context(AppendLog(self.path))
            self._rendered = stack.enter_context(AppendLog(self._rendered_path))
            known = self._rendered.index({"prompt_id": pl.String})["prompt_id"]
            self._known_prompts = set(known)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def rollout_id(self, prompt_id: str, sample_index: int) -> str:
        """Return the id of one sample of a prompt, whatever the size of its group and its seed."""
        revision = self.policy.revision
        return content_id(prompt_id, revision, self.template_id, self.sampling_id, sample_index)

    def index(self) -> LogIndex:
        """Return where everything is that has been written so far."""
        fields = {"rollout_id": pl.String, "error_class": pl.String}
        return LogIndex(index_log(self.path, fields, Rollouts))

    def append(self, request: Request, reply: Reply) -> int:
        """Write a reply; return the offset of its row."""
        if reply.rendered_prompt is not None and request.prompt_id not in self._known_prompts:
            self._rendered.append(
                {"prompt_id": request.prompt_id, "rendered_prompt": reply.rendered_prompt}
            )
            self._known_prompts.add(request.prompt_id)
        return self._log.append(self._row(request, reply))

    def rollouts(self, offsets: Iterable[int]) -> pl.DataFrame:
        """Return the rows at some offsets as `Rollouts`, under the policy's present name.

        Their prefill is the policy's too: its template decides it, and all rows of a log share one.
        """
        rows = rollout_frame(self._log.read_rows(offsets))
        return rows.with_columns(
            policy=pl.lit(self.policy.name), prefill=pl.lit(self.policy.prefill)
        )

    def facts(self, rollout_id: str, prompt_id: str, sample_index: int) -> dict[str, Any]:
        """Return what is known of a rollout before it is asked, as columns of `Rollouts`."""
        return {
            "rollout_id": rollout_id,
            "prompt_id": prompt_id,
            "sample_index": sample_index,
            "policy": self.policy.name,
            "policy_revision": self.policy.revision,
            "template_id": self.template_id,
            "sampling_id": self.sampling_id,
            "prefill": self.policy.prefill,
        }

    def _row(self, request: Request, reply: Reply) -> dict[str, Any]:
        """Return a row of the log: its long texts last, so that an index need not read them."""
        return {
            **self.facts(request.rollout_id, request.prompt_id, request.sample_index),
            "seed": request.seed,
            "error_class": reply.error_class,
            "finish_reason": reply.finish_reason,
            "num_prompt_tokens": reply.num_prompt_tokens,
            "num_completion_tokens": reply.num_completion_tokens,
            "seconds": round(reply.seconds, 3),
            "finished_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "engine": reply.engine,
            "error": reply.error,
            "raw": reply.raw,
            "metadata": reply.metadata,
            "file_outcome": reply.file_outcome,
            "file_row": reply.file_row,
            "completion": reply.completion,
        }


def rollout_frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return rows of `Rollouts` from their values by column; what a row lacks is null."""
    return pl.DataFrame(
        [[row.get(name) for name in COLUMNS] for row in rows], schema=COLUMNS, orient="row"
    )
