"""Alignment of two rows of tokens: the longest common subsequence, by words of bits.

Hyyrö's method (2004): a token costs a handful of operations on one whole number with a bit for each
token of the other row, so that two problems of a hundred words take a tenth of a millisecond.
"""

from collections.abc import Sequence


def align(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of the tokens that two rows share, in their order, in each row.

    >>> align(["how", "many", "pens"], ["so", "how", "pens"])
    [(0, 1), (2, 2)]
    """
    if not one:
        return []
    rows = _states(one, other)
    found = []
    row, column = len(other), len(one)
    while row and column:
        if rows[row - 1] >> (column - 1) & 1:
            column -= 1
            continue
        row -= 1
        if not row or rows[row - 1] >> (column - 1) & 1:
            column -= 1
            found.append((column, row))
    return found[::-1]


def _states(one: Sequence[str], other: Sequence[str]) -> list[int]:
    """Return, after each token of the other row, the bits of the first row that grew no match."""
    places: dict[str, int] = {}
    for place, token in enumerate(one):
        places[token] = places.get(token, 0) | 1 << place
    full = (1 << len(one)) - 1
    state, states = full, []
    for token in other:
        shared = state & places.get(token, 0)
        state = ((state + shared) | (state - shared)) & full
        states.append(state)
    return states
