"""The pages that are generated from the code alone, each with its place."""

from collections.abc import Callable
from pathlib import Path

from pages.layout import layout_page
from pages.reasons import reasons_page
from pages.recipe import recipe_page, recipe_schema
from pages.tables import tables_page

PAGES: dict[Path, Callable[[], str]] = {
    Path("docs/recipe.md"): recipe_page,
    Path("docs/recipe.schema.json"): recipe_schema,
    Path("docs/tables.md"): tables_page,
    Path("docs/reasons.md"): reasons_page,
    Path("docs/layout.md"): layout_page,
}
