# ruff: noqa: E501
import json

import pytest

from r1data.answers.code.sandbox import Limits
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from tests.answers.code.programs import (
    CALLED,
    CHECKED,
    DOUBLE,
    PRINTED,
    RIGHT,
    RIGHT_PRINT,
    WRONG,
    WRONG_PRINT,
    asserts,
    item,
)

VERIFIER = CodeVerifier(Limits(cpu_seconds=2, wall_seconds=20.0))


@pytest.mark.parametrize(
    ("program", "tests", "outcome"),
    [
        pytest.param(RIGHT, DOUBLE, Outcome.CORRECT, id="asserts"),
        pytest.param(WRONG, DOUBLE, Outcome.INCORRECT, id="asserts, wrong"),
        pytest.param(RIGHT, CHECKED, Outcome.CORRECT, id="check"),
        pytest.param(WRONG, CHECKED, Outcome.INCORRECT, id="check, wrong"),
        pytest.param(RIGHT, CALLED, Outcome.CORRECT, id="calls"),
        pytest.param(WRONG, CALLED, Outcome.INCORRECT, id="calls, wrong"),
        pytest.param(RIGHT_PRINT, PRINTED, Outcome.CORRECT, id="stdin"),
        pytest.param(WRONG_PRINT, PRINTED, Outcome.INCORRECT, id="stdin, wrong"),
        pytest.param("def triple(x): return x", DOUBLE, Outcome.INCORRECT, id="another name"),
        pytest.param(f"{RIGHT_PRINT}\nexit()", PRINTED, Outcome.CORRECT, id="ends by exit()"),
    ],
)
def test_a_program_is_judged_by_its_tests(program, tests, outcome, pool):
    assert _verdict(item(program, tests), pool).outcome is outcome


def test_tests_read_plain_data_of_the_program(pool):
    tests = asserts("assert LIMIT == 3 and PRIMES == [2, 3] and NOTHING is None")
    right = "LIMIT, PRIMES, NOTHING = 3, [2, 3], None"
    liar = (
        "class E:\n    def __eq__(self, other): return True\nLIMIT = PRIMES = E()\nNOTHING = None"
    )
    outcomes = [_verdict(item(program, tests), pool).outcome for program in (right, liar)]
    assert outcomes == [Outcome.CORRECT, Outcome.INCORRECT]


@pytest.mark.parametrize(
    ("code", "right"),
    [
        pytest.param("for x in f(5) or []: assert x == 1", Outcome.INCORRECT, id="an empty loop"),
        pytest.param("x = 1", Outcome.INCORRECT, id="no assert"),
        pytest.param("def test_f(): assert f(1) == 2", Outcome.CORRECT, id="a test function"),
        pytest.param(
            "if __name__ == '__main__':\n    assert f(1) == 2", Outcome.CORRECT, id="under a guard"
        ),
        pytest.param("if f(1) != 2: raise ValueError", Outcome.CORRECT, id="raises itself"),
    ],
)
def test_a_program_does_not_pass_by_leaving_nothing_to_test(code, right, pool):
    tests = json.dumps({"kind": "asserts", "setup": "", "code": code, "entry_point": None})
    programs = ("def f(x): return x * 2 if x == 1 else []", "def f(x): return 0")
    outcomes = [_verdict(item(program, tests), pool).outcome for program in programs]
    assert outcomes == [right, Outcome.INCORRECT]


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        pytest.param(None, "there are none", id="none"),
        pytest.param("{", "no JSON", id="no JSON"),
        pytest.param("[]", "no cases", id="an empty list"),
        pytest.param("7", "in no form that is read", id="a number"),
        pytest.param('{"kind": "doctest"}', "not one of asserts, calls", id="another kind"),
        pytest.param('{"kind": ["stdin"]}', "not one of asserts, calls", id="no kind"),
        pytest.param(asserts(""), "no code", id="no code"),
        pytest.param(asserts("assert ("), "no Python", id="code is no Python"),
        pytest.param(asserts("assert f()", setup="("), "no Python", id="setup is no Python"),
        pytest.param(asserts(["f()"]), "must be texts", id="code is a list"),
        pytest.param(asserts("def check(f): pass"), "no entry_point", id="nothing to check"),
        pytest.param('{"kind": "stdin", "cases": []}', "no cases", id="no cases"),
        pytest.param('{"kind": "stdin", "cases": [{"input": "1"}]}', "output", id="no output"),
        pytest.param('{"kind": "stdin", "cases": [1]}', "case 0", id="a case that is no object"),
        pytest.param('{"kind": "calls", "cases": [{}]}', "entry_point", id="calls of nothing"),
    ],
)
def test_malformed_tests_blame_the_prompt(tests, reason, pool):
    verdict = _verdict(item(RIGHT, tests), pool)
    assert verdict.outcome is Outcome.BAD_GOLD
    assert reason in verdict.detail


