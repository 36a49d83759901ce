"""Numbers of accounts: payment cards with Luhn's check digit, and IBANs with theirs."""

import re

from r1data.curation.content.persons import before
from r1data.curation.content.rules import MANY_DIGITS, Rule
from r1data.patterns import lazy

CARD = lazy(
    r"(?<![0-9.,-])(?:[2-6][0-9]{3}(?P<gap>[ -])(?:[0-9]{4}(?P=gap)){2}[0-9]{4}"
    r"|3[47][0-9]{2}(?P<amex>[ -])[0-9]{6}(?P=amex)[0-9]{5}|[2-6][0-9]{14,15})(?![0-9]|[.,-][0-9])"
)
ISSUERS = lazy(
    r"4[0-9]{15}|(?:5[1-5]|2(?:2[3-9]|[3-6][0-9]|7[01]))[0-9]{14}|3[47][0-9]{13}|6(?:011|5[0-9]{2})"
    r"[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}|62[0-9]{14}"
)
"""Visa, Mastercard, American Express, Discover, JCB and UnionPay (ISO/IEC 7812)."""
CARD_TOLD = lazy(
    r"(?i)(?:\b(?:card|visa|mastercard|amex|credit|debit|discover)\b|卡号|卡)[^\n]{0,40}$"
)
TESTS = frozenset(
    [
        *("4111111111111111", "4242424242424242", "4012888888881881", "5555555555554444"),
        *("5105105105105100", "378282246310005", "371449635398431", "6011111111111117"),
        *("6011000990139424", "3530111333300000", "4000056655665556", "5200828282828210"),
        *("4000000000000002", "5424000000000015", "4007000000027", "2223003122003222"),
    ]
)
"""Numbers that payment services publish for tests (Stripe, PayPal, Authorize.net)."""
IBAN = lazy(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?= ?[A-Z0-9]{4}(?: ?[A-Z0-9]){7})")
LENGTHS = {
    **dict.fromkeys(["NO"], 15),
    **dict.fromkeys(["BE"], 16),
    **dict.fromkeys(["DK", "FI", "FO", "GL", "NL"], 18),
    **dict.fromkeys(["MK", "SI"], 19),
    **dict.fromkeys(["AT", "BA", "EE", "KZ", "LT", "LU", "XK"], 20),
    **dict.fromkeys(["CH", "CR", "HR", "LI", "LV"], 21),
    **dict.fromkeys(["BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"], 22),
    **dict.fromkeys(["AE", "GI", "IL", "IQ", "TL"], 23),
    **dict.fromkeys(["AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"], 24),
    **dict.fromkeys(["PT", "ST"], 25),
    **dict.fromkeys(["IS", "TR"], 26),
    **dict.fromkeys(["FR", "GR", "IT", "MC", "MR", "SM"], 27),
    **dict.fromkeys(["AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "PL", "SV"], 28),
    **dict.fromkeys(["BR", "EG", "PS", "QA", "UA"], 29),
    **dict.fromkeys(["JO", "KW", "MU"], 30),
    **dict.fromkeys(["LY", "MT", "SC"], 31),
}
"""Characters of an IBAN by country (SWIFT's IBAN registry)."""
EXAMPLES = frozenset(
    [
        *("GB29NWBK60161331926819", "GB82WEST12345698765432", "GB33BUKB20201555555555"),
        *("DE89370400440532013000", "FR1420041010050500013M02606", "FR7630006000011234567890189"),
        *("NL91ABNA0417164300", "ES9121000418450200051332", "IT60X0542811101000000123456"),
        *("CH9300762011623852957", "BE68539007547034", "AT611904300234573201"),
    ]
)
"""The registry's own examples, and those of encyclopedias."""
DIGIT_SUM = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def passes_luhn(digits: str) -> bool:
    """Say whether the last digit of a number is Luhn's check digit (ISO/IEC 7812-1, annex B).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    numbers = [int(digit) for digit in reversed(digits)]
    return (sum(numbers[::2]) + sum(DIGIT_SUM[number] for number in numbers[1::2])) % 10 == 0


def passes_mod_97(iban: str) -> bool:
    """Say whether the check digits of an IBAN without spaces are right (ISO 13616).

    >>> passes_mod_97("GB82WEST12345698765432"), passes_mod_97("GB83WEST12345698765432")
    (True, False)
    """
    return int("".join(str(int(one, 36)) for one in iban[4:] + iban[:4])) % 97 == 1


def _card(found: re.Match[str]) -> tuple[int, int] | None:
    digits = found[0].replace(" ", "").replace("-", "")
    is_card = ISSUERS.fullmatch(digits) and passes_luhn(digits) and digits not in TESTS
    is_laid_out = len(digits) < len(found[0])
    is_meant = is_card and (is_laid_out or CARD_TOLD.search(before(found)))
    return found.span() if is_meant else None


def _iban(found: re.Match[str]) -> tuple[int, int] | None:
    text, end, iban = found.string, found.start(), ""
    length = LENGTHS.get(found[0][:2], 0)
    while len(iban) < length and end < len(text) and (text[end] == " " or text[end].isalnum()):
        iban += text[end].strip()
        end += 1
    is_whole = len(iban) == length > 0 and not text[end : end + 1].isalnum()
    if not is_whole or not iban.isascii() or iban in EXAMPLES or not passes_mod_97(iban):
        return None
    return found.start(), end


ACCOUNTS = (
    Rule("iban", (r"[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4}",), IBAN, _iban),
    Rule("card", (MANY_DIGITS, r"[2-6][0-9]{3}[ -]?[0-9]{4,6}[ -]?[0-9]{4,5}"), CARD, _card),
)
