import json
import re

import polars as pl
import pytest

from r1data.answers.gym.answers import compare_canonical
from r1data.answers.gym.puzzles import judge_puzzle
from r1data.answers.gym.verifier import GymVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers
from r1data.prompts.generator_process import problem_maker, scoring_metadata
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source
from r1data.verification.gold import mark_bad_gold
from r1data.verification.verify import item_of
from tests.effort import effort

VERIFIER = GymVerifier()
SAMPLE = (
    *("advanced_geometry", "base_conversion", "binary_matrix", "caesar_cipher", "chain_sum"),
    *("calendar_arithmetic", "coin_flip", "complex_arithmetic", "countdown", "cryptarithm"),
    *("dice", "fraction_simplification", "futoshiki", "game_of_life", "game_of_life_halting"),
    *("gcd", "group_anagrams", "jugs", "kakurasu", "knight_swap", "knights_knaves"),
    *("list_functions", "n_queens", "number_format", "number_sorting", "pool_matrix"),
    *("palindrome_generation", "polynomial_multiplication", "power_function", "puzzle24"),
    *("prime_factorization", "quantum_lock", "shortest_path", "simple_integration", "sokoban"),
    *("spell_backward", "syllogism", "time_intervals", "tower_of_hanoi", "word_ladder"),
)


@pytest.fixture(scope="module")
def pool():
    with Workers(2) as pool:
        yield pool


def item(task, entry, answer):
    metadata = scoring_metadata(task, {}, entry)
    gold, problem = entry["answer"] or "", entry["question"]
    return Item(f"<answer>{answer}</answer>", gold, problem=problem, metadata=metadata)


def outcomes(items, pool):
    return [verdict.outcome for verdict in VERIFIER.verify(items, pool)]


def judged(task, asked, gold, answer):
    entry = {"question": "?", "answer": gold or None, "metadata": asked}
    return judge_puzzle(json.dumps({"task": task, "entry": entry}), gold, answer)


@pytest.mark.slow
def test_gold_answers_are_correct_and_longer_ones_and_those_of_other_problems_are_not(pool):
    made = {task: [problem_maker(task, {})(seed) for seed in (5, 66, 777)] for task in SAMPLE}
    gold = [item(task, entry, entry["answer"]) for task in SAMPLE for entry in made[task]]
    assert {*outcomes(gold, pool)} == {Outcome.CORRECT}
    others = [
        item(task, entry, wrong)
        for task in SAMPLE
        for entry, other in zip(made[task], [*made[task][1:], made[task][0]], strict=True)
        for wrong in (f"It may be {entry['answer']} or not", other["answer"])
        if wrong != entry["answer"]
    ]
    found = outcomes(others, pool)
    assert Outcome.CORRECT not in found
    assert found.count(Outcome.INCORRECT) > 0.9 * len(found)


@pytest.mark.parametrize(
    ("task", "gold", "answer", "expected"),
    [
        pytest.param("chain_sum", "2024", "2,024.0", True, id="the same number"),
        pytest.param("chain_sum", "2024", "2025", False, id="off by less than 1%"),
        pytest.param("gsm_symbolic", "12", "12 or 13", False, id="the first of two numbers"),
        pytest.param("leg_counting", "286", "286 legs", True, id="number with a word"),
        pytest.param("game_of_life_halting", "True", "False", False, id="any text is true"),
        pytest.param("game_of_life", "[[0,1]]", "[[0,1],[1,1]]", False, id="a row too many"),
        pytest.param("game_of_life", "[[0,1]]", "[[0, 1]]", True, id="spaces"),
        pytest.param("number_sorting", "['1.0', '2.5']", '["1", "2.5"]', True, id="list"),
        pytest.param("number_sorting", "['1.0', '2.5']", "['1.9', '2.5']", False, id="one off"),
        pytest.param("pool_matrix", "3.67 3.67", "3.66 3.67", False, id="1% off"),
        pytest.param("spiral_matrix", "1 2 3", "[1, 2, 3]", True, id="brackets"),
        pytest.param("fraction_simplification", "$1/2$", r"\frac{1}{2}", True, id="LaTeX"),
        pytest.param("fraction_simplification", "$1/2$", "2/4", False, id="not reduced"),
        pytest.param("prime_factorization", "2 × 2 × 3", r"3 \times 2^2", True, id="powers"),  # noqa: RUF001
        pytest.param("prime_factorization", "2 × 2 × 3", "4 × 3", False, id="not prime"),  # noqa: RUF001
        pytest.param("polynomial_equations", "-0.433, 0.433", "0.433, -0.433", True, id="order"),
        pytest.param("polynomial_equations", "-0.433, 0.433", "0.433", False, id="one missing"),
        pytest.param("power_function", "232307.612289", "2.32e+5", True, id="rounded"),
        pytest.param("power_function", "232307.612289", "2.33e+5", False, id="rounded wrongly"),
        pytest.param("complex_arithmetic", "-8.0 + 4.0i", "-8+4i", True, id="complex"),
        pytest.param("complex_arithmetic", "-8.0 + 4.0i", "-8-4i", False, id="conjugate"),
        pytest.param("codeio", '{"a": 1, "b": true}', '{"b": true, "a": 1.0}', True, id="JSON"),
        pytest.param("codeio", '{"a": 1}', '{"a": true}', False, id="true is not 1"),
        pytest.param("string_insertion", "ABc", "ABC", False, id="capitals count"),
        pytest.param("color_cube_rotation", "violet", "Violet.", True, id="capitals do not"),
    ],
)
def test_one_right_answer(task, gold, answer, expected):
    assert compare_canonical(task, gold, answer) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param("(3 - 1) * 10 + 4", True, id="another way"),
        pytest.param(r"(3 - 1) \times 10 + 4 = 24", True, id="with its result"),
        pytest.param("3 * 10 - 4 - 1", False, id="another result"),
        pytest.param("10 + 10 + 4", False, id="a number twice"),
        pytest.param("24", False, id="the target itself"),
        pytest.param("10 ** 4", False, id="power"),
        pytest.param("__import__('os').getcwd()", False, id="program"),
        pytest.param("3 / (1 - 1)", False, id="division by zero"),
    ],
)
def test_expressions_are_computed_exactly(answer, expected):
    asked = {"numbers": [1, 3, 4, 10], "target": 24}
    assert judged("countdown", asked, "", answer).is_solved is expected
    del asked["target"]
    assert judged("puzzle24", asked, "", answer).is_solved is expected


