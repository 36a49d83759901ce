"""Secrets: keys with the prefixes their makers published, private keys, JWTs, passwords in URLs.

The prefixes are those that GitHub's secret scanning, gitleaks and detect-secrets list. A token must
look random too: documentation is full of `sk-xxxxxxxx` and `AKIAIOSFODNN7EXAMPLE`.
"""

import base64
import binascii
import json
import math
import re
from collections import Counter

from r1data.curation.content.rules import Rule
from r1data.patterns import lazy

MIN_ENTROPY = 3.0
"""Bits a character that a random token has at least: 20 letters and digits have 3.7 or more."""
KEYS = (
    r"(?:AKIA|ASIA)[A-Z2-7]{16}",  # Amazon
    r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,90}",
    r"glpat-[A-Za-z0-9_-]{20}",  # GitLab
    r"xox[abeprs]-[A-Za-z0-9-]{20,200}",  # Slack
    r"[rs]k_(?:live|test)_[A-Za-z0-9]{24,100}",  # Stripe
    r"AIza[A-Za-z0-9_-]{35}",  # Google
    r"sk-ant-[A-Za-z0-9_-]{32,200}|sk-(?:proj-|svcacct-|or-v1-)?[A-Za-z0-9_-]{32,200}",
    r"hf_[A-Za-z0-9]{34}|npm_[A-Za-z0-9]{36}|pypi-AgEI[A-Za-z0-9_-]{50,200}",
    r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",  # SendGrid
    r"dop_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,43}|key-[a-f0-9]{32}",  # Square, Mailgun
    r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",  # Telegram
    r"GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{30,300}",  # Google OAuth
    r"gsk_[A-Za-z0-9]{52}|xai-[A-Za-z0-9]{80}|r8_[A-Za-z0-9]{37}",  # Groq, xAI, Replicate
)
KEY_SIGN = (
    r"AKIA|ASIA[A-Z2-7]|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_(?:live|test)_|AIza"
    r"|sk-[A-Za-z0-9]|hf_[A-Za-z0-9]{9}|npm_[A-Za-z0-9]{9}|pypi-Ag|SG\.[A-Za-z0-9_-]{9}|dop_v1_"
    r"|dapi[a-f0-9]{9}|shp[acps]|sq0[a-z]|key-[a-f0-9]{9}|[0-9]:AA|GOCSPX-|ya29\.|gsk_|xai-|r8_"
)
KEY = lazy(rf"(?<![A-Za-z0-9])(?:{'|'.join(KEYS)})(?![A-Za-z0-9_-])")
MADE_UP = lazy(
    r"(?i)example|your|x{5}|\*{3}|test[-_]?key|placeholder|abcdef|12345|dummy|redact|sample|insert"
    r"|here|fake|secret|changeme|0{6}|todo|\.{3}"
)
"""What shows that a token stands for one."""
PRIVATE_KEY = lazy(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?P<body>[A-Za-z0-9+/=\s\\:.]{64,10000}?)(?:-----END [A-Z0-9 ]{1,60}-----|\Z)"
)
JWT = lazy(
    r"(?<![A-Za-z0-9_-])(?P<header>eyJ[A-Za-z0-9_-]{8,1000})\.(?P<claims>eyJ[A-Za-z0-9_-]{8,4000})"
    r"\.(?P<signature>[A-Za-z0-9_-]{16,1000})(?![A-Za-z0-9_-])"
)
KNOWN_SIGNATURES = ("SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",)
"""The signature of jwt.io's example, which half the tutorials show."""
PASSWORD = lazy(
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:@/<>{}\"'$]{1,80}"
    r":(?P<password>[^\s:@/<>{}\"'$]{6,80})@[A-Za-z0-9\[]"
)
WORDS = frozenset(
    ["password", "passwd", "passphrase", "postgres", "secret", "mypassword", "pass1234", "changeit"]
)


def entropy(token: str) -> float:
    """Return the bits a character that a token has, by how often each character stands in it.

    >>> entropy("aaaa"), entropy("abcd")
    (0.0, 2.0)
    """
    counts = Counter(token).values()
    return -sum(count / len(token) * math.log2(count / len(token)) for count in counts) + 0.0


def _is_random(token: str) -> bool:
    is_mixed = any(one.isdigit() for one in token) or token.isupper()
    return is_mixed and entropy(token) >= MIN_ENTROPY and not MADE_UP.search(token)


def _key(found: re.Match[str]) -> tuple[int, int] | None:
    return found.span() if _is_random(found[0]) else None


def _private_key(found: re.Match[str]) -> tuple[int, int] | None:
    body = "".join(found["body"].split())
    return found.span() if entropy(body) >= MIN_ENTROPY and not MADE_UP.search(body[:64]) else None


def _jwt(found: re.Match[str]) -> tuple[int, int] | None:
    if found["signature"] in KNOWN_SIGNATURES or not _is_random(found["signature"]):
        return None
    header = found["header"]
    try:
        given = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return found.span() if isinstance(given, dict) and "alg" in given else None


def _password(found: re.Match[str]) -> tuple[int, int] | None:
    password = found["password"]
    is_told = password.casefold() in WORDS or MADE_UP.search(password) or "pass" in password.lower()
    return None if is_told or len({*password}) < 4 else found.span("password")


SECRETS = (
    Rule("private_key", ("PRIVATE KEY",), PRIVATE_KEY, _private_key),
    Rule("jwt", (r"eyJ[A-Za-z0-9_-]{8}",), JWT, _jwt),
    Rule("api_key", (KEY_SIGN,), KEY, _key),
    Rule("password", ("://", r":[^\s@/]{6,80}@"), PASSWORD, _password),
)
"""The rules of secrets."""
