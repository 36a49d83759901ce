"""The one rule for names that people choose: each becomes a path, an SQL name and an asset key."""

import re
from typing import Annotated, TypeVar

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
RULE = (
    "use 1 to 64 of the letters a to z, digits, `_` and `-`, the first a letter or a digit, and "
    "quote what YAML would read as a number, a date or a boolean"
)

Given = TypeVar("Given")


def check_name(name: Given) -> Given:
    """Return a name that can be a path, an SQL name and an asset key, or refuse it in one line."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        told = {"shown": repr(name)[:80], "rule": RULE}
        raise PydanticCustomError("name", "{shown} is no name; {rule}", told)
    return name


def check_names(named: Given) -> Given:
    """Refuse a dictionary with keys that are no names, or that asset keys cannot tell apart."""
    seen: dict[str, str] = {}
    for name in named if isinstance(named, dict) else ():
        other = seen.setdefault(check_name(name).replace("-", "_"), name)
        if other != name:
            said = "{other} and {name} differ in `-` and `_` alone; rename one of them"
            raise PydanticCustomError("name", said, {"other": other, "name": name})
    return named


Name = Annotated[str, BeforeValidator(check_name)]
"""A name, e.g. of a recipe."""
Names = BeforeValidator(check_names)
"""Of a dictionary whose keys are names."""
