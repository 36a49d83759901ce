import polars as pl
import pytest

from r1data.curation.review.agreement import cohen_kappa, measure_agreement


def pairs(table, labels):
    """The pairs of labels of which a table has the counts, rows for the first rater."""
    return [
        (labels[row], labels[column])
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("table", "kappa", "error"),
    [
        pytest.param(
            [[106, 10, 4], [22, 28, 10], [2, 12, 6]], 0.429, 0.0537, id="Fleiss and others, 1969"
        ),
        pytest.param([[20, 5], [10, 15]], 0.4, 0.127, id="a textbook's"),
        pytest.param([[10, 0], [0, 10]], 1.0, 0.0, id="all alike"),
        pytest.param([[0, 10], [10, 0]], -1.0, 0.0, id="none alike"),
    ],
)
def test_kappa_and_its_error_are_those_of_the_literature(table, kappa, error):
    found = cohen_kappa(pairs(table, "abc"))
    assert found == pytest.approx((kappa, error), abs=0.0006)


def test_two_who_only_ever_said_one_thing_have_no_kappa():
    assert cohen_kappa([("accept", "accept")] * 9) == (None, None)


def reviews(*rows):
    schema = dict.fromkeys(("rollout_id", "reviewer", "decision", "outdated"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_every_two_reviewers_are_compared_on_what_both_decided():
    rows = [("1", "ben", "accept", None), ("1", "anna", "accept", None)]
    rows += [("2", "ben", "accept", None), ("2", "anna", "reject", None)]
    rows += [("3", "ben", "edit", None), ("4", "anna", "edit", None), ("1", "carl", "edit", None)]
    found = measure_agreement(reviews(*rows)).select(
        "reviewer", "other_reviewer", "num_rollouts", "num_equal", "equal_share"
    )
    assert found.rows() == [
        ("anna", "ben", 2, 1, 0.5),
        ("anna", "carl", 1, 0, 0.0),
        ("ben", "carl", 1, 0, 0.0),
    ]


def test_decisions_that_are_outdated_do_not_count():
    rows = [("1", "anna", "accept", None), ("1", "ben", "accept", "other_text")]
    assert measure_agreement(reviews(*rows)).is_empty()
