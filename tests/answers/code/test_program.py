import json

import pytest

from r1data.answers.code.program import read_program
from r1data.answers.code.tests_of import read_tests
from r1data.text import fenced

ADD = "def add(a, b):\n    return a + b\n"
WHOLE = "def total():\n    a, b = map(int, input().split())\n    print(a + b)\n\ntotal()\n"
CALLS = {"kind": "calls", "entry_point": "add", "cases": [{"args": [1, 2], "expected": 3}]}
ASSERTS = {"kind": "asserts", "code": "assert add(1, 2) == 3"}
STDIN = {"kind": "stdin", "cases": [{"input": "1 2", "output": "3"}]}


def given(*blocks):
    return "\n\n".join(f"Now:\n{fenced(block, 'python')}" for block in blocks)


def lines(*blocks):
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.mark.parametrize(
    ("response", "program"),
    [
        pytest.param("```python\na\n```\ntext\n```python\nb\n```", "b\n", id="the last block"),
        pytest.param("```py\na\n```", "a\n", id="py"),
        pytest.param("```Python3 title\na\n```", "a\n", id="language with more"),
        pytest.param(
            "```python\na\n```\n```\noutput\n```", "a\n", id="a block without language after"
        ),
        pytest.param("```\na\n```", "a\n", id="no language"),
        pytest.param("```python\na\n```\n```bash\nls\n```", "a\n", id="another language after"),
        pytest.param("```java\na\n```", None, id="another language"),
        pytest.param("~~~python\na\n~~~", "a\n", id="tildes"),
        pytest.param("````python\n'''\n```\n'''\n````", "'''\n```\n'''\n", id="a longer fence"),
        pytest.param("  ```python\n  a\n    b\n  ```", "a\n  b\n", id="indented"),
        pytest.param("```python\na\n", "a\n", id="never closed"),
        pytest.param("print(1)", "print(1)", id="no fence"),
        pytest.param("```python\n\n```\n", None, id="an empty block"),
        pytest.param("", None, id="nothing"),
        pytest.param("```python3.11\na\n```", "a\n", id="a version"),
        pytest.param("```print(1)``` does it:\n```python\na\n```", "a\n", id="a quoted word"),
        pytest.param("<answer>\nprint(1)\n</answer>", "print(1)", id="answer tags"),
        pytest.param("Thus <answer>a = 1</answer>.", "a = 1", id="answer tags in a sentence"),
        pytest.param("<answer>\n```python\na\n```\n</answer>", "a\n", id="a fence in answer tags"),
        pytest.param("<answer></answer>", None, id="empty answer tags"),
    ],
)
def test_the_last_python_block_is_the_program(response, program):
    assert read_program(response) == program


def test_a_block_that_was_cut_off_is_no_program():
    assert read_program("```python\na\n```\n```python\nb", is_cut_off=True) is None


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(
            'def f():\n    """Doc.\n\n    ```\n    f()\n    ```\n    """\n', id="docstring"
        ),
        pytest.param("def f():\n    '''\n    ```python\n    f()\n    ```\n    '''\n", id="python"),
        pytest.param('"""Of the module.\n\n```\nf()\n```\n"""\nx = 1\n', id="not indented"),
        pytest.param("# use:\n#   ```\n#   f()\n#   ```\nx = 1\n", id="comment"),
        pytest.param("class A:\n  '''\n  ```\n  '''\n  x = 1\n", id="indented by two"),
        pytest.param("x = '\"\"\"'  # '''\ny = 1\n", id="quotes in a string and a comment"),
    ],
)
def test_a_fence_inside_the_program_does_not_end_it(inside):
    response = f"```python\n{inside}```\nIt works.\n```text\n6\n```"
    assert read_program(response) == inside


def test_a_docstring_that_never_ends_leaves_its_block_where_the_fence_ends_it():
    response = "```python\n'''half\n```\nText.\n```python\nx = 1\n```"
    assert read_program(response) == "x = 1\n"


