"""What the rounds of a recipe ask, as `r1data plan` reckons it."""

from r1data.cli.made import MadeTables
from r1data.cli.plan import plan_requests


def planned_of(recipe, store):
    return plan_requests(MadeTables(recipe.tables(), store))
