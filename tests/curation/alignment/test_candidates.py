import polars as pl

from r1data.curation.alignment.candidates import PROMPT_COLUMNS, ROLLOUT_COLUMNS, pair_rollouts

PROMPT = dict.fromkeys(PROMPT_COLUMNS) | {"prompt_id": "p", "problem": "Hi!", "source": "chat"}
PROMPTS = pl.DataFrame([PROMPT], schema_overrides={"earlier_turns": pl.List(pl.Null)})


def rollouts(*samples):
    rows = [
        dict(
            zip(
                ROLLOUT_COLUMNS,
                (f"{policy}{index}", "p", policy, index, "", text, reason),
                strict=True,
            )
        )
        for policy, index, text, reason in samples
    ]
    return pl.DataFrame(rows)


def pairs(made_by, policies, *samples):
    found = pair_rollouts(rollouts(*samples), PROMPTS, policies, made_by=made_by, place="x")
    return [(row["first_id"], row["second_id"], row["preferred"]) for row in found]


def test_of_one_policy_no_rollout_stands_in_two_pairs():
    samples = [("a", index, f"text {index}", "stop") for index in range(5)]
    assert pairs("judge", ("a",), *samples) == [("a0", "a1", None), ("a2", "a3", None)]


def test_of_two_policies_the_same_samples_meet_and_the_strong_one_is_better():
    samples = [(policy, index, policy, "stop") for policy in "wsx" for index in (1, 0)]
    found = pairs("delta", ("s", "w"), *samples)
    assert found == [("s0", "w0", "first"), ("s1", "w1", "first")]


def test_what_was_cut_off_or_failed_is_no_text():
    samples = [("s", 0, "cut", "length"), ("w", 0, None, None)]
    (row,) = pair_rollouts(rollouts(*samples), PROMPTS, ("s", "w"), made_by="judge", place="x")
    assert (row["first"], row["second"]) == (None, None)
