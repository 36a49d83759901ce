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
VERSION = re.compile(r"(?:-v?|v|(?<=gpl))(\d+(?:\.\d+)*)(?:-(.*))?$")
"""The version at a name's end, and what may follow it: a country, `deed`, `or later`."""
NO_NAME = frozenset({"license", "licence", "the", "version"})
WRITTEN_OUT = {
    r"\bcreative-commons-zero\b": "cc0",
    r"\bcreative-commons\b": "cc",
    r"\battribution\b": "by",
    r"\bnon-?commercial\b": "nc",
    r"\bno-?deriv(?:ative)?s?(?:-works)?\b": "nd",
    r"\bshare-?alike\b": "sa",
    r"\bgnu-lesser-general-public\b": "lgpl",
    r"\bgnu-affero-general-public\b": "agpl",
    r"\bgnu-general-public\b": "gpl",
    r"\bgnu-(?=[al]?gpl)": "",
    r"^by\b": "cc-by",
}
"""Long names, and what stands for them."""
ANOTHER = frozenset({"and", "or", "with", "nc", "nd", "sa"}) | {
    name.partition("-")[0] for name in LICENCES if not name.startswith(("public", "all", "no"))
}
"""Words that say, behind a version, that the text is of more than one licence."""


def terms(licence: str | None) -> Terms | None:
    """Return what a licence allows; None where it is not stated, or not known.

    >>> terms("CC BY-NC 4.0").is_commercial, terms("Apache License, Version 2.0").is_share_alike
    (False, False)
    >>> terms("our own terms") is None
    True
    """
    return LICENCES.get(_parts(licence or "")[0])


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
    names = {"-".join(filter(None, _parts(licence or ""))) for licence in licences}
    return names.pop() if len(names) == 1 and names <= HUB_LICENCES else "other"


def _parts(licence: str) -> tuple[str, str]:
    """Return a licence's name as the Hub writes names, and its version apart, if it has one.

    A text that may be of several licences is no licence's name, and stays whole.
    """
    name = "-".join(word for word in WORD.findall(licence.lower()) if word not in NO_NAME)
    for written_out, short in WRITTEN_OUT.items():
        name = re.sub(written_out, short, name)
    found = VERSION.search(name)
    if name in LICENCES or found is None:
        return name, ""
    rest = (found[2] or "").removeprefix("or-later").split("-")
    if ANOTHER & {*rest} or any(word[:1].isdigit() for word in rest):
        return name, ""
    return name[: found.start()], found[1]
