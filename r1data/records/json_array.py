"""Large JSON arrays, element by element: the file is never held whole.

Elements are decoded by Python's own decoder, because files are written by it: NaN is read, and
half a surrogate pair stays what it is. ijson refuses the one, makes a question mark of the other,
and needs memory for the square of a depth: 20 kB of open brackets took it 1 GB.
"""

import json
import re
from collections.abc import Iterator
from typing import IO, Any

BUFFER = 1 << 20
TAIL = 16
"""Characters before the end of the buffer in which a syntax error may only mean that a literal
or an escape is cut off there."""
MAX_DIGITS = 4_300
"""Python reads no longer integers, lest their length be an attack (its `int_max_str_digits`)."""
CLOSING = {"{": "}", "[": "]"}
SPACES = re.compile(r"[ \t\r\n]*")


def read_array(file: IO[str], path: str = "") -> Iterator[Any]:
    """Yield the elements of a JSON array; raise `ValueError` with line and column where it breaks.

    Args:
        file: The text.
        path: Where the array stands in the text, as dotted names and numbers; what follows it is
            then not read. By default the array is the whole text.

    >>> import io
    >>> list(read_array(io.StringIO('[1, {"a": []}]')))
    [1, {'a': []}]
    >>> list(read_array(io.StringIO('{"n": 2, "data": {"rows": [1, 2]}}'), "data.rows"))
    [1, 2]
    """
    window = _Window(file)
    if path and not window.enter(path.split(".")):
        raise ValueError(f"no array stands at `rows: {path}`")
    window.expect("[")
    if window.peek() != "]":
        yield window.value()
        while window.peek() != "]":
            window.expect(",")
            yield window.value()
    window.expect("]")
    if not path and window.peek():
        raise window.wrong("text after the end of the array", window.at)


def integer(digits: str) -> int | str:
    """Return an integer; one of more digits than Python reads stays the text that it is."""
    return int(digits) if len(digits) <= MAX_DIGITS else digits


class _Window:
    """The part of a text that is in memory, and where in the text it begins."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.text = ""
        self.at = 0
        self.is_at_end = False
        self.lines = 0
        self.columns = 0
        self.decoder = json.JSONDecoder(parse_int=integer)

    def peek(self) -> str:
        """Return the next character that is no white space; "" at the end."""
        while True:
            if match := SPACES.match(self.text, self.at):
                self.at = match.end()
            if self.at < len(self.text) or self.is_at_end:
                return self.text[self.at : self.at + 1]
            self.slide()

    def expect(self, mark: str) -> None:
        """Go past a character that must come next."""
        if self.peek() != mark:
            raise self.wrong(f"expecting `{mark}`", self.at)
        self.at += 1

    def enter(self, steps: list[str]) -> bool:
        """Go to the array at a path into the next value; go past the value if there is none."""
        opening = self.peek()
        if not steps and opening == "[":
            return True
        if not steps or opening not in CLOSING:
            self.skip()
            return False
        for name in self.names(opening):
            if name in (steps[0], ".".join(steps)):
                if self.enter([] if name != steps[0] else steps[1:]):
                    return True
            else:
                self.skip()
        return False

    def skip(self) -> None:
        """Go past the next value; of an object or a list, one member is in memory at a time."""
        opening = self.peek()
        if opening not in CLOSING:
            self.value()
            return
        for _ in self.names(opening):
            self.value()

    def names(self, opening: str) -> Iterator[str]:
        """Yield the name, or the number, of each member of the next value, before its own value."""
        self.expect(opening)
        number = 0
        while self.peek() != CLOSING[opening]:
            if number:
                self.expect(",")
            yield self.name() if opening == "{" else str(number)
            number += 1
        self.expect(CLOSING[opening])

    def name(self) -> str:
        """Return the name of the next member of an object and go past its colon."""
        if self.peek() != '"':
            raise self.wrong("expecting a name in quotes", self.at)
        name = str(self.value())
        self.expect(":")
        return name

    def value(self) -> Any:  # noqa: ANN401 - any JSON value is the point
        """Return the next value and go past it."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self.is_at_end or not self.may_be_cut(error):
                    raise self.wrong(error.msg, error.pos) from None
            except RecursionError:
                raise self.wrong("nested too deeply", self.at) from None
            else:
                if end < len(self.text) or self.is_at_end:
                    self.at = end
                    return value
            self.slide()

    def may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Say whether more text could repair an error: it is at the end of what is in memory."""
        return error.msg.startswith("Unterminated string") or error.pos > len(self.text) - TAIL

    def slide(self) -> None:
        """Forget what was consumed and read on; a long value doubles the buffer each time."""
        self.lines, self.columns = self.place(self.at)
        kept = self.text[self.at :]
        added = self.file.read(max(BUFFER, len(kept)))
        self.text, self.at, self.is_at_end = kept + added, 0, not added

    def place(self, position: int) -> tuple[int, int]:
        """Return how many lines, and characters of the line, stand before a position."""
        newlines = self.text.count("\n", 0, position)
        if newlines:
            return self.lines + newlines, position - self.text.rfind("\n", 0, position) - 1
        return self.lines, self.columns + position

    def wrong(self, what: str, position: int) -> ValueError:
        """Return the error that says what is wrong where."""
        lines, columns = self.place(position)
        return ValueError(f"line {lines + 1}, column {columns + 1}: {what}")
