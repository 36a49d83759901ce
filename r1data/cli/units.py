"""Numbers for people: tokens, and hours, in few characters."""

CHARS_PER_TOKEN = 4
"""Of English text, for prompts nobody has counted yet; the bytes of a token of a completion too."""


def short(number: float) -> str:
    """Return a count of tokens in few characters.

    >>> short(832), short(37_512), short(490_471_424)
    ('832', '38k', '490M')
    """
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= 10 * size or (number >= size and unit in "TG"):
            return f"{number / size:,.0f}{unit}"
    return f"{number:,.0f}"


def short_hours(hours: float | None) -> str:
    """Return hours in few characters, with as many digits as they are worth.

    >>> short_hours(0.0123), short_hours(3.21), short_hours(1234.5), short_hours(None)
    ('0.01', '3.2', '1,234', '?')
    """
    if hours is None:
        return "?"
    return f"{hours:.2f}" if hours < 1 else f"{hours:.1f}" if hours < 100 else f"{hours:,.0f}"
