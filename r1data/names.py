"""The rules for names that people choose, and for revisions that do not move.

A name becomes a path, an SQL name and an asset key.
"""

import re
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
RULE = (
    "use 1 to 64 of the letters a to z, digits, `_` and `-`, the first a letter or a digit, and "
    "quote what YAML would read as a number, a date or a boolean"
)

COMMIT = re.compile(r"[0-9a-f]{7,40}")

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


def check_commit(revision: str) -> str:
    """Return the hash of a commit, or refuse a branch or tag, which can move, in one line."""
    if not COMMIT.fullmatch(revision):
        said = "`{shown}` can move; give the commit's hash, 7 to 40 hex digits"
        raise PydanticCustomError("revision", said, {"shown": revision[:80]})
    return revision


Domain = Literal["math", "code", "stem", "logic", "general"]
"""The field of a problem: the rows of the paper's table of training data."""
Name = Annotated[str, BeforeValidator(check_name)]
"""A name, e.g. of a recipe."""
Commit = Annotated[str, AfterValidator(check_commit)]
"""A revision of something on the Hugging Face Hub."""
Names = BeforeValidator(check_names)
"""Of a dictionary whose keys are names."""
