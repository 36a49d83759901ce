import pytest

from r1data.answers.outcome import Outcome
from r1data.verification.rows import Layout, case_of

CUT = {"completion": r"2 + 3 is \boxed{5}? I check: one,", "gold_answer": "5"}
PREFILLED = Layout(reasoning="prefilled")


@pytest.mark.parametrize(
    ("row", "layout"),
    [
        pytest.param({}, PREFILLED, id="by the layout"),
        pytest.param({"reasoning": "prefilled"}, Layout(), id="by the row"),
        pytest.param({"prefill": "<think>\n"}, Layout(), id="by its prefill"),
        pytest.param({"how": "Prefilled "}, Layout({"reasoning": "how"}), id="by a mapped column"),
    ],
)
def test_a_prefilled_block_that_never_closes_holds_no_answer(row, layout):
    settled = case_of(CUT | row, layout).settled
    assert settled is not None
    assert settled.outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("row", "response"),
    [
        pytest.param({"completion": "2 + 3</think>5"}, "5", id="closed"),
        pytest.param({"completion": "5", "reasoning": "think"}, "5", id="the row says otherwise"),
        pytest.param({"completion": "5", "reasoning": "2 + 3"}, "5", id="reasoning apart"),
        pytest.param(
            {"completion": [{"role": "assistant", "content": "5", "reasoning_content": "2 + 3"}]},
            "5",
            id="reasoning in a field",
        ),
    ],
)
def test_a_prefilled_block_that_closes_leaves_its_response(row, response):
    case = case_of({"gold_answer": "5", **row}, PREFILLED)
    assert (case.settled, case.item.response) == (None, response)


@pytest.mark.parametrize(
    ("completion", "note"),
    [
        pytest.param("<think>a</think>5", "", id="R1's tags"),
        pytest.param("[THINK]a[/THINK]5", "reasoning read from [THINK]", id="another make"),
        pytest.param("5</s>[INST]2?", "what follows </s> is left out", id="another turn"),
        pytest.param(
            f"<think {'x' * 60}>a</think>5", f"reasoning read from <think {'x' * 33}...", id="long"
        ),
    ],
)
def test_how_a_completion_was_read_is_told(completion, note):
    assert case_of({"completion": completion, "gold_answer": "5"}).note == note


@pytest.mark.parametrize(
    ("written", "label"), [("exact_match_math", None), ("decimal", "decimal"), (7, None)]
)
def test_a_label_in_words_of_another_is_none(written, label):
    case = case_of({"completion": "5", "gold_answer": "5", "answer_type": written}, Layout())
    assert case.item.answer_type == label
