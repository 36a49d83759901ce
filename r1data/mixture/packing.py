"""Packing: how many sequences of a context hold some rows, as TRL packs them."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable


def num_packed(lengths: Iterable[int], context: int) -> int:
    """Return how many sequences of `context` tokens TRL makes of rows: best fit, the longest first.

    A row that is longer is cut to the context, and an empty one is left out, as TRL's
    `packing_strategy: bfd` does.

    >>> num_packed([7, 5, 3, 3, 2], context=10)
    2
    """
    rows = Counter(min(length, context) for length in lengths if length > 0)
    spaces: Counter[int] = Counter()
    sizes: list[int] = []
    num_sequences = 0
    for length in sorted(rows, reverse=True):
        left = rows[length]
        while left:
            place = bisect_left(sizes, length)
            space = sizes[place] if place < len(sizes) else context
            placed = _placed(left, space, length, spaces[space])
            if place < len(sizes):
                _change(spaces, sizes, space, -placed)
            else:
                num_sequences += placed
            _change(spaces, sizes, space - length, placed)
            left -= placed
    return num_sequences


def _placed(rows: int, space: int, length: int, num_spaces: int) -> int:
    """Return how many rows of a length go into spaces of one size before another size fits better.

    What is left of a space takes the next row of the length, where it is long enough.
    """
    if space >= 2 * length:
        return 1
    return min(rows, num_spaces) if num_spaces else rows


def _change(spaces: Counter[int], sizes: list[int], size: int, by: int) -> None:
    """Add or take sequences that have so much space; what has none is full."""
    if size <= 0:
        return
    if not spaces[size]:
        insort(sizes, size)
    spaces[size] += by
    if not spaces[size]:
        sizes.pop(bisect_left(sizes, size))
