"""One line for what is wrong in a recipe: the key, its value, and what may stand there."""

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

NO_KIND, WRONG_KIND = "union_tag_not_found", "union_tag_invalid"
SAID = {
    **dict.fromkeys(
        ("dict_type", "model_type", "model_attributes_type"), "it should be keys with values"
    ),
    "too_short": "give at least one",
}
"""Messages of pydantic's that speak of its own types, in the words of recipes."""
OURS = ("name", "revision", "secret")
"""Types of errors whose message is a sentence of our own."""


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """Return what is wrong with settings that were read as a model, in one line.

    An unknown key comes first: it may be why another is missing.
    """
    unknown_first = sorted(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    return _line(unknown_first[0], model)


def settings_of(annotation: Any) -> Any:  # noqa: ANN401 - a type annotation
    """Return an annotation without `| None` and without what `Annotated` adds."""
    if hasattr(annotation, "__metadata__"):
        return settings_of(annotation.__origin__)
    rest = [member for member in getattr(annotation, "__args__", ()) if member is not type(None)]
    is_optional = len(rest) < len(getattr(annotation, "__args__", ()))
    return settings_of(rest[0]) if is_optional and len(rest) == 1 else annotation


def _line(error: ErrorDetails, model: type[BaseModel]) -> str:
    where = ".".join(_keys(error["loc"], model)) or "the recipe"
    if error["type"] in OURS:
        return f"{where}: {error['msg']}."
    if error["type"] in (NO_KIND, WRONG_KIND):
        return _kind(where, error)
    if error["type"] == "extra_forbidden":
        known = _known_keys(error["loc"][:-1], model)
        return f"unknown key `{where}`; {_nearest(str(error['loc'][-1]), known, 'known keys')}"
    if error["type"] == "missing":
        return f"`{where}` is missing; add it."
    said = SAID.get(error["type"], f"{error['msg'][0].lower()}{error['msg'][1:]}")
    if isinstance(error["input"], Mapping):
        return f"`{where}`: {said.removeprefix('value error, ')}."
    remedy = "; quote it" if error["type"] == "string_type" and _is_scalar(error["input"]) else ""
    return f"`{where}` is {error['input']!r:.200}: {said}{remedy}."


def _kind(where: str, error: ErrorDetails) -> str:
    """Return what is wrong with the key that says which of several kinds of settings is meant."""
    key = str(error["ctx"]["discriminator"]).strip("'")
    if error["type"] == NO_KIND and not isinstance(error["input"], Mapping):
        return f"`{where}` is {error['input']!r:.200}: {SAID['dict_type']}."
    if error["type"] == NO_KIND:
        return f"`{where}.{key}` is missing; add it."
    known = [tag.strip("'") for tag in str(error["ctx"]["expected_tags"]).split(", ")]
    tag = str(error["ctx"]["tag"])
    return f"`{where}.{key}` is {tag!r:.80}; {_nearest(tag, known, 'give one of')}"


def _is_scalar(value: Any) -> bool:  # noqa: ANN401 - whatever the YAML holds
    return isinstance(value, int | float | date)


def _nearest(given: str, known: list[str], otherwise: str) -> str:
    near = get_close_matches(given, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"{otherwise}: {', '.join(known)}."


def _keys(location: tuple[int | str, ...], model: type[BaseModel]) -> Iterator[str]:
    """Yield the keys on the way to an error, without the kinds that pydantic puts between them."""
    found: Any = model
    for part in location:
        if not _is_kind(found, part):
            yield str(part)
        found = _inside(found, part)


def _known_keys(location: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Return the keys that the settings at a place have."""
    found: Any = model
    for part in location:
        found = _inside(found, part)
    is_model = isinstance(found, type) and issubclass(found, BaseModel)
    return sorted(found.model_fields) if is_model else []


def _inside(annotation: Any, part: int | str) -> Any:  # noqa: ANN401 - a type annotation
    """Return the annotation of one key, item or union member of an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(part))
        return None if field is None else settings_of(field.annotation)
    members = getattr(annotation, "__args__", ())
    for member in members:
        if _kind_of(member) == part:
            return member
    return settings_of(members[-1]) if members else None


def _is_kind(annotation: Any, part: int | str) -> bool:  # noqa: ANN401 - a type annotation
    return any(_kind_of(member) == part for member in getattr(annotation, "__args__", ()))


def _kind_of(member: Any) -> Any:  # noqa: ANN401 - a type annotation
    kind = getattr(member, "model_fields", {}).get("kind")
    return None if kind is None else kind.default
