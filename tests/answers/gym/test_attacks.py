import json

import polars as pl
import pytest
from typer.testing import CliRunner

from r1data.answers.gym.verifier import GymVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers
from r1data.cli.commands import app
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source
from r1data.verification.gold import mark_bad_gold
from tests.answers.gym.entries import (
    ALPHABETS,
    LOWERED,
    RAISED,
    attribute_chain,
    changed,
    entry_of,
    row_of,
    written_in,
)

VERIFIER = GymVerifier()
MARK = "PWNED"
"""Stands in a text for the path of the file that it would write."""
WRITE = f"open('{MARK}','w')"
TAKE_OVER = f'exec("import sympy;sympy.simplify=lambda x:0;{WRITE}")'
"""Write a file, and let every antiderivative that comes after be right."""
EXPRESSIONS = {
    "the chain of attributes that worked": "{chain}",
    **{f"integrate, in {name} letters": f"{{f}}.{{{name}}}(x)" for name in ALPHABETS},
    "integrate in raised letters": "{f}." + "integrate".translate(RAISED) + "(x)",
    "integrate in lowered letters": "{f}." + "integrate".translate(LOWERED) + "(x)",
    "integrate": "{f}.integrate(x)",
    "integrate, as a function": "integrate({f}, x)",
    "an integral left undone": "Integral({f}, x)",
    "an integral in LaTeX": r"\int {f} \, dx",
    "an operator's name": r"\operatorname{{integrate}}({f}, x)",
    "a file": WRITE,
    "a file, beside a formula": f"x + 0*{WRITE}",
    "a file in a condition": f"x if {WRITE} else x",
    "a statement": f"x; {WRITE}",
    "a walrus": f"(y := {WRITE})",
    "a lambda": f"(lambda: {WRITE})()",
    "a lambda in full-width letters": f"({written_in('full-width', 'lambda')}: {WRITE})()",
    "a comprehension": f"[{WRITE} for _ in (1,)]",
    "an import": f"__import__('os').system('touch {MARK}')",
    "a dunder": "().__class__.__base__.__subclasses__()",
    "a dunder with full-width lines": "().\uff3f\uff3fclass\uff3f\uff3f",
    "a format string": "'{{0.__class__}}'.format(x)",
    "an f-string": f"f'{{{{{WRITE}}}}}'",
    "a text for SymPy": f'S("{WRITE}")',
    "a text for its parser": f'parse_expr("{WRITE}")',
    "a text for sympify": f"sympify('{WRITE}')",
    "a symbol's class": "Symbol('x').func",
    "a tower of powers": "x**9**9**9**9",
    "a huge power": "x**" + "9" * 400,
    "many digits": "9" * 990,
    "deep brackets": "(" * 490 + "x" + ")" * 490,
    "deep minus signs": "-" * 990 + "x",
    "a LaTeX file": rf"\input{{{{{MARK}}}}}",
    "a decorator": f"@{WRITE}",
    "a null": "x\0",
}
"""Answers to a problem of integration with the integrand `{f}`."""
GRIDS = {
    "n_queens": f"[[{WRITE}]]",
    "spiral_matrix": f"[{WRITE}]",
    "binary_matrix": f"[[{WRITE}]]",
    "string_insertion": f"[{WRITE}]",
    "number_sorting": f"[{WRITE}]",
    "puzzle24": f"{WRITE} or 24",
    "countdown": f"__import__('os').system('touch {MARK}')",
    "codeio": f'{{"a": {WRITE}}}',
    "jugs": f"[{WRITE}]",
    "bitwise_arithmetic": WRITE,
    "polynomial_multiplication": attribute_chain(TAKE_OVER),
    "intermediate_integration": attribute_chain(TAKE_OVER),
    "propositional_logic": WRITE,
    "rush_hour": f"A+9 {WRITE}",
    "rubiks_cube": f"{WRITE}",
}
"""Answers that other scorers of reasoning-gym evaluate, or might."""
METADATA = [
    ("simple_integration", "integrand", WRITE),
    ("simple_integration", "integrand", attribute_chain(TAKE_OVER)),
    ("simple_integration", "integrand", ["x"]),
    ("simple_integration", "integrand", "(" * 100_000),
    ("simple_integration", "variable", "x, y"),
    ("simple_integration", "variable", "__import__"),
    ("intermediate_integration", "integrand", f"x + 0*{WRITE}"),
    ("countdown", "target", "1e999999999"),
    ("countdown", "numbers", "every"),
    ("puzzle24", "numbers", [[1], 2]),
    ("jugs", "puzzle.jug_capacities", [10**400]),
    ("jugs", "puzzle", None),
    ("kakurasu", "n_rows", 10**9),
    ("n_queens", "puzzle", [["_"] * 100] * 100),
    ("tower_of_hanoi", "num_disks", 10**8),
    ("rubiks_cube", "cube_size", 10**6),
    ("rubiks_cube", "scramble_moves", "R" * 50),
    ("propositional_logic", "premises", ["(" * 1_000]),
    ("propositional_logic", "variables", list("ABCDEFGHIJKLMNOP")),
    ("quantum_lock", "buttons", [{"name": "A", "type": "exec", "value": 1}]),
    ("rush_hour", "board_config", "A" * 36),
    ("knight_swap", "board", {"__class__": []}),
    ("graph_color", "puzzle.edges", [[0]]),
    ("word_ladder", "end_word", "../../x"),
    ("boxnet", "initial_state", {"0_0": []}),
    ("sokoban", "gamestr", "<script>"),
]
"""Fields of an entry and what no generator writes there."""


