"""Gold answers that are whole solutions: the answer is what their end gives."""

import re
from dataclasses import replace
from functools import lru_cache

from r1data.answers.missing_golds import BY_GOLD
from r1data.answers.reading.boxes import read_box
from r1data.answers.verdict import Item
from r1data.text import BOX_COMMAND

HASHES = "####"
LAST_HASHES = re.compile(r"(?:^|\s)####[ \t]*([^\n#]*)\s*\Z")


@lru_cache(maxsize=20_000)
def final_gold(gold_answer: str) -> str:
    r"""Return what a gold answer gives at its end, behind `####` as in GSM8K, or in its last box.

    A gold answer with neither is returned as it stands; nothing behind the hashes is "".

    >>> final_gold("3 * 24 = 72\n#### 72"), final_gold(r"So $x = \boxed{3}$."), final_gold("5 cm")
    ('72', '3', '5 cm')
    """
    if HASHES in gold_answer and (end := LAST_HASHES.search(gold_answer)):
        return end[1].strip()
    if BOX_COMMAND in gold_answer:
        return read_box(gold_answer) or gold_answer
    return gold_answer


def with_final_gold(item: Item, verifier: str) -> Item:
    """Return an item with what its gold answer gives at its end, for verifiers that go by it."""
    if verifier not in BY_GOLD:
        return item
    gold = final_gold(item.gold_answer)
    return item if gold == item.gold_answer else replace(item, gold_answer=gold)
