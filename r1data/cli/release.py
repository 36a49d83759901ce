"""What a dataset card says: gathered from the tables of a recipe, texts read once at most."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import dataframely as dy
import polars as pl
import yaml

from assets.recipe.recipe import Recipe
from assets.recipe.walk import held
from assets.steps.compose import known_tokens
from r1data.curation.decontamination.settings import Decontamination
from r1data.curation.drop_plot import drop_plot
from r1data.curation.drops import drop_matrix, drop_warnings
from r1data.curation.duplicates.completions import NearCompletions
from r1data.curation.duplicates.near import NearMatch
from r1data.curation.embeddings import Embedding
from r1data.curation.signals.measure import ON_DEMAND
from r1data.mixture.card import Contents
from r1data.mixture.counts import (
    count_deciders,
    count_drop_reasons,
    count_rows,
    count_variants,
    licence_terms,
)
from r1data.mixture.front_matter import NOT_STATED
from r1data.mixture.licences import forbidden
from r1data.mixture.limitations import Circumstances, Counted, find_limitations
from r1data.mixture.plots import draw_domains, draw_lengths
from r1data.mixture.statistics import CONTEXT, token_statistics
from r1data.mixture.token_counts import count_tokens, sizes
from r1data.settings import Settings
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import (
    KINDS_OF_CONTAMINATION,
    Drops,
    MixtureSelections,
    Quotas,
    Rollouts,
    Selections,
    Signals,
    Verdicts,
)

DRAWN = {
    "plots/domains.svg": "Rows by domain, beside DeepSeek-R1's",
    "plots/tokens.svg": "Rows by tokens",
}
Kind = TypeVar("Kind", bound=Settings)


class Made:
    """The tables that a mixture came from, as far as they are made."""

    def __init__(self, store: Store, recipe: Recipe, mixture: Table) -> None:
        self.recipe, self.mixture = recipe, mixture
        self._store = store
        self._specs = {spec.key: spec for spec in recipe.tables()}
        self.round_name = mixture.key.partition("/")[0]
        reads = self._specs[mixture.key].reads.values() if mixture.key in self._specs else ()
        self._kept = [key for key in reads if self._specs[key].schema is Rollouts]
        self.round_names = {key.partition("/")[0] for key in self._kept}

    def tables(self, schema: type[dy.Schema], *round_names: str) -> Iterator[Table]:
        """Yield the tables of a schema that are made, of some rounds or of all; each is checked."""
        for key, spec in self._specs.items():
            is_wanted = not round_names or key.partition("/")[0] in round_names
            if spec.schema is schema and is_wanted and self._store.current(key):
                yield self._checked(key)

    def kept_rollouts(self) -> Iterator[Table]:
        """Yield the rollouts that the mixture could take."""
        return (self._checked(key) for key in self._kept if self._store.current(key))

    def asked(self) -> Table:
        """Return the prompts that could be asked."""
        return self._checked(self.recipe.others(self.recipe.name).prompts)

    def settings(self, kind: type[Kind]) -> list[Kind]:
        """Return the settings of exactly a kind, in any round."""
        rounds = self.recipe.rounds.values()
        return [one for section in rounds for one in held(section, kind) if type(one) is kind]

    def _checked(self, key: str) -> Table:
        table = self._store.table(key)
        table.check()
        return table


def gather(made: Made, left_out: frozenset[str]) -> tuple[Contents, dict[str, str]]:
    """Return what a card says of a mixture, and its drawings by path.

    Args:
        made: The tables.
        left_out: Licences whose rows are left out.
    """
    rows = made.mixture.scan().filter(~pl.col("licence").is_in(sorted(left_out)).fill_null(False))
    counts, funnel = count_rows(rows), _funnel(made)
    counted = count_tokens(sizes(rows).collect(engine="streaming"), _known_tokens(made))
    statistics = token_statistics(counted, context_of(made), made.round_name)
    found = Counted(
        decided=_decided(made, rows),
        licences=licence_terms(counts),
        quotas=_first(made, Quotas),
        statistics=statistics,
    )
    drawings = dict(zip(DRAWN, (draw_domains(statistics), draw_lengths(counted)), strict=True))
    drops = {table.key: table.read() for table in made.tables(Drops, *_deciding(made))}
    drawn = {
        f"plots/{key.replace('/', '_')}.svg": key for key, rows in drops.items() if rows.height
    }
    drawings |= {path: drop_plot(drops[key]) for path, key in drawn.items()}
    contents = Contents(
        counts=counts,
        funnel=funnel,
        drops={key: drop_matrix(drops[key]) for key in drawn.values()},
        quotas=found.quotas,
        statistics=found.statistics,
        decided=found.decided,
        licences=found.licences,
        left_out=_left_out(made.mixture, left_out),
        variants=count_variants(rows),
        limitations=find_limitations(found, _circumstances(made, rows, drops.values())),
        plots=DRAWN
        | {path: f"What became of the rows of each source: {key}" for path, key in drawn.items()},
    )
    return contents, drawings


def forbidden_licences(mixture: Table) -> frozenset[str]:
    """Return the licences of a mixture's rows that forbid to share them."""
    with mixture.naming_damage():
        found = mixture.scan().select(pl.col("licence").unique()).collect()["licence"]
    return frozenset(forbidden(found))


