"""The reference of recipe keys, and the JSON schema by which an editor knows them."""

import json
from collections.abc import Iterator
from typing import Any

from assets.recipe.recipe import Recipe
from pages.markdown import anchor, code, table
from r1data.settings import Settings

Schema = dict[str, Any]

INTRODUCTION = """\
# Recipe keys

A recipe is one YAML file. This page lists every key it can have, as the models of the code state
it: keys that do not exist are refused with the nearest that does. `r1data plan --recipe FILE` says
what a recipe means before anything runs; [running.md](running.md) has recipes to begin from.

An editor that knows JSON schemas completes and checks the keys while you type: begin a recipe that
lies in `recipes/` with `# yaml-language-server: $schema=../docs/recipe.schema.json`.

A change of a key remakes the tables that depend on it, and no others. A key marked *speed* decides
how fast, or for how much, rows are made and never which: changing it remakes nothing.
"""


def recipe_schema() -> str:
    """Return the JSON schema of a recipe."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | Recipe.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def recipe_page() -> str:
    """Return the reference: a section for each group of keys, in the order of their first use."""
    schema = Recipe.model_json_schema()
    groups = {"Recipe": schema, **_in_order(schema, schema)}
    lines = [line for name, group in groups.items() for line in _section(name, group, groups)]
    return INTRODUCTION + "\n".join(lines) + "\n"


def _in_order(group: Schema, schema: Schema) -> dict[str, Schema]:
    """Return the groups of keys that a group leads to, by name, each before those it leads to."""
    found: dict[str, Schema] = {}
    for name in _references(group.get("properties", {})):
        if name not in found and "properties" in schema["$defs"][name]:
            found |= {name: schema["$defs"][name]} | found
            found |= {n: g for n, g in _in_order(found[name], schema).items() if n not in found}
    return found


def _references(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a schema
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _section(name: str, group: Schema, groups: dict[str, Schema]) -> Iterator[str]:
    yield f"\n## {name}\n\n{group['description']}\n"
    if places := [code(place) for place in _places(name, groups) if place]:
        yield f"Stands at {', '.join(places)}.\n"
    wanted = group.get("required", [])
    rows = [
        [code(key), _type(of), _default(key, of, wanted), _sentence(name, key, of)]
        for key, of in group["properties"].items()
    ]
    yield from table(["key", "type", "default", "meaning"], rows)


def _places(name: str, groups: dict[str, Schema]) -> list[str]:
    """Return the keys, from the top of a recipe, at which a group stands."""
    if name == "Recipe":
        return [""]
    found = [
        f"{place}.{key}{_inside(of)}".lstrip(".")
        for holder, group in groups.items()
        for key, of in group["properties"].items()
        if name in _references(of)
        for place in _places(holder, groups)
    ]
    return list(dict.fromkeys(found))


def _inside(of: Schema) -> str:
    """Return what follows a key whose groups have names of their own, or stand in a list."""
    kinds = [of, *of.get("anyOf", [])]
    if any(isinstance(kind.get("additionalProperties"), dict) for kind in kinds):
        return ".NAME"
    return "[]" if any("items" in kind for kind in kinds) else ""


def _type(of: Schema) -> str:
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return "any JSON value" if name == "JsonValue" else anchor(name)
    if choices := of.get("anyOf", of.get("oneOf")):
        return " or ".join(dict.fromkeys(_type(choice) for choice in choices))
    if "enum" in of:
        return ", ".join(code(str(value)) for value in of["enum"])
    if "const" in of:
        return code(str(of["const"]))
    if of.get("type") == "array":
        return f"list of {_type(of['items'])}"
    if of.get("type") == "object":
        return f"by name: {_type(_values(of))}"
    return _plain(of)


def _values(of: Schema) -> Schema:
    values = of.get("additionalProperties")
    return values if isinstance(values, dict) else {}


def _plain(of: Schema) -> str:
    names = {"string": "text", "boolean": "true or false", "number": "number", "integer": "integer"}
    bounds = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
        "pattern": "matching",
    }
    told = [f"{word} {_bound(of[bound])}" for bound, word in bounds.items() if bound in of]
    kind = str(of.get("type", "any JSON value"))
    name = names.get(kind, kind)
    return f"{name} ({', '.join(told)})" if told else name


def _bound(value: object) -> str:
    return code(value) if isinstance(value, str) else str(value)


def _default(key: str, of: Schema, wanted: list[str]) -> str:
    if key in wanted:
        return "**required**"
    default = of.get("default")
    if isinstance(default, dict) and "$ref" in of:
        return "its own defaults"
    return code(json.dumps(default, ensure_ascii=False))


def _sentence(name: str, key: str, of: Schema) -> str:
    """Return the meaning of a key, marked if it is no part of any fingerprint."""
    mark = "*Speed.* " if _models()[name].model_fields[key].exclude else ""
    return f"{mark}{of['description']}"


def _models() -> dict[str, type[Settings]]:
    """Return the settings models of the code, by name."""
    found, waiting = {}, [Settings]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if model.__module__.partition(".")[0] in ("assets", "r1data"):
            found[model.__name__] = model
    return found