@pytest.fixture(scope="module")
def pool():
    with Workers(1, seconds=2.0) as pool:
        yield pool


@pytest.fixture(scope="module")
def integrals():
    return [entry_of("simple_integration", seed) for seed in (5, 66)]


def item(task, entry, answer):
    row = row_of(task, entry, answer)
    return Item(row["completion"], row["gold_answer"], metadata=row["metadata"])


def attack_of(template, entry, path):
    integrand = f"({entry['metadata']['integrand']})"
    alphabets = {name: written_in(name, "integrate") for name in ALPHABETS}
    chain = attribute_chain(TAKE_OVER.replace(MARK, str(path)))
    text = template.replace(MARK, str(path)).format(f=integrand, chain=chain, **alphabets)
    return text.replace("x", entry["metadata"]["variable"]) if "{f}" in template else text


def judge_with_neighbours(given, integrals, pool):
    """Judge an item between a right and a wrong answer to another problem, then again the wrong."""
    _, other = integrals
    right = item("simple_integration", other, other["answer"])
    wrong = item("simple_integration", other, other["metadata"]["variable"])
    first, *before = VERIFIER.verify([given, right, wrong], pool)
    again = item("simple_integration", other, "7")
    assert [one.outcome for one in before] == [Outcome.CORRECT, Outcome.INCORRECT]
    assert VERIFIER.verify([again], pool)[0].outcome is Outcome.INCORRECT
    return first


