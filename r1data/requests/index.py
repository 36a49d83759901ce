"""The index of a request log: the last row of each rollout, and what it says of refusals."""

import polars as pl

from r1data.protocol import ErrorClass
from r1data.requests.refusals import Past

INDEXED = {"rollout_id": pl.String, "error_class": pl.String, "finish_reason": pl.String}


class LogIndex:
    """The index of a log: the last row of each rollout, and whether it is an error."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rows = rows.unique("rollout_id", keep="last", maintain_order=True).sort("rollout_id")

    def find(self, rollout_ids: pl.Series) -> pl.DataFrame:
        """Return `offset` and what else is indexed of some rollouts; null if never asked."""
        at = self._rows["rollout_id"].search_sorted(rollout_ids)
        near = self._rows.select(pl.all().gather(at.to_list(), null_on_oob=True))
        is_it = pl.col("rollout_id") == rollout_ids
        found = pl.when(is_it).then(pl.col("offset", "error_class", "finish_reason"))
        return near.select(found, rollout_id=rollout_ids)

    def past(self) -> Past:
        """Return what the replies in the log say about refusals in a next run."""
        error_class = self._rows["error_class"]
        rejected = self._rows.filter(error_class == ErrorClass.REJECTED)["rollout_id"]
        return Past(is_answered=error_class.null_count() > 0, rejected=frozenset(rejected))
