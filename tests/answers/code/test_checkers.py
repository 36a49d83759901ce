# ruff: noqa: E501
import json
from textwrap import indent

import pytest

from r1data.answers.code.sandbox import Limits
from r1data.answers.code.stdout import Comparison, Tolerance
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from tests.answers.code.programs import item

VERIFIER = CodeVerifier(Limits(cpu_seconds=2, wall_seconds=20.0))


@pytest.mark.parametrize(
    ("name", "output", "expected"),
    [
        pytest.param("tokens", "1\n 2  3", "1 2 3", id="tokens on other lines"),
        pytest.param("tokens_any_case", "yes\nNo", "YES NO", id="case"),
        pytest.param("floats", "0.5000001\nx", "0.5 x", id="near"),
        pytest.param("floats", "3.0000001", "3", id="near an integer"),
        pytest.param("lines_any_order", "b 2\na  1", "a 1\nb 2", id="lines turned about"),
        pytest.param("tokens_any_order", "3 1\n2", "1 2 3", id="tokens turned about"),
    ],
)
def test_outputs_that_a_named_comparison_takes(name, output, expected):
    assert Comparison(name).difference(output, expected) == ""
    assert Comparison().difference(output, expected)


@pytest.mark.parametrize(
    ("name", "output", "expected"),
    [
        pytest.param("tokens", "YES", "yes", id="case"),
        pytest.param("tokens", "12", "1 2", id="a token for two"),
        pytest.param("tokens_any_case", "no", "YES", id="another word"),
        pytest.param("floats", "0.51", "0.5", id="far"),
        pytest.param("floats", "nan", "0.5", id="no number"),
        pytest.param("floats", "1000001", "1000000", id="two integers"),
        pytest.param("floats", "0.5 1", "0.5", id="one too many"),
        pytest.param("lines_any_order", "a\na\nb", "a\nb\nb", id="lines counted"),
        pytest.param("lines_any_order", "1 a\n2 b", "1 b\n2 a", id="tokens of two lines mixed"),
        pytest.param("tokens_any_order", "1 2 2", "1 2", id="one too many tokens"),
        pytest.param("tokens_any_order", "1 2", "1 2 2", id="one too few"),
    ],
)
def test_outputs_that_a_named_comparison_refuses(name, output, expected):
    assert Comparison(name).difference(output, expected)


def test_the_tolerance_is_relative_or_absolute():
    wide = Comparison("floats", Tolerance(relative=0.0, absolute=0.01))
    assert wide.difference("0.009", "0.0") == ""
    assert wide.difference("100.02", "100.0")
    assert Comparison("floats", Tolerance(relative=1e-3)).difference("100.02", "100.0") == ""