@pytest.mark.parametrize(
    ("response", "is_cut_off"),
    [
        pytest.param("  \n", False, id="blank"),
        pytest.param("```java\nint x;\n```", False, id="another language"),
        pytest.param(f"```python\n{RIGHT}", True, id="cut off in the block"),
        pytest.param(RIGHT, True, id="cut off without a fence"),
    ],
)
def test_no_program_is_no_answer(response, is_cut_off, pool):
    verdict = _verdict(Item(response, tests=DOUBLE, is_cut_off=is_cut_off), pool)
    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.predicted_answer is None


def test_each_test_has_its_result(pool):
    tests = asserts("assert f(1) == 1\nassert f(2) == 3\nassert f(0) == 0")
    verdict = _verdict(item("def f(x): return x // x", tests), pool)
    assert json.loads(verdict.test_results) == [
        {"test": "f(1) == 1", "outcome": "passed"},
        {"test": "f(2) == 3", "outcome": "failed", "detail": "AssertionError"},
        {
            "test": "f(0) == 0",
            "outcome": "failed",
            "detail": "ZeroDivisionError: integer division or modulo by zero",
        },
    ]


def test_each_case_has_its_result(pool):
    verdict = _verdict(item("print(4)", PRINTED), pool)
    assert [result["outcome"] for result in json.loads(verdict.test_results)] == [
        "passed",
        "failed",
    ]


@pytest.mark.parametrize(
    ("program", "detail"),
    [
        pytest.param("def double(x:", "does not compile: SyntaxError", id="compile error"),
        pytest.param("1 / 0", "raised when run: ZeroDivisionError", id="raised"),
        pytest.param("def double(x):\n    while True: pass", "processor time used up", id="time"),
        pytest.param("def double(x): return bytearray(9 << 30)", "MemoryError", id="memory"),
        pytest.param("def double(x): return 'x' * (9 << 20)", "bytes of output", id="output"),
        pytest.param("import os\ndef double(x): os._exit(3)", "exit status 3", id="exit"),
        pytest.param(
            "def double(x): open('/tmp/x', 'wb').write(bytes(99 << 20))",
            "File too large",
            id="file",
        ),
    ],
)
def test_the_detail_says_what_a_program_died_of(program, detail, pool):
    verdict = _verdict(item(program, DOUBLE), pool)
    assert verdict.outcome is Outcome.INCORRECT
    assert detail in verdict.detail


