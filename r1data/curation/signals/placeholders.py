r"""Placeholders and unfinished lists of a response: what its reader would have to fill in.

Brackets of mathematics, of citations, of links and of code are none, nor is what stands in fenced
code, but for a comment that leaves code out ("# rest of the code remains the same").
"""

# ruff: noqa: RUF001 - marks of other scripts are the point

import re
from collections.abc import Iterator
from typing import Any

import polars as pl
from pydantic import NonNegativeInt

from r1data.curation.content.unfinished import ANNOUNCES, is_unfinished
from r1data.curation.signals.layout import without_code
from r1data.curation.signals.signal import Means, Signal
from r1data.patterns import lazy
from r1data.settings import Settings

COLUMNS: dict[str, Any] = {"placeholders": pl.List(pl.String), "has_unfinished_list": pl.Boolean}
MAX_FOUND = 20
"""Placeholders of a response that are written down."""
MAX_CHARS = 80
"""Characters of each that are written down."""
NOUNS = (
    r"name|date|address|company|organi[sz]ation|recipient|sender|city|state|country|zip(?: code)?"
    r"|phone(?: number)?|email|e-mail|title|position|job title|product|client|customer|employer"
    r"|university|school|department|topic|link|url|location|amount|price|time|day|month|year"
    r"|number|event|venue|team|manager|boss|friend|teacher|professor|signature|contact information"
    r"|website|your \w+|insert \w+|reason|project|role|industry|service|brand|landlord|action"
)
BRACKETED = lazy(
    r"(?<![A-Za-z0-9\])\\$^_{])\[(?:"
    r"(?:[Yy]our|[Ii]nsert|INSERT|YOUR|[Ee]nter|[Aa]dd|[Ff]ill in|[Ii]nclude|[Rr]ecipient"
    r"|[Ss]pecific)(?:['’]s)?[ _][^\[\]\n]{1,60}"
    r"|(?i:(?:\w+(?:['’]s)? ){0,3}(?:"
    + NOUNS
    + r")(?:['’]s)?(?: ?(?:name|[0-9]))?(?:/[\w ]{1,20})?)"
    r"|(?:您|你|插入|填写|请填)[^\[\]\n]{1,20}"
    r"|[^\[\]\n]{0,6}(?:姓名|名字|公司|日期|地址|职位|收件人|电话|邮箱|名称|学校|部门)[^\[\]\n]{0,6}"
    r")\](?![(\[:{])"
)
ANGLED = lazy(
    r"<(?i:insert|your|enter|fill in|put|add)(?: [^<>\n=/\"]{1,60}|[_-][A-Za-z0-9_-]{1,60})>"
)
BRACED = lazy(r"(?<![\w\\^_{}$%])\{\{ ?[a-z][a-z_]{2,30} ?\}\}(?![{}])")
WORKS = (
    r"(?:code|function|implementation|class|method|program|script|file|logic|text|story|article"
    r"|list|table|essay|document)"
)
COMMENT = r"(?:#|//|/\*|<!--|--)"
DOTS = r"(?:\.{3}|…)"
LEFT_OUT = "(?im)" + "|".join(
    (
        rf"\b(?:rest|remainder) of (?:the|your|my|this) {WORKS}(?: (?:remains|stays|goes here"
        r"|is (?:the same|unchanged|omitted)|continues|here|unchanged|as before)\b"
        rf"|\s*(?:{DOTS}|\)|\]|\*/|-->|$))",
        rf"{COMMENT}\s?{DOTS}?\s?(?:your|add|insert|put|write|implement|place) [^\n]{{0,40}}\bhere",
        rf"{COMMENT}\s?{DOTS}?\s?(?:existing code|same as (?:above|before)|etc\b|(?:other|remaining"
        r"|more|similar|same|previous) (?:code|methods?|functions?|cases?|fields?|logic|imports?))",
        rf"{COMMENT}\s?{DOTS} ?(?:\(?(?:rest|code|omitted|continued?|and so on)|\s*$)",
        r"(?:其余|剩余|其他)(?:的)?(?:代码|部分|内容)(?:保持不变|不变|省略|相同|同上)",
        r"(?:此处|以下|中间|篇幅)(?:省略|略去|所限)|在(?:此|这里)(?:处)?(?:填写|插入|添加)(?:您|你)的",
    )
)
TO_DO = "(?m)" + "|".join(
    (
        rf"((?:{COMMENT}|\*|^)[ \t]{{0,8}}(?:TODO|FIXME|TBD|XXX)\b)(?:[:(]|\s[^la]|\s*$)",
        r"\b(?:TODO|FIXME|TBD):|\[(?:TODO|FIXME|TBD|TBC)\b[^\]\n]{0,60}\]",
        r"(?i:\blorem ipsum dolor sit\b)",
    )
)
CONTINUED = (
    r"[(\[<](?i:(?:to be )?continued?(?: here| below| from here| in (?:the )?next [a-z]{1,12})?"
    r"|cut off|truncated|(?:text|content|code|output|rest|remainder) (?:omitted|truncated|cut"
    r"|continues)|(?:and )?so on until[^)\]>\n]{1,40}"
    r"|repeat(?:s|ed)? (?:this )?for [^)\]>\n]{1,40})"
    rf"(?:{DOTS}|\.)?[)\]>]|[（(【\[](?:未完)?待续[）)】\]]"
)
"""These three are for Python and for Polars, which looks through a shard with them."""
ANYWHERE = tuple(lazy(text) for text in (LEFT_OUT, TO_DO, CONTINUED))
IN_PROSE = (BRACKETED, ANGLED, BRACED)
SPAN = lazy(r"`[^`\n]{1,200}`|\$[^$\n]{1,200}\$|\\\(.{1,200}?\\\)|\\\[.{1,400}?\\\]")
OF_DATA = lazy(r"\b(?:SQL|columns?|[Ii]ntervals?)\b")
"""What says on the line of a bracket in small letters that it names a column or bounds."""
AROUND = 100
"""Characters to both sides of it in which that is looked for."""
SIGNS = (r"\[[A-Za-z\p{Han}][^\[\]\n]{1,62}\]", r"<[A-Za-z]{3,6}[ _-]", r"\{\{ ?[a-z]{3}")
"""What a response has a match of where it has one of `IN_PROSE`."""