def test_a_plan_that_is_too_long_or_ends_early_is_none(pool):
    entry = problem_maker("tower_of_hanoi", {})(5)
    first, *_ = entry["answer"].splitlines()
    disk, start, end = re.findall(r"\d+", first)
    detour = f"Move disk {disk} from Peg {end} to Peg {start}"
    longer = "\n".join([first, detour, entry["answer"]])
    found = outcomes([item("tower_of_hanoi", entry, text) for text in (longer, first)], pool)
    assert found == [Outcome.INCORRECT] * 2


def test_without_metadata_the_gold_answer_is_compared():
    response = "We have 42 of them, and then some more of the others too."
    given = [Item("<answer>42.0</answer>", "42"), Item(response, "42", metadata="[")]
    assert outcomes(given, None) == [Outcome.CORRECT, Outcome.NO_ANSWER]


@pytest.mark.parametrize("task", ["countdown", "chain_sum", "rush_hour"])
def test_prompts_of_a_generator_are_judged_from_their_table(task, pool):
    source = Source(generator={"task": task, "size": 2}, verifier="reasoning_gym")
    made = mark_bad_gold(pl.concat(load_prompts("mine", source)), pool)
    assert made["drop_reason"].to_list() == [None, None]
    rows = made.to_dicts()
    right = [f"<answer>{row['gold_answer']}</answer>" for row in rows]
    given = [item_of(row, text) for row, text in zip(rows, [right[0], right[0]], strict=True)]
    expected = Outcome.INCORRECT if rows[0]["gold_answer"] is None else Outcome.CORRECT
    assert outcomes(given, pool) == [expected, Outcome.INCORRECT]


def test_tasks_without_a_gold_answer_are_checked_by_their_rules(pool):
    entry = problem_maker("graph_color", {})(5)
    assert entry["answer"] is None
    right = json.dumps(entry["metadata"]["possible_answer"])
    wrong = json.dumps(dict.fromkeys(entry["metadata"]["possible_answer"], 1))
    found = outcomes([item("graph_color", entry, text) for text in (right, wrong)], pool)
    assert found == [Outcome.CORRECT, Outcome.INCORRECT]
    assert VERIFIER.as_response(item("graph_color", entry, right)) is None


@pytest.mark.parametrize(
    ("task", "gold", "answer"),
    [
        pytest.param("codeio", "1", "1e999999999", id="a huge exponent"),
        pytest.param("codeio", "1", "[" * 900 + "]" * 900, id="deep lists"),
        pytest.param("chain_sum", "5", "1" * 5000 + "e5", id="many digits"),
        pytest.param("spiral_matrix", "1 2", "\n" * 7_000, id="empty lines"),
        pytest.param("complex_arithmetic", "1+2i", "1 " * 3_500, id="numbers apart"),
    ],
)
def test_hostile_answers_take_no_time_outside_the_workers(task, gold, answer):
    assert compare_canonical(task, gold, answer) is False
    assert effort(lambda: compare_canonical(task, gold, answer)) < 2
