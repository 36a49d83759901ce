"""Tasks that ask for an expression of given numbers with a given value."""

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from r1data.answers.gym.entry import Puzzle

OPERATORS: Mapping[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
ARITHMETIC = re.compile(r"[0-9\s+\-*/()]{1,200}")
Small = Annotated[int, Field(ge=-(10**18), le=10**18)]


class Countdown(Puzzle):
    """Numbers that are each to be used once, and the value that they are to make."""

    form = r"(?s:.{1,500})"
    reason = "many ways to a number"

    numbers: Annotated[list[Small], Field(min_length=1, max_length=100)]
    target: Small = 24

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        text = re.sub(r"\\times|\\cdot|×|·|⋅", "*", answer)  # noqa: RUF001 - a product sign
        text = re.sub(r"\\div|÷", "/", text).replace("−", "-").replace("$", "")  # noqa: RUF001
        text = re.sub(r"=\s*-?[0-9]+\s*$", "", text).replace("[", "(").replace("]", ")").strip()
        if not ARITHMETIC.fullmatch(text) or "**" in text or "//" in text:
            return False
        try:
            value = _value(ast.parse(text, mode="eval").body)
        except (ValueError, SyntaxError, ZeroDivisionError, RecursionError, MemoryError):
            return False
        used = Counter(int(number) for number in re.findall("[0-9]+", text))
        return used == Counter(self.numbers) and value == self.target


def _value(node: ast.expr) -> Fraction:
    """Work out a tree of the four operations; it is walked, never run."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return Fraction(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError("no arithmetic of integers")
