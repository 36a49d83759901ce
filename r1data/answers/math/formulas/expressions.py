r"""Reading one expression, strictly: every token has its place in the tree, or nothing is read.

What TeX leaves open is read as people write: `2^10` is a power of ten, `3\frac12` a mixed number,
`\sin 2x` the sine of all that follows up to the next sign or function.
"""

from fractions import Fraction

from r1data.answers.math.formulas.building import (
    called,
    mixed_number,
    negative_if,
    scientific,
    times,
)
from r1data.answers.math.formulas.cursor import (
    NAMING,
    Cursor,
    read_number,
    read_symbol,
)
from r1data.answers.math.formulas.tree import (
    TWO,
    Call,
    Constant,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Tree,
    is_too_deep,
)
from r1data.answers.math.notation.tokens import Tokens
from r1data.answers.math.notation.unreadable import UnreadableError
from r1data.answers.math.notation.vocabulary import (
    BARS,
    BRACKETS,
    CONSTANTS,
    FACTORS,
    FUNCTIONS,
    GREEK,
    OPAQUE_NAMES,
    ROUNDING,
    TAKING_GROUPS,
    TIMES,
)

SIDE_BY_SIDE = "two numbers stand side by side"


def read_expression(tokens: Tokens) -> Tree:
    """Return the tree of an expression.

    Raises `UnreadableError` if any token has no place in it, or it is nested too deeply.
    """
    reader = _Reader(tokens)
    tree = reader.sum()
    if not reader.cursor.is_at_end:
        raise UnreadableError(f"`{reader.cursor.peek()}` is out of place")
    if is_too_deep(tree):
        raise UnreadableError("it is nested too deeply")
    return tree


