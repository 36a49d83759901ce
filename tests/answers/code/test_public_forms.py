# ruff: noqa: E501
r"""Tests as public code sets hold them: twenty programs in each form, half of them wrong.

The fields of each form are those of the set's own card, loader or harness, named beside it.
"""

import json

import pytest

from r1data.answers.code.public_forms import gathered_tests
from r1data.answers.code.sandbox import Limits
from r1data.answers.code.tests_of import CodeTests, allowing, read_tests
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from tests.answers.code.programs import item
from tests.answers.code.tasks import TASKS

VERIFIER = CodeVerifier(Limits(cpu_seconds=2, wall_seconds=20.0))


def apps(task):
    """Write `input_output` of codeparrot/apps: `inputs` and `outputs` (dataset card)."""
    return {"inputs": task.inputs(), "outputs": task.outputs()}


def apps_calls(task):
    """Write the same of a call, with `fn_name`; each output stands in a list of its own."""
    outputs = [[value] for _, value in task.cases]
    return {"fn_name": task.name, "inputs": [list(a) for a, _ in task.cases], "outputs": outputs}


def taco(task):
    """Write `input_output` of BAAI/TACO as JSON in a text, with lists of lines."""
    inputs = [[text.strip()] for text in task.inputs()]
    return json.dumps({"inputs": inputs, "outputs": [[text.strip()] for text in task.outputs()]})


def prime(task):
    """Write `reward_model.ground_truth` of PRIME-RL/Eurus-2-RL-Data: APPS's fields in a text."""
    return {"ground_truth": json.dumps({**apps(task), "fn_name": None})}


def livecodebench(task):
    """Write `public_test_cases` of livecodebench/code_generation_lite (its loader's `Test`)."""
    pairs = zip(task.inputs(), task.outputs(), strict=True)
    return json.dumps([{"input": a, "output": b, "testtype": "stdin"} for a, b in pairs])


def livecodebench_calls(task):
    """Write a row of it: arguments and values as JSON, one a line; `metadata.func_name`."""
    cases = [
        {"input": "\n".join(map(json.dumps, a)), "output": json.dumps(b), "testtype": "functional"}
        for a, b in task.cases
    ]
    return {
        "public_test_cases": json.dumps(cases[:1]),
        "private_test_cases": json.dumps(cases[1:]),
        "metadata": json.dumps({"func_name": task.name}),
    }


def open_r1(task):
    """Write `verification_info` of open-r1/verifiable-coding-problems-python (dataset card)."""
    cases = [
        {"fn_name": None, "input": given, "output": output, "type": "stdin_stdout"}
        for given, output in zip(task.inputs(), task.outputs(), strict=True)
    ]
    return {"verification_info": {"language": "python", "test_cases": cases}}


def codeforces(task):
    """Write `official_tests` of open-r1/codeforces (dataset card)."""
    pairs = zip(task.inputs(), task.outputs(), strict=True)
    tests = [{"input": given, "output": output} for given, output in pairs]
    return {"official_tests": tests, "input_mode": "stdio", "generated_checker": None}


def mbpp(task):
    """Write a row of MBPP: `test_list`, `test_setup_code`, `challenge_test_list` (mbpp.jsonl)."""
    first, *rest = task.asserts()
    return {"test_list": [first], "test_setup_code": "", "challenge_test_list": rest}


def mbpp_list(task):
    """Write its `test_list` alone; AceCode-87K's `test_cases` are of the same form."""
    return task.asserts()


def humaneval(task):
    """Write a row of HumanEval: `test`, which defines `check`, and `entry_point`."""
    body = "\n    ".join(task.asserts("candidate"))
    prompt = f'def {task.name}({task.parameters}):\n    """Do it."""\n'
    code = f"\n\nMETADATA = {{}}\n\ndef check(candidate):\n    {body}\n"
    return {"test": code, "entry_point": task.name, "prompt": prompt}


def deepcoder(task):
    """Write `tests` of agentica-org/DeepCoder-Preview-Dataset (primeintellect): calls."""
    return [
        {"input": list(given), "output": value, "fn_name": task.name, "type": "function_call"}
        for given, value in task.cases
    ]


