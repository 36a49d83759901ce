"""The tables of a recipe as far as they are made, and its prompts before they are."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import polars as pl

from assets.steps.ingest import Sources
from assets.steps.match import PROMPT_COLUMNS
from r1data.cli.terminal import TERMINAL
from r1data.prompts.check import check_source
from r1data.prompts.load import load_prompts
from r1data.prompts.simple import num_words_of
from r1data.prompts.sources import Source
from r1data.settings import Settings
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import askable

PROBLEMS = {
    "source": pl.String,
    "prompt_id": pl.String,
    "chars": pl.UInt32,
    "num_words": pl.UInt32,
}
CHARS = 500
"""Of a problem that cannot be read: what those of the paper's mathematics have (v2, B.3.1)."""
CHARS_PER_WORD = 5


class MadeTables:
    """The tables of a recipe, and what of them is made."""

    def __init__(self, specs: Sequence[TableSpec], store: Store) -> None:
        self.specs = {spec.key: spec for spec in specs}
        self.store = store
        self._fingerprints = fingerprints(specs)
        self.told: list[str] = []
        """What is to be said of sources before anybody is paid to answer their problems."""

    def check_sources(self) -> None:
        """Read the first rows of sources and benchmarks that are still to be read, as a run does.

        Raises:
            ValueError, FileNotFoundError: One cannot be used as the recipe says.
        """
        for key, spec in self.specs.items():
            if isinstance(spec.settings, Sources) and self.version(key) is None:
                for name, source in spec.settings.sources.items():
                    if source.generator is None:  # whose few rows cost as much as all of them
                        self.told += check_source(name, source)

    def version(self, key: str) -> Table | None:
        """Return a table, if it is made as the recipe means it."""
        return self.store.version(self.specs[key], self._fingerprints[key])

    def problems(self, key: str) -> pl.DataFrame:
        """Return what `PROBLEMS` says of the prompts to ask: of the table, or of its sources."""
        table = self.version(key)
        if table is not None:
            return _lengths(table.scan()).collect()
        return _problems(self._sources(key), self.told)

    def frames(self, key: str, columns: Sequence[str] = PROMPT_COLUMNS) -> Iterator[pl.DataFrame]:
        """Yield the rows of the prompts to ask: of the table, or of its sources."""
        table = self.version(key)
        if table is not None:
            return (frame for _, frame in table.blocks(columns))
        sources = self._sources(key).items()
        return chain.from_iterable(load_prompts(name, source) for name, source in sources)

    def _sources(self, key: str) -> Mapping[str, Source]:
        """Return the sources that a table of prompts is made of."""
        settings: Settings = self.specs[key].settings
        if isinstance(settings, Sources):
            return settings.sources
        return self._sources(self.specs[key].reads["prompts"])


def _lengths(prompts: pl.LazyFrame) -> pl.LazyFrame:
    chars, words = pl.col("problem").str.len_chars(), num_words_of(pl.col("problem"))
    return askable(prompts).select("source", "prompt_id", chars=chars, num_words=words)


def _problems(sources: Mapping[str, Source], told: list[str]) -> pl.DataFrame:
    """Return what is needed of the rows of sources that nothing speaks against asking.

    What is to be said of the sources is added to `told`.
    """
    frames = [pl.DataFrame(schema=PROBLEMS)]
    with TERMINAL.bar("reading sources", None, "rows") as bar:
        num_rows = 0
        for name, source in sources.items():
            reasons: Counter[str | None] = Counter()
            try:
                for rows in load_prompts(name, source):
                    num_rows += rows.height
                    bar.update(num_rows)
                    frames.append(_lengths(rows.lazy()).collect())
                    reasons.update(rows["drop_reason"])
            except ValueError as error:
                frames.append(_reckoned(name, source, error))
                told.append(
                    f"source `{name}` is reckoned with its limit and {CHARS} characters "
                    f"a problem: {error}"
                )
                continue
            told += warnings(name, source, reasons)
    return pl.concat(frames).unique("prompt_id", keep="first", maintain_order=True)


def _reckoned(name: str, source: Source, error: ValueError) -> pl.DataFrame:
    """Return as many problems as a source has at most that the Hub does not give.

    Raises the error if nothing says how many that is, or if it is no set of the Hub.
    """
    if source.hub is None or source.limit is None:
        raise error
    ids = [f"{name}/{number}" for number in range(source.limit)]
    found = pl.DataFrame({"prompt_id": ids}).with_columns(
        source=pl.lit(name), chars=pl.lit(CHARS), num_words=pl.lit(CHARS // CHARS_PER_WORD)
    )
    return found.select(pl.col(column).cast(kind) for column, kind in PROBLEMS.items())


def warnings(name: str, source: Source, reasons: Counter[str | None]) -> list[str]:
    """Return what speaks against asking the problems of a source at all.

    Args:
        name: The source's name.
        source: Its settings.
        reasons: How many of its rows have each drop reason; null counts those that are asked.
    """
    left = Counter({reason: count for reason, count in reasons.items() if reason is not None})
    if left and not reasons[None]:
        told = ", ".join(f"{reason} {count:,}" for reason, count in left.most_common())
        return [f"source `{name}`: all {left.total():,} rows are dropped: {told}"]
    if source.verifier is None and source.unverified == "drop":
        return [
            f"source `{name}` has no verifier: without a judge its rollouts stay `undecided` and "
            "none is kept; set `verifier`, or `unverified: keep`"
        ]
    return []
