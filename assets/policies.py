"""The policies a recipe starts from: one table each, of one row."""

from assets import steps
from assets.decorator import Round
from assets.resources import Run
from r1data.store.writer import TableWriter

asset = Round("policies")


@asset(name="*")
def policy(run: Run, table: TableWriter) -> None:
    """A model as it was found: its weights with their hash, or its endpoint with its revision."""
    steps.find(run, table)
