"""The forms in which sources hold the options of a question, read as their texts in order.

A list of texts; an object of letters and texts; an object of two lists, `text` and `label`, as ARC
has it; a list of objects with a text and a label each. Labels that are numbers from 1 on stay
before their texts, so that answers by number are understood.
"""

from collections.abc import Callable, Mapping, Sequence

from r1data.answers.writing.letters import LETTERS

TEXT_KEYS = ("text", "texts", "content", "value", "option")
LABEL_KEYS = ("label", "labels", "key", "letter", "id")

AsText = Callable[[object], str | None]


def option_texts(value: object, as_text: AsText) -> tuple[str, ...] | None:
    """Return the options that a value holds; None if it is in no form that is read.

    >>> option_texts({"text": ["red", "blue"], "label": ["A", "B"]}, str)
    ('red', 'blue')
    >>> option_texts({"text": ["red", "blue"], "label": ["1", "2"]}, str)
    ('1. red', '2. blue')
    >>> option_texts({"B": "blue", "A": "red"}, str), option_texts("red", str) is None
    (('red', 'blue'), True)
    """
    if isinstance(value, Mapping):
        return _of_object(value, as_text)
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return None
    if value and all(isinstance(one, Mapping) for one in value):
        pairs = [(_first(one, LABEL_KEYS), _first(one, TEXT_KEYS)) for one in value]
        labels, texts = zip(*pairs, strict=True)
        return _labelled(labels, texts, as_text) if None not in texts else None
    return tuple(as_text(one) or "" for one in value)


def _of_object(value: Mapping[str, object], as_text: AsText) -> tuple[str, ...] | None:
    texts, labels = _first(value, TEXT_KEYS), _first(value, LABEL_KEYS)
    if isinstance(texts, list | tuple):
        named = labels if isinstance(labels, list | tuple) else [None] * len(texts)
        return _labelled(named, texts, as_text) if len(named) == len(texts) else None
    return tuple(as_text(value[letter]) or "" for letter in sorted(value))


def _first(value: object, keys: Sequence[str]) -> object:
    if not isinstance(value, Mapping):
        return None
    return next((value[key] for key in keys if key in value), None)


def _labelled(
    labels: Sequence[object], texts: Sequence[object], as_text: AsText
) -> tuple[str, ...] | None:
    """Return texts by their labels; None where those are neither A, B, C nor 1, 2, 3."""
    said = [as_text(text) or "" for text in texts]
    names = ["" if label is None else (as_text(label) or "").strip(" ().") for label in labels]
    if not any(names):
        return tuple(said)
    in_order = sorted(zip(names, said, strict=True))
    sorted_names = [name.upper() for name, _ in in_order]
    if sorted_names == list(LETTERS[: len(said)]):
        return tuple(text for _, text in in_order)
    if names == [str(number) for number in range(1, len(said) + 1)]:
        return tuple(f"{name}. {text}" for name, text in zip(names, said, strict=True))
    return None