PARITY = {
    "kind": "stdin",
    "comparison": "tokens_any_case",
    "cases": [{"input": "4", "output": "YES"}, {"input": "7", "output": "NO"}],
}
DIVISORS = {
    "kind": "stdin",
    "comparison": "tokens_any_order",
    "cases": [{"input": "12", "output": "1 2 3 4 6 12"}, {"input": "7", "output": "1 7"}],
}
SUM = {
    "kind": "stdin",
    "checker": "def check(input, expected, output):\n"
    "    a, b = map(int, output.split())\n"
    "    return a > 0 and b > 0 and a + b == int(input)",
    "cases": [{"input": "5", "output": "1 4"}, {"input": "2"}],
}
OTHER_DIGIT = {
    "kind": "stdin",
    "checker": "def check(input, expected, output):\n"
    "    word = output.strip()\n"
    "    return len(word) == 1 and word.isdigit() and int(word) != sum(map(int, input.split()))",
    "cases": [{"input": "1 2"}, {"input": "4 5"}, {"input": "9 9"}],
}
SCRIPT = {
    "kind": "stdin",
    "checker": "import sys\n"
    "given, expected, output = (open(path).read() for path in sys.argv[1:])\n"
    "print(int(sum(map(int, output.split())) == int(given) != int(expected or 0)))",
    "cases": [{"input": "5", "output": "0"}],
}
GROUPS = {
    "kind": "calls",
    "entry_point": "f",
    "comparison": "any_order",
    "cases": [{"args": [4], "expected": [[1, 2], [3, 4]]}],
}
NEAR = {
    "kind": "calls",
    "entry_point": "f",
    "comparison": {"name": "floats", "absolute": 0.01},
    "cases": [{"args": [], "expected": [0.5, 2.0]}],
}
SEVERAL = {"kind": "stdin", "cases": [{"input": "", "accepted": ["1 2", "2 1"]}]}
SEVERAL_VALUES = {
    "kind": "calls",
    "entry_point": "f",
    "cases": [{"args": [], "accepted": [[1, 2], None]}],
}
PATH = {
    "kind": "calls",
    "entry_point": "f",
    "checker": "def check(input, expected, output):\n"
    "    return isinstance(output, list) and sorted(output) == list(range(input[0]))",
    "cases": [{"args": [3]}],
}
READ = "n = int(input())\n"
JUDGED = {
    "parity": (PARITY, f"{READ}print('yes' if n % 2 == 0 else 'No')", True),
    "parity, wrong": (PARITY, f"{READ}print('no' if n % 2 == 0 else 'yes')", False),
    "parity, two words": (PARITY, f"{READ}print('yes no')", False),
    "divisors": (DIVISORS, f"{READ}print(*[d for d in range(n, 0, -1) if n % d == 0])", True),
    "divisors, one missing": (
        DIVISORS,
        f"{READ}print(*[d for d in range(2, n + 1) if n % d == 0])",
        False,
    ),
    "divisors, one twice": (
        DIVISORS,
        f"{READ}print(1, *[d for d in range(1, n + 1) if n % d == 0])",
        False,
    ),
    "a sum": (SUM, f"{READ}print(n - 1, 1)", True),
    "a sum of nothing": (SUM, f"{READ}print(n, 0)", False),
    "a sum in words": (SUM, "print('one four')", False),
    "a sum that is not printed": (SUM, "pass", False),
    "another digit": (OTHER_DIGIT, "print((sum(map(int, input().split())) + 1) % 10)", True),
    "the digit itself": (OTHER_DIGIT, "print(sum(map(int, input().split())))", False),
    "no digit": (OTHER_DIGIT, "print('x')", False),
    "a checker that is a script": (SCRIPT, f"{READ}print(n - 2, 2)", True),
    "a checker that is a script, wrong": (SCRIPT, f"{READ}print(n, 2)", False),
    "a script's word": (SCRIPT, "print('1')", False),
    "groups in another order": (GROUPS, "def f(n): return [(3, 4), [1, 2]]", True),
    "groups with their members turned": (GROUPS, "def f(n): return [[4, 3], [1, 2]]", False),
    "groups, one twice": (GROUPS, "def f(n): return [[1, 2], [1, 2]]", False),
    "near values": (NEAR, "def f(): return [0.505, 2]", True),
    "values that are not near": (NEAR, "def f(): return [0.52, 2]", False),
    "one of several outputs": (SEVERAL, "print(2, 1)", True),
    "none of several outputs": (SEVERAL, "print(2, 2)", False),
    "one of several values": (SEVERAL_VALUES, "def f(): pass", True),
    "none of several values": (SEVERAL_VALUES, "def f(): return [2, 1]", False),
    "a checked value": (PATH, "def f(n): return [2, 0, 1]", True),
    "a checked value, wrong": (PATH, "def f(n): return [2, 2, 1]", False),
    "a checker in a condition": (
        {**SUM, "checker": f"if True:\n{indent(SUM['checker'], '    ')}\nelse:\n    check = None"},
        f"{READ}print(n - 1, 1)",
        True,
    ),
    "a checker without a name of its own": (
        {**SUM, "checker": "check = lambda given, expected, output: output.split() == ['1']"},
        "print(1)",
        True,
    ),
    "a script with a word of that name": (
        {**SCRIPT, "checker": f"{SCRIPT['checker']}\ncheck = 1"},
        f"{READ}print(n - 2, 2)",
        True,
    ),
    "a checked object": (
        PATH,
        "class A:\n    def __eq__(self, o): return True\ndef f(n): return A()",
        False,
    ),
}


@pytest.mark.parametrize(("tests", "program", "is_right"), JUDGED.values(), ids=JUDGED)
def test_a_problem_with_several_right_answers_is_judged(tests, program, is_right, pool):
    [verdict] = VERIFIER.verify([item(program, json.dumps(tests))], pool)
    assert verdict.outcome is (Outcome.CORRECT if is_right else Outcome.INCORRECT)


BROKEN = {
    "imports what is missing": "import polars\ndef check(input, expected, output): return True",
    "imports it when it runs": "def check(input, expected, output):\n    import polars\n    return True",
    "raises at once": "1 / 0\ndef check(input, expected, output): return True",
    "is no Python": "def check(",
}


