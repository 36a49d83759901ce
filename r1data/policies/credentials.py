"""Secrets in settings: found and refused, because settings are published.

A secret comes by an environment variable that the recipe names. Whatever else stands in free-form
settings may be one too: what is written of them anywhere is their form, with a hash for each text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic_core import PydanticCustomError

from r1data.seeds import content_id

SECRET_NAME = re.compile(
    r"(?:api|access|private|secret|subscription|account|auth|signing|shared)[-_ ]?key"
    r"|^key$|authori[sz]ation|^auth$|secret|passw(?:or)?d|passphrase|credential|bearer|cookie"
    r"|^(?:sig|signature)$|session[-_]?id|(?<![a-z])token$|accesstoken|authtoken|apitoken",
    re.IGNORECASE,
)
TOKEN_OF_TEXT = re.compile(
    r"(?:eos|bos|pad|unk|sep|cls|mask|stop|image|video|audio|think|first|last|next|per|end|start)"
    r"[-_]?token$",
    re.IGNORECASE,
)
"""Tokens of a text, which are no secrets."""
SECRET_VALUE = re.compile(
    r"(?:Bearer|Basic)\s+\S{8,}|(?:sk|pk|rk)-\S{16,}|hf_\w{16,}|gh[pousr]_\w{16,}|xox[abp]-\S{8,}"
    r"|AKIA[0-9A-Z]{12,}|AIza[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|-----BEGIN [A-Z ]*KEY"
)


def check_no_secrets(settings: Mapping[str, Any], where: str, remedy: str) -> None:
    """Refuse settings that hold what looks like a secret; the message does not repeat it."""
    for path in _secrets(settings, where):
        said = "`{path}` looks like a secret, and recipes are published; {remedy}"
        raise PydanticCustomError("secret", said, {"path": path, "remedy": remedy})


def check_address(url: str, where: str, remedy: str) -> None:
    """Refuse a URL that carries a user, a password or a parameter that looks like a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    found = {"user": parts.username, "password": parts.password, **dict(parse_qsl(parts.query))}
    if parts.username is not None or any(_secrets(found, where)):
        said = "`{path}` holds a secret, and recipes are published; {remedy}"
        raise PydanticCustomError("secret", said, {"path": where, "remedy": remedy})


def without_texts(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return settings with a hash for each text: other texts, other hashes.

    >>> without_texts({"min_p": 0.1, "user": "me"})
    {'min_p': 0.1, 'user': 'a text, hash 8b80aea1'}
    """
    if isinstance(value, Mapping):
        return {name: without_texts(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_texts(inner) for inner in value]
    return f"a text, hash {content_id(value)[:8]}" if isinstance(value, str) else value


def _secrets(value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield the paths of what looks like a secret, by its name or by its form."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner and _is_secret_name(str(name)):
                yield f"{path}.{name}"
            yield from _secrets(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _secrets(inner, f"{path}.{index}")
    elif isinstance(value, str) and SECRET_VALUE.search(value):
        yield path


def _is_secret_name(name: str) -> bool:
    return bool(SECRET_NAME.search(name)) and not TOKEN_OF_TEXT.search(name)
