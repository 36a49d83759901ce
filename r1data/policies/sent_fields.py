"""Fields of a request to an endpoint, as a recipe renames them and adds to them."""

from collections.abc import Mapping
from typing import get_args

from pydantic import JsonValue

from r1data.protocol import RequestField

OURS = ("model", "messages", "prompt", "stream")
"""The fields that every request has, or that say how it is answered."""


def check_renames(rename: Mapping[RequestField, str]) -> None:
    """Refuse names by which a field would take the place of another.

    Raises:
        ValueError: If a new name is a field's own, or stands twice.
    """
    taken = {*OURS, *get_args(RequestField)}
    for field, name in rename.items():
        if name in taken - {field}:
            raise ValueError(
                f"`rename` gives `{field}` the name `{name}`, which another field has; give it "
                "another name"
            )
        taken.add(name)


def check_additions(extra_body: Mapping[str, JsonValue]) -> None:
    """Refuse fields that would ask another model, for something else or for what is thrown away.

    Raises:
        ValueError: If `extra_body` holds such a field.
    """
    remedies = {
        "model": "write it as the policy's `model`",
        "messages": "use `template`",
        "prompt": "use `template`",
        "stream": "write `stream: true` beside it",
        "n": "write `samples_per_request` beside it: what else comes is paid and thrown away",
    }
    harmless = {"stream": False, "n": 1}
    for name, remedy in remedies.items():
        if name in extra_body and extra_body[name] not in (None, harmless.get(name)):
            raise ValueError(f"`extra_body` holds `{name}`; {remedy}")
