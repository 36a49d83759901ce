"""The request log: every reply of a policy under one template and sampling, kept for good.

One row per reply, written the moment it comes (`r1data.store.log` says what is synced when). The
row's key is its rollout id, a hash of what decides the completion's distribution, so a run that
was stopped at any point, or that asks for more prompts or larger groups, finds what it has and
asks only for the rest. Errors are rows too. Where a rollout has several rows, the last counts.

All recipes of a data folder share the log: what two of them ask one teacher is asked once. While
one of them writes the replies of a policy under one template and sampling, another waits.

    logs/requests/<policy revision>/<template id>-<sampling id>.jsonl           the replies
    logs/rendered_prompts/<policy revision>/<template id>-<sampling id>.jsonl   once per prompt
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from r1data.policies.settings import EndpointPolicy, PolicyVersion, WeightsPolicy
from r1data.protocol import Reply, Request, Sampling
from r1data.requests.index import INDEXED, LogIndex
from r1data.requests.taken_in import (
    RENDERED_PROMPTS,
    REPLIES,
    answered,
    take_in_log,
    take_in_tables,
)
from r1data.seeds import content_id
from r1data.store.locks import TableBusyError
from r1data.store.log import AppendLog, index_log
from r1data.store.store import REQUESTS, Store
from r1data.store.table import Table
from r1data.tables import Rollouts

RENDERED = "rendered_prompts"
LOOK_SECONDS = 0.5
"""How often a log that another process writes is tried."""
COLUMNS = {name: column.dtype for name, column in Rollouts.columns().items()}


class RequestLog:
    """The replies of a policy under its template and one sampling.

    Reading needs nothing; entering the `with` block makes this process the one that writes, and
    takes in what older logs have of these replies.

    Args:
        logs: The folder of logs.
        policy: The policy, at one revision.
        sampling: How it is sampled.
        older: Folders of logs from before recipes shared one.
        recipe: The recipe that asks, which is written beside each reply; null where no model is
            asked.
        on_busy: Told who writes the log, if another process does, before waiting for that to end.

    Raises:
        TableBusyError: On entering, if another process writes this log and there is no `on_busy`.
    """

    def __init__(
        self,
        logs: Path,
        policy: PolicyVersion,
        sampling: Sampling,
        *,
        older: Sequence[Path] = (),
        recipe: str | None = None,
        on_busy: Callable[[str], object] | None = None,
    ) -> None:
        self.policy = policy
        self.sampling = sampling
        self.template_id = policy.template_id
        self.sampling_id = sampling.sampling_id
        file = (
            Path(quote(policy.revision, safe="")) / f"{self.template_id}-{self.sampling_id}.jsonl"
        )
        self._recipe = recipe
        self._on_busy = on_busy
        self.path = logs / REQUESTS / file
        self._rendered_path = logs / RENDERED / file
        self._older = [folder for folder in older if folder != logs]
        self._file = file
        self._stack = ExitStack()
        self._indexed: pl.DataFrame | None = None
        """What `index` would find, if nothing was written since it was read."""

    @classmethod
    def of(
        cls,
        store: Store,
        policy: PolicyVersion,
        sampling: Sampling,
        *,
        on_busy: Callable[[str], object] | None = None,
    ) -> "RequestLog":
        """Return the log that a recipe shares with all whose folders stand beside its own."""
        is_asked = isinstance(policy.settings, EndpointPolicy | WeightsPolicy)
        older, recipe = store.older_logs(), store.root.name if is_asked else None
        return cls(store.shared_logs, policy, sampling, older=older, recipe=recipe, on_busy=on_busy)

    def __enter__(self) -> "RequestLog":
        is_told = False
        while True:
            try:
                return self._open()
            except TableBusyError as error:
                if self._on_busy is None:
                    raise
                if not is_told:
                    self._on_busy(str(error))
                is_told = True
            time.sleep(LOOK_SECONDS)

    def _open(self) -> "RequestLog":
        with ExitStack() as stack:
            self._log = stack.enter_context(AppendLog(self.path))
            self._rendered = stack.enter_context(AppendLog(self._rendered_path))
            known = self._rendered.index({"prompt_id": pl.String})["prompt_id"]
            self._known_prompts = set(known)
            self._take_in_older()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._indexed = None
        self._stack.close()

    @property
    def is_paid(self) -> bool:
        """Whether a model is asked on behalf of a recipe, so that its caps count the replies."""
        return self._recipe is not None

    @property
    def longer_max_tokens(self) -> int | None:
        """The limit at which completions that were cut off are asked again, if a model is asked."""
        is_model = isinstance(self.policy.settings, EndpointPolicy | WeightsPolicy)
        return self.sampling.longer_max_tokens if is_model else None

    def rollout_id(self, prompt_id: str, sample_index: int, max_tokens: int | None = None) -> str:
        """Return the id of one sample of a prompt, whatever the size of its group and its seed.

        The limit `max_tokens` is given only where it is larger than the sampling's.
        """
        asked = (prompt_id, self.policy.revision, self.template_id, self.sampling_id, sample_index)
        return content_id(*asked, *([max_tokens] if max_tokens else []))

    def index(self) -> LogIndex:
        """Return where everything is that has been written so far."""
        return LogIndex(self._rows() if self._indexed is None else self._indexed)

    def paths(self) -> list[Path]:
        """Return the files that hold the replies: older ones, and then the log itself."""
        older = [folder / REQUESTS / self._file for folder in self._older]
        return [path for path in (*older, self.path) if path.exists()]

    def final(self, rollout_ids: Iterable[str]) -> int:
        """Return how many of some rollouts have a reply that no later run asks again.

        Those count that stand in older logs.
        """
        known = [answered(index_log(path, INDEXED, Rollouts)) for path in self.paths()]
        return len(set().union(*known).intersection(rollout_ids))

    def num_answered(self, samples: Iterable[tuple[str, int]]) -> int:
        """Return how many samples, each of a prompt, need not be asked any more.

        One that was cut off counts once it has its answer at the larger limit, if there is one.
        """
        wanted = {self.rollout_id(*sample): sample for sample in samples}
        limit = self.longer_max_tokens
        cut_off = self._cut_off(wanted) if limit else ()
        longer = [self.rollout_id(*wanted[rollout_id], limit) for rollout_id in cut_off]
        return self.final(wanted) - len(longer) + self.final(longer)

    def _cut_off(self, rollout_ids: Iterable[str]) -> set[str]:
        """Return which of some rollouts reached their limit of tokens, older logs included."""
        is_cut_off = pl.col("finish_reason") == "length"
        found = [index_log(path, INDEXED, Rollouts).filter(is_cut_off) for path in self.paths()]
        known: set[str] = set().union(*(rows["rollout_id"] for rows in found))
        return known.intersection(rollout_ids)

    def take_in(self, tables: Iterable[Table]) -> None:
        """Take in what versions of a table of rollouts hold of these replies and the log lacks."""
        of = (
            pl.col("policy_revision").eq(self.policy.revision)
            & pl.col("template_id").eq(self.template_id)
            & pl.col("sampling_id").eq(self.sampling_id)
        )
        shards = [table for table in tables if table.num_blocks]
        if shards:
            rows = self._rows()
            is_any = take_in_tables(self._log, shards, known=answered(rows), of=of)
            self._indexed = None if is_any else rows

    def _rows(self) -> pl.DataFrame:
        return index_log(self.path, INDEXED, Rollouts)

    def _take_in_older(self) -> None:
        """Take in what recipes logged by themselves, beside each reply whose it was."""
        known: set[str] | None = None
        for folder in self._older:
            path, rendered = folder / REQUESTS / self._file, folder / RENDERED / self._file
            if path.exists():
                known = answered(self._log.index(INDEXED, Rollouts)) if known is None else known
                beside = {"recipe": folder.parent.name} if self._recipe else {}
                take_in_log(self._log, path, REPLIES, known=known, beside=beside)
            if rendered.exists():
                take_in_log(self._rendered, rendered, RENDERED_PROMPTS, known=self._known_prompts)

    def append(self, request: Request, reply: Reply) -> int:
        """Write a reply; return the offset of its row."""
        if reply.rendered_prompt is not None and request.prompt_id not in self._known_prompts:
            self._rendered.append(
                {"prompt_id": request.prompt_id, "rendered_prompt": reply.rendered_prompt}
            )
            self._known_prompts.add(request.prompt_id)
        self._indexed = None
        return self._log.append(self._row(request, reply))

    def cost(self, reply: Reply) -> float | None:
        """Return what a reply costs, in the currency of the policy's price; null without one.

        Null as well for a completion that came without a count of its tokens.
        """
        settings = self.policy.settings
        is_untold = reply.completion is not None and reply.num_completion_tokens is None
        if is_untold or not isinstance(settings, EndpointPolicy):
            return None
        return settings.cost(reply.num_prompt_tokens or 0, reply.num_completion_tokens or 0)

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
            "seed": request.seed if reply.seed is None else reply.seed,
            "max_tokens": request.max_tokens,
            "error_class": reply.error_class,
            "finish_reason": reply.finish_reason,
            "num_prompt_tokens": reply.num_prompt_tokens,
            "num_completion_tokens": reply.num_completion_tokens,
            "seconds": round(reply.seconds, 3),
            "finished_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "engine": reply.engine,
            "recipe": self._recipe,
            "metadata": reply.metadata,
            "file_outcome": reply.file_outcome,
            "file_row": reply.file_row,
            "cost": self.cost(reply),
            "error": reply.error,
            "raw": reply.raw,
            "completion": reply.completion,
        }


def rollout_frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return rows of `Rollouts` from their values by column; what a row lacks is null."""
    return pl.DataFrame(
        [[row.get(name) for name in COLUMNS] for row in rows], schema=COLUMNS, orient="row"
    )
