import polars as pl
import pytest

from r1data.mixture.composition import count_quotas, hold_out, select_rows
from r1data.mixture.held_out import HeldOut, choose_held_out
from r1data.mixture.quotas import MixtureQuotas
from r1data.tables import MixtureSelections, Quotas


def kept(prompts=20, per_prompt=2, **sources):
    """So many prompts of each source, with so many rollouts each."""
    rows = [
        (f"{source}{prompt}.{place}", f"{source}{prompt}", domain, source)
        for source, domain in (sources or {"gsm8k": "math"}).items()
        for prompt in range(prompts)
        for place in range(per_prompt)
    ]
    columns = ["rollout_id", "prompt_id", "domain", "source"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def select(rows, **quotas):
    return select_rows(rows, MixtureQuotas.model_validate(quotas), "sft")


def taken(selections):
    return set(selections.filter("is_kept")["rollout_id"])


def test_every_kept_rollout_is_decided_on_in_its_order_and_those_over_the_quota_say_so():
    rows = kept(a="math", b="code")
    found = select(rows, domains={"math": 5})
    assert found["rollout_id"].to_list() == rows["rollout_id"].to_list()
    reasons = found.group_by("domain", "drop_reason").len().sort(pl.all())
    assert reasons.rows() == [
        ("code", None, 40),
        ("math", None, 5),
        ("math", "over_quota_of_domain", 35),
    ]
    MixtureSelections.validate(found, cast=True)


def test_a_domain_takes_one_rollout_of_each_prompt_before_a_second():
    found = select(kept(prompts=20, per_prompt=3), domains={"math": 25})
    counts = found.filter("is_kept").group_by("prompt_id").len()["len"]
    assert counts.value_counts().sort("len").rows() == [(1, 15), (2, 5)]


def test_a_cap_of_a_source_comes_before_the_quota_of_its_domain():
    found = select(kept(a="math", b="math"), domains={"math": 30}, sources={"a": 8})
    reasons = found.group_by("source", "drop_reason").len()
    assert {tuple(row) for row in reasons.rows()} >= {("a", "over_quota_of_source", 32)}
    assert found.filter("is_kept").height == 30


def test_the_order_of_the_rows_changes_no_decision():
    rows = kept(a="math", b="math")
    quotas = {"domains": {"math": 17}, "sources": {"a": 8}}
    assert taken(select(rows, **quotas)) == taken(
        select(rows.sample(fraction=1, shuffle=True, seed=1), **quotas)
    )


def test_rows_that_are_added_displace_no_more_than_their_number():
    rows = kept(prompts=200, per_prompt=1)
    before = taken(select(rows[:-10], domains={"math": 50}))
    after = taken(select(rows, domains={"math": 50}))
    assert 0 < len(before - after) <= 10


def test_another_dataset_takes_other_rows():
    rows, quotas = kept(prompts=200), MixtureQuotas(domains={"math": 50})
    assert taken(select_rows(rows, quotas, "sft")) != taken(select_rows(rows, quotas, "other"))


def test_a_rank_says_what_another_quota_would_take():
    rows = kept(a="math", b="math")
    ranked = select(rows, domains={"math": 10}).filter(pl.col("rank") < 25)
    assert set(ranked["rollout_id"]) == taken(select(rows, domains={"math": 25}))


def test_no_quotas_take_all():
    found = select_rows(kept(), None, "sft")
    assert found["is_kept"].all()
    assert found["rank"].sort().to_list() == list(range(40))


def test_nothing_kept_makes_no_rows_and_says_the_whole_shortfall():
    quotas = MixtureQuotas(domains={"math": 10})
    found = select_rows(kept().clear(), quotas, "sft")
    assert found.is_empty()
    assert count_quotas(found, quotas, None, "sft")["shortfall"].to_list() == [10]


def test_a_shortfall_is_said_and_filled_from_nowhere():
    quotas = MixtureQuotas(total=100, domains={"math": 1, "code": 1, "stem": 2}, sources={"a": 30})
    found = select_rows(kept(a="math", b="math", c="code"), quotas, "sft")
    counted = count_quotas(found, quotas, HeldOut(prompts=3), "sft")
    Quotas.validate(counted, cast=True)
    of = dict(found.filter("is_kept").group_by("source").len().rows())
    assert counted.drop("dataset").rows() == [
        ("domain", "math", 25, 70, 25, 0),
        ("domain", "code", 25, 40, 25, 0),
        ("domain", "stem", 50, 0, 0, 50),
        ("source", "a", 30, 40, of["a"], None),
        ("source", "b", None, 40, 25 - of["a"], None),
        ("source", "c", None, 40, 25, None),
        ("split", "held_out", 3, found.filter("is_kept")["prompt_id"].n_unique(), 0, 3),
    ]


def no_twins(_prompts):
    return set()


@pytest.mark.parametrize(
    ("settings", "number"),
    [
        pytest.param({"share": 0.1}, 10, id="a share"),
        pytest.param({"prompts": 7}, 7, id="a number"),
        pytest.param({"prompts": 700}, 99, id="more than there are: one is left"),
    ],
)
def test_so_many_prompts_are_held_out(settings, number):
    prompts = [f"p{number}" for number in range(100)]
    assert len(choose_held_out(prompts, no_twins, HeldOut(**settings), "sft")) == number


def test_a_prompt_with_a_twin_is_never_held_out():
    prompts = [f"p{number}" for number in range(100)]
    has_twin = set(prompts[::2])
    found = choose_held_out(prompts, has_twin.intersection, HeldOut(prompts=60), "sft")
    assert found == set(prompts) - has_twin


@pytest.mark.parametrize("prompts", [[], ["p"]], ids=["none", "one"])
@pytest.mark.parametrize("settings", [{"share": 0.5}, {"prompts": 3}], ids=str)
def test_of_less_than_two_prompts_none_is_held_out(prompts, settings):
    assert choose_held_out(prompts, no_twins, HeldOut(**settings), "sft") == set()


def test_where_most_prompts_have_twins_they_are_looked_for_a_few_times():
    prompts, asked = [f"p{number}" for number in range(10_000)], []

    def twins(candidates):
        asked.append(len(candidates))
        return set(candidates) - {prompts[0]}

    found = choose_held_out(prompts, twins, HeldOut(prompts=2), "sft")
    assert (found, sum(asked)) == ({prompts[0]}, 10_000)
    assert len(asked) < 15


def test_more_prompts_displace_few_that_are_held_out():
    prompts = [f"p{number}" for number in range(1000)]
    before = choose_held_out(prompts[:-50], no_twins, HeldOut(prompts=100), "sft")
    after = choose_held_out(prompts[::-1], no_twins, HeldOut(prompts=100), "sft")
    assert len(before - after) <= 50
    assert len(before & after) >= 90


def test_all_rollouts_of_a_held_out_prompt_are_held_out_and_what_left_has_no_split():
    found = hold_out(select(kept(prompts=5), domains={"math": 8}), {"gsm8k1"})
    held_out = found.filter(split="held_out")
    assert set(held_out["prompt_id"]) == {"gsm8k1"}
    assert found.filter(~pl.col("is_kept"))["split"].null_count() == 2
    assert found.filter(split="train").height == 8 - held_out.height


@pytest.mark.parametrize("settings", [{}, {"share": 0.1, "prompts": 3}])
def test_a_held_out_split_has_one_size(settings):
    with pytest.raises(ValueError, match="exactly one of `share` and `prompts`"):
        HeldOut(**settings)
