import polars as pl

from r1data.mixture.preferences import to_pairs, with_guards
from r1data.policies.templates import Template, WorkedExample
from r1data.tables import PreferencePairs
from tests.curation.alignment.rows import candidate, candidates

TEMPLATE = Template(
    system_prompt="Think.",
    instruction="Box it.",
    worked_examples=(WorkedExample(problem="1", completion="2"),),
)


def kept(**chosen):
    rows = [
        {"pair_id": pair_id, "chosen_id": chosen_id, "split": "train"}
        for pair_id, chosen_id in chosen.items()
    ]
    return pl.DataFrame(rows)


def test_a_kept_pair_is_a_row_of_trls_form_whichever_side_was_chosen():
    rows = [candidate(number, first=f"<think>t</think>{number}") for number in range(3)]
    found = to_pairs(
        candidates(*rows),
        kept(pair0="0a", pair2="2b"),
        template=Template(),
        dataset="x",
        first_row=7,
    )
    PreferencePairs.validate(found)
    assert found["row"].to_list() == [7, 8]
    first, second = found.to_dicts()
    assert first["chosen"] == [{"role": "assistant", "content": "<think>t</think>0"}]
    assert first["rejected"] == [{"role": "assistant", "content": "A stone."}]
    assert second["chosen"] == [{"role": "assistant", "content": "A stone."}]


def test_a_prompt_is_what_the_policy_will_be_asked_without_worked_examples():
    prompt = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "Name a fruit."},
    ]
    found = to_pairs(
        candidates(candidate(0, prompt=prompt)),
        kept(pair0="0a"),
        template=TEMPLATE,
        dataset="x",
    )
    shown = found["prompt"].to_list()[0]
    assert [one["content"] for one in shown] == [
        "Be brief.\n\nThink.",
        "Hi",
        "Hello",
        "Name a fruit.\n\nBox it.",
    ]


def guards(share, **pair):
    rows = [candidate(number, first=f"<think>t</think>Answer {number}.") for number in range(40)]
    split = {"split": "train", **pair}
    chosen = [{"pair_id": f"pair{n}", "chosen_id": f"{n}a", **split} for n in range(40)]
    pairs = to_pairs(
        candidates(*rows), pl.DataFrame(chosen), template=Template(), dataset="x", first_row=3
    )
    found = with_guards(pairs, share, first_row=3)
    PreferencePairs.validate(found)
    assert found["row"].to_list() == list(range(3, 3 + found.height))
    assert found["pair_id"].is_unique().all()
    return found.filter(made_by="guard")


def test_a_guard_has_the_chosen_completion_beside_what_only_pleases():
    found = guards(1)
    assert found.height == 40
    kinds = set()
    for row in found.iter_rows(named=True):
        chosen, rejected = (row[side][0]["content"] for side in ("chosen", "rejected"))
        answer = chosen.removeprefix("<think>t</think>")
        assert rejected.startswith("<think>t</think>")
        assert rejected != chosen
        kinds.add(rejected.count(answer))
    assert kinds == {0, 1, 2, 3, 4}


def test_a_share_of_the_pairs_have_guards_and_what_is_held_out_has_none():
    assert 10 <= guards(0.5).height <= 30
    assert guards(0).height == 0
    assert guards(1, split="held_out").height == 0