def kodcode(task):
    """Write `test` of KodCode/KodCode-V1: functions for pytest, importing from `solution`."""
    functions = "\n\n".join(
        f"def test_{number}():\n    {line}" for number, line in enumerate(task.asserts())
    )
    return {"test": f"from solution import {task.name}\n\n{functions}\n"}


def code_contests(task):
    """Write three columns of deepmind/code_contests: lists of `input` and `output`."""
    inputs, outputs = task.inputs(), task.outputs()
    return {
        "public_tests": {"input": inputs[:1], "output": outputs[:1]},
        "private_tests": {"input": inputs[1:], "output": outputs[1:]},
        "generated_tests": {"input": [], "output": []},
    }


def leetcode(task):
    """Write `tests` of rllm's LeetCode set: `functional`, code that calls check itself."""
    body = "\n    ".join(task.asserts("candidate"))
    return {"functional": f"def check(candidate):\n    {body}\n\n\ncheck(Solution().{task.name})"}


FORMS = {
    "APPS": (apps, "script"),
    "APPS, calls": (apps_calls, "function"),
    "APPS, calls of a method": (apps_calls, "method"),
    "TACO": (taco, "script"),
    "PRIME": (prime, "script"),
    "LiveCodeBench": (livecodebench, "script"),
    "LiveCodeBench, calls": (livecodebench_calls, "method"),
    "open-r1": (open_r1, "script"),
    "Codeforces": (codeforces, "script"),
    "MBPP": (mbpp, "function"),
    "MBPP, a list": (mbpp_list, "function"),
    "HumanEval": (humaneval, "function"),
    "DeepCoder": (deepcoder, "function"),
    "KodCode": (kodcode, "function"),
    "CodeContests": (code_contests, "script"),
    "LeetCode": (leetcode, "method"),
}


@pytest.mark.parametrize(("write", "shape"), FORMS.values(), ids=FORMS)
def test_twenty_programs_are_judged_by_tests_in_a_public_form(write, shape, pool):
    tests = [_text(write(task)) for task in TASKS]
    programs = [
        (getattr(task, shape)(body), given)
        for task, given in zip(TASKS, tests, strict=True)
        for body in (task.right, task.wrong)
    ]
    verdicts = VERIFIER.verify([item(*one) for one in programs], pool)
    assert [verdict.outcome for verdict in verdicts] == 10 * [Outcome.CORRECT, Outcome.INCORRECT]


def _text(tests):
    return tests if isinstance(tests, str) else json.dumps(tests)


@pytest.mark.parametrize(("write", "_"), FORMS.values(), ids=FORMS)
def test_the_form_is_found_from_the_columns_of_a_row_and_said(write, _, pool):
    given = write(TASKS[0])
    row = given if isinstance(given, dict) else {"tests": given}
    found = read_tests(_text(gathered_tests({"problem": "Do it.", **row}, is_code=True)))
    assert isinstance(found, CodeTests)
    wrong = Item("```python\nx = 1\n```", tests=_text(given))
    [verdict] = VERIFIER.verify([wrong], pool)
    assert f"tests in the form of {found.form}" in verdict.detail


