"""Lineage: the policy that wrote a rollout, the rows that trained that policy, and so on back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from r1data.cli.why.fates import Found
from r1data.cli.why.limits import shown
from r1data.cli.why.named import Row
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Policies, Rollouts

DIGITS = 12
"""Of an id by which the page of a row can be asked for."""
WRITER = ("policy", "policy_revision")
WRITTEN = ("rollout_id", *WRITER, "refined_from")


@dataclass(frozen=True)
class Lineage:
    """What a data folder knows of policies and of what each was trained on."""

    store: Store
    tables: Sequence[Table]

    def lines(self, found: Sequence[Found], rollout_id: str) -> Iterator[str]:
        """Yield who wrote a rollout, on which rows that policy was trained, and who wrote those."""
        rows = (
            row
            for one in found
            if one.table.schema is Rollouts
            for row in one.rows
            if row["rollout_id"] == rollout_id
        )
        writer = next(rows, None)
        if writer is None:
            return
        yield f"written by {writer['policy']}"
        told: set[str] = set()
        waiting = [(str(writer["policy"]), str(writer["policy_revision"]))]
        before = self._before(pl.Series([writer["refined_from"]], dtype=pl.String))
        for rollout_id, *of in before.select("rollout_id", *WRITER).iter_rows():
            yield f"rewritten from {rollout_id[:DIGITS]}, by {of[0]}"
            waiting.append((of[0], of[1]))
        while waiting:
            name, revision = waiting.pop(0)
            if revision not in told:
                told.add(revision)
                lines, others = self._policy(name, revision)
                yield from lines
                waiting += others

    def _policy(self, name: str, revision: str) -> tuple[list[str], list[tuple[str, str]]]:
        """Return what is known of a policy, and the policies that it comes from."""
        row = self._policies.get(revision)
        if row is None:
            return [f"  {name}: no table describes it as it was then; run again"], []
        if row["trained_on"] is None:
            return [f"  {name}: {row['kind']}, {shown(row['location'])}"], []
        key, _, version = row["trained_on"].partition("@")
        begun_from = self._policies.get(row["trained_from"])
        base = None if begun_from is None else (str(begun_from["policy"]), row["trained_from"])
        line = f"  {name}: trained from {base[0] if base else 'another policy'} on {key}"
        table = self._version(key, version)
        bases = [base] if base else []
        if table is None:
            return [f"{line}, whose rows of that time are removed"], bases
        lines, writers = self._rows(table)
        return [f"{line}, {table.num_rows:,} rows", *lines], [*writers, *bases]

    def _rows(self, table: Table) -> tuple[list[str], list[tuple[str, str]]]:
        """Return who wrote the rows that a policy was trained on, with a row of each."""
        if "rollout_id" not in table.schema.column_names():
            return [], []
        with table.naming_damage():
            ids = table.scan().select("rollout_id").unique(maintain_order=True).collect()
        written = ids.join(
            self._written(table), on="rollout_id", how="inner", maintain_order="left"
        )
        before = self._before(written["refined_from"])
        lines, writers = [], []
        for rollouts, how in ((written, "by"), (before, "rewritten from rollouts of")):
            for name, revision, count, first in _counted(rollouts).iter_rows():
                lines.append(f"    {count:,} of them {how} {name}, such as {first[:DIGITS]}")
                writers.append((name, revision))
        return lines, writers

    def _before(self, rewritten_from: pl.Series) -> pl.DataFrame:
        """Return the rollouts that others were rewritten from, and what those were, and so on."""
        found = pl.DataFrame(schema=dict.fromkeys(WRITTEN, pl.String))
        wanted = rewritten_from.drop_nulls().unique()
        while not wanted.is_empty():
            is_wanted = pl.col("rollout_id").is_in(wanted.implode())
            frames = (
                table.scan().filter(is_wanted).select(WRITTEN).collect()
                for table in self.tables
                if table.schema is Rollouts
            )
            new = pl.concat([found.clear(), *frames]).unique("rollout_id", maintain_order=True)
            found = pl.concat([found, new]).unique("rollout_id", maintain_order=True)
            earlier = new["refined_from"].drop_nulls().unique()
            wanted = earlier.filter(~earlier.is_in(found["rollout_id"].implode()))
        return found

    def _written(self, table: Table) -> pl.DataFrame:
        """Return the rollouts that a training set was made of, each with its policy.

        A set that was made of another has the rollouts of that one.
        """
        frames = [pl.DataFrame(schema=dict.fromkeys(WRITTEN, pl.String))]
        for key, version in table.manifest.inputs.items():
            read = self._version(key, version)
            if read is None:
                continue
            if read.schema is Rollouts:
                frames.append(read.read(list(WRITTEN)))
            elif read.schema is table.schema:
                frames.append(self._written(read))
        return pl.concat(frames).unique("rollout_id", maintain_order=True)

    @cached_property
    def _policies(self) -> Mapping[str, Row]:
        """The current policies, by revision."""
        rows = [
            row
            for table in self.tables
            if table.schema is Policies
            for row in table.read().iter_rows(named=True)
        ]
        return {row["revision"]: row for row in rows}

    def _version(self, key: str, version: str) -> Table | None:
        """Return a table as it was at a data version, if it is still there."""
        for table in reversed(list(self.store.readable_versions(key))):
            if table.manifest.data_version == version:
                return table
        return None


def _counted(rollouts: pl.DataFrame) -> pl.DataFrame:
    """Return how many rollouts each policy wrote, with the first of them."""
    return rollouts.group_by(WRITER, maintain_order=True).agg(
        pl.len(), first=pl.col("rollout_id").first()
    )
