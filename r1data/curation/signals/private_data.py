"""Private data: links, personal data and secrets of a completion, each with its place.

The values themselves are written nowhere: a span says the kind, and where it begins and ends.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import polars as pl
from pydantic import NonNegativeInt

from r1data.curation.content.accounts import ACCOUNTS
from r1data.curation.content.persons import EMAILS, IDENTITIES, NETWORKS
from r1data.curation.content.phones import PHONES
from r1data.curation.content.rules import Span, find_spans
from r1data.curation.content.secrets import SECRETS
from r1data.curation.signals.signal import Means, Signal, above
from r1data.settings import Settings

RULES = (*SECRETS, *EMAILS, *ACCOUNTS, *IDENTITIES, *NETWORKS, *PHONES)
PersonalKind = Literal["email", "phone", "card", "iban", "ip_address", "national_id"]
SecretKind = Literal["api_key", "private_key", "jwt", "password"]
PERSONAL: tuple[PersonalKind, ...] = get_args(PersonalKind)
SECRET: tuple[SecretKind, ...] = get_args(SecretKind)
SPAN = pl.Struct({"start": pl.Int32, "end": pl.Int32, "kind": pl.String})
SPANS = pl.List(SPAN)
COLUMNS = {"num_links": pl.Int32, "private_spans": SPANS}
LINK = r"(?:https?://|(?-u:\b)www\.)[A-Za-z0-9][^\s]"


class PrivateDataLimits(Settings):
    """The private data that a rollout that is kept may hold."""

    max_links: NonNegativeInt | None = None
    """Links of the completion; null for no limit."""
    personal: tuple[PersonalKind, ...] = PERSONAL
    """Kinds of personal data that it may not hold."""
    secrets: tuple[SecretKind, ...] = SECRET
    """Kinds of secrets that it may not hold."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it holds what it may not, by drop reason."""
        return {
            "many_links": above("num_links", self.max_links),
            "personal_data": _holds(self.personal),
            "secret": _holds(self.secrets),
        }


def _holds(kinds: Sequence[str]) -> pl.Expr:
    kind = pl.element().struct.field("kind")
    return pl.col("private_spans").list.eval(kind.is_in(list(kinds))).list.any()


def find_private(text: str) -> list[Span]:
    """Return the personal data and secrets of a text: places and kinds, in order.

    >>> find_private("Write to ann.lee@gmail.com, not to ann@example.com.")
    [Span(start=9, end=26, kind='email')]
    """
    return find_spans(text, RULES)


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    completion = pl.col("completion")
    rules = texts.select(
        pl.all_horizontal(completion.str.contains(sign) for sign in rule.signs).alias(str(place))
        for place, rule in enumerate(RULES)
    )
    searched = rules.select(pl.any_horizontal(pl.all()).fill_null(False)).to_series()
    spans = [
        None if text is None else _spans(text, rules.row(place)) if is_searched else []
        for place, (text, is_searched) in enumerate(zip(texts["completion"], searched, strict=True))
    ]
    return texts.select(
        num_links=completion.str.count_matches(LINK).cast(pl.Int32),
        private_spans=pl.Series(spans, dtype=SPANS),
    )


def _spans(text: str, has_sign: Sequence[bool]) -> list[dict[str, object]]:
    rules = (rule for rule, is_so in zip(RULES, has_sign, strict=True) if is_so)
    return [span._asdict() for span in find_spans(text, rules)]


PRIVATE_DATA = Signal("private_data", 1, COLUMNS, _measure)
"""Null where there is no completion. The reasoning counts too: it is trained on."""
