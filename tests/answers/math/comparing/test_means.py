import pytest

from r1data.answers.math.comparing.means import EXACT, NUMERIC, all_of, any_of, match
from tests.answers.math.written import tree


@pytest.mark.parametrize(
    ("found", "all_are", "any_is"),
    [
        ([], True, False),
        ([True, None], None, True),
        ([False, None], False, None),
        ([None], None, None),
        ([True, False], False, True),
    ],
)
def test_what_is_unknown_decides_only_where_nothing_else_does(found, all_are, any_is):
    assert (all_of(found), any_of(found)) == (all_are, any_is)


def test_each_member_has_a_partner_of_its_own():
    same = {(1, 1): True, (2, 2): True, (3, 2): None}
    assert match([1, 1], [1, 2], lambda one, other: same.get((one, other), False)) is False
    assert match([2, 1], [1, 2], lambda one, other: same.get((one, other), False)) is True
    assert match([1, 3], [1, 2], lambda one, other: same.get((one, other), False)) is None


def test_only_values_know_that_logarithms_add():
    one, other = tree(r"\ln 4"), tree(r"2\ln 2")
    assert (EXACT.equal(one, other), NUMERIC.equal(one, other)) == (None, True)
    assert (EXACT.real(one), NUMERIC.real(one) == NUMERIC.real(other)) == (None, True)
    assert (EXACT.ratio(one, tree("x")), NUMERIC.ratio(one, other)) == (None, 1)
