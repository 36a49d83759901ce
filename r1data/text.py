"""Texts: their form for identity, their reasoning and response, their boxes, safe and fenced."""

import re
import unicodedata
from typing import Any, Literal

from r1data.completions import part

Reasoning = Literal["think", "prefilled", "none"]
"""Whether a policy writes `<think>` itself, finds it already in the prompt, or reasons in the
open."""

THINK_END = "</think>"
THINK_START = "<think>"
SPACES = re.compile(r"\s+")
BOX_COMMAND = r"\boxed"
BOX = re.compile(r"\\boxed\s*\{")
BRACES = re.compile(r"\\boxed\s*\{|\\(?!\\boxed).|[{}]", re.DOTALL)
SURROGATES = "\ud800-\udfff"
"""Halves of surrogate pairs, as a class of characters in a pattern holds them."""
HALF_PAIR = re.compile(f"[{SURROGATES}]")
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # what has no width, no ink
    f"{SURROGATES}\U000e0000-\U000e007f]"  # halves of pairs; tags
)
TICKS = re.compile("`+")
MIN_FENCE = 3
LINE_ENDS = str.maketrans({"\n": r"\n", "\t": r"\t"})


def fold(text: str) -> str:
    r"""Normalise a text for identity: Unicode NFC, runs of white space as one space, trimmed.

    NFC and not NFKC, which would turn x² into x2.

    >>> fold("  x²  +\n 1 ")
    'x² + 1'
    """
    return SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def storable(text: str) -> str:
    r"""Return a text with halves of surrogate pairs, which UTF-8 cannot write, as U+FFFD.

    >>> storable("a\ud800b") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return text if text.isascii() else HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", text)


def storable_value(value: Any) -> Any:  # noqa: ANN401 - any JSON value is the point
    """Return a value of JSON with each of its texts, keys included, as `storable` has it."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_value(key): storable_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_value(item) for item in value]
    return value


def visible(text: str, *, is_one_line: bool = False) -> str:
    r"""Return a text that a terminal shows and does not obey: what it would obey as an escape.

    That is control characters, what turns the direction of writing, and what nobody could see.
    Tabs and newlines stay, unless it is to be one line; joiners, which letters and emoji need, too.

    >>> visible("\x1b]0;title\x07")
    '\\x1b]0;title\\x07'
    """
    shown = INVISIBLE.sub(lambda found: _escaped(found[0]), text)
    return shown.translate(LINE_ENDS) if is_one_line else shown


def _escaped(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def fenced(text: str, language: str) -> str:
    r"""Return a text as a Markdown block of a language, in a fence that nothing in it closes.

    White space at its end is left out.

    >>> fenced("print(1)\n", "python")
    '```python\nprint(1)\n```'
    >>> fenced("````", "text").count("`````")
    2
    """
    longest = max(map(len, TICKS.findall(text)), default=0)
    fence = "`" * max(MIN_FENCE, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def last_lines(log: str, count: int = 1) -> list[str]:
    r"""Return the last lines of a log that say something, trimmed; fewer where there are fewer.

    >>> last_lines("loading\nValueError: no\n\n")
    ['ValueError: no']
    """
    return [line.strip() for line in log.splitlines() if line.strip()][-count:]


def split_reasoning(text: str) -> tuple[str | None, str]:
    """Split a whole completion into its reasoning and its response, at the last closing think tag.

    Tags of all makes count, those that the text quotes do not (`r1data.completions.part` says
    more). A whole completion is a rollout's prefill and its completion. A think block that never
    closes has no reasoning and no response: what was cut off before its end answered nothing. A
    response ends where its turn does.

    >>> split_reasoning("<think>2+2</think>4"), split_reasoning("[THINK]2+2[/THINK]4</s>")
    (('2+2', '4'), ('2+2', '4'))
    >>> split_reasoning("<think>cut off")
    (None, '')
    >>> split_reasoning("no block at all")
    (None, 'no block at all')
    """
    parts = part(text)
    return parts.reasoning, parts.response


def opening(prefill: str, reasoning: Reasoning) -> str:
    r"""Return all that a prompt began a completion with: a rollout's `prefill`.

    A think block that the chat template opened is opened here, unless the policy's own prefill
    opens it: what is judged and trained on has both its tags.

    >>> opening("", "prefilled"), opening("First,", "think")
    ('<think>\n', 'First,')
    """
    is_opened_by_template = reasoning == "prefilled" and THINK_START not in prefill
    return (f"{THINK_START}\n" if is_opened_by_template else "") + prefill


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
    end = closing_brace(text, opening.end())
    return (opening.end(), end) if end >= 0 else None


def closing_brace(text: str, start: int) -> int:
    r"""Return where the brace closes whose content begins at a place; -1 if it never does.

    >>> closing_brace(r"\boxed{\{x}", 7), closing_brace(r"\boxed{{x}", 7)
    (10, -1)
    """
    end = text.find("}", start)
    if text.find("{", start, end) < 0 and text.find("\\", start, end) < 0:
        return end
    depth = 1
    for token in BRACES.finditer(text, start):
        shown = token.group()
        if shown == "}":
            depth -= 1
            if not depth:
                return token.start()
        elif shown[-1] == "{" and shown != r"\{":
            depth += 1
    return -1


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
