"""The reference of tables: columns, keys, rules, and the steps that fill each."""

import importlib
import pkgutil
from collections.abc import Iterator
from enum import StrEnum
from inspect import cleandoc

import dataframely as dy
import polars as pl

from assets import steps
from assets.steps.step import Step
from pages.docstrings import member_sentences
from pages.markdown import anchor, code, table
from r1data import tables
from r1data.answers.outcome import Outcome
from r1data.tables import FATES

INTRODUCTION = """\
# Tables

The tables that a recipe can mean, as `r1data/tables/` declares them. Every table is checked
against its schema when it is written; the descriptions below are the comments of the SQL catalog
(`r1data sql "describe reasoning.rollouts"`) and of the Dagster UI as well. A key column is marked
**key**; a column that may be null says so. Which round has which tables stands in the round's file
in `assets/`, and in `r1data status`.
"""
MODULES = (
    *("prompts", "contaminations", "prompt_kinds", "rollouts", "verdicts", "audits"),
    *("signals", "classifiers", "selections", "refinements", "reviews", "mixtures"),
    *("preferences", "safety", "policies", "trainings", "scores"),
)
"""The modules of `r1data/tables/` that declare schemas, in the order of the stages."""
NAMES = {"String": "text", "Boolean": "true or false", "Float64": "number", "List(String)": "texts"}


def tables_page() -> str:
    """Return the reference of tables."""
    shown = [INTRODUCTION, *table(["table", "rows"], _overview())]
    for schema in _schemas():
        shown += _section(schema)
    for enum in _enums():
        shown += [f"\n## {enum.__name__}\n\n{cleandoc(enum.__doc__ or '')}\n"]
        rows = [[code(value), sentence] for value, sentence in member_sentences(enum).items()]
        shown += table(["value", "meaning"], rows)
    return "\n".join(shown) + "\n"


def _schemas() -> list[type[dy.Schema]]:
    return [found for found in _declared() if issubclass(found, dy.Schema)]


def _enums() -> list[type[StrEnum]]:
    return [Outcome, *(found for found in _declared() if issubclass(found, StrEnum))]


def _declared() -> Iterator[type]:
    """Yield the classes that the tables' modules declare, in the order of their lines."""
    for name in MODULES:
        module = importlib.import_module(f"{tables.__name__}.{name}")
        found = (one for one in vars(module).values() if isinstance(one, type))
        yield from (one for one in found if one.__module__ == module.__name__)


def _overview() -> Iterator[list[str]]:
    for schema in _schemas():
        yield [anchor(schema.__name__), cleandoc(schema.__doc__ or "").partition("\n")[0]]


def _section(schema: type[dy.Schema]) -> Iterator[str]:
    yield f"\n## {schema.__name__}\n\n{cleandoc(schema.__doc__ or '')}\n"
    if schema in FATES:
        yield f"Where its rows went stands in {code(FATES[schema].column)}.\n"
    rows = [
        [code(name), _type(column.dtype), _mark(column), column.description or ""]
        for name, column in schema.columns().items()
    ]
    yield from table(["column", "type", "", "meaning"], rows)
    filled_by = [[code(name), sentence] for name, sentence in _steps_of(schema)]
    yield "\nFilled by these steps of `assets/steps/`:\n"
    yield from table(["step", "its rows"], filled_by)


def _mark(column: dy.Column) -> str:
    if column.primary_key:
        return "**key**"
    return "or null" if column.nullable else ""


def _type(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Enum):
        return ", ".join(code(value) for value in kind.categories)
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct):
        return f"list of ({', '.join(field.name for field in kind.inner.fields)})"
    return NAMES.get(str(kind), "integer" if kind.is_integer() else str(kind))


def _steps_of(schema: type[dy.Schema]) -> Iterator[tuple[str, str]]:
    for module in sorted(found.name for found in pkgutil.iter_modules(steps.__path__)):
        loaded = importlib.import_module(f"{steps.__name__}.{module}")
        for name, step in vars(loaded).items():
            is_its_own = isinstance(step, Step) and step.fill.__module__ == loaded.__name__
            if is_its_own and step.makes is schema:
                yield f"{module}.{name}", cleandoc(step.fill.__doc__ or "").partition("\n")[0]