@pytest.mark.parametrize("checker", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("tests", [SUM, PATH], ids=["stdin", "calls"])
def test_a_checker_that_cannot_run_blames_the_prompt(checker, tests, pool):
    program = "print(1)\ndef f(n): return [n]"
    [verdict] = VERIFIER.verify([item(program, json.dumps({**tests, "checker": checker}))], pool)
    assert verdict.outcome is Outcome.BAD_GOLD
    assert "checker" in verdict.detail


REPEATS = "print('0 for', open(sys.argv[3]).read())"
UNDECIDED = {
    "nothing": "def check(input, expected, output): pass",
    "a score": "def check(input, expected, output): return 0.5",
    "a text": "def check(input, expected, output): return 'wrong'",
    "a list": "def check(input, expected, output): return [False]",
    "an error": "def check(input, expected, output): raise ValueError('no')",
    "an end": "def check(input, expected, output): raise SystemExit(0)",
    "no end": "def check(input, expected, output):\n    while True: pass",
    "a script that says nothing": "import sys",
    "a script that says 0": "print('1')\nprint(0)",
    "a script that says 0 and repeats the output": f"import sys\n{REPEATS}",
    "a script that says 0 first": "print(0)\nprint(1)",
    "a script that ends badly": "import sys\nprint(1)\nsys.exit(1)",
}


@pytest.mark.parametrize("checker", UNDECIDED.values(), ids=UNDECIDED)
def test_a_checker_takes_an_output_by_a_plain_yes_alone(checker, pool):
    [verdict] = VERIFIER.verify([item("print(1)", json.dumps({**SUM, "checker": checker}))], pool)
    assert verdict.outcome is Outcome.INCORRECT


def test_a_checker_sees_the_output_whole_and_each_case_has_its_result(pool):
    tests = {
        "kind": "stdin",
        "checker": "def check(input, expected, output):\n"
        "    return (input, expected, output) in [('1', 'a', ' 1\\n\\n'), ('2', '', '2')]",
        "cases": [{"input": "1", "output": "a"}, {"input": "2"}, {"input": "3", "output": ""}],
    }
    program = "n = input()\nprint(f' {n}\\n' if n == '1' else n, end='\\n' if n == '1' else '')"
    [verdict] = VERIFIER.verify([item(program, json.dumps(tests))], pool)
    assert [one["outcome"] for one in json.loads(verdict.test_results)] == [
        *("passed", "passed", "failed")
    ]


def test_a_program_cannot_reach_what_its_checker_left(pool):
    checker = "import sys\nprint(open(sys.argv[3]).read().strip())"
    tests = {"kind": "stdin", "checker": checker, "cases": [{"input": ""}, {"input": ""}]}
    thief = "import os\nprint(int(any(os.scandir('/tmp'))))"
    [verdict] = VERIFIER.verify([item(thief, json.dumps(tests))], pool)
    assert verdict.outcome is Outcome.INCORRECT


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"comparison": "fuzzy"}, "name one of lines, tokens", id="unknown"),
        pytest.param({"comparison": 7}, "name one of", id="no name"),
        pytest.param(
            {"comparison": {"name": "floats", "absolute": "x"}}, "numbers", id="no number"
        ),
        pytest.param(
            {"comparison": {"name": "floats", "absolut": 1}}, "relative and", id="mistyped"
        ),
        pytest.param(
            {"comparison": {"name": "floats", "absolute": -1}}, "numbers", id="below zero"
        ),
        pytest.param({"checker": ["x"]}, "must be texts", id="a checker that is no text"),
        pytest.param(
            {"cases": [{"input": "", "accepted": []}]}, "'accepted'", id="nothing accepted"
        ),
        pytest.param(
            {"cases": [{"input": "", "accepted": [1]}]}, "'accepted'", id="numbers accepted"
        ),
        pytest.param({"cases": [{"input": ""}]}, "no 'output'", id="no output and no checker"),
    ],
)
def test_a_comparison_that_cannot_be_made_blames_the_prompt(change, reason, pool):
    [verdict] = VERIFIER.verify([item("print(1)", json.dumps({**PARITY, **change}))], pool)
    assert verdict.outcome is Outcome.BAD_GOLD
    assert reason in verdict.detail


def test_asserts_have_no_checker(pool):
    tests = {"kind": "asserts", "code": "assert f()", "comparison": "tokens"}
    [verdict] = VERIFIER.verify([item("def f(): return 1", json.dumps(tests))], pool)
    assert verdict.outcome is Outcome.BAD_GOLD
