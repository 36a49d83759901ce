"""YAML as plain values: no key stands twice, and what aliases stand for is counted beforehand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

MAX_NODES = 100_000
"""Values of a recipe, those behind each alias counted each time."""
MERGE = "tag:yaml.org,2002:merge"


def read_document(path: Path, *, like: str) -> dict[str, Any]:
    """Return the keys and values that a YAML file holds.

    Raises `ValueError` with one line for a file that is no text, no YAML, or no keys with values.

    Args:
        path: The file.
        like: An example of such a file, for whoever gave another kind.
    """
    try:
        document = read_yaml(_text(path.read_bytes()))
    except ValueError as error:
        raise ValueError(f"{path}: {error}.") from error
    if not isinstance(document, dict):
        held = "is empty" if document is None else "holds no keys with values"
        raise ValueError(f"{path}: it {held}; give a file such as {like}.")
    return document


def _text(content: bytes) -> str:
    """Return UTF-8 text, with or without a mark at its beginning."""
    try:
        text = content.decode("utf-8-sig")
        wrong = text.find("\0")
    except UnicodeDecodeError as error:
        wrong = error.start
    if wrong >= 0:
        raise ValueError(f"it is not UTF-8 text, as byte {wrong + 1} shows; save it as UTF-8")
    return text


def read_yaml(text: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    r"""Return what YAML text holds.

    Raises `ValueError` with one line: not YAML, a key that stands twice, an alias inside what it
    stands for, aliases that stand for more than a recipe ever holds, nesting that has no end.

    >>> read_yaml("a: &one [1, 2]\nb: *one")
    {'a': [1, 2], 'b': [1, 2]}
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        num_nodes = _count(root, {}) if root else 0
    except yaml.YAMLError as error:
        raise ValueError(f"it is not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if num_nodes > MAX_NODES:
        raise ValueError(
            f"its aliases stand for {num_nodes:,} values, and {MAX_NODES:,} is the limit; "
            "write out what is meant"
        )
    return _constructed(text)


def _constructed(text: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Return the values of YAML text; dates and numbers that are none are `ValueError`s."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"it is not YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:
        said = str(error).partition(";")[0]
        raise ValueError(f"a date or number in it is none ({said}); quote or correct it") from error


def _count(node: yaml.Node, known: dict[int, int | None]) -> int:
    """Return how many values a node stands for, aliases written out."""
    found = known.get(id(node), 0)
    if found is None:
        raise ValueError(f"what line {_line(node)} names stands inside itself; write it out")
    if not found:
        known[id(node)] = None
        found = known[id(node)] = 1 + sum(_count(part, known) for part in _parts(node))
    return found


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        _check_keys(node)
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _check_keys(mapping: yaml.MappingNode) -> None:
    """Refuse a key that stands twice: YAML's readers keep the last and drop what came before."""
    seen: dict[tuple[str, str], yaml.ScalarNode] = {}
    for key in _named(mapping):
        first = seen.setdefault((key.tag, key.value), key)
        if first is not key:
            raise ValueError(
                f"`{key.value:.60}` stands twice, in line {_line(first)} and in line {_line(key)}; "
                "rename one of the two or remove it"
            )


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _named(mapping: yaml.MappingNode) -> Iterator[yaml.ScalarNode]:
    """Yield the keys that are one word; several merges in a mapping add up and are left out."""
    for key, _ in mapping.value:
        if isinstance(key, yaml.ScalarNode) and key.tag != MERGE:
            yield key