KEPT = [
    pytest.param(
        "def f(xs): xs.sort()",
        "a = [3, 1]\nf(a)\nassert a == [1, 3]",
        id="arguments change in place",
    ),
    pytest.param(
        "def f(d): d['a'].append(1); del d['b']",
        "d = {'a': [], 'b': 2}\nf(d)\nassert d == {'a': [1]}",
        id="nested arguments change",
    ),
    pytest.param("def f(x): return x", "a = [1]\nassert f(a) is a", id="identity"),
    pytest.param(
        "def f(n):\n    if n < 0: raise ValueError('negative')\n    return n",
        "try:\n    f(-1)\nexcept ValueError as error:\n    assert 'negative' in str(error)\n"
        "else:\n    assert False",
        id="an expected exception",
    ),
    pytest.param(
        "class Empty(Exception): pass\ndef f(): raise Empty",
        "caught = False\ntry:\n    f()\nexcept Empty:\n    caught = True\nassert caught",
        id="an exception of the program's own",
    ),
    pytest.param(
        "class Stack:\n    def __init__(self): self.items = []\n"
        "    def push(self, x): self.items.append(x)\n    def __len__(self): return len(self.items)",
        "s = Stack()\ns.push(3)\nassert len(s) == 1 and s.items == [3]\nassert isinstance(s, Stack)",
        id="a class",
    ),
    pytest.param(
        "class V:\n    def __init__(self, x): self.x = x\n    def __add__(self, o): return V(self.x + o.x)\n"
        "    def __eq__(self, o): return self.x == o.x",
        "assert V(1) + V(2) == V(3)\nassert V(1) != V(2)\nassert (V(1) + V(2)).x == 3",
        id="operators of a class",
    ),
    pytest.param(
        "def f(n):\n    for i in range(n): yield i * i",
        "assert list(f(200)) == [n * n for n in range(200)]\nassert next(f(3)) == 0\n"
        "assert sum(f(4)) == 14",
        id="a generator",
    ),
    pytest.param(
        "def f(g, xs): return [g(x) for x in xs]",
        "assert f(lambda x: x + 1, [1, 2]) == [2, 3]\nassert f(str, [1]) == ['1']",
        id="a function as an argument",
    ),
    pytest.param("def f(n): return lambda x: x + n", "assert f(2)(3) == 5", id="a closure"),
    pytest.param(
        "def f(xs): return sum(xs)", "assert f(x for x in (1, 2)) == 3", id="a generator given"
    ),
    pytest.param(
        "from collections import *\nfrom decimal import *\nfrom fractions import *\nimport datetime\n"
        "def f(): return [{1, (2, 3)}, frozenset([4]), {(1,): 2}, 5j, b'6', range(7), Decimal('0.8'),"
        " Fraction(9, 10), datetime.date(2011, 12, 13), deque([14]), Counter('aa'), 1 << 20000,"
        " float('inf'), OrderedDict(a=1), {'k': 1}.keys(), int]",
        "import datetime\nassert f() == [{1, (2, 3)}, frozenset([4]), {(1,): 2}, 5j, b'6', range(7),"
        " Decimal('0.8'), Fraction(9, 10), datetime.date(2011, 12, 13), deque([14]), Counter('aa'),"
        " 1 << 20000, float('inf'), OrderedDict(a=1), {'k'}, int]",
        id="values of many kinds",
    ),
    pytest.param(
        "def f():\n    a = [1]\n    a.append(a)\n    return a",
        "a = f()\nassert a[1] is a",
        id="a cycle",
    ),
    pytest.param(
        "def f(n):\n    a = []\n    for _ in range(n): a = [a]\n    return a",
        "a, n = f(5000), 0\nwhile a:\n    a, n = a[0], n + 1\nassert n == 5000",
        id="deep nesting",
    ),
    pytest.param("def sum(a, b): return a + b", "assert sum(1, 2) == 3", id="a builtin's name"),
    pytest.param("def bisect(a): return a", "assert bisect(1) == 1", id="a module's name"),
    pytest.param("import math\ndef f(): return 2.0", "assert math.isclose(f(), 2)", id="a module"),
    pytest.param(
        "def f(target, self, operation): return self",
        "assert f(target=1, self=2, operation=3) == 2",
        id="keywords",
    ),
]


@pytest.mark.parametrize(("program", "code"), KEPT)
def test_tests_mean_what_they_mean_in_one_process(program, code, pool):
    tests = asserts(code, entry_point="sum" if "def sum" in program else None)
    verdict = _verdict(item(program, tests), pool)
    assert (verdict.outcome, verdict.detail) == (Outcome.CORRECT, "")


def test_classes_of_the_setup_cross_as_plain_data_and_a_lying_one_of_the_program_decides_nothing(
    pool,
):
    setup = "class Node:\n    def __init__(self, v, n=None): self.v, self.n = v, n\n"
    tests = asserts(
        "a = f(Node(1, Node(2)))\nassert a.v == 2 and a.n.v == 1 and a.n.n is None", setup=setup
    )
    right = "def f(n):\n    a = None\n    while n: a, n = Node(n.v, a), n.n\n    return a"
    lying = "class Node:\n    def __getattr__(self, name): return self\n    v = 2\ndef f(n): return Node()"
    assert _verdict(item(right, tests), pool).outcome is Outcome.CORRECT
    assert _verdict(item(lying, tests), pool).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("name", ["equals", "__eq__", "__class__", "__dict__"])
