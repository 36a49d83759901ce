"""The kinds of answers, as labels: comparators find the kind of an answer in its text.

`answer_type` of prompts and verdicts holds the gold answer's label, for counting; no verdict
depends on that column.
"""

from enum import StrEnum


class AnswerType(StrEnum):
    """The kind of an answer, by its label."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    FRACTION = "fraction"
    EXPRESSION = "expression"
    """A number that is none of the above: roots, pi, powers, logarithms."""
    FORMULA = "formula"
    """A polynomial or another expression with variables."""
    EQUATION = "equation"
    """An equation, an inequality or a chain of them."""
    TUPLE = "tuple"
    """A point, a vector, an ordered pair: order counts."""
    INTERVAL = "interval"
    """An interval or a union of intervals."""
    SET = "set"
    """Everything that was to be found: order does not count, every member does."""
    MATRIX = "matrix"
    PERCENT = "percent"
    MONEY = "money"
    ANGLE = "angle"
    QUANTITY = "quantity"
    """A number with a unit."""
    BASED = "based"
    """A number in a base other than ten."""
    COMPLEX = "complex"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes_no"
    """Yes or no, true or false, valid or invalid."""
    CHOICE = "choice"
    """The letter of an option."""
    CHOICES = "choices"
    """The letters of several options."""
    ASSIGNMENT = "assignment"
    """Who is what: knights and knaves."""
    ORDERING = "ordering"
    """Things in an order."""
    TEXT = "text"
    PROGRAM = "program"
    """A program that tests decide about."""
    PROGRAM_OUTPUT = "program_output"
    """What a program prints or returns."""
