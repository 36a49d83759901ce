"""What the tests of this folder write down as texts."""

from r1data.verification.math.expressions import read_expression
from r1data.verification.math.notation import canonical
from r1data.verification.math.pairs import Pair, judge_by_value, judge_exactly
from r1data.verification.math.question import question_of
from r1data.verification.math.tokens import tokenize


def tree(text):
    return read_expression(tokenize(canonical(text)))


def judged(gold, predicted, problem=""):
    """Judge a pair as the verifier does, but the values in this process."""
    question = question_of(problem)
    found = judge_exactly(Pair(gold, predicted, question, problem))
    return judge_by_value(gold, predicted, question) if found is None else found
