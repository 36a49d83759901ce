"""Licences of sources: what each allows, which rows may not be shared, and the Hub's names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """What a licence allows of a training set that holds rows under it."""

    may_be_shared: bool = True
    """Whether what is made of the rows may be given to others."""
    is_commercial: bool = True
    """Whether they may be used commercially."""
    is_share_alike: bool = False
    """Whether what is made of them must be shared under the same licence."""


FREE = Terms()
SHARE_ALIKE = Terms(is_share_alike=True)
NON_COMMERCIAL = Terms(is_commercial=False)

LICENCES: dict[str, Terms] = {
    **dict.fromkeys(("apache", "mit", "isc", "unlicense", "bsd", "bsd-2-clause"), FREE),
    **dict.fromkeys(("bsd-3-clause", "cc0", "cc-by", "odc-by", "pddl", "public-domain"), FREE),
    **dict.fromkeys(("cdla-permissive",), FREE),
    **dict.fromkeys(("cc-by-sa", "odbl", "gpl", "lgpl", "agpl", "mpl"), SHARE_ALIKE),
    **dict.fromkeys(("cdla-sharing", "gfdl"), SHARE_ALIKE),
    "cc-by-nc": NON_COMMERCIAL,
    "cc-by-nc-sa": Terms(is_commercial=False, is_share_alike=True),
    "cc-by-nd": Terms(may_be_shared=False),
    "cc-by-nc-nd": Terms(may_be_shared=False, is_commercial=False),
    **dict.fromkeys(
        ("proprietary", "all-rights-reserved", "no-redistribution", "research-only"),
        Terms(may_be_shared=False, is_commercial=False),
    ),
}
"""By the licence's name without its version. A licence that forbids changed copies (`nd`) forbids
to share a training set made of its rows: a problem with a completion is one. What is not here is
not known, and neither left out nor vouched for."""

HUB_LICENCES = frozenset(
    {
        *("apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "mpl-2.0", "gpl-3.0"),
        *("cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nd-4.0"),
        *("cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0"),
        *("odc-by", "odbl", "pddl", "cdla-permissive-2.0", "unlicense"),
    }
)
"""The names of licences that the Hub takes; others are `other`, and listed."""

WORD = re.compile(r"[^\W_]+(?:\.\d+)*")
VERSION = re.compile(r"-v?\d+(?:\.\d+)*$")
NO_NAME = frozenset({"license", "licence", "the", "version"})


def terms(licence: str | None) -> Terms | None:
    """Return what a licence allows; None where it is not stated, or not known.

    >>> terms("CC BY-NC 4.0").is_commercial, terms("Apache License, Version 2.0").is_share_alike
    (False, False)
    >>> terms("our own terms") is None
    True
    """
    return LICENCES.get(VERSION.sub("", _name(licence or "")))


def forbidden(licences: Iterable[str | None]) -> set[str]:
    """Return which of some licences forbid to share what is made of their rows.

    >>> sorted(forbidden(["MIT", "CC BY-ND 4.0", "our own terms", None]))
    ['CC BY-ND 4.0']
    """
    found = ((licence, terms(licence)) for licence in licences)
    return {name for name, allowed in found if name and allowed and not allowed.may_be_shared}


def hub_licence(licences: Iterable[str | None]) -> str:
    """Return the Hub's name for the one licence that all rows share, else `other`.

    >>> hub_licence(["CC BY 4.0", "cc-by-4.0"])
    'cc-by-4.0'
    >>> hub_licence(["MIT", None])
    'other'
    """
    names = {_name(licence or "") for licence in licences}
    return names.pop() if len(names) == 1 and names <= HUB_LICENCES else "other"


def _name(licence: str) -> str:
    """Return a licence's name as the Hub writes names."""
    words = [word for word in WORD.findall(licence.lower()) if word not in NO_NAME]
    return "-".join(words)