def context_of(made: Made) -> int:
    """Return the tokens of the context: the recipe's, the training's, or else the paper's."""
    stated = getattr(made.recipe.rounds[made.round_name], "context_length", None)
    training = made.recipe.trainings.get(made.round_name)
    if stated is None and training is not None:
        config = yaml.safe_load(Path(training.config).read_text(encoding="utf-8"))
        stated = config.get("max_length")
    return int(stated or CONTEXT)


def _deciding(made: Made) -> tuple[str, ...]:
    prompts = made.recipe.others(made.recipe.name).prompts.partition("/")[0]
    return prompts, *sorted(made.round_names)


def _funnel(made: Made) -> pl.DataFrame:
    """Count why rows left, in every table that decides on it."""
    asked = made.asked()
    deciding = [*made.tables(Selections), *made.tables(MixtureSelections, made.round_name)]
    return count_drop_reasons({table.key: table.scan() for table in (asked, *deciding)})


def _known_tokens(made: Made) -> list[pl.DataFrame]:
    return known_tokens([*made.kept_rollouts(), *made.tables(Signals, *made.round_names)])


def _decided(made: Made, rows: pl.LazyFrame) -> pl.DataFrame:
    columns = ["rollout_id", "verifier", "decided_by"]
    verdicts = [table.read(columns) for table in made.tables(Verdicts, *made.round_names)]
    return count_deciders(rows.select("rollout_id", "is_unverified").collect(), verdicts)


def _first(made: Made, schema: type[dy.Schema]) -> pl.DataFrame | None:
    return next((table.read() for table in made.tables(schema, made.round_name)), None)


def _left_out(mixture: Table, left_out: frozenset[str]) -> dict[str, int]:
    rows = mixture.scan().filter(pl.col("licence").is_in(sorted(left_out)))
    return dict(rows.group_by("licence").len().sort("licence").collect().iter_rows())


def _circumstances(made: Made, rows: pl.LazyFrame, drops: Iterable[pl.DataFrame]) -> Circumstances:
    asked = made.asked().scan().filter(pl.col("drop_reason").is_null())
    languages = rows.select("prompt_id").join(
        asked.select("prompt_id", "language"), on="prompt_id", how="left"
    )
    counted = languages.group_by(pl.col("language").fill_null(NOT_STATED)).len().collect()
    measured = {
        name
        for table in made.tables(Signals, *made.round_names)
        for name in table.manifest.settings["signals"]
    }
    return Circumstances(
        contamination_kinds=_kinds_of_contamination(made),
        unusual_drops=tuple(line for table in drops for line in drop_warnings(table)),
        num_benchmarks=len(made.recipe.others(made.recipe.name).benchmark_sources),
        looks_for_near_prompts=bool(made.settings(NearMatch)),
        looks_for_near_rollouts=bool(made.settings(NearCompletions)),
        languages=dict(counted.sort("language").iter_rows()),
        truncated_share=_truncated_share(made),
        unmeasured=tuple(one.name for one in ON_DEMAND if one.name not in measured),
    )


def _kinds_of_contamination(made: Made) -> dict[str, bool]:
    """Return whether prompts leave for each kind; what needs vectors leaves where some are made."""
    needs_vectors = {"translated"} if not made.settings(Embedding) else set()
    return {
        kind: kind in one.drop and kind not in needs_vectors
        for one in made.settings(Decontamination)
        for kind in KINDS_OF_CONTAMINATION
    }


def _truncated_share(made: Made) -> float | None:
    """Return the share of the completions that ended at the token limit."""
    kept = {table.key for table in made.kept_rollouts()}
    sampled = [
        table.scan().select("finish_reason")
        for table in made.tables(Rollouts, *made.round_names)
        if table.key not in kept and table.key.endswith("/rollouts")
    ]
    if not sampled:
        return None
    is_cut = (pl.col("finish_reason") == "length").mean().fill_null(0)
    return float(pl.concat(sampled).drop_nulls().select(is_cut).collect().item())
