"""Telephone numbers: those laid out as such, and those that a word announces.

Numbers kept for fiction are none (the exchange 555, London's 7946 0xxx), nor are those that are
free of charge, which firms and hotlines have. A row of digits alone is none either, so that no
number of mathematics is.
"""

# ruff: noqa: RUF001 - marks of other scripts are the point

import re

from r1data.curation.content.rules import MANY_DIGITS, Rule
from r1data.patterns import lazy

INTERNATIONAL = lazy(
    r"(?<![\w+.=^])\+(?P<digits>[1-9][0-9]{0,2}[ -]?(?:\(0?[0-9]{0,4}\)[ -]?)?[0-9]{2,5}"
    r"(?:[ -][0-9]{2,5}){1,4})(?![\w]|[.,-][0-9])"
)
COUNTRIES = (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63"
    " 64 65 66 81 82 84 86 90 91 92 93 94 95 98 212 213 216 218 220 221 233 234 237 244 249 250 251"
    " 254 255 256 260 263 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 380"
    " 381 382 385 386 387 389 420 421 423 502 503 504 505 506 507 591 593 595 598 673 675 679 850"
    " 852 853 855 856 880 886 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977"
    " 992 993 994 995 996 998"
)
CODES = frozenset(COUNTRIES.split())
"""Country codes of ITU-T E.164."""
NORTH_AMERICAN = lazy(
    r"(?<![\w.$+=*/^{(-])(?:\+?1[ .-])?(?:\((?P<area>[2-9][0-9]{2})\) ?|(?P<bare>[2-9][0-9]{2})"
    r"(?P<gap>[.-]))(?P<exchange>[2-9][0-9]{2})(?(gap)(?P=gap)|[.-])[0-9]{4}"
    r"(?![\w]|[.,-][0-9]|\s?[=+*/])"
)
CHINESE = lazy(r"(?<![0-9.-])1[3-9][0-9](?P<gap>[ -])[0-9]{4}(?P=gap)[0-9]{4}(?![0-9]|[.-][0-9])")
ANNOUNCED = lazy(
    r"(?:\b(?:[Pp]hone|PHONE|[Tt]elephone|[Tt]el|TEL|[Mm]obile|[Cc]ell(?:phone)?|[Ff]ax|FAX"
    r"|[Ww]hats[Aa]pp|[Hh]otline|(?:[Cc]all|[Tt]ext|[Rr]each) (?:me|us|him|her|them) (?:at|on))\b"
    r"(?: (?:[Nn]umber|[Nn]o\.?|is|at|on|my|:)){0,3}"
    r"|(?:电话|手机|传真|联系方式|致电|拨打|微信)(?:号码|号)?(?:是|为)?)[\s.:：*]{0,6}"
    r"(?P<number>\+?\(?[0-9](?:[ ()./-]{0,2}[0-9]){6,14})(?![0-9]|[.,][0-9])"
)
WORDS_SIGN = (
    r"[Pp]hone|PHONE|[Tt]el[.: ]|TEL|[Mm]obile|[Cc]ell|[Ff]ax|FAX|[Ww]hats[Aa]pp|[Hh]otline"
    r"|(?:[Cc]all|[Tt]ext|[Rr]each) (?:me|us|him|her|them)|电话|手机|传真|联系方式|致电|拨打|微信"
)
TOLL_FREE = frozenset(["800", "833", "844", "855", "866", "877", "888", "900"])
FICTION = lazy(r"555|7946\D?0|12345|23456|98765|0{5}|1{5}|9{5}|8{6}")
MIN_DIGITS = 10
"""Digits of an international number, its country's code among them."""


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _is_real(digits: str) -> bool:
    return not FICTION.search(digits) and len({*digits}) > 2


def _international(found: re.Match[str]) -> tuple[int, int] | None:
    digits = _digits(found["digits"])
    is_toll_free = digits[:1] == "1" and digits[1:4] in TOLL_FREE
    has_code = any(digits.startswith(code) for code in CODES)
    earlier = found.string[max(0, found.start() - 3) : found.start()].rstrip()[-1:]
    is_sum = earlier.isdigit() or earlier in (")", "}", "$", "=", "\\")
    is_number = has_code and MIN_DIGITS <= len(digits) <= 15 and not (is_sum or is_toll_free)
    return found.span() if is_number and _is_real(digits) else None


def _north_american(found: re.Match[str]) -> tuple[int, int] | None:
    area, exchange = found["area"] or found["bare"], found["exchange"]
    is_service = area in TOLL_FREE or area.endswith("11") or exchange.endswith("11")
    return found.span() if not is_service and _is_real(_digits(found[0])) else None


def _laid_out(found: re.Match[str]) -> tuple[int, int] | None:
    return found.span() if _is_real(_digits(found[0])) else None


def _announced(found: re.Match[str]) -> tuple[int, int] | None:
    digits = _digits(found["number"])
    is_toll_free = digits.removeprefix("1")[:3] in TOLL_FREE and len(digits) >= 10
    return found.span("number") if _is_real(digits) and not is_toll_free else None


PHONES = (
    Rule("phone", (r"\+[1-9][0-9 ()-]{9}",), INTERNATIONAL, _international),
    Rule(
        "phone",
        (MANY_DIGITS, r"[2-9][0-9]{2}\)? ?[.-]?[2-9][0-9]{2}[.-][0-9]{4}"),
        NORTH_AMERICAN,
        _north_american,
    ),
    Rule("phone", (MANY_DIGITS, r"1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}"), CHINESE, _laid_out),
    Rule("phone", (MANY_DIGITS, WORDS_SIGN), ANNOUNCED, _announced),
)
