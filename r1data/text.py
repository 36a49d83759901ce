"""Pure functions on text."""

import re
import unicodedata

THINK_END = "</think>"
THINK_START = "<think>"
SPACES = re.compile(r"\s+")
BOX_COMMAND = r"\boxed"
BOX = re.compile(r"\\boxed\s*\{")
SURROGATE = re.compile("[\ud800-\udfff]")
BRACES = re.compile(r"\\boxed\s*\{|\\(?!\\boxed).|[{}]", re.DOTALL)


def fold(text: str) -> str:
    r"""Normalise a text for identity: Unicode NFC, runs of white space as one space, trimmed.

    NFC and not NFKC, which would turn x² into x2.

    >>> fold("  x²  +\n 1 ")
    'x² + 1'
    """
    return SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def storable(text: str) -> str:
    r"""Return a text with halves of surrogate pairs, which UTF-8 cannot write, as U+FFFD.

    >>> storable("a\ud835") == "a\ufffd"
    True
    """
    return text if text.isascii() else SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def split_reasoning(completion: str, *, is_prefilled: bool = False) -> tuple[str | None, str]:
    """Split a completion into its reasoning and its response, at the last `</think>`.

    A think block that never closes has no reasoning and no response: what was cut off before
    its end answered nothing. `is_prefilled` says that the prompt already opened the block.

    >>> split_reasoning("<think>2+2</think>4")
    ('2+2', '4')
    >>> split_reasoning("<think>cut off")
    (None, '')
    >>> split_reasoning("cut off", is_prefilled=True)
    (None, '')
    >>> split_reasoning("no block at all")
    (None, 'no block at all')
    """
    before, end, response = completion.rpartition(THINK_END)
    if end and THINK_START in response:
        return None, ""
    if end:
        return before.strip().removeprefix(THINK_START).strip(), response
    if is_prefilled or THINK_START in completion:
        return None, ""
    return None, completion


def whole_completion(completion: str, prefill: str = "", *, is_prefilled: bool = False) -> str:
    r"""Return a completion together with the beginning that the prompt already held.

    A think block that the chat template opened (`is_prefilled`) is opened again here, unless the
    prefill opens it: what is judged and trained on has both its tags.

    >>> whole_completion("2+2</think>4", is_prefilled=True)
    '<think>\n2+2</think>4'
    """
    is_opened_by_template = is_prefilled and THINK_START not in prefill
    return (f"{THINK_START}\n" if is_opened_by_template else "") + prefill + completion


def last_boxed(text: str) -> str | None:
    r"""Return what the last closed ``\boxed{...}`` holds, nested braces kept.

    Escaped braces do not count, ``\fbox`` and ``\framebox`` are no answers, and a box that is
    never closed is passed over. Takes at most two passes, whatever the text.

    >>> last_boxed(r"so \boxed{\frac{1}{2}}")
    '\\frac{1}{2}'
    >>> last_boxed(r"\boxed{1} and \boxed{2")
    '1'
    >>> last_boxed("no box") is None
    True
    """
    command = text.rfind(BOX_COMMAND)
    if command < 0:
        return None
    last = box_at(text, command) or max(closed_boxes(text), default=None)
    return text[slice(*last)] if last else None


def box_at(text: str, command: int) -> tuple[int, int] | None:
    r"""Return where the content of a ``\boxed{...}`` stands; None if it is none or is not closed.

    >>> box_at(r"so \boxed{1}", 3)
    (10, 11)
    """
    opening = BOX.match(text, command)
    if opening is None:
        return None
    start = opening.end()
    depth = 1
    for token in BRACES.finditer(text, start):
        shown = token.group()
        if shown == "}":
            depth -= 1
            if not depth:
                return start, token.start()
        elif shown[-1] == "{" and shown != r"\{":
            depth += 1
    return None


def closed_boxes(text: str) -> list[tuple[int, int]]:
    r"""Return where the contents of all closed ``\boxed{...}`` stand, in one pass.

    >>> closed_boxes(r"\boxed{1} and \boxed{\boxed{2}")
    [(7, 8), (28, 29)]
    """
    found = []
    open_braces: list[re.Match[str]] = []
    for token in BRACES.finditer(text):
        if token.group().endswith("{") and token.group() != r"\{":
            open_braces.append(token)
        elif token.group() == "}" and open_braces:
            opening = open_braces.pop()
            if len(opening.group()) > 1:
                found.append((opening.end(), token.start()))
    return found
