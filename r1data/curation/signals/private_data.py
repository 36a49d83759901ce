"""Private data: links, personal data and secrets of a completion, each with its place.

The values themselves are written nowhere: a span says the kind, and where it begins and ends.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, get_args

import polars as pl
from pydantic import NonNegativeInt

from r1data.curation.content.accounts import ACCOUNTS
from r1data.curation.content.persons import EMAILS, IDENTITIES, NETWORKS
from r1data.curation.content.phones import PHONES
from r1data.curation.content.rules import Rule, Span, find_spans
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
    rows = texts.select("completion").with_row_index("row")
    spans = [
        (row, *span)
        for row, rules in _rules_of(rows).items()
        for span in find_spans(texts["completion"][row], rules)
    ]
    found = (
        pl.DataFrame(spans, schema={"row": pl.UInt32, **SPAN.to_schema()}, orient="row")
        .group_by("row", maintain_order=True)
        .agg(private_spans=pl.struct(*SPAN.to_schema()))
    )
    completion, none = pl.col("completion"), pl.lit([], dtype=SPANS)
    return rows.join(found, on="row", how="left", maintain_order="left").select(
        num_links=completion.str.count_matches(LINK).cast(pl.Int32),
        private_spans=pl.when(completion.is_not_null()).then(
            pl.col("private_spans").fill_null(none)
        ),
    )


def _rules_of(rows: pl.DataFrame) -> dict[int, list[Rule]]:
    """Return the rules whose signs a row has, in their order, for each row that has some."""
    found: dict[int, list[Rule]] = defaultdict(list)
    holding: dict[tuple[str, ...], pl.DataFrame] = {(): rows}
    for rule in RULES:
        for place, sign in enumerate(rule.signs):
            before, upto = rule.signs[:place], rule.signs[: place + 1]
            if upto not in holding:
                has_sign = pl.col("completion").str.contains(sign)
                holding[upto] = holding[before].filter(has_sign)
        for row in holding[rule.signs]["row"]:
            found[row].append(rule)
    return found


PRIVATE_DATA = Signal("private_data", 1, COLUMNS, _measure)
"""Null where there is no completion. The reasoning counts too: it is trained on."""
