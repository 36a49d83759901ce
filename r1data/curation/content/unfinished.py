"""Lists that are announced and not finished, at the end of a response or short of their number."""

# ruff: noqa: RUF001 - marks of other scripts are the point

import re

from r1data.patterns import lazy

EMPTY_ITEM = lazy(
    r"(?:[-*•]|(?P<place>[0-9]{1,3})[.)、．]|\((?P<bracketed>[0-9]{1,2})\))"
    r"(?:\s*(?:\*\*)?\s*(?:\.{3}|…+)?)?"
)
"""A last line that is a mark of a list, with nothing behind it."""
DOTS = lazy(r"(?:\.{3,6}|…{1,3}|\.\s\.\s\.|等等\.{3,6})")
FENCE = lazy(r"^[^\S\n]{0,8}(?:`{3,}|~{3,})", re.MULTILINE)
NUMBERS = {
    word: place
    for place, word in enumerate(
        ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 3
    )
}
NUMBERS_ZH = {word: place for place, word in enumerate("三四五六七八九十", 3)}
ANNOUNCES = (
    r"\b(?:[Hh]ere (?:are|is a list of)|[Bb]elow are|[Tt]hese are|[Tt]he following(?: are)?)"
    r"(?: the| some| my| a list of| your)?(?: top| best)? (?P<number>[0-9]{1,2}|"
    + "|".join(NUMBERS)
    + r")\b(?P<what> [^.:\n]{2,120}):[ \t*]*\n"
    r"|(?:以下是?|下面是?|这里有)[^。：:\n]{0,20}?(?P<number_zh>[0-9]{1,2}|[三四五六七八九十])"
    r"[个条种点项款本部首][^。：:\n]{0,40}[：:][ \t*]*\n"
)
"""What announces a number of things, for Python and for Polars."""
ANNOUNCED = lazy(ANNOUNCES)
NUMBERED = lazy(r"^[ \t]{0,3}(?:#{1,4} )?(?:\*\*)?(?P<place>[0-9]{1,2})[.)、．:：]", re.MULTILINE)
MIN_ANNOUNCED = 3
MAX_ANNOUNCED = 50
TAIL = 400
"""Characters at the end in which its last lines are looked for."""
COLONS = (":", "：", ":**")


def is_unfinished(response: str, *, may_announce: bool = True) -> bool:
    r"""Say whether a response ends in a list's empty item or a colon, or gives fewer than it says.

    A colon in fenced code or of a form to fill in says nothing, nor does a list whose items bear no
    numbers. `may_announce` says that `ANNOUNCES` matches: it takes longer to look than all else.

    >>> is_unfinished("Steps:\n1. Wash.\n2."), is_unfinished("Steps:\n1. Wash.\n2. Dry.")
    (True, False)
    """
    text = response.rstrip()
    return bool(text) and (_ends_open(text) or (may_announce and _is_short(text)))


def _ends_open(text: str) -> bool:
    *earlier, last = text[-TAIL:].splitlines()
    last = last.strip()
    if last.endswith(COLONS):
        before = next((line.rstrip() for line in reversed(earlier) if line.strip()), "")
        return not before.endswith(COLONS) and not _is_in_code(text)
    is_open = earlier and (_is_empty_item(last, text) or DOTS.fullmatch(last) is not None)
    return bool(is_open) and not _is_in_code(text)


def _is_empty_item(line: str, text: str) -> bool:
    found = EMPTY_ITEM.fullmatch(line)
    place = found and (found["place"] or found["bracketed"])
    return found is not None and (not place or continues_list(int(place), text))


def continues_list(place: int, text: str) -> bool:
    r"""Say whether a text has an item before the one of a place: else that is a number alone.

    >>> continues_list(2, "1. Wash.\n2."), continues_list(42, "It is\n42.")
    (True, False)
    """
    before = rf"(?m)^[ \t*#]{{0,8}}\(?{place - 1}[.)、．][ \t*]*[^\s*]"
    return place > 1 and re.search(before, text) is not None


def _is_in_code(text: str) -> bool:
    return len(FENCE.findall(text)) % 2 == 1


def _is_short(text: str) -> bool:
    """Say whether a numbered list has fewer items than its announcement says."""
    found = ANNOUNCED.search(text)
    if found is None:
        return False
    said = found["number"] or found["number_zh"]
    number = NUMBERS.get(said) or NUMBERS_ZH.get(said) or int(said)
    places = [int(item["place"]) for item in NUMBERED.finditer(text, found.end())]
    is_list = places[:2] == [1, 2] and MIN_ANNOUNCED <= number <= MAX_ANNOUNCED
    return is_list and max(places) < number
