"""What the tests of this folder write down as texts."""

from r1data.answers.math.comparing.pairs import Pair, judge_by_value, judge_exactly
from r1data.answers.math.formulas.expressions import read_expression
from r1data.answers.math.notation.notation import canonical
from r1data.answers.math.notation.tokens import tokenize
from r1data.answers.math.values.question import question_of


def tree(text):
    return read_expression(tokenize(canonical(text)))


def judged(gold, predicted, problem=""):
    """Judge a pair as the verifier does, but the values in this process."""
    question = question_of(problem)
    found = judge_exactly(Pair(gold, predicted, question, problem))
    return judge_by_value(gold, predicted, question) if found is None else found
