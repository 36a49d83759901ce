"""A cursor over tokens, and the reading of numbers, names and figures at it."""

from collections.abc import Callable
from fractions import Fraction

from r1data.answers.math.formulas.tree import Constant, Number, Symbol, Tree, Undone
from r1data.answers.math.notation.tokens import Token, Tokens
from r1data.answers.math.notation.unreadable import UnreadableError
from r1data.answers.math.notation.vocabulary import (
    CIRCLE,
    CONSTANT_LETTERS,
    DECORATIONS,
    FIGURES,
    PRIME_SIGNS,
    REPEATING,
    UNDONE,
)

MAX_SYMBOL = 24


class Cursor:
    """A place among tokens."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = list(tokens)
        self.here = 0

    @property
    def is_at_end(self) -> bool:
        """Whether no token is left."""
        return self.here >= len(self.tokens)

    def peek(self, ahead: int = 0) -> str:
        """Return the text of a token to come; empty after the last."""
        at = self.here + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    def next(self) -> Token:
        """Take the next token.

        Raises `UnreadableError` after the last.
        """
        if self.is_at_end:
            raise UnreadableError("it ends too early")
        self.here += 1
        return self.tokens[self.here - 1]

    def expect(self, text: str) -> None:
        """Take the token that has to come.

        Raises `UnreadableError` if another comes.
        """
        if self.next().text != text:
            raise UnreadableError(f"`{text}` is missing")

    def take_sign(self) -> str:
        """Take `+` or `-`, if one is next; else return nothing."""
        return self.next().text if self.peek() in ("+", "-") else ""

    def take_degree(self) -> bool:
        r"""Take `\circ`, in braces or not, if it is next."""
        for size, sign in ((1, [CIRCLE]), (3, ["{", CIRCLE, "}"])):
            if [token.text for token in self.tokens[self.here : self.here + size]] == sign:
                self.here += size
                return True
        return False

    def take_digit(self) -> Token:
        r"""Take the first digit of a number, and leave the others to be read next: `\frac12`."""
        token = self.next()
        if len(token.text) > 1:
            self.here -= 1
            self.tokens[self.here] = Token("number", token.text[1:])
        return Token("number", token.text[:1])

    def rest(self) -> str:
        """Take all that is left, as one text."""
        texts = [token.text for token in self.tokens[self.here :]]
        self.here = len(self.tokens)
        return " ".join(texts)


def read_number(cursor: Cursor, token: Token) -> Number:
    r"""Return the number that a token begins: `0.1\overline{6}` goes on after it.

    Raises `UnreadableError` for a number in a base.
    """
    if cursor.peek() in REPEATING and cursor.peek(1) == "{":
        return _read_repeating(cursor, token.text)
    if cursor.peek() == "_":
        raise UnreadableError("a number in a base is no expression")
    places = len(token.text.partition(".")[2]) if "." in token.text else None
    return Number(Fraction(token.text.rstrip(".")), places)


def _read_repeating(cursor: Cursor, start: str) -> Number:
    cursor.next()
    cursor.expect("{")
    digits = cursor.next()
    cursor.expect("}")
    if digits.kind != "number" or not digits.text.isdigit():
        raise UnreadableError("what repeats is no digits")
    places = len(start.partition(".")[2])
    repeated = Fraction(int(digits.text), 10**places * (10 ** len(digits.text) - 1))
    return Number(Fraction(start.rstrip(".")) + repeated)


def read_symbol(cursor: Cursor, name: str) -> Tree:
    """Return the variable that a letter begins, with its subscripts and primes; or `e` or `i`."""
    if name in CONSTANT_LETTERS and cursor.peek() != "_":
        return Constant(name)
    while cursor.peek() in ("_", "'"):
        name += "'" if cursor.next().text == "'" else f"_{read_group_text(cursor)}"
    if cursor.peek() == "^":
        size = 2 if cursor.peek(1) in PRIME_SIGNS else 4
        if cursor.peek(size // 2) in PRIME_SIGNS:
            cursor.here += size
            name += "'"
    return Symbol(name)


def read_group_text(cursor: Cursor) -> str:
    """Take `{...}`, or the one token that stands for it, as a text."""
    if cursor.peek() != "{":
        return cursor.next().text
    depth, texts = 0, list[str]()
    while True:
        token = cursor.next()
        depth += (token.text == "{") - (token.text == "}")
        if not depth:
            return "".join(texts[1:])
        texts.append(token.text)


def read_decorated(cursor: Cursor, decoration: str) -> Symbol:
    r"""Return the variable under a decoration: `\vec{v}`, `\overline{AB}`."""
    text = read_group_text(cursor)
    if not text or len(text) > MAX_SYMBOL:
        raise UnreadableError(f"nothing to decorate with `{decoration}`")
    return Symbol(f"{decoration} {text}")


def read_figure(cursor: Cursor, figure: str) -> Symbol:
    """Return the angle or the triangle that the next letters name."""
    letters = []
    while not cursor.is_at_end and cursor.tokens[cursor.here].kind == "letter":
        letters.append(cursor.next().text)
    if not letters:
        raise UnreadableError(f"`{figure}` names nothing")
    return Symbol(f"{figure} {''.join(letters)}")


def read_undone(cursor: Cursor, name: str) -> Undone:
    """Return a sum, an integral or the like, with all that follows."""
    return Undone(f"\\{name} {cursor.rest()}".rstrip())


NAMING: tuple[tuple[frozenset[str], Callable[[Cursor, str], Tree]], ...] = (
    (FIGURES, read_figure),
    (DECORATIONS, read_decorated),
    (UNDONE, read_undone),
)
"""Commands that are read with the letters or the text after them."""
