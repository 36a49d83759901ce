import polars as pl

from r1data.curation.ranking import Comparing, rank_rollouts


def rollouts(*rows):
    columns = ("rollout_id", "prompt_id", "completion_hash", "num_reasoning_chars")
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    outcome = pl.when(pl.col("prompt_id") == "unverified").then(pl.lit("undecided"))
    return frame.with_columns(
        num_response_chars=pl.lit(5), outcome=outcome.otherwise(pl.lit("correct"))
    )


def near(*found):
    """Return a finder that finds these, and what it was given."""
    given = []

    def find(ranked):
        given.extend(ranked["rollout_id"])
        return pl.DataFrame(
            found,
            schema={"rollout_id": pl.String, "duplicate_of": pl.String, "similarity": pl.Float64},
            orient="row",
        )

    return find, given


def ranked(frame, find=None):
    rows = rank_rollouts(frame, "shortest", "reasoning", Comparing(find))
    return {row["rollout_id"]: row for row in rows.iter_rows(named=True)}


GROUP = rollouts(("a", "p", "1", 10), ("b", "p", "2", 20), ("c", "p", "2", 30), ("d", "q", "3", 40))


def test_an_equal_text_of_the_prompt_says_what_it_repeats():
    rows = ranked(GROUP)
    assert [rows[name]["rank"] for name in "abcd"] == [0, 1, None, 0]
    assert rows["c"] == {
        "rollout_id": "c",
        "duplicate_of": "b",
        "duplicate_kind": "exact",
        "similarity": 1.0,
        "distance": None,
        "rank": None,
    }


def test_a_near_duplicate_gets_no_rank_and_the_next_one_its_place():
    find, _ = near(("a", "d", 0.9))
    rows = ranked(GROUP, find)
    assert [rows[name]["rank"] for name in "abcd"] == [None, 0, None, 0]
    assert (rows["a"]["duplicate_of"], rows["a"]["duplicate_kind"]) == ("d", "near")
    assert rows["a"]["similarity"] == 0.9


def test_what_repeats_a_near_duplicate_names_the_one_that_is_kept():
    find, _ = near(("b", "a", 0.9))
    rows = ranked(GROUP, find)
    assert (rows["c"]["duplicate_of"], rows["c"]["duplicate_kind"]) == ("a", "near")
    assert rows["c"]["similarity"] == 0.9


def test_an_equal_text_of_another_prompt_is_an_exact_duplicate():
    find, _ = near(("d", "a", 1.0))
    rows = ranked(rollouts(("a", "p", "1", 10), ("d", "q", "1", 10)), find)
    assert (rows["d"]["duplicate_of"], rows["d"]["duplicate_kind"]) == ("a", "exact")


def test_verified_rollouts_are_kept_first_then_the_best_of_each_prompt_then_the_longer():
    find, given = near()
    ranked(pl.concat([GROUP, rollouts(("e", "unverified", "9", 90))]), find)
    assert given == ["d", "a", "b", "e"]
