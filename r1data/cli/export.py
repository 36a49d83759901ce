"""Writing a dataset and its card: to a folder, or to the Hub."""

import subprocess
from pathlib import Path

import yaml

from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from r1data.cli.release import Made, forbidden_licences, gather
from r1data.cli.tables import find_table
from r1data.cli.terminal import TERMINAL, say
from r1data.mixture.card import Origin, dataset_card
from r1data.mixture.export import Release, count_exported, export_mixture, export_to_hub
from r1data.store.store import Store, open_store
from r1data.store.table import Table
from r1data.tables import Mixtures, Policies

HUB = "hub:"


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
    if mixture.schema is not Mixtures:
        raise ValueError(f"{table} is no training set; export a mixture such as sft/sft_mixture.")
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
    made = Made(store, recipe, mixture)
    contents, drawings = gather(made, left_out)
    for licence, rows in contents.left_out.items():
        say(
            f"{rows:,} rows are left out: their licence, {licence}, forbids to share them "
            "(--include-restricted keeps them)"
        )
    card = dataset_card(contents, _origin(store, mixture, recipe, path))
    return Release(mixture, card, drawings, left_out)


def _origin(store: Store, mixture: Table, recipe: Recipe, path: Path) -> Origin:
    prompts = store.table(recipe.others(recipe.name).prompts).scan()
    revisions = prompts.select("source", "revision").unique().sort("source").collect()
    keys = store.keys()
    policies = [store.table(key) for key in keys if store.current(key)]
    rows = [table.read() for table in policies if table.schema is Policies]
    return Origin(
        table=mixture.key,
        data_version=mixture.data_version,
        recipe=recipe.name,
        recipe_yaml=yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False),
        git_revision=_git_revision(),
        command=f"r1data run --recipe {path} --select {mixture.key}",
        sources=dict(revisions.iter_rows()),
        policies={name: rev for frame in rows for name, rev in frame["policy", "revision"].rows()},
    )


def _git_revision() -> str:
    """Return the commit of this checkout; "unknown" where there is none."""
    asked = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return found.stdout.strip() or "unknown"
