"""Our accuracy and format rewards beside TRL's own, case by case."""

import json
from pathlib import Path

import pytest

from training.judging import Judging
from training.rewards import Accuracy, Format

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
GOLDEN = Path(__file__).parents[1] / "golden" / "trl_rewards.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
PAGE = Path("docs/training.md")
END = 9
REWARDS = {"accuracy": Accuracy, "format": Format}


def of(name):
    return [case for case in CASES if case["reward"] == name]


def ours(name):
    """Our rewards of the cases, as TRL asks for them."""
    cases = of(name)
    return REWARDS[name](Judging(frozenset({END}), num_workers=1))(
        prompts=[[{"role": "user", "content": "?"}]] * len(cases),
        completions=[[{"role": "assistant", "content": case["completion"]}] for case in cases],
        completion_ids=[[number, END] for number in range(len(cases))],
        problem=["What is it?"] * len(cases),
        verifier=["math"] * len(cases),
        gold_answer=[case["gold_answer"] for case in cases],
    )


def theirs(name):
    """TRL's rewards of the cases."""
    pytest.importorskip("trl")
    from trl.rewards import accuracy_reward, think_format_reward

    completions = [[{"content": case["completion"]}] for case in of(name)]
    if name == "format":
        return think_format_reward(completions)
    return accuracy_reward(completions, [case["gold_answer"] for case in of(name)])


@pytest.mark.parametrize("name", REWARDS)
def test_our_reward_is_what_a_person_gave(name):
    assert ours(name) == [case["ours"] for case in of(name)]


@pytest.mark.parametrize("name", REWARDS)
def test_trls_reward_is_what_the_page_says(name):
    assert theirs(name) == [case["trl"] for case in of(name)]


@pytest.mark.parametrize("name", REWARDS)
def test_there_are_cases_in_which_both_agree_and_cases_in_which_they_do_not(name):
    assert {case["ours"] == case["trl"] for case in of(name)} == {True, False}


def test_the_page_lists_each_case_in_which_they_differ_with_its_reason():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.startswith(("| accuracy |", "| format |"))]
    differing = [case for case in CASES if case["ours"] != case["trl"]]
    assert len(told) == len(differing)
    for line, case in zip(told, differing, strict=True):
        numbers = " | ".join(
            "none" if one is None else str(one) for one in (case["ours"], case["trl"])
        )
        assert line.startswith(f"| {case['reward']} | {case['name']}: ")
        assert line.endswith(f"| {numbers} | {case['why']} |")
