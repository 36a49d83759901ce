"""Writing a dataset and its card: to a folder, or to the Hub."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import yaml

from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from r1data.cli.release import Made, forbidden_licences, gather
from r1data.cli.tables import find_table
from r1data.cli.terminal import TERMINAL, say
from r1data.mixture.card import Origin, dataset_card
from r1data.mixture.export import Release, count_exported, export_mixture, export_to_hub
from r1data.mixture.pairs_card import count_pairs, pairs_card
from r1data.store.store import Store, open_store
from r1data.store.table import Table
from r1data.tables import Mixtures, PreferencePairs

HUB = "hub:"
PROJECT = Path(__file__).parents[2]
DESCRIBED = ("--always", "--abbrev=40", "--dirty", "--exclude=*")
"""Names a commit by its hash alone."""


def export_table(
    table: str, to: str, recipe: Path, data: Path, *, include_restricted: bool = False
) -> None:
    """Write a mixture with its card to a folder or to `hub:ORG/NAME`, and print where it is.

    Rows whose licence forbids to share them are left out, and it is said how many, unless they
    are to be included.

    Raises:
        FileNotFoundError: The table is not made yet.
        ValueError: There is no such table, or it is no mixture.
    """
    loaded = load_recipe(recipe)
    store = open_store(data / loaded.name)
    mixture = find_table(loaded, data, table)
    if mixture.schema not in (Mixtures, PreferencePairs):
        raise ValueError(
            f"{table} is no training set; export a mixture such as sft/sft_mixture, or pairs."
        )
    mixture.check()
    left_out = frozenset() if include_restricted else forbidden_licences(mixture)
    release = _release(store, mixture, loaded, recipe, left_out)
    if to.startswith(HUB):
        written = export_to_hub(release, to.removeprefix(HUB), progress=TERMINAL)
    else:
        written = str(export_mixture(release, Path(to), progress=TERMINAL))
    say(f"{count_exported(release):,} rows in {written}")


def _release(
    store: Store, mixture: Table, recipe: Recipe, path: Path, left_out: frozenset[str]
) -> Release:
    if not mixture.num_rows:
        return Release(mixture, "")
    if mixture.schema is PreferencePairs:
        kept = mixture.scan().filter(~pl.col("licence").is_in(sorted(left_out)).fill_null(False))
        return Release(
            mixture,
            pairs_card(count_pairs(kept), _origin_of(mixture, recipe, path, {}, {})),
            left_out=left_out,
        )
    made = Made(store, recipe, mixture)
    contents, drawings = gather(made, left_out)
    for licence, rows in contents.left_out.items():
        say(
            f"{rows:,} rows are left out: their licence, {licence}, forbids to share them "
            "(--include-restricted keeps them)"
        )
    card = dataset_card(contents, _origin(store, made, path))
    return Release(mixture, card, drawings, left_out)


def _origin(store: Store, made: Made, path: Path) -> Origin:
    recipe, mixture = made.recipe, made.mixture
    prompts = store.table(recipe.others(recipe.name).prompts).scan()
    taken = mixture.scan().select("rollout_id")
    kept = [table.scan() for table in made.kept_rollouts()]
    rollouts = [rows.join(taken, on="rollout_id", how="semi") for rows in kept]
    sources = revisions([prompts], "source", "revision")
    policies = revisions(rollouts, "policy", "policy_revision")
    return _origin_of(mixture, recipe, path, sources, policies)


def _origin_of(
    mixture: Table,
    recipe: Recipe,
    path: Path,
    sources: Mapping[str, str],
    policies: Mapping[str, str],
) -> Origin:
    return Origin(
        table=mixture.key,
        data_version=mixture.data_version,
        recipe=recipe.name,
        recipe_yaml=yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False),
        git_revision=git_revision(PROJECT),
        command=f"r1data run --recipe {path.name} --select {mixture.key}",
        sources=sources,
        policies=policies,
    )


def revisions(tables: Sequence[pl.LazyFrame], name: str, revision: str) -> dict[str, str]:
    """Return the revision of each source or policy that tables hold; where several, all of them."""
    found = [table.select(name=name, revision=revision).unique() for table in tables]
    if not found:
        return {}
    one_each = pl.concat(found).unique().sort(pl.all()).group_by("name", maintain_order=True)
    return dict(one_each.agg(pl.col("revision").str.join(", ")).collect().iter_rows())


def git_revision(root: Path) -> str:
    """Return the commit of a checkout, `-dirty` behind it where tracked files have changed.

    "unknown" where the folder is not the top of a repository: what lies in another's, as an
    installed package does, has no commit of its own.
    """
    git = ["git", "-C", str(root)]
    asked = (["rev-parse", "--show-prefix"], ["describe", *DESCRIBED])
    try:
        inside, found = (
            subprocess.run([*git, *one], capture_output=True, text=True, check=False)
            for one in asked
        )
    except FileNotFoundError:
        return "unknown"
    return ("" if inside.stdout.strip() else found.stdout.strip()) or "unknown"