SHOWN = {
    "a call": "print(add(1, 2))  # 3",
    "asserts": "assert add(1, 2) == 3\nassert add(0, 0) == 0",
    "a call under a guard": "if __name__ == '__main__':\n    print(add(3, 4))",
    "a test function": "def test_add():\n    assert add(1, 2) == 3",
    "a test class": "import unittest\nclass T(unittest.TestCase):\n    def test(self):\n"
    "        self.assertEqual(add(1, 2), 3)\nunittest.main()",
    "one line of it": "    return b + a",
    "a return": "return a + b",
    "a console": ">>> add(1, 2)\n3",
    "a sample": "1 2\n3",
    "a stub": "def add(a, b):\n    ...",
    "a function that calls it": "def main():\n    print(add(1, 2))\n\nmain()",
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
@pytest.mark.parametrize("tests", [CALLS, ASSERTS], ids=["calls", "asserts"])
def test_a_last_block_that_only_shows_the_function_is_passed_over(shown, tests):
    assert _read(given(ADD, shown), tests) == ADD


SHOWN_RUNS = {
    "its call": "total()",
    "a sample": "# input\n1 2\n# output\n3",
    "a sum": "print(1 + 2)",
    "asserts": "assert 1 + 2 == 3",
    "a test of its function": "def test():\n    total()",
    "a line": "    print(b + a)",
    "a line that reads": "a, b = [int(n) for n in input().split()]",
    "a run of its file": "from subprocess import run\nprint(run(['x.py'], input='1 2', stdout=-1))",
    "its call with another input": "import io, sys\nsys.stdin = io.StringIO('1 2')\ntotal()",
}


@pytest.mark.parametrize("shown", SHOWN_RUNS.values(), ids=SHOWN_RUNS)
def test_a_last_block_that_only_shows_the_program_is_passed_over(shown):
    assert _read(given(WHOLE, shown), STDIN) == WHOLE


JOINED = {
    "a helper first": (
        CALLS,
        ["def plus(a, b):\n    return a + b", "def add(a, b):\n    return plus(a, b)"],
    ),
    "a helper after": (
        CALLS,
        ["def add(a, b):\n    return plus(a, b)", "def plus(a, b):\n    return a + b"],
    ),
    "imports first": (
        CALLS,
        ["from operator import add as plus", "def add(a, b): return plus(a, b)"],
    ),
    "a constant first": (CALLS, ["ZERO = 0", "def add(a, b): return ZERO + a + b"]),
    "a helper mended": (
        CALLS,
        [
            "def plus(a, b): return a\ndef add(a, b): return plus(a, b)",
            "def plus(a, b): return a + b",
        ],
    ),
    "a function, then its use": (STDIN, [ADD, "print(add(*map(int, input().split())))"]),
    "a function that reads, then its call": (
        STDIN,
        ["def run():\n    print(sum(map(int, input().split())))", "run()"],
    ),
    "reading, then printing": (STDIN, ["a, b = map(int, input().split())", "print(a + b)"]),
}


@pytest.mark.parametrize(("tests", "blocks"), JOINED.values(), ids=JOINED)
def test_blocks_that_build_on_one_another_are_one_program(tests, blocks):
    assert lines(_read(given(*blocks), tests)) == lines(*blocks)


LAST = {
    "a second version": (CALLS, "def add(a, b):\n    return b"),
    "a second version that does not parse": (CALLS, "def add(a, b):\n    return (b"),
    "another function": (CALLS, "def plus(a, b):\n    return a + b"),
    "another whole program": (STDIN, "print(3 - int(input()[0]))"),
    "a function without a program": (STDIN, "def other(n):\n    return n"),
    "a program that forgets to print": (STDIN, "a, b = input().split()\nint(a) + int(b)"),
    "a new version of its function": (STDIN, "def total():\n    print(0)"),
}


@pytest.mark.parametrize(("tests", "last"), LAST.values(), ids=LAST)
def test_a_last_block_that_says_something_else_is_the_program(tests, last):
    first = WHOLE if tests is STDIN else ADD
    assert lines(_read(given(first, last), tests)) == lines(last)


def test_a_block_without_a_language_that_defines_something_may_be_what_a_later_one_shows():
    response = f"```\n{ADD}```\nIt gives:\n```\n3\n```\nTry:\n```python\nprint(add(1, 2))\n```"
    assert _read(response, CALLS) == ADD
    assert read_program("```python\na\n```\n```\ndef f(): ...\n```") == "a\n"


def test_a_program_that_needs_no_input_may_be_the_last_of_several():
    tests = {"kind": "stdin", "cases": [{"input": "", "output": "3"}]}
    assert _read(given("x = input()\nprint(x)", "print(3)"), tests) == "print(3)\n"


def test_a_block_that_was_cut_off_after_the_solution_is_half_an_answer():
    response = given(ADD) + "\n```python\nprint(ad"
    assert read_program(response, read_tests(json.dumps(CALLS)), is_cut_off=True) is None


@pytest.mark.parametrize(
    "odd", ["-" * 90_000 + "1", "x" + ".y" * 90_000, "(" * 90_000, "lambda: " * 9_000, "\x00"]
)
def test_a_block_that_no_parser_takes_is_no_harm(odd):
    assert ADD in _read(given(ADD, odd), CALLS)


def _read(response, tests):
    return read_program(response, read_tests(json.dumps(tests)))


@pytest.mark.parametrize("program", ["print(1)\n", '"""\n```\n"""\n', "x = '````'\n"])
def test_a_fenced_program_is_read_again(program):
    assert read_program(f"Here:\n{fenced(program, 'python')}\nDone.") == program


def test_many_fences_take_no_long_time():
    assert read_program("```\n" * 200_001) is None