def test_an_object_of_the_setups_classes_keeps_its_methods(name, pool):
    setup = "class Node:\n    def __init__(self, v): self.v = v\n"
    setup += "    def equals(self, other): return self.v == other.v\n"
    tests = asserts("assert f().equals(Node(2))", setup=setup)
    program = (
        "class Node:\n    @property\n    def __dict__(self):\n"
        f"        return {{'v': 1, {name!r}: lambda *a: True}}\ndef f(): return Node()"
    )
    assert _verdict(item(program, tests), pool).outcome is Outcome.INCORRECT


def test_what_the_setup_defines_is_the_tests_own(pool):
    setup = "def encode(text): return text[::-1]\n"
    tests = asserts("assert decode(encode('ab')) == 'ab'", setup=setup, entry_point="decode")
    cheat = "def encode(text): return text\ndef decode(text): return text"
    assert _verdict(item(cheat, tests), pool).outcome is Outcome.INCORRECT
    assert _verdict(item("def decode(t): return encode(t)", tests), pool).outcome is Outcome.CORRECT


@pytest.mark.parametrize("part", ["setup", "code"])
def test_tests_that_import_what_is_not_there_blame_the_prompt(part, pool):
    parts = {"code": "assert f() is None", part: "import polars\nassert f() is None"}
    verdict = _verdict(item("def f(): pass", asserts(parts.pop("code"), **parts)), pool)
    assert verdict.outcome is Outcome.BAD_GOLD
    guilty = "def f(): import polars"
    assert _verdict(item(guilty, asserts("f()")), pool).outcome is Outcome.INCORRECT


def test_a_program_that_never_ends_is_not_given_its_other_inputs(pool):
    cases = [{"input": f"{n}", "output": "1"} for n in range(50)]
    tests = json.dumps({"kind": "stdin", "cases": cases})
    verdict = _verdict(item("while True: pass", tests), pool)
    outcomes = [result["outcome"] for result in json.loads(verdict.test_results)]
    assert (outcomes[0], set(outcomes[1:])) == ("failed", {"not_run"})
    assert "processor time" in verdict.detail


def test_an_entry_point_may_be_an_expression(pool):
    tests = asserts("def check(f):\n    assert f(1) == 2", entry_point="Solution().double")
    program = "class Solution:\n    def double(self, x): return 2 * x"
    assert _verdict(item(program, tests), pool).outcome is Outcome.CORRECT


def test_tests_leave_nothing_behind_for_the_next_program(pool):
    first = asserts("import math\nmath.pi = 3\nassert f() is None")
    second = asserts("import math\nassert math.pi > 3.1 and f() is None")
    program = "def f(): pass"
    verdicts = VERIFIER.verify([item(program, first), item(program, second)] * 3, pool)
    assert {verdict.outcome for verdict in verdicts} == {Outcome.CORRECT}


def test_verdicts_come_in_order_and_hold_the_program(pool):
    items = [item(program, DOUBLE) for program in (RIGHT, WRONG, RIGHT)]
    verdicts = VERIFIER.verify(items, pool)
    assert [verdict.predicted_answer for verdict in verdicts] == [RIGHT, WRONG, RIGHT]
    assert [verdict.reward for verdict in verdicts] == [1.0, 0.0, 1.0]


def test_a_reference_solution_is_the_response_that_must_be_right(pool):
    given = Item("", gold_answer='"""```"""\n' + RIGHT, tests=DOUBLE)
    response = VERIFIER.as_response(given)
    assert _verdict(Item(response, tests=DOUBLE), pool).outcome is Outcome.CORRECT
    assert VERIFIER.as_response(Item("", tests=DOUBLE)) is None
    assert VERIFIER.type_answer(given) == "program"


def _verdict(given, pool):
    [verdict] = VERIFIER.verify([given], pool)
    return verdict
