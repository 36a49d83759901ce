"""Personal data that is no number of an account or telephone: e-mail, network and identity.

What standards reserve for examples is none: the domains of RFC 2606, the addresses of RFC 5737 and
RFC 3849; nor are mailboxes of a role (RFC 2142), or public servers of names.
"""

import ipaddress
import re

from r1data.curation.content.rules import MANY_DIGITS, Rule
from r1data.patterns import lazy

EMAIL = lazy(
    r"(?<![A-Za-z0-9._%+/:-])(?P<mailbox>[A-Za-z0-9._%+-]{1,64})@"
    r"(?P<domain>(?:[A-Za-z0-9-]{1,63}\.){1,6}(?P<top>[A-Za-z]{2,18}))(?![A-Za-z0-9_(-]|\.[A-Za-z0-9])"
)
MAIL_TOPS = (
    "com org net edu gov mil int info biz name dev app xyz online site tech store shop blog cloud"
    " email agency company academy studio media world life live news group solutions law"
)
TOPS = frozenset(MAIL_TOPS.split())
"""Top-level domains of more than two letters that mail comes from."""
OPERATORS = frozenset(["t", "py", "js", "md", "sh", "rs", "ts", "mm"])
"""Two letters behind an `@` that are an attribute or the end of a file's name."""
RESERVED = lazy(r"(?i)(?:^|\.)(?:example\.(?:com|net|org|edu)|(?:example|test|invalid|localhost))$")
STANDS_FOR = lazy(
    r"(?i)(?:your|my|our|the|some|any)?[._-]?(?:company|domain|email|mail|example|website|site"
    r"|business|organi[sz]ation|school|university|provider|host|server|sample|test|xyz|abc|acme)"
    r"(?:name)?\.[a-z.]{2,10}"
)
"""Domains that stand for one."""
ROLE_MAILBOXES = (
    "info marketing sales support abuse noc security postmaster webmaster hostmaster usenet news"
    " www uucp ftp admin contact help office noreply no-reply donotreply git hello team jobs"
    " careers press hr service customerservice enquiries billing feedback"
)
NOBODYS_MAILBOXES = (
    "user username name yourname your.name your_name your.email youremail email me you foo someone"
    " somebody test example john.doe jane.doe johndoe janedoe john jane alice bob abc xyz xxx"
    " firstname.lastname recipient"
)
ROLES = frozenset([*ROLE_MAILBOXES.split(), *NOBODYS_MAILBOXES.split()])
"""Mailboxes of a role, and of nobody."""

IPV4 = lazy(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w]|\.[0-9])")
IPV6 = lazy(r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){3,7}(?::?[0-9A-Fa-f]{1,4}){1,5}(?![\w:])")
NETWORK = lazy(r"(?i)\b(?:ip|ipv4|address|server|host|ping|ssh|dns|gateway|https?://)[^\n]{0,25}$")
VERSION = lazy(r"(?i)(?:\bv|\bversion|\brelease|\bsection|§|\bchapter|#)\s?$")
PUBLIC = frozenset(["8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "1.2.3.4", "4.4.4.4"])
"""Servers of names that everybody knows, and the addresses of jokes."""

SOCIAL = lazy(r"(?<![\w-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])")
SOCIAL_TOLD = lazy(r"(?i)(?:\bSSN\b|social security)[^\n]{0,40}$")
SHOWN_OFTEN = frozenset(["078-05-1120", "219-09-9999", "123-45-6789", "111-22-3333", "987-65-4321"])
RESIDENT = lazy(
    r"(?<![0-9A-Za-z])[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""Weights and check characters of GB 11643, by which Chinese identity numbers end."""
MAX_BEFORE = 60


def before(found: re.Match[str], limit: int = MAX_BEFORE) -> str:
    """Return the text before a match, as far as it may speak for it."""
    return found.string[max(0, found.start() - limit) : found.start()]


def _email(found: re.Match[str]) -> tuple[int, int] | None:
    mailbox, domain, top = (found[name].casefold() for name in ("mailbox", "domain", "top"))
    is_domain = top in TOPS or (len(top) == 2 and top not in OPERATORS)
    is_nobody = mailbox.strip(".") in ROLES or mailbox.startswith(("your", "my_", "my."))
    if not is_domain or is_nobody or RESERVED.search(domain) or STANDS_FOR.fullmatch(domain):
        return None
    return found.span()


def _address(found: re.Match[str]) -> tuple[int, int] | None:
    text = found[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if not address.is_global or address.is_multicast or text in PUBLIC:
        return None
    if address.version == 4:
        told = before(found)
        is_large = max(map(int, text.split("."))) >= 100
        if VERSION.search(told) or not (is_large or NETWORK.search(told)):
            return None
    return found.span()


def _social(found: re.Match[str]) -> tuple[int, int] | None:
    is_told = SOCIAL_TOLD.search(before(found)) is not None
    return found.span() if is_told and found[0] not in SHOWN_OFTEN else None


def _resident(found: re.Match[str]) -> tuple[int, int] | None:
    digits = found[0].upper()
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return found.span() if CHECKS[total % 11] == digits[-1] else None


EMAILS = (Rule("email", (r"@[A-Za-z0-9-]{1,63}\.[A-Za-z]",), EMAIL, _email),)
NETWORKS = (
    Rule("ip_address", (r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",), IPV4, _address),
    Rule("ip_address", (r":[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}:",), IPV6, _address),
)
IDENTITIES = (
    Rule("national_id", (MANY_DIGITS, r"[0-9]{3}-[0-9]{2}-[0-9]{4}"), SOCIAL, _social),
    Rule("national_id", (MANY_DIGITS, r"[0-9]{17}[0-9Xx]"), RESIDENT, _resident),
)