PICKLED = "eJxrYJmaz8gABhE9wlnx8cnJnk6lqQA3wgWH"
ODD = {
    "asserts that are a text": ({"test_list": "assert f(1)"}, "test_list is no list of asserts"),
    "pickled private tests": (
        {"public_test_cases": "[]", "private_test_cases": PICKLED},
        "a pickle runs code when it is read: decode them with LiveCodeBench's own loader",
    ),
    "another language": (
        {"language": "cpp", "test_cases": [{"input": "1", "output": "1"}]},
        "they are for programs in cpp",
    ),
    "fewer outputs than inputs": (
        {"inputs": ["1", "2"], "outputs": ["1"]},
        "there are 2 inputs and 1 outputs",
    ),
    "no cases": ({"inputs": [], "outputs": []}, "it has no cases"),
    "calls of nothing": (
        [{"input": "3", "output": "6", "testtype": "functional"}],
        "its cases call no function; `metadata.func_name`",
    ),
    "calls of two functions": (
        [{"input": [1], "output": 1, "fn_name": name, "type": "function_call"} for name in "fg"],
        "its cases call several functions: f, g",
    ),
    "calls and programs": (
        [
            {"input": [1], "output": 1, "fn_name": "f", "type": "function_call"},
            {"input": "1", "output": "1", "type": "stdin_stdout"},
        ],
        "some cases call a function, others print",
    ),
    "arguments that are no JSON": (
        [{"input": "x=1", "output": "2", "metadata": {"func_name": "f"}, "testtype": "functional"}],
        "an argument or value of a call is no JSON: 'x=1'",
    ),
    "files": (
        {"official_tests": [{"input": "1", "output": "1"}], "input_mode": "file"},
        "its programs read and write files",
    ),
    "an output that is an object": ({"inputs": ["1"], "outputs": [{"a": 1}]}, "is no text"),
    "asserts that do not parse": (["assert f("], "no JSON and no Python"),
    "fields of no set": ({"question": "?"}, "in no form that is read"),
    "objects without end": (
        {"tests": {"tests": {"tests": {"tests": {"tests": {"tests": ["assert f()"]}}}}}},
        "hold one another without end",
    ),
}


@pytest.mark.parametrize(("tests", "reason"), ODD.values(), ids=ODD)
def test_tests_that_cannot_be_read_blame_the_prompt_and_say_why(tests, reason, pool):
    [verdict] = VERIFIER.verify([item("x = 1", json.dumps(tests))], pool)
    assert verdict.outcome is Outcome.BAD_GOLD
    assert reason in verdict.detail


def test_an_output_that_may_stand_in_a_list_of_its_own_is_only_what_all_outputs_do():
    wrapped = read_tests('{"fn_name": "f", "inputs": [[1], [2]], "outputs": [[1], [2]]}')
    lists = read_tests('{"fn_name": "f", "inputs": [[1], [2]], "outputs": [[1], [2, 2]]}')
    assert [case["accepted"] for case in wrapped.cases] == [[[1], 1], [[2], 2]]
    assert [case["expected"] for case in lists.cases] == [[1], [2, 2]]


def test_the_names_that_tests_import_from_the_program_are_its_own(pool):
    tests = (
        "import solution\nfrom solution import double as twice, Box\n"
        "def test_it():\n    assert twice(2) == 4 and solution.double(3) == 6\n"
        "    assert Box().n == 1"
    )
    program = "class Box:\n    n = 1\n\ndef double(n):\n    return 2 * n"
    right, wrong = VERIFIER.verify(
        [item(program, tests), item(program.replace("2 *", "3 *"), tests)], pool
    )
    assert (right.outcome, wrong.outcome) == (Outcome.CORRECT, Outcome.INCORRECT)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        pytest.param({"input": "Name a bird.", "output": "Owl"}, None, id="an instruction"),
        pytest.param({"test": "train", "answer": "5"}, None, id="a split"),
        pytest.param({"tests": ["assert f()"]}, ["assert f()"], id="tests alone"),
        pytest.param(
            {"tests": {"kind": "stdin"}, "entry_point": "f"}, {"kind": "stdin"}, id="our own form"
        ),
        pytest.param(
            {"tests": "def check(c): ...", "entry_point": "f"},
            {"tests": "def check(c): ...", "entry_point": "f"},
            id="with a name",
        ),
        pytest.param({"tests": float("nan")}, None, id="a missing cell"),
        pytest.param(
            {"input_output": '{"inputs": ["1"]}', "difficulty": "easy"},
            {"input_output": '{"inputs": ["1"]}'},
            id="a column of another name",
        ),
        pytest.param({"verification_info": {"ground_truth": "5"}}, None, id="a sum's answer"),
    ],
)
def test_only_what_belongs_to_programs_is_taken_from_a_row(row, found):
    assert gathered_tests(row, is_code=False) == found


