import pytest

from r1data.records.shapes import (
    find_completion,
    find_finish_reason,
    find_gold,
    find_outcome,
    find_problem,
    find_worked,
    outcome_of,
)

TURNS = [{"role": "user", "content": "1 + 1?"}, {"role": "assistant", "content": "2"}]
GENERATIONS = ["<think>a</think>2", "<think>b</think>3"]

PUBLIC = {
    "OpenR1-Math": {
        "problem": "1 + 1?",
        "solution": r"\boxed{2}",
        "answer": "2",
        "generations": GENERATIONS,
        "correctness_math_verify": [True, False],
        "is_reasoning_complete": [True, True],
        "correctness_count": 1,
        "messages": TURNS,
    },
    "OpenThoughts, metadata": {
        "problem": "1 + 1?",
        "deepseek_reasoning": "one more",
        "deepseek_solution": "2",
        "ground_truth_solution": r"\boxed{2}",
    },
    "OpenThoughts": {"system": "Think.", "conversations": TURNS},
    "Mixture-of-Thoughts": {"messages": TURNS, "num_tokens": 9, "source": "a"},
    "s1K": {
        "question": "1 + 1?",
        "solution": "2",
        "deepseek_thinking_trajectory": "one more",
        "deepseek_attempt": "2",
    },
    "NuminaMath-QwQ": {
        "prompt": "1 + 1?",
        "response": "2",
        "ground_truth": "2",
        "correct": True,
    },
    "OpenMathReasoning": {
        "problem": "1 + 1?",
        "generated_solution": "<think>a</think>2",
        "expected_answer": "2",
    },
    "Alpaca": {"instruction": "Add.", "input": "1 and 1", "output": "2"},
    "TRL": {"prompt": TURNS[:1], "completion": TURNS[1:]},
    "verl": {
        "data_source": "a",
        "prompt": TURNS[:1],
        "reward_model": {"ground_truth": "2", "style": "rule"},
        "extra_info": {"index": 0, "answer": "2"},
    },
    "DeepScaleR": {"problem": "1 + 1?", "answer": "2", "solution": "It is 2."},
    "GSM8K": {"question": "1 + 1?", "answer": "one more\n#### 2"},
    "two columns": {"problem": "1 + 1?", "reasoning": "one more", "solution": "2"},
    "rasbt's": {
        "problem": "1 + 1?",
        "gtruth_answer": "2",
        "message_thinking": "one more",
        "message_content": "2",
    },
}


@pytest.mark.parametrize(
    ("known", "problem", "completion", "gold"),
    [
        ("OpenR1-Math", "problem", ("generations", None), ("answer", "column")),
        (
            "OpenThoughts, metadata",
            "problem",
            ("deepseek_solution", "deepseek_reasoning"),
            None,
        ),
        ("OpenThoughts", "conversations", ("conversations", None), None),
        ("Mixture-of-Thoughts", "messages", ("messages", None), None),
        ("s1K", "question", ("deepseek_attempt", "deepseek_thinking_trajectory"), None),
        ("NuminaMath-QwQ", "prompt", ("response", None), ("ground_truth", "column")),
        (
            "OpenMathReasoning",
            "problem",
            ("generated_solution", None),
            ("expected_answer", "column"),
        ),
        ("Alpaca", "instruction + input", ("output", None), None),
        ("TRL", "prompt", ("completion", None), None),
        ("verl", "prompt", (None, None), ("reward_model.ground_truth", "column")),
        ("DeepScaleR", "problem", (None, None), ("answer", "column")),
        ("GSM8K", "question", (None, None), ("answer", "hashes")),
        ("two columns", "problem", ("solution", "reasoning"), None),
        (
            "rasbt's",
            "problem",
            ("message_content", "message_thinking"),
            ("gtruth_answer", "column"),
        ),
    ],
)
def test_the_columns_of_public_sets_are_known(known, problem, completion, gold):
    records = [PUBLIC[known]]
    assert find_problem(records) == problem
    assert find_completion(records) == completion
    assert find_gold(records) == gold


def test_finish_reasons_and_verdicts_of_a_file_are_known():
    records = [PUBLIC["OpenR1-Math"]]
    assert find_finish_reason(records) == "is_reasoning_complete"
    assert find_outcome(records) == "correctness_math_verify"
    assert find_outcome([PUBLIC["NuminaMath-QwQ"]]) == "correct"


@pytest.mark.parametrize("score", [0.4, 7, "good", None])
def test_a_score_that_is_neither_0_nor_1_is_no_verdict(score):
    assert find_outcome([{"score": 1}, {"score": score}]) == (None if score else "score")
    assert outcome_of(score) is None


def test_a_flag_of_reasoning_is_no_column_of_it():
    record = {"problem": "1 + 1?", "reasoning": "off", "output": "2"}
    assert find_completion([record]) == ("output", None)


def test_a_models_answer_beside_its_reasoning_is_no_gold_answer():
    record = {"question": "1 + 1?", "reasoning": "one more", "answer": "2"}
    assert find_completion([record]) == ("answer", "reasoning")
    assert find_gold([record]) is None


def test_a_worked_solution_is_no_gold_answer_but_a_remedy_to_name():
    records = [{"problem": "1 + 1?", "solution": r"So it is \boxed{2}."}]
    assert find_gold(records) is None
    assert find_worked(records) == "solution"


def test_a_response_is_no_worked_solution_to_name():
    record = {"question": "1 + 1?", "reasoning": "one more", "answer": r"\boxed{2}"}
    assert find_worked([record]) is None


def test_what_answers_are_beside_options_is_not_guessed():
    assert find_gold([{"question": "1 + 1?", "choices": ["1", "2"], "answer": 1}]) is None


def test_long_texts_are_no_gold_answers():
    assert find_gold([{"problem": "1 + 1?", "answer": "Well, " * 50}]) is None


def test_two_columns_that_disagree_on_the_gold_answer_are_told():
    with pytest.raises(ValueError, match="`answer` and `gt` could both hold the gold answer"):
        find_gold([{"problem": "1 + 1?", "answer": "3", "gt": "2"}])
