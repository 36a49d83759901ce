"""Walking a recipe's sections: the policies and sources they name, the settings they hold."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

from r1data.settings import Reference, Settings

Found = TypeVar("Found", bound=Settings)


def references(settings: Settings, to: str, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each place in some settings that names a policy or a source, with the name.

    Args:
        settings: Where to look, at any depth.
        to: What is named: `policy` or `source`.
        path: Where the settings stand in the recipe.
    """
    for name, field in type(settings).model_fields.items():
        where, value = f"{path}.{name}" if path else name, getattr(settings, name)
        if _is_reference([*field.metadata, field.annotation], to):
            names = [value] if isinstance(value, str) else value or ()
            yield from ((where, named) for named in names)
        for inner_path, inner in _inside(value, where):
            yield from references(inner, to, inner_path)


def held(settings: Settings, kind: type[Found]) -> Iterator[Found]:
    """Yield the settings of a kind that some settings hold, at any depth."""
    for name in type(settings).model_fields:
        for _, inner in _inside(getattr(settings, name), name):
            if isinstance(inner, kind):
                yield inner
            yield from held(inner, kind)


def _inside(value: Any, path: str) -> Iterator[tuple[str, Settings]]:  # noqa: ANN401 - any setting
    """Yield the settings right inside a value, each with its path."""
    if isinstance(value, Settings):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _inside(item, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _inside(item, f"{path}.{number}")


def _is_reference(annotations: list[Any], to: str) -> bool:
    return any(
        annotation == Reference(to)
        or _is_reference([*get_args(annotation), *getattr(annotation, "__metadata__", ())], to)
        for annotation in annotations
    )
