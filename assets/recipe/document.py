"""YAML as plain values: what its aliases stand for is counted before it is written out."""

from typing import Any

import yaml

MAX_NODES = 100_000
"""Values of a recipe, those behind each alias counted each time."""


def read_yaml(text: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    r"""Return what YAML text holds.

    Raises `ValueError` with one line: not YAML, an alias inside what it stands for, aliases that
    stand for more than a recipe ever holds, nesting that has no end.

    >>> read_yaml("a: &one [1, 2]\nb: *one")
    {'a': [1, 2], 'b': [1, 2]}
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        num_nodes = _count(root, {}) if root else 0
        if num_nodes > MAX_NODES:
            raise ValueError(
                f"its aliases stand for {num_nodes:,} values, and {MAX_NODES:,} is the limit; "
                "write out what is meant"
            )
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"it is not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _count(node: yaml.Node, known: dict[int, int | None]) -> int:
    """Return how many values a node stands for, aliases written out."""
    found = known.get(id(node), 0)
    if found is None:
        line = node.start_mark.line + 1
        raise ValueError(f"what line {line} names stands inside itself; write it out")
    if not found:
        known[id(node)] = None
        found = known[id(node)] = 1 + sum(_count(part, known) for part in _parts(node))
    return found


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
