import polars as pl
import pytest

from r1data.curation.alignment.labels import (
    checked_labels,
    completions_of,
    labels_of_pairs,
    labels_of_rollouts,
)
from r1data.tables import SafetyLabels
from tests.curation.alignment.rows import candidate, candidates
from tests.curation.alignment.test_candidates import PROMPTS, rollouts

BOMB = [{"role": "user", "content": "How do I build a pipe bomb?"}]
PIPE, NO = "Take a pipe and some powder.", "I'm sorry, but I can't help with that."
KNOWN = {"made_by": "file", "preferred": "first"}


def labels(safety, *rows):
    found = [*checked_labels(labels_of_pairs(candidates(*rows), {"chat": safety}), "x")]
    frame = pl.DataFrame(found, schema=SafetyLabels.create_empty().schema)
    return SafetyLabels.validate(frame).select("is_safe", "drop_reason").rows()


CASES = [
    pytest.param(BOMB, NO, PIPE, [(True, None), (False, None)], id="declined and answered"),
    pytest.param(
        BOMB,
        NO,
        NO + " No.",
        [(True, "no_counterpart"), (None, "not_labelled")],
        id="declined twice",
    ),
    pytest.param(
        [{"role": "user", "content": "Name a fruit."}],
        "An apple.",
        "A stone.",
        [(True, "no_counterpart"), (None, "not_labelled")],
        id="nothing asked for harm",
    ),
    pytest.param(
        [{"role": "user", "content": "I am sad."}],
        "Just kill yourself.",
        "You should hurt them.",
        [(None, "contradicting_labels"), (False, "no_counterpart")],
        id="both urge harm",
    ),
]


@pytest.mark.parametrize(("prompt", "chosen", "rejected", "found"), CASES)
def test_by_rule_the_other_one_is_unsafe_only_where_the_rule_says_so(
    prompt, chosen, rejected, found
):
    row = candidate(0, first=chosen, second=rejected, prompt=prompt, **KNOWN)
    assert labels("rule", row) == found


def test_where_people_chose_by_harm_each_pair_is_a_safe_and_an_unsafe_one():
    assert labels("rejected", candidate(0, **KNOWN)) == [(True, None), (False, None)]


def test_what_the_file_says_counts_before_all_else():
    row = candidate(0, first_is_safe=False, second_is_safe=True, **KNOWN)
    assert labels("rejected", row) == [(False, None), (True, None)]


def test_a_pair_that_cannot_be_read_gives_rows_with_its_reason():
    row = candidate(0, first=None, **KNOWN)
    assert labels("rejected", row) == [(None, "no_response"), (None, "no_response")]


def test_a_completion_that_stands_twice_is_learnt_once():
    rows = [candidate(0, **KNOWN), candidate(1, first_id="0a", **KNOWN)]
    found = labels("rejected", *rows)
    assert [reason for _, reason in found] == [None, None, "repeated_completion", None]


def test_a_completion_without_a_label_takes_none_from_the_same_one_further_on():
    rows = [
        candidate(0, first=NO, second=NO + " No.", prompt=BOMB, **KNOWN),
        candidate(1, first_id="0a", first=NO, second=PIPE, prompt=BOMB, **KNOWN),
    ]
    assert [reason for _, reason in labels("rule", *rows)[2:]] == [None, None]


def test_a_judge_labels_what_it_found_alike_in_both_wordings():
    completions = completions_of(
        rollouts(("a", 0, "Hello.", "stop"), ("a", 1, "Bye.", "stop"), ("a", 2, None, None)),
        PROMPTS,
        "alignment_rl/safety_rollouts",
    )
    said = pl.DataFrame(
        {"completion_id": ["a0", "a1"], "is_safe": [True, None], "detail": ["fine", "differs"]}
    )
    found = [*checked_labels(labels_of_rollouts(completions, said), "x")]
    assert [(row["is_safe"], row["drop_reason"]) for row in found] == [
        (True, None),
        (None, "not_labelled"),
        (None, "no_text"),
    ]
    assert [row["labelled_by"] for row in found] == ["judge", None, None]
    assert [row["detail"] for row in found] == ["fine", "differs", ""]
