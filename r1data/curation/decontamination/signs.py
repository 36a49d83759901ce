r"""Signs of two texts whose words and numbers are the same: a minus more makes another problem."""

import re
import unicodedata
from collections import Counter

from r1data.curation.duplicates.facts import plain

SIGN = re.compile(r"[+/=<>≤≥≠±√]|-(?=\s{0,9}(?:[\d(\\√]|[a-z](?![a-z])))")
"""A dash is a minus before a number, a letter or a bracket."""
OF_TAGS = " \t\n<>/|*"
"""What tags and marks of bold print leave around a text."""
POWERS = str.maketrans({sign: f"^{power}" for power, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})


def have_same_signs(one: str, other: str) -> bool:
    r"""Tell whether two texts have the same signs in their formulas, each as often.

    >>> have_same_signs(r"$\frac{1}{2} \leq -x$", "1/2 ≤ -x"), have_same_signs("-1", "1")
    (True, False)
    """
    return _signs(one) == _signs(other)


def _signs(text: str) -> Counter[str]:
    shown = unicodedata.normalize("NFKC", text.strip(OF_TAGS).lower().translate(POWERS))
    return Counter(SIGN.findall(plain(shown.replace("\N{FRACTION SLASH}", "/"))))
