import json

from r1data.answers.verdict import Item
from r1data.text import fenced

DOUBLE = json.dumps(
    {
        "kind": "asserts",
        "code": "assert double(2) == 4\n"
        "assert double([3]) == [3, 3]\n"
        "assert abs(double(1.5) - 3) < 1e-9\n"
        "assert double('ab') in ('abab',)\n"
        "assert isinstance(double(7), int)",
    }
)
CHECKED = json.dumps(
    {
        "kind": "asserts",
        "setup": "import math",
        "code": "def check(candidate):\n"
        "    for n in range(1, 30):\n"
        "        assert math.isclose(candidate(n), 2 * n), f'{n} was to give {2 * n}'\n"
        "    try:\n"
        "        candidate(None)\n"
        "    except TypeError:\n"
        "        pass\n"
        "    else:\n"
        "        assert False, 'None has no double'",
        "entry_point": "double",
    }
)
CALLED = json.dumps(
    {
        "kind": "calls",
        "entry_point": "double",
        "cases": [{"args": [2], "expected": 4}, {"args": [[3]], "expected": [3, 3]}],
    }
)
PRINTED = json.dumps(
    {
        "kind": "stdin",
        "cases": [{"input": "2\n", "output": "4\n"}, {"input": "21\n", "output": "42\n"}],
    }
)
RIGHT = "def double(x):\n    return x * 2\n"
WRONG = "def double(x):\n    return x\n"
RIGHT_PRINT = "print(int(input()) * 2)\n"
WRONG_PRINT = "print(input())\n"


def item(program, tests, **facts):
    return Item(response=fenced(program, "python"), tests=tests, **facts)


def asserts(code, **facts):
    return json.dumps({"kind": "asserts", "code": code, **facts})
