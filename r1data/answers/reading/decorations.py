"""Signs around an answer that say nothing: arrows, stars, bullets and emoji."""

import re
import unicodedata

PLAIN = frozenset("*_#>-•‣·※■□▪▫●○◆◇★☆\u20e3")
NEGATING = frozenset("❌✗✘✖❎🚫⛔⊗×≠¬~⍻🙅👎")  # noqa: RUF001 - a cross is what is meant
"""Signs that say that what they stand by is wrong."""
PICTURES = frozenset(["So", "Sk", "Cf", "Zs"])
KINDS = PICTURES | {"Sm", "Mn", "Me"}
UNITS = frozenset("°℃℉")
CONCLUDING = frozenset("∴\ufe0f")
RULE = re.compile(r"(?<=\S)\s+(?:={2,}|-{2,}|_{2,})$")


def without_decoration(lead: str) -> str:
    """Return what stands before an answer's announcement without the signs that begin it.

    >>> without_decoration("➡️ **"), without_decoration("★ The final "), without_decoration("❌ ")
    ('', 'The final ', '❌ ')
    """
    place = 0
    while place < len(lead) and _is_decoration(lead[place]):
        place += 1
    return lead if NEGATING & set(lead[:place]) else lead[place:]


def without_pictures(answer: str) -> str:
    """Return an answer without the pictures and rules that stand around it.

    >>> without_pictures("✅ 73 ===") , without_pictures("20 °"), without_pictures("73 ❌")
    ('73', '20 °', '73 ❌')
    """
    bare = RULE.sub("", answer.strip())
    start, end = 0, len(bare)
    while start < end and _is_picture(bare[start]):
        start += 1
    while end > start and _is_picture(bare[end - 1]):
        end -= 1
    return answer if NEGATING & {*bare[:start], *bare[end:]} else bare[start:end]


def _is_decoration(sign: str) -> bool:
    return sign.isspace() or sign in PLAIN or unicodedata.category(sign) in KINDS


def _is_picture(sign: str) -> bool:
    if sign in UNITS:
        return False
    return sign in CONCLUDING or sign.isspace() or unicodedata.category(sign) in PICTURES
