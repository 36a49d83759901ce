"""The blocks in which a table of rollouts is written: whole groups of consecutive prompts."""

from collections import Counter
from collections.abc import Iterable, Iterator

import polars as pl

from r1data.protocol import RETRYABLE, ErrorClass, Reply, Request
from r1data.requests.index import LogIndex
from r1data.requests.log import RequestLog, rollout_frame
from r1data.seeds import derive_seed

BLOCKS_PER_TABLE = 16
"""A small table comes in parts too, so that its first rows can be read while the rest is made."""
ASKED = ("problem", "system_message", "earlier_turns")
"""What is asked of a prompt."""
EARLIER_TURNS = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))
MIN_PROMPTS = 8
MAX_ROLLOUTS = 2_000
ID = "rollout_id"
IS_FINAL = pl.col("error_class").is_in(list(RETRYABLE)).fill_null(False).not_()


class Block:
    """Some prompts, with the place in the log of the last reply to each of their samples."""

    def __init__(
        self,
        number: int,
        prompts: pl.DataFrame,
        log: RequestLog,
        index: LogIndex,
        *,
        is_finished_only: bool = False,
    ) -> None:
        self.number = number
        self.prompts = prompts
        self._log = log
        self._index = index
        self._samples = {
            log.rollout_id(prompt_id, sample_index): (prompt_id, sample_index)
            for prompt_id, samples in prompts.select("prompt_id", "samples").iter_rows()
            for sample_index in samples
        }
        self._longer = self._lengthen(is_finished_only=is_finished_only)
        self._has_cut_off = False
        found = self._find(self._samples)
        self._offsets: dict[str, int] = dict(zip(found["rollout_id"], found["offset"], strict=True))
        self.unanswered = set(self._samples) - set(found.filter(IS_FINAL)["rollout_id"])
        """The samples that have no final reply yet."""
        self._num_unanswered = Counter(self._samples[sample][0] for sample in self.unanswered)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is to be asked any more, at a larger limit neither."""
        return not self.unanswered and not self._has_cut_off

    @property
    def num_open_prompts(self) -> int:
        """The prompts that wait for a sample."""
        return len(self._num_unanswered)

    def requests(self, round_name: str) -> Iterator[Request]:
        """Yield what is to be asked, each group together."""
        template = self._log.policy.settings.template
        asked = self.unanswered.copy()
        samples = iter(self._samples.items())
        for *asked_of, wanted in self.prompts.select(*ASKED, "samples").iter_rows():
            messages = template.messages(*asked_of)
            for _ in wanted:
                rollout_id, (prompt_id, sample_index) = next(samples)
                if rollout_id in asked:
                    seed = derive_seed(round_name, prompt_id, sample_index)
                    limit = self._log.longer_max_tokens if rollout_id in self._longer else None
                    asked_so = (messages, template.prefill, seed, limit)
                    yield Request(rollout_id, prompt_id, sample_index, *asked_so)

    def take(self, request: Request, offset: int, reply: Reply) -> None:
        """Note where a reply stands; one that a later run asks again leaves its sample open."""
        self._offsets[request.rollout_id] = offset
        if reply.error_class in RETRYABLE:
            return
        if self._log.longer_max_tokens and not request.max_tokens:
            self._has_cut_off |= reply.finish_reason == "length"
        self.unanswered.remove(request.rollout_id)
        self._num_unanswered -= Counter([request.prompt_id])

    def _lengthen(self, *, is_finished_only: bool) -> set[str]:
        """Put rollouts at the larger limit in place of those that were cut off; return them.

        Where nothing more is asked, that is done only for those which the log has.
        """
        limit = self._log.longer_max_tokens
        if limit is None:
            return set()
        cut_off = set(self._find(self._samples).filter(pl.col("finish_reason") == "length")[ID])
        longer = {id_: self._log.rollout_id(*self._samples[id_], limit) for id_ in cut_off}
        if is_finished_only:
            known = set(self._find(longer.values()).filter(IS_FINAL)[ID])
            longer = {id_: other for id_, other in longer.items() if other in known}
        self._samples = {longer.get(id_, id_): sample for id_, sample in self._samples.items()}
        return set(longer.values())

    def _find(self, rollout_ids: Iterable[str]) -> pl.DataFrame:
        found = self._index.find(pl.Series(list(rollout_ids), dtype=pl.String))
        return found.filter(pl.col("offset").is_not_null())

    def rows(self) -> pl.DataFrame:
        """Return the rollouts in order, read from the log; one that it lacks is `not_asked`."""
        logged = self._log.rollouts(self._offsets.values())
        missing = rollout_frame(
            self._log.facts(rollout_id, *sample) | {"error_class": ErrorClass.NOT_ASKED}
            for rollout_id, sample in self._samples.items()
            if rollout_id not in self._offsets
        )
        order = pl.DataFrame({"rollout_id": list(self._samples)})
        return order.join(pl.concat([logged, missing]), on="rollout_id", maintain_order="left")


def with_samples(prompts: pl.DataFrame, group_size: int | str) -> pl.DataFrame:
    """Return prompts with the samples of each that are wanted, all of a group if none says more.

    Raises:
        ValueError: A group of `all`, where nothing says how many that are.
    """
    if "earlier_turns" not in prompts.columns:
        prompts = prompts.with_columns(earlier_turns=pl.lit(None, EARLIER_TURNS))
    if "samples" in prompts.columns:
        return prompts
    if isinstance(group_size, str):
        raise ValueError(f"`group_size: {group_size}` is for rollouts that exist; give a number.")
    return prompts.with_columns(samples=pl.lit(list(range(group_size)), pl.List(pl.Int32)))


def number_blocks(prompts: pl.DataFrame, first_block: int) -> list[tuple[int, pl.DataFrame]]:
    """Return the prompts of each block with its number."""
    total = int(prompts["samples"].list.len().sum())
    size = block_size(prompts.height, max(1, round(total / max(1, prompts.height))))
    return list(enumerate(prompts.iter_slices(size), start=first_block))


def block_size(num_prompts: int, group_size: int) -> int:
    """Return how many prompts a block has: a function of the size of the table alone.

    >>> block_size(64, 4), block_size(600_000, 4), block_size(1_000, 64)
    (8, 500, 31)
    """
    most = max(1, MAX_ROLLOUTS // group_size)
    return min(most, max(MIN_PROMPTS, num_prompts // BLOCKS_PER_TABLE))
