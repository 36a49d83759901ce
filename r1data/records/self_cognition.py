"""Self-cognition: who the model is and who made it, put into answers that leave that open."""

from typing import Any

import polars as pl

from r1data.patterns import lazy
from r1data.records.read import Record
from r1data.settings import Settings

NAMES = r"name|NAME|model|MODEL|model_name|MODEL_NAME|bot_name|assistant|ASSISTANT"
MAKERS = r"author|AUTHOR|maker|MAKER|company|COMPANY|developer|DEVELOPER|creator|CREATOR"
PLACEHOLDER = lazy(
    rf"\{{\{{\s*(?:(?P<name>{NAMES})|(?P<maker>{MAKERS}))\s*\}}\}}"
    r"|<(?:(?P<tag_name>NAME|MODEL|MODEL_NAME)|(?P<tag_maker>AUTHOR|COMPANY|MAKER|DEVELOPER))>"
)
"""As in identity sets: `{{name}}`, `{{ author }}`, `<NAME>`, `<AUTHOR>`."""
ANY = r"\{\{\s*\w{1,40}\s*\}\}"


class Identity(Settings):
    """Who the model says it is."""

    name: str
    """The name of the model that is trained."""
    maker: str
    """Who made it."""


def put_in(text: str, identity: Identity) -> str:
    """Return a text with the model's name and maker in the places that are left for them.

    >>> put_in("I am {{name}}, built by <AUTHOR>.", Identity(name="Ada", maker="Us"))
    'I am Ada, built by Us.'
    """
    if "{{" not in text and "<" not in text:
        return text
    return PLACEHOLDER.sub(
        lambda found: identity.name if found["name"] or found["tag_name"] else identity.maker, text
    )


def fill_record(record: Record, identity: Identity | None) -> Record:
    """Return a row of a file with the model's name and maker put into all its texts.

    >>> fill_record({"turns": [{"content": "I am {{name}}."}]}, Identity(name="Ada", maker="Us"))
    {'turns': [{'content': 'I am Ada.'}]}
    """
    return record if identity is None else _filled(record, identity)


def with_identity(texts: pl.Series, identity: Identity) -> pl.Series:
    """Return texts with the model's name and maker put in; null stays null."""
    is_open = texts.str.contains_any(["{{", "<"]).fill_null(False)
    if not is_open.any():
        return texts
    filled = [None if text is None else put_in(text, identity) for text in texts]
    return pl.Series(texts.name, filled, dtype=pl.String)


def left_open(texts: pl.Series) -> pl.Series:
    """Tell which texts still hold a placeholder in double braces, which nobody filled."""
    return texts.str.contains(ANY)


def _filled(value: Any, identity: Identity) -> Any:  # noqa: ANN401 - any JSON value is the point
    if isinstance(value, str):
        return put_in(value, identity)
    if isinstance(value, dict):
        return {name: _filled(inner, identity) for name, inner in value.items()}
    return [_filled(inner, identity) for inner in value] if isinstance(value, list) else value
