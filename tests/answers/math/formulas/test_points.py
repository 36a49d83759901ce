import pytest

from r1data.answers.math.formulas.numeric import are_equal, ratio
from r1data.answers.math.formulas.points import MAX_TRIES_OF_PIECES, NUM_POINTS, Points
from tests.answers.math.written import tree

UNLIKE = [
    pytest.param("ab", "|ab|", id="signs that mix"),
    pytest.param("|x-40|", "40-x", id="a piece that begins far out"),
    pytest.param("|x-7000|", "7000-x", id="a piece that begins farther out"),
    pytest.param(r"\sqrt{(x-40)^2}", "40-x", id="a root of a square"),
    pytest.param(r"\max(x, 40)", "40", id="the larger of two"),
    pytest.param(r"\min(x, -40)", "x", id="the smaller of two"),
    pytest.param(r"\max(a, b, c)", r"\max(a, b)", id="the largest of three"),
    pytest.param(r"\max(0, 1-|x-40|)", "0", id="a peak around one number"),
    pytest.param(r"\max(0, 1-|x-40.5|)", "0", id="a peak around a half"),
    pytest.param(r"\lfloor x\rfloor", r"\lceil x\rceil - 1", id="whole numbers alone tell"),
    pytest.param(r"\lfloor x+1/2\rfloor", r"\lceil x-1/2\rceil", id="halves alone tell"),
    pytest.param(r"\lfloor n/70\rfloor", "0", id="a count that begins late"),
    pytest.param(r"\lfloor n/9000\rfloor", "0", id="a count that begins later"),
    pytest.param(
        r"\lfloor n/7\rfloor+\lfloor n/49\rfloor",
        r"\lfloor n/7\rfloor+\lfloor n/49\rfloor+\lfloor n/343\rfloor",
        id="a third term that begins late",
    ),
    pytest.param(r"\lceil\sqrt k\rceil", r"\lceil k/2\rceil", id="alike where numbers are small"),
    pytest.param(r"\lfloor\log_{10} n\rfloor", r"\lfloor n/10\rfloor", id="alike below 20"),
    pytest.param(r"\ln|x|", r"\ln x", id="real where the other is not"),
    pytest.param("(-1)^n", "1", id="every second one"),
    pytest.param("(-1)^{n(n+1)/2}", "(-1)^n", id="signs with a period of four"),
    pytest.param(r"\frac{|x|}{x}", "1", id="a sign"),
    pytest.param(r"\arcsin(\sin x)", "x", id="a period"),
]
ALIKE = [
    pytest.param("|x-40|", "|40-x|", id="turned"),
    pytest.param(r"\sqrt{(x-40)^2}", "|x-40|", id="a root of a square"),
    pytest.param(r"\max(x, y)", r"\frac{x+y+|x-y|}{2}", id="the larger of two"),
    pytest.param(r"\lfloor 2x\rfloor", r"\lfloor x\rfloor+\lfloor x+1/2\rfloor", id="of a double"),
    pytest.param(r"\lfloor -x\rfloor", r"-\lceil x\rceil", id="of a negative"),
    pytest.param(r"\lfloor (n-1)/3\rfloor", r"\lceil n/3\rceil - 1", id="for whole numbers"),
    pytest.param(r"\lceil n/k\rceil", r"\lfloor (n+k-1)/k\rfloor", id="of two whole numbers"),
    pytest.param(r"\lfloor x/3\rfloor", r"\lfloor \frac{1}{3}x\rfloor", id="but for rounding"),
    pytest.param("(-1)^n", r"\cos(n\pi)", id="signs by a cosine"),
    pytest.param("(-1)^{2n}", "1", id="an even power"),
    pytest.param(r"\sqrt{ab}", r"\sqrt{a}\sqrt{b}", id="roots, where all are real"),
    pytest.param(r"2\ln|x|", r"\ln x^2", id="a logarithm of a square"),
    pytest.param(r"\sqrt{1-x^2}", r"\sqrt{(1-x)(1+x)}", id="real near zero only"),
]


@pytest.mark.parametrize(("left", "right"), UNLIKE)
def test_formulas_that_differ_anywhere_are_told_apart(left, right):
    assert are_equal(tree(left), tree(right)) is False
    assert are_equal(tree(right), tree(left)) is False


@pytest.mark.parametrize(("left", "right"), ALIKE)
def test_formulas_that_agree_everywhere_are_equal(left, right):
    assert are_equal(tree(left), tree(right)) is True


def test_a_multiple_is_known_though_both_are_nothing_at_some_points():
    assert ratio(tree("2|x-40|"), tree("|x-40|")) == 1


def test_what_is_nothing_everywhere_is_no_multiple():
    assert ratio(tree("x-x"), tree("|y|-|y|")) == 0


def test_only_formulas_of_pieces_are_compared_at_many_points():
    assert Points(tree("x^2"), tree("x")).num_wanted == NUM_POINTS
    assert Points(tree("|x|"), tree("x")).num_tries == MAX_TRIES_OF_PIECES


def test_what_grows_steeply_is_not_tried_far_out():
    points = Points(tree("x!"), tree("|x|"))
    tried = [abs(points.at(attempt)["x"]) for attempt in range(points.num_tries)]
    assert max(tried) < 30
