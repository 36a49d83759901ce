from itertools import product

import pytest
from pydantic import ValidationError

from r1data.generation.early_stop import EarlyStop

AT_TWO = {"at_correct": 2}
UP_TO_HALF = {"max_pass_rate": 0.5}
FROM_A_QUARTER = {"min_pass_rate": 0.25}
MAI = {"min_pass_rate": 0.05, "max_pass_rate": 0.8, "outside_after": 16}


@pytest.mark.parametrize(
    ("rule", "counts", "expected"),
    [
        pytest.param(AT_TWO, (4, 2, 4), "enough_correct", id="enough correct"),
        pytest.param(AT_TWO, (4, 1, 4), None, id="one too few"),
        pytest.param(UP_TO_HALF, (6, 5, 2), "too_easy", id="certain to be solved too often"),
        pytest.param(UP_TO_HALF, (6, 4, 2), None, id="the rest can still bring it back"),
        pytest.param(FROM_A_QUARTER, (7, 0, 1), "too_hard", id="certain to be too hard"),
        pytest.param(FROM_A_QUARTER, (6, 0, 2), None, id="the rest can still solve it"),
        pytest.param(
            AT_TWO | UP_TO_HALF, (4, 2, 4), None, id="enough correct, its band still open"
        ),
        pytest.param(
            AT_TWO | UP_TO_HALF, (6, 2, 2), "enough_correct", id="enough correct, inside for sure"
        ),
        pytest.param(MAI, (16, 16, 112), "too_easy", id="outside after so many, not yet certain"),
        pytest.param(MAI, (16, 0, 112), "too_hard", id="never solved after so many"),
        pytest.param(MAI, (15, 0, 113), None, id="not so many yet"),
        pytest.param(MAI, (16, 1, 112), None, id="inside after so many"),
        pytest.param(AT_TWO, (0, 0, 8), None, id="nothing judged"),
    ],
)
def test_a_prompt_stops_once_its_counts_decide_it(rule, counts, expected):
    assert EarlyStop(**rule).find_stop(*counts) == expected


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param({}, "give `at_correct`", id="no rule"),
        pytest.param({"at_correct": 2, "outside_after": 4}, "looks at a band", id="no band"),
        pytest.param({"min_pass_rate": 0.9, "max_pass_rate": 0.1}, "swap them", id="swapped ends"),
    ],
)
def test_a_rule_that_never_stops_anything_is_refused(rule, said):
    with pytest.raises(ValidationError, match=said):
        EarlyStop(**rule)


def ended(outcomes, rule):
    """The counts at which a prompt with these outcomes stops."""
    for judged in range(rule.wave_size, len(outcomes), rule.wave_size):
        correct = sum(outcomes[:judged])
        if rule.find_stop(judged, correct, len(outcomes) - judged):
            return judged, correct
    return len(outcomes), sum(outcomes)


RULES = [
    pytest.param(AT_TWO | {"wave_size": 1}, id="at the second correct one"),
    pytest.param(AT_TWO | {"wave_size": 3}, id="in waves that the group is no multiple of"),
    pytest.param(UP_TO_HALF | {"wave_size": 2}, id="certain to be too easy"),
    pytest.param(
        {"min_pass_rate": 0.2, "max_pass_rate": 0.6, "outside_after": 2, "wave_size": 2},
        id="outside so far",
    ),
    pytest.param(AT_TWO | UP_TO_HALF | {"wave_size": 2}, id="enough correct inside a band"),
]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("pass_rate", [0.1, 0.35, 0.45, 0.9])
def test_the_estimate_is_right_on_the_average_over_all_groups(rule, pass_rate):
    rule, size = EarlyStop(**rule), 8
    estimates = {row[:2]: row[2] for row in rule.estimates(size).iter_rows()}
    mean = plain_mean = 0.0
    for outcomes in product((0, 1), repeat=size):
        chance = pass_rate ** sum(outcomes) * (1 - pass_rate) ** (size - sum(outcomes))
        judged, correct = ended(outcomes, rule)
        mean += chance * estimates[judged, correct]
        plain_mean += chance * correct / judged
    assert mean == pytest.approx(pass_rate)
    assert plain_mean != pytest.approx(pass_rate)


def test_a_stop_at_the_kth_correct_one_is_estimated_as_haldane_does():
    estimates = EarlyStop(at_correct=3, wave_size=1).estimates(12)
    found = {judged: rate for judged, correct, rate in estimates.iter_rows() if correct == 3}
    assert found == {judged: pytest.approx(2 / (judged - 1)) for judged in range(3, 13)}


@pytest.mark.parametrize("rule", RULES)
def test_every_end_that_groups_come_to_has_an_estimate_and_no_other(rule):
    rule = EarlyStop(**rule)
    ends = {ended(outcomes, rule) for outcomes in product((0, 1), repeat=8)}
    assert {row[:2] for row in rule.estimates(8).iter_rows()} == ends


@pytest.mark.parametrize(
    "band",
    [
        pytest.param({"min_pass_rate": 0.5}, id="hard side"),
        pytest.param({"max_pass_rate": 0.625}, id="easy side"),
        pytest.param({"min_pass_rate": 0.1, "max_pass_rate": 0.6}, id="both sides"),
        pytest.param(
            {"min_pass_rate": 0.2, "max_pass_rate": 0.8, "at_correct": 2}, id="and a count"
        ),
    ],
)
def test_a_prompt_that_stopped_is_on_the_side_of_the_band_where_its_whole_group_is(band):
    rule = EarlyStop(**band, wave_size=1)
    low, high = rule.min_pass_rate, rule.max_pass_rate
    num_stopped = 0
    for outcomes in product((0, 1), repeat=8):
        judged, correct = ended(outcomes, rule)
        assert (correct / judged < low) == (sum(outcomes) / 8 < low)
        assert (correct / judged > high) == (sum(outcomes) / 8 > high)
        num_stopped += judged < 8
    assert num_stopped > 8