class _Reader:
    """A reader by recursive descent; each method reads one level of precedence."""

    def __init__(self, tokens: Tokens) -> None:
        self.cursor = Cursor(tokens)
        self.last: Tree = TWO
        """The factor read last: a mixed number may go on from it."""
        self.num_bars = 0
        """Bars that are open: another one closes them."""

    def sum(self) -> Tree:
        terms = [self.product()]
        while sign := self.cursor.take_sign():
            terms.append(negative_if(sign, self.product()))
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self) -> Tree:
        if sign := self.cursor.take_sign():
            return negative_if(sign, self.product())
        tree = self.power()
        while (longer := self._multiplied(tree)) is not None:
            tree = longer
        return tree

    def _multiplied(self, tree: Tree) -> Tree | None:
        """Return a factor with the next factor or divisor; None if none follows."""
        sign = self.cursor.peek()
        if sign in TIMES:
            self.cursor.next()
            factor = self.signed_power()
            return scientific(tree, factor) or times(tree, factor, is_explicit=True)
        if sign in ("/", ":"):
            self.cursor.next()
            return Quotient(tree, self.signed_power())
        if self._begins_mixed(tree):
            return self._mixed(tree)
        if self._begins_factor():
            factor = self.power()
            return mixed_number(tree, factor) or times(tree, factor)
        return None

    def _begins_mixed(self, tree: Tree) -> bool:
        """Say whether `1/2` follows a whole number: `3 1/2`. No other number may follow one."""
        cursor = self.cursor
        if cursor.is_at_end or cursor.tokens[cursor.here].kind != "number":
            return False
        if not isinstance(tree, Number) and not isinstance(self.last, Number):
            return False
        has_fraction = cursor.peek(1) == "/" and cursor.tokens[cursor.here].has_space
        if not has_fraction or not isinstance(tree, Number) or not cursor.peek(2):
            raise UnreadableError(SIDE_BY_SIDE)
        return True

    def _mixed(self, whole: Tree) -> Tree:
        top, _, bottom = (self.cursor.next() for _ in range(3))
        part = Quotient(read_number(self.cursor, top), read_number(self.cursor, bottom))
        mixed = mixed_number(whole, part)
        if mixed is None:
            raise UnreadableError(SIDE_BY_SIDE)
        return mixed

    def signed_power(self) -> Tree:
        sign = self.cursor.take_sign()
        self.last = negative_if(sign, self.power())
        return self.last

    def power(self) -> Tree:
        tree = self.postfix()
        while self.cursor.peek() == "^":
            self.cursor.next()
            if self.cursor.take_degree():
                tree = Product((tree, Number(Fraction(1, 180)), Constant("pi")))
            else:
                tree = self._factorials(Power(tree, self.exponent()))
        self.last = tree
        return tree

    def exponent(self) -> Tree:
        if self.cursor.peek() == "{":
            return self.group()
        if sign := self.cursor.take_sign():
            return negative_if(sign, self.exponent())
        found = self.postfix()
        if self.cursor.peek() == "^":
            self.cursor.next()
            return Power(found, self.exponent())
        return found

    def postfix(self) -> Tree:
        return self._factorials(self.primary())

    def _factorials(self, tree: Tree) -> Tree:
        num = 0
        while self.cursor.peek() == "!":
            self.cursor.next()
            num += 1
        if not num:
            return tree
        return Call("factorial" if num == 1 else f"factorial{num}", (tree,))

    def primary(self) -> Tree:
        token = self.cursor.next()
        if token.kind == "number":
            return read_number(self.cursor, token)
        if token.kind == "letter":
            return read_symbol(self.cursor, token.text)
        if token.text in FUNCTIONS and token.kind == "text":
            return self._function(token.text)
        if token.text in BRACKETS and token.kind != "text":
            return self._bracketed(token.text)
        if token.text in BARS and token.kind != "text":
            return self._absolute(token.text)
        if token.kind == "command":
            return self._command(token.text)
        raise UnreadableError(f"`{token.text}` is no part of a formula")

    def group(self) -> Tree:
        """Read `{...}`, or the one token that stands for it."""
        cursor = self.cursor
        if cursor.peek() == "{":
            cursor.next()
            tree = self.sum()
            cursor.expect("}")
            return tree
        if not cursor.is_at_end and cursor.tokens[cursor.here].kind == "number":
            return read_number(cursor, cursor.take_digit())
        return self.primary()

    def _bracketed(self, opening: str) -> Tree:
        bars, self.num_bars = self.num_bars, 0
        tree = self.sum()
        self.cursor.expect(BRACKETS[opening])
        self.num_bars = bars
        return Call(ROUNDING[opening], (tree,)) if opening in ROUNDING else tree

    def _absolute(self, bar: str) -> Tree:
        self.num_bars += 1
        tree = self.sum()
        self.num_bars -= 1
        self.cursor.expect(bar)
        return Call("abs", (tree,))

    def _command(self, name: str) -> Tree:
        bare = name[1:]
        if bare in TAKING_GROUPS:
            return self._taking_groups(bare)
        if bare in FUNCTIONS:
            return self._function(bare)
        if name in CONSTANTS:
            return Constant(CONSTANTS[name])
        if name in OPAQUE_NAMES:
            return Symbol(name)
        if bare in GREEK:
            return read_symbol(self.cursor, name)
        for commands, read in NAMING:
            if bare in commands:
                return read(self.cursor, bare)
        raise UnreadableError(f"`{name}` is not known")

    def _taking_groups(self, name: str) -> Tree:
        if name == "frac":
            return Quotient(self.group(), self.group())
        return self._root() if name == "sqrt" else Call("binomial", (self.group(), self.group()))

    def _root(self) -> Tree:
        cursor, degree = self.cursor, self._degree()
        if cursor.peek() in ("{", "("):
            closing = BRACKETS[cursor.next().text]
            of = self.sum()
            cursor.expect(closing)
            return Call("root", (degree, of))
        is_number = not cursor.is_at_end and cursor.tokens[cursor.here].kind == "number"
        return Call("root", (degree, self.primary() if is_number else self.group()))

    def _degree(self) -> Tree:
        if self.cursor.peek() != "[":
            return TWO
        self.cursor.next()
        degree = self.sum()
        self.cursor.expect("]")
        return degree

    def _function(self, name: str) -> Tree:
        base: Tree | None = None
        exponent: Tree | None = None
        while self.cursor.peek() in ("_", "^"):
            if self.cursor.next().text == "^":
                exponent = self.exponent()
            else:
                base = self.group() if self.cursor.peek() == "{" else self.postfix()
        return called(name, base, exponent, self._arguments())

    def _arguments(self) -> tuple[Tree, ...]:
        if self.cursor.peek() not in ("(", "{", "["):
            return (self._open_argument(),)
        closing = BRACKETS[self.cursor.next().text]
        bars, self.num_bars = self.num_bars, 0
        found = [self.sum()]
        while self.cursor.peek() == ",":
            self.cursor.next()
            found.append(self.sum())
        self.cursor.expect(closing)
        self.num_bars = bars
        return tuple(found)

    def _open_argument(self) -> Tree:
        r"""Read the argument of a function without brackets: `\sin 2x`, `\ln \frac{1}{2}`."""
        if self.cursor.peek() == "-":
            return negative_if(self.cursor.next().text, self._open_argument())
        tree = self.power()
        while self._begins_factor() and not self._begins_function():
            tree = times(tree, self.power())
        return tree

    def _begins_function(self) -> bool:
        following = self.cursor.peek()
        return following.removeprefix("\\") in FUNCTIONS or following in ("(", "[")

    def _begins_factor(self) -> bool:
        if self.cursor.is_at_end:
            return False
        token = self.cursor.tokens[self.cursor.here]
        if token.text in BARS:
            return not self.num_bars
        if token.text in BRACKETS:
            return True
        if token.kind == "command":
            return token.text[1:] in FACTORS
        return token.kind in ("number", "letter", "text")
