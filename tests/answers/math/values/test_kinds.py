import pytest

from r1data.answers.answer_types import AnswerType
from r1data.answers.math.values.kinds import kind_of


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        ("-1,234", AnswerType.INTEGER),
        (r"3\times 10^4", AnswerType.INTEGER),
        (".25", AnswerType.DECIMAL),
        (r"-\frac12", AnswerType.FRACTION),
        (r"3\frac12", AnswerType.FRACTION),
        (r"\sqrt{2}", AnswerType.EXPRESSION),
        ("2 + 3i", AnswerType.COMPLEX),
        ("x + 1", AnswerType.FORMULA),
        ("y = x", AnswerType.EQUATION),
        ("(1, 2)", AnswerType.TUPLE),
        ("(1, 2]", AnswerType.INTERVAL),
        (r"\mathbb{R}", AnswerType.INTERVAL),
        ("1, 2", AnswerType.SET),
        (r"\emptyset", AnswerType.SET),
        (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", AnswerType.MATRIX),
        (r"50\%", AnswerType.PERCENT),
        (r"\$5", AnswerType.MONEY),
        (r"90^\circ", AnswerType.ANGLE),
        ("5 cm", AnswerType.QUANTITY),
        ("5 units", AnswerType.INTEGER),
        ("1011_2", AnswerType.BASED),
        ("4:30 p.m.", AnswerType.TIME),
        (r"\text{Evelyn}", AnswerType.TEXT),
        ("1/" * 900 + "1", AnswerType.TEXT),
    ],
)
def test_what_a_gold_answer_is(gold, kind):
    assert kind_of(gold) is kind
