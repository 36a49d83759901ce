"""Numbers in Chinese numerals, with what they count, in digits."""

from r1data.patterns import lazy

DIGITS = {
    sign: value
    for value, signs in enumerate(
        ["零〇", "一壹", "二两兩贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]
    )
    for sign in signs
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
SIZES = {"myriads": 10**8, "ten_thousands": 10**4, "rest": 1}
NUMERAL = f"[{''.join((*DIGITS, *TENS))}万萬亿億]"
DIGIT = "[一壹二两兩贰三叁四肆五伍六陆七柒八捌九玖]"
ZERO = "[零〇]?"
SECTION = f"(?:{DIGIT}[千仟])?(?:{ZERO}{DIGIT}[百佰])?(?:{ZERO}{DIGIT}?[十拾])?(?:{ZERO}{DIGIT})?"
NUMBER = lazy(
    f"(?:(?P<myriads>{SECTION})[亿億])?(?:{ZERO}(?P<ten_thousands>{SECTION})[万萬])?"
    f"{ZERO}(?P<rest>{SECTION})"
)
CLIPPED = lazy(f"[百佰千仟万萬亿億]{DIGIT}$|^[万萬亿億]|[亿億][万萬]")
"""Numbers that leave out their last place (`二百五` for 250), or begin without a digit."""
UNITS = (
    "个|個|只|本|人|名|位|元|美元|块|天|日|年|个月|周|小时|分钟|秒|次|种|条|张|件|支|棵|头|辆|台|家|岁"
    "|度|米|厘米|毫米|分米|千米|公里|克|千克|公斤|吨|升|毫升|平方米|平方厘米|立方米|立方厘米|倍"
)
WHOLE = lazy(
    rf"(?P<sign>[负負]?)(?:(?P<share>百分之)|(?P<bottom>{NUMERAL}+)分之)?"
    rf"(?P<number>{NUMERAL}+)(?:[点點](?P<decimals>[{''.join(DIGITS)}]+))?(?P<unit>{UNITS})?"
)
MAX_CHARS = 40


def in_digits(text: str) -> str | None:
    """Return a number in Chinese numerals in digits, with its unit; None for any other text.

    >>> in_digits("一百零五"), in_digits("负三点五"), in_digits("三分之一"), in_digits("百分之二十")
    ('105', '-3.5', '1/3', '20%')
    >>> in_digits("十二个"), in_digits("三角形") is None, in_digits("百十") is None
    ('12个', True, True)
    """
    if text.isascii():
        return None
    found = WHOLE.fullmatch(text) if len(text) <= MAX_CHARS else None
    number = _value(found["number"]) if found else None
    bottom = _value(found["bottom"]) if found and found["bottom"] else 1
    if found is None or number is None or not bottom:
        return None
    decimals = "".join(str(DIGITS[sign]) for sign in found["decimals"] or "")
    written = f"{'-' if found['sign'] else ''}{number}{'.' if decimals else ''}{decimals}"
    written += f"/{bottom}" if found["bottom"] else ""
    return f"{written}{'%' if found['share'] else ''}{found['unit'] or ''}"


def _value(numerals: str) -> int | None:
    """Return the value of numerals; None where they are in no order that makes one number."""
    if all(sign in DIGITS for sign in numerals):
        return int("".join(str(DIGITS[sign]) for sign in numerals))
    found = NUMBER.fullmatch(numerals)
    if found is None or CLIPPED.search(numerals):
        return None
    return sum(_section(found[name] or "") * size for name, size in SIZES.items())


def _section(numerals: str) -> int:
    """Return a number below ten thousand; a ten without a digit is one ten."""
    total, digit = 0, 1
    for sign in numerals:
        if sign in TENS:
            total, digit = total + digit * TENS[sign], 0
        else:
            digit = DIGITS[sign]
    return total + (digit if numerals and numerals[-1] in DIGITS else 0)