@pytest.mark.parametrize("template", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_no_answer_runs_is_credited_or_touches_what_comes_after(
    template, integrals, pool, tmp_path
):
    path = tmp_path / "mark"
    attack = attack_of(template, integrals[0], path)
    found = judge_with_neighbours(item("simple_integration", integrals[0], attack), integrals, pool)
    assert found.outcome in (Outcome.INCORRECT, Outcome.UNDECIDED, Outcome.TIMED_OUT)
    assert not path.exists()


@pytest.mark.parametrize("task", GRIDS)
def test_no_answer_to_another_task_runs_either(task, integrals, pool, tmp_path):
    path = tmp_path / "mark"
    given = item(task, entry_of(task), GRIDS[task].replace(MARK, str(path)))
    found = judge_with_neighbours(given, integrals, pool)
    assert found.outcome in (Outcome.INCORRECT, Outcome.UNDECIDED)
    assert not path.exists()


@pytest.mark.parametrize(("task", "field", "value"), METADATA)
def test_an_entry_of_another_shape_is_no_gold_answer(task, field, value, integrals, pool, tmp_path):
    path = tmp_path / "mark"
    given = json.loads(json.dumps(value).replace(MARK, str(path)))
    entry = changed(entry_of(task), field, given)
    answer = entry["answer"] or {"rubiks_cube": "R", "graph_color": "{}"}.get(task, "[]")
    answer = {"propositional_logic": "¬P", "rush_hour": "A+1"}.get(task, answer)
    found = judge_with_neighbours(item(task, entry, answer), integrals, pool)
    assert found.outcome is Outcome.BAD_GOLD
    assert found.detail.startswith("the problem's entry: ")
    assert len(found.detail) < 250
    assert not path.exists()


@pytest.mark.parametrize(
    "metadata",
    [
        {"task": ["simple_integration"], "entry": {"question": "?"}},
        {"task": "simple_integration", "entry": [1]},
        {"task": "simple_integration", "entry": {"answer": {"a": 1}}},
        {"task": "simple_integration", "entry": {"metadata": "x"}},
    ],
)
def test_an_entry_that_is_none_says_so(metadata):
    given = Item("<answer>x</answer>", "x", metadata=json.dumps(metadata))
    (found,) = VERIFIER.verify([given], None)
    assert (found.outcome, found.detail[:21]) == (Outcome.BAD_GOLD, "the problem's entry: ")


def test_a_file_of_completions_and_entries_that_would_run_runs_nothing(integrals, tmp_path):
    path, (entry, other) = tmp_path / "mark", integrals
    evil = changed(entry, "integrand", WRITE.replace(MARK, str(path)))
    unnamed = row_of("simple_integration", evil, "x")
    del unnamed["verifier"]
    rows = [
        row_of("simple_integration", entry, attack_of("{chain}", entry, path)),
        row_of("simple_integration", entry, attack_of("{f}.{full-width}(x)", entry, path)),
        row_of("simple_integration", other, "x"),
        row_of("simple_integration", evil, "x"),
        unnamed,
        row_of("simple_integration", other, other["answer"]),
    ]
    source, out = tmp_path / "rows.jsonl", tmp_path / "verdicts.jsonl"
    source.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    done = CliRunner().invoke(app, ["verify", str(source), "--out", str(out), "--workers", "1"])
    assert done.exit_code in (0, 1), done.exception
    found = [json.loads(line)["outcome"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert found == ["undecided", "undecided", "incorrect", "bad_gold", "bad_gold", "correct"]
    assert not path.exists()


def test_rows_whose_entries_would_run_are_dropped_when_they_come_in(integrals, pool, tmp_path):
    path, (entry, other) = tmp_path / "mark", integrals
    evil = changed(entry, "integrand", f"x + 0*{WRITE.replace(MARK, str(path))}")
    board = changed(entry_of("rush_hour"), "board_config", "A" * 36)
    given = [("simple_integration", evil), ("rush_hour", board), ("simple_integration", other)]
    source = tmp_path / "problems.jsonl"
    source.write_text(
        "".join(
            json.dumps({"problem": one["question"], **row_of(task, one, "")}) + "\n"
            for task, one in given
        ),
        encoding="utf-8",
    )
    columns = {"problem": "problem", "gold_answer": "gold_answer", "metadata": "metadata"}
    described = Source(file=str(source), columns=columns, verifier="reasoning_gym")
    made = mark_bad_gold(pl.concat(load_prompts("mine", described)), pool)
    assert made["drop_reason"].to_list() == ["bad_gold", "bad_gold", None]
    assert "integrand" in made["drop_detail"][0]
    assert not path.exists()
