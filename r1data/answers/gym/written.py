"""Lists and grids as answers write them."""

import json
from typing import Any

JSON_LIST = r"\[[^\\]*\]"


def json_of(answer: str) -> Any:  # noqa: ANN401 - any JSON value is the point
    """Return the value that JSON text holds; None where it is none.

    >>> json_of('["a", 1]'), json_of("[1")
    (['a', 1], None)
    """
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return None


def texts_of(answer: str) -> list[str] | None:
    """Return a JSON list of texts; None if the answer is none."""
    found = json_of(answer)
    is_list = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return found if is_list else None


def groups_of(answer: str) -> list[list[str]] | None:
    """Return a JSON list of lists of texts; None if the answer is none."""
    found = json_of(answer)
    if not isinstance(found, list) or not all(isinstance(group, list) for group in found):
        return None
    return found if all(isinstance(one, str) for group in found for one in group) else None


def rows_of(answer: str) -> list[str]:
    r"""Return the lines of a grid that hold anything.

    >>> rows_of("1 0\n\n 0 1 ")
    ['1 0', '0 1']
    """
    return [line.strip() for line in answer.splitlines() if line.strip()]
