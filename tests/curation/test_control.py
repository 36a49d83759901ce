import random

import polars as pl
import pytest

from r1data.curation.control import draw_control
from r1data.curation.evidence import Evidence
from r1data.curation.selection import Selection, faults, select_control, select_rollouts
from r1data.tables import Selections


def frames(rows):
    """Evidence of rollouts of (prompt, text, finish reason, outcome)."""
    columns = ("prompt_id", "completion_hash", "finish_reason", "outcome")
    known = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        rollout_id=pl.format("r{}", pl.int_range(pl.len())),
        error_class=pl.lit(None, pl.String),
        policy_revision=pl.lit("v1"),
        sampling_id=pl.lit("s"),
        verifier=pl.lit("math"),
        form=pl.lit("well_formed"),
        num_reasoning_chars=pl.lit(5),
        num_response_chars=pl.lit(5),
        pass_rate=pl.lit(0.5),
    )
    keys = ("prompt_id", "policy_revision", "sampling_id")
    return Evidence(
        rollouts=known.select("rollout_id", *keys, "finish_reason", "error_class"),
        verdicts=known.select("rollout_id", "outcome", "verifier"),
        signals=known.select(
            *("rollout_id", "form", "num_reasoning_chars", "num_response_chars"), "completion_hash"
        ),
        pass_rates=known.unique(keys).select(*keys, "pass_rate"),
    )


def groups(seed, num_prompts=120):
    """Prompts with one to six rollouts, of which some were cut off, some wrong, some repeat."""
    rng = random.Random(seed)
    return [
        (
            f"p{prompt}",
            f"{prompt}-{rng.randrange(6)}",
            rng.choice(["stop", "stop", "length"]),
            rng.choice(["correct"] * 4 + ["incorrect"]),
        )
        for prompt in range(num_prompts)
        for _ in range(rng.randint(1, 6))
    ]


def both(rows, **settings):
    selection, known = Selection(**settings), frames(rows)
    filtered = select_rollouts(known, settings=selection, dataset="reasoning")
    control = select_control(known, ["truncated"], settings=selection, dataset="reasoning")
    return filtered, control


@pytest.mark.parametrize("max_per_prompt", [1, 2, 4])
@pytest.mark.parametrize("seed", range(4))
def test_the_control_keeps_as_many_of_as_many_prompts(seed, max_per_prompt):
    filtered, control = both(groups(seed), max_per_prompt=max_per_prompt)
    sizes = [
        found.filter("is_kept").group_by("prompt_id").len()["len"].sort().to_list()
        for found in (filtered, control)
    ]
    assert sizes[0] == sizes[1]
    assert Selections.validate(control, cast=True).height == filtered.height


def test_chance_looks_at_nothing_that_the_filter_looks_at():
    rows = [(f"p{n}", f"t{n}", "length" if n % 3 == 0 else "stop", "correct") for n in range(600)]
    _, control = both(rows)
    cut_off = frames(rows).rollouts.filter(finish_reason="length").select("rollout_id")
    dropped = control.filter(drop_reason="control")
    assert dropped.height == 200
    assert 45 < dropped.join(cut_off, on="rollout_id", how="semi").height < 90


def test_prompts_that_a_filter_takes_whole_leave_whole_in_the_control():
    rows = [(f"p{n // 4}", f"t{n}", "length" if n < 40 else "stop", "correct") for n in range(200)]
    _, control = both(rows, max_per_prompt=4)
    left = control.filter(drop_reason="control").group_by("prompt_id").len()
    assert left["len"].to_list() == [4] * 10
    assert left["prompt_id"].sort().to_list() != [f"p{n}" for n in range(10)]


def test_what_other_filters_drop_they_drop_from_the_control_too():
    filtered, control = both(groups(7))
    wrong = [found.filter(drop_reason="incorrect")["rollout_id"] for found in (filtered, control)]
    assert wrong[0].equals(wrong[1])
    assert control["dataset"].unique().to_list() == ["reasoning_control"]


def test_the_order_of_the_rows_decides_nothing():
    names = {"rollout_id": [f"r{n}" for n in range(60)]}
    columns = {
        "prompt_id": [f"p{n // 5}" for n in range(60)],
        "text": [f"t{n // 2}" for n in range(60)],
        "is_filtered": [n % 3 == 0 for n in range(60)],
    }
    candidates = pl.DataFrame(names | columns)
    drawn = draw_control(candidates, "d")["rollout_id"].sort()
    shuffled = candidates.sample(fraction=1, shuffle=True, seed=1)
    assert draw_control(shuffled, "d")["rollout_id"].sort().equals(drawn)
    assert not draw_control(candidates, "other")["rollout_id"].sort().equals(drawn)


def test_a_filter_that_drops_nothing_has_a_control_that_drops_nothing():
    filtered, control = both([(f"p{n}", f"t{n}", "stop", "correct") for n in range(9)])
    assert filtered["is_kept"].all()
    assert control["is_kept"].all()


def test_every_filter_can_have_a_control():
    known = frames(groups(3))
    for name in faults(Selection()):
        found = select_control(known, [name], settings=Selection(), dataset="d")
        assert Selections.validate(found, cast=True).height == known.rollouts.height
