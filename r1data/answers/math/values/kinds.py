"""The kind of a gold answer in mathematics: integer, interval, set, quantity, ..."""

from r1data.answers.answer_types import AnswerType
from r1data.answers.math.formulas.tree import (
    Constant,
    Negative,
    Number,
    Quotient,
    Tree,
    symbols,
    walk,
)
from r1data.answers.math.values.parsing import read_value
from r1data.answers.math.values.values import (
    Based,
    Matrix,
    Reals,
    Relation,
    Scalar,
    Sequenced,
    UnionOfSets,
    Value,
    Words,
    is_interval,
)
from r1data.answers.text.verifier import text_type


def kind_of(gold_answer: str) -> AnswerType:
    r"""Return what a gold answer is.

    >>> [kind_of(gold).value for gold in ("1,234", "0.5", "1/2", "x + 1", "(1, 2)", "Evelyn")]
    ['integer', 'decimal', 'fraction', 'formula', 'tuple', 'text']
    """
    value = read_value(gold_answer)
    return text_type(gold_answer) if isinstance(value, Words) else kind_of_value(value)


def kind_of_value(value: Value) -> AnswerType:
    """Return what a value is."""
    if isinstance(value, Scalar):
        return _kind_of_scalar(value)
    if isinstance(value, UnionOfSets | Reals) or is_interval(value):
        return AnswerType.INTERVAL
    if isinstance(value, Sequenced):
        is_tuple = value.opening in ("(", "[", r"\langle")
        return AnswerType.TUPLE if is_tuple else AnswerType.SET
    if isinstance(value, Based):
        return AnswerType.BASED
    if isinstance(value, Matrix):
        return AnswerType.MATRIX
    if isinstance(value, Relation):
        return AnswerType.EQUATION
    return AnswerType.TEXT


def _kind_of_scalar(value: Scalar) -> AnswerType:
    unit = value.unit
    if unit is not None and unit.dimensions:
        if unit.is_share:
            return AnswerType.PERCENT
        if unit.is_money:
            return AnswerType.MONEY
        is_angle = unit.is_degree or unit.is_radian
        return AnswerType.ANGLE if is_angle else AnswerType.QUANTITY
    return _kind_of_number(value.tree) or _kind_of_formula(value.tree)


def _kind_of_number(tree: Tree) -> AnswerType | None:
    if isinstance(tree, Negative):
        return _kind_of_number(tree.of)
    if isinstance(tree, Quotient):
        parts = _kind_of_number(tree.top), _kind_of_number(tree.bottom)
        return AnswerType.FRACTION if None not in parts else None
    if not isinstance(tree, Number):
        return None
    if tree.num_decimals is not None:
        return AnswerType.DECIMAL
    return AnswerType.INTEGER if tree.value.denominator == 1 else AnswerType.FRACTION


def _kind_of_formula(tree: Tree) -> AnswerType:
    if symbols(tree):
        return AnswerType.FORMULA
    is_complex = Constant("i") in walk(tree)
    return AnswerType.COMPLEX if is_complex else AnswerType.EXPRESSION
