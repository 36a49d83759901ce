"""Prose: what of a text is neither code nor formula, and so is of a language."""

import re

import numpy as np
from numpy.typing import NDArray

from r1data.curation.language.scripts import ascii_bytes

SPANS = {"```": "```", "~~~": "~~~", "$$": "$$", "$": "$", "`": "`", r"\(": r"\)", r"\[": r"\]"}
ON_ONE_LINE = ("$", "`")
OPENING = re.compile(r"```|~~~|\$\$|\$|`|\\\(|\\\[")
TAG = re.compile(r"</?\w{1,40}>")
REST_OF_ADDRESS = re.compile(r"://[^\s<>]+")
FOLLOWING = {"$`<": "", "\\": "([", ":": "/", "~": "~"}
"""The characters at which anything but prose begins, and what must follow some of them: most
commands of TeX and most colons are passed over."""
STARTS = bytes(
    sum(1 << place for place, starts in enumerate(FOLLOWING) if chr(code) in starts)
    for code in range(256)
)
"""By character: a bit that says which of these it is."""
FOLLOWERS = np.array(
    [
        sum(
            1 << place
            for place, after in enumerate(FOLLOWING.values())
            if chr(code) in after or not after
        )
        for code in range(256)
    ],
    np.uint8,
)
"""By character: the bits of those that it may follow."""


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
    known = ascii_bytes(codes)
    start = np.frombuffer(known.translate(STARTS), np.uint8)
    places = (start != 0).nonzero()[0]
    following = np.frombuffer(known, np.uint8)[np.minimum(places + 1, len(codes) - 1)]
    found: NDArray[np.int64] = places[(start[places] & FOLLOWERS[following]) != 0]
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
