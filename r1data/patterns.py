"""Patterns that are compiled when they are first used.

Compiling the patterns of all readers takes longer than to read a thousand answers, and most
processes need a few of them: those of languages, of dates, of units never where answers are boxed.
"""

import re
from typing import Any, cast

METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


class _Uncompiled:
    """Stands for a pattern; has its methods as soon as one of them is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what the pattern has
        compiled = re.compile(*self._source)
        for method in METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is compiled when it is first used; a fault in it is raised then.

    >>> lazy("[0-9]+").fullmatch("42")[0]
    '42'
    """
    return cast("re.Pattern[str]", _Uncompiled(pattern, flags))
