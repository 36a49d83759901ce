"""Prose: what of a text is neither code nor formula, and so is of a language."""

import re

import numpy as np
from numpy.typing import NDArray

SPANS = {"```": "```", "~~~": "~~~", "$$": "$$", "$": "$", "`": "`", r"\(": r"\)", r"\[": r"\]"}
ON_ONE_LINE = ("$", "`")
OPENING = re.compile(r"```|~~~|\$\$|\$|`|\\\(|\\\[")
TAG = re.compile(r"</?\w{1,40}>")
REST_OF_ADDRESS = re.compile(r"://[^\s<>]+")
STARTS = np.isin(np.arange(128), [ord(start) for start in "$`~\\<:"])
"""The characters at which anything but prose begins."""
FOLLOWERS = {"\\": "([", ":": "/", "~": "~"}
"""What must follow some of them, so that most commands of TeX and most colons are passed over."""
PAIRS = np.array(
    [
        [chr(then) in FOLLOWERS.get(chr(start), chr(then)) for then in range(128)]
        for start in range(128)
    ]
)
"""Of two characters in a row, whether anything but prose may begin with them."""


def not_prose(text: str, codes: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    r"""Return where code, formulas, tags and addresses begin and end: a row for each, in order.

    What is opened and never closed is prose. `codes` are the text's code points.

    >>> text = r"Let \(x=1\), `y` and $5."
    >>> not_prose(text, np.array([*map(ord, text)])).tolist()
    [[4, 11], [13, 16]]
    """
    found: list[tuple[int, int]] = []
    position, unclosed = 0, set[str]()
    for start in _starts(codes).tolist():
        if start < position:
            continue
        opening = OPENING.match(text, start)
        if opening is None:
            begin, end = _tag_or_address(text, start)
        else:
            begin, end = start, _end(text, opening, unclosed)
            position = opening.end()
        if end > begin:
            found.append((begin, end))
            position = end
    return np.array(found, np.int64).reshape(-1, 2)


def _starts(codes: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    """Return where anything but prose may begin."""
    known = np.minimum(codes, 127)
    places = np.flatnonzero(STARTS[known])
    found: NDArray[np.int64] = places[
        PAIRS[known[places], known[np.minimum(places + 1, len(codes) - 1)]]
    ]
    return found


def _end(text: str, opening: re.Match[str], unclosed: set[str]) -> int:
    """Return where what is opened ends; 0 where it is not closed."""
    mark = opening[0]
    if mark in unclosed:
        return 0
    stop = text.find(SPANS[mark], opening.end())
    if stop < 0:
        unclosed.add(mark)
        return 0
    if mark in ON_ONE_LINE and text.find("\n", opening.end(), stop) >= 0:
        return 0
    return stop + len(SPANS[mark])


def _tag_or_address(text: str, start: int) -> tuple[int, int]:
    """Return the span of a tag or the rest of an address; one that is empty where there is none."""
    found = TAG.match(text, start) or REST_OF_ADDRESS.match(text, start)
    return found.span() if found else (start, start)
