import polars as pl

from r1data.mixture.counts import count_deciders, licence_terms


def rows(*unverified):
    return pl.DataFrame(
        {"rollout_id": [f"r{n}" for n in range(len(unverified))], "is_unverified": unverified},
        schema_overrides={"is_unverified": pl.Boolean},
    )


def verdicts(*judged):
    columns = ["rollout_id", "verifier", "decided_by"]
    return pl.DataFrame(judged, schema=dict.fromkeys(columns, pl.String), orient="row")


def test_a_row_was_found_right_by_a_rule_a_judge_or_nobody():
    by_rule = verdicts(("r0", "math", None), ("r1", "math", "rule"), ("r2", "math", "rule"))
    settled = verdicts(("r1", "math", "critic"), ("r0", "math", "rule"))
    found = count_deciders(rows(None, None, False, True, None), [by_rule, settled])
    assert dict(found.rows()) == {"rule math": 2, "judge critic": 1, "nobody": 2}


def test_without_verdicts_nobody_decided():
    assert count_deciders(rows(None), []).rows() == [("nobody", 1)]


def test_a_licence_that_is_not_known_allows_nothing_that_is_known():
    counts = pl.DataFrame(
        {"source": ["a", "b"], "licence": ["CC BY-SA 4.0", "ours"], "num_rows": [2, 1]}
    )
    assert licence_terms(counts).rows() == [
        ("a", "CC BY-SA 4.0", 2, True, True, True),
        ("b", "ours", 1, None, None, None),
    ]