class PlaceholderLimits(Settings):
    """What a rollout that is kept may leave to its reader."""

    max_placeholders: NonNegativeInt | None = 0
    """Placeholders of the response; null for no limit."""
    allow_unfinished_lists: bool = False
    """Whether the response may end in the midst of a list, or with a colon."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is beyond a limit, by drop reason."""
        count = pl.col("placeholders").list.len()
        limit = self.max_placeholders
        return {
            "placeholder": pl.lit(False) if limit is None else count > limit,
            "unfinished_list": pl.col("has_unfinished_list") & (not self.allow_unfinished_lists),
        }


def find_placeholders(response: str) -> list[str]:
    r"""Return the placeholders of a response, in the order of their kinds, at most `MAX_FOUND`.

    >>> find_placeholders("Dear [Name], see [1] and [the site](https://a.org). [Your Name]")
    ['[Name]', '[Your Name]']
    >>> find_placeholders(r"$[a, b]$ and \[x\]")
    []
    """
    found = [hit[hit.lastindex or 0] for hit in _everywhere(response)]
    prose = SPAN.sub(" ", without_code(response))
    found += [
        hit[0] for pattern in IN_PROSE for hit in pattern.finditer(prose) if not _is_of_data(hit)
    ]
    return [" ".join(text.split())[:MAX_CHARS] for text in found[:MAX_FOUND]]


def _is_of_data(hit: re.Match[str]) -> bool:
    start, end = hit.span()
    before = hit.string[max(0, start - AROUND) : start].rpartition("\n")[2]
    behind = hit.string[end : end + AROUND].partition("\n")[0]
    is_told = OF_DATA.search(before) or OF_DATA.search(behind)
    return hit[0].islower() and hit[0][0] == "[" and is_told is not None


def _everywhere(response: str) -> Iterator[re.Match[str]]:
    for pattern in ANYWHERE:
        yield from pattern.finditer(response)


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    response = pl.col("response")
    rows = texts.select(
        response,
        has_text=pl.col("completion").is_not_null(),
        is_searched=_has_any(response, (LEFT_OUT, TO_DO, CONTINUED, *SIGNS)),
        may_announce=response.str.contains(ANNOUNCES),
    ).iter_rows()
    measured = [
        (find_placeholders(text) if is_searched else [], is_unfinished(text, may_announce=is_said))
        if has_text
        else (None, None)
        for text, has_text, is_searched, is_said in rows
    ]
    return pl.DataFrame(measured, schema=COLUMNS, orient="row")


def _has_any(text: pl.Expr, patterns: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(text.str.contains(pattern) for pattern in patterns)


PLACEHOLDERS = Signal("placeholders", 2, COLUMNS, _measure)
"""Null where there is no completion. A prompt that asks for a template gets one with placeholders:
whether that is a fault is the recipe's to say."""