PYTEST = """
import pytest
from solution import root

def test_one():
    assert root(4) == 2

def test_raises():
    with pytest.raises(ValueError, match="below"):
        root(-1)

@pytest.mark.parametrize("square, side", [(9, 3), pytest.param(16, 4, id="four")])
def test_each(square, side):
    assert root(square) == side

@pytest.mark.parametrize("n", [1, 0])
@pytest.mark.parametrize("sign", [(1,)])
def test_both(n, sign):
    assert root(n * sign[0]) == pytest.approx(n)
"""
ROOT = "def root(n):\n    if n < 0:\n        raise ValueError('below zero')\n    return n ** 0.5"


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        pytest.param(ROOT, Outcome.CORRECT, id="right"),
        pytest.param(ROOT.replace("0.5", "0.5 if n != 16 else 5"), Outcome.INCORRECT, id="a row"),
        pytest.param(ROOT.replace("0.5", "0.5 if n else 7"), Outcome.INCORRECT, id="two marks"),
        pytest.param(ROOT.replace("if n < 0", "if n == 0"), Outcome.INCORRECT, id="raises wrongly"),
        pytest.param("def root(n):\n    return n ** 0.5", Outcome.INCORRECT, id="raises nothing"),
    ],
)
def test_functions_for_pytest_are_called_with_each_row_of_their_marks(program, outcome, pool):
    [verdict] = VERIFIER.verify([item(program, allowing(PYTEST, ("pytest",)))], pool)
    assert verdict.outcome is outcome, verdict.detail


@pytest.mark.parametrize(
    ("tests", "packages"),
    [
        pytest.param(PYTEST.replace("def test_both(n", "def test_both(tmp_path, n"), ("pytest",), id="a fixture"),
        pytest.param("class TestIt:\n    def test_one(self):\n        assert root(4) == 2", (), id="a class"),
        pytest.param(PYTEST, (), id="without pytest"),
    ],
)  # fmt: skip
def test_tests_that_only_pytest_runs_blame_the_prompt(tests, packages, pool):
    [verdict] = VERIFIER.verify([item(ROOT, allowing(tests, packages))], pool)
    assert verdict.outcome is Outcome.BAD_GOLD


PREAMBLE = """
class Solution:
    def most(self, words: List[str]) -> Optional[str]:
        return max(Counter(words).items(), key=itemgetter(1))[0] if words else None
"""


def test_called_programs_find_the_names_that_their_sites_give_them(pool):
    case = {"input": '["b", "a", "b"]', "output": '"b"', "testtype": "functional"}
    tests = {"public_test_cases": [case], "metadata": {"func_name": "most"}}
    right, wrong, unnamed = VERIFIER.verify(
        [
            item(PREAMBLE, json.dumps(tests)),
            item(PREAMBLE.replace("max", "min"), json.dumps(tests)),
            item(PREAMBLE.replace("most", "add"), json.dumps(tests)),
        ],
        pool,
    )
    assert (right.outcome, wrong.outcome) == (Outcome.CORRECT, Outcome.INCORRECT)
    assert "NameError" not in wrong.detail
    assert unnamed.outcome is Outcome.INCORRECT


@pytest.mark.parametrize("name", ["add", "floor", "Counter", "ListNode"])
def test_a_name_that_the_preamble_has_is_not_the_programs(name, pool):
    tests = {"fn_name": name, "inputs": [[1, 2]], "outputs": [3]}
    functional = {"functional": f"assert {name}(1, 2) == 3"}
    for given in (tests, functional):
        [verdict] = VERIFIER.verify([item("x = 1", json.dumps(given))], pool)
        assert verdict.outcome is Outcome.INCORRECT


@pytest.mark.parametrize(
    ("program", "tests", "outcome"),
    [
        pytest.param("def sum(a, b): return a + b", "assert sum(1, 2) == 3", Outcome.CORRECT, id="right"),
        pytest.param("def sum(a, b): return a - b", "assert sum(1, 2) == 3", Outcome.INCORRECT, id="wrong"),
        pytest.param(
            "def set(x): return 1\ndef f(x): return x", "assert set(f([1])) == set([2])", Outcome.INCORRECT, id="another's"
        ),
    ],
)  # fmt: skip
def test_asserts_that_use_builtins_alone_ask_for_the_function_they_call(
    program, tests, outcome, pool
):
    [verdict] = VERIFIER.verify([item(program, json.dumps([tests]))], pool)
    assert verdict.outcome is outcome
