import polars as pl

from r1data.mixture.preferences import to_pairs
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
