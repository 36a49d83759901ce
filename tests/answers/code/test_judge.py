# ruff: noqa: E501
"""What a program does to its judge: it is never credited for it, and never left unjudged."""

import json

import pytest

from r1data.answers.code.expected import is_expected
from r1data.answers.code.sandbox import Limits
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.workers import Workers
from tests.answers.code.programs import DOUBLE, PRINTED, RIGHT_PRINT, asserts, item

LIMITS = Limits(cpu_seconds=1, wall_seconds=6.0, memory_bytes=500 << 20)
NAN = float("nan")
NAMELESS = "type('', ({kind},), {{}})"
ONCE = "seen = []\ndef double(x):\n    seen.append(x)\n    if len(seen) == 1: return 4\n    {then}"
KINDS = ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException", "Exception")
ENDINGS = ("StopIteration", "StopAsyncIteration", "GeneratorExit")
LOOP = "assert all(map(lambda n: {ask} == 1, range(3)))"
ASKED = {
    "a function": ("def f(n): raise {end}", "f(n)"),
    "an attribute": ("class V:\n    @property\n    def x(self): raise {end}", "V().x"),
    "a method": ("class V:\n    def x(self): raise {end}", "V().x()"),
    "a constructor": ("class V:\n    def __init__(self): raise {end}", "V()"),
    "an operator": ("class V:\n    def __add__(self, o): raise {end}", "V() + V()"),
    "an index": ("class V:\n    def __getitem__(self, o): raise {end}", "V()[n]"),
    "a length": ("class V:\n    def __len__(self): raise {end}", "len(V())"),
    "a text": ("class V:\n    def __str__(self): raise {end}", "str(V())"),
    "a truth": ("class V:\n    def __bool__(self): raise {end}", "bool(V())"),
    "an absolute value": ("class V:\n    def __abs__(self): raise {end}", "abs(V())"),
    "an entered block": ("class V:\n    def __enter__(self): raise {end}\n    def __exit__(self, *e): return True", "V().__class__.__enter__(V())"),
    "a subclass of it": ("class End({end}): pass\nclass V:\n    def x(self): raise End", "V().x()"),
    "a data kind's text": ("class V(int):\n    def __str__(self): raise {end}\ndef f(n): return V(n)", "str(f(n))"),
}  # fmt: skip
WITH_NOTHING = "class V:\n    def __init__(self, *a): pass\n    def __{name}__(self, *o): return {value}\n    def __getattr__(self, name): raise AttributeError(name)"
LIES = {
    **{
        f"{name} gives {value}": (WITH_NOTHING.format(name=name, value=value), test)
        for value in ("None", "NotImplemented", "0", "''", "False")
        for name, test in (("sub", "assert not (V(1) - 3)"), ("lt", "assert not (V(1) < 3)"), ("mod", "assert not V(1) % 3"), ("rsub", "assert not (3 - V(1))"))
    },
    "swallows failures": ("class V:\n    def __enter__(self): return self\n    def __exit__(self, *e): return True\n    x = 1", "with V() as v:\n    assert v.x == 2"),
    "returned, swallows errors": ("class V:\n    def __enter__(self): return self\n    def __exit__(self, *e): return True\n    x = 1\ndef f(): return V()", "with f() as v:\n    if v.x != 2: raise ValueError"),
    "a named tuple that agrees": ("from collections import namedtuple\nclass P(namedtuple('P', 'x')):\n    def __eq__(self, o): return True\n    __hash__ = tuple.__hash__\ndef f(): return P(1)", "assert f() == (2,)"),
    "a list that agrees when it is made": ("class f(list):\n    def __init__(self, *a): pass\n    def __eq__(self, o): return True\n    def __contains__(self, o): return True\n    def __len__(self): return 3", "assert f(1) == [2] or 7 in f(1)"),
    "an IntEnum that agrees": ("from enum import IntEnum\nclass E(IntEnum):\n    A = 1\n    def __eq__(self, o): return True\n    def __lt__(self, o): return True\n    __hash__ = int.__hash__\ndef f(): return E.A", "assert f() == 2 or f() < 0"),
    "an int whose arithmetic agrees": ("class I(int):\n    def __sub__(self, o): return 0\n    __rsub__ = __sub__\n    def __abs__(self): return 0\n    def __float__(self): return 2.0\ndef f(): return I(1)", "assert abs(f() - 2) < 1e-9 or abs(2 - f()) < 1e-9 or isclose(f(), 2)"),
    "a Decimal that is no number": ("from decimal import Decimal\ndef f(): return Decimal('NaN')", "from decimal import Decimal\nassert f() == 1.5 or f() == Decimal('NaN')"),
    "a complex that is no number": ("def f(): return complex('nan')", "assert f() == 1.5 or abs(f() - 1) < 1"),
    "a time of another zone": ("import datetime as d\ndef f(): return d.datetime(2020, 1, 1, tzinfo=d.timezone(d.timedelta(hours=5)))", "import datetime as d\nassert f() == d.datetime(2020, 1, 1)"),
    "a time of another zone, both with one": ("import datetime as d\ndef f(): return d.datetime(2020, 1, 1, tzinfo=d.timezone(d.timedelta(hours=5)))", "import datetime as d\nassert f() == d.datetime(2020, 1, 1, tzinfo=d.timezone.utc)"),
    "an hour of another zone": ("import datetime as d\ndef f(): return d.time(1, tzinfo=d.timezone(d.timedelta(hours=5)))", "import datetime as d\nassert f() == d.time(1)"),
    "a lying time": ("import datetime as d\nclass T(d.datetime):\n    def __eq__(self, o): return True\n    __hash__ = None\ndef f(): return T(2021, 1, 1)", "import datetime as d\nassert f() == d.datetime(2020, 1, 1)"),
    "asserts that never run": ("def f(): raise SystemExit(0)", "f()\nassert f() == 1"),
    "a name that ends the tests": ("class M(type):\n    def __getattribute__(self, name): raise SystemExit(0)\nclass f(metaclass=M): pass", "assert f(1) == 2"),
}  # fmt: skip
CALLS = {
    "nan": ("float('nan')", 1.5),
    "nan in a list": ("[1.0, float('nan')]", [1.0, 2.0]),
    "nan in a dictionary": ("{'a': float('nan')}", {"a": 2.0}),
    "nan for an integer": ("float('nan')", 1),
    "minus nan": ("-float('nan')", 1.5),
    "infinity": ("float('inf')", 1e308),
    "minus infinity": ("-float('inf')", float("inf")),
    "True for 1": ("True", 1),
    "1 for True": ("1", True),
    "1.0 for 1": ("1.0", 1),
    "1.0 for True": ("1.0", True),
    "None for 0": ("None", 0),
    "0 for None": ("0", None),
    "'1' for 1": ("'1'", 1),
    "a Decimal": ("__import__('decimal').Decimal('NaN')", 1.5),
    "a Fraction": ("__import__('fractions').Fraction(3, 2)", 2.5),
    "a complex": ("complex('nan')", 1.5),
    "two keys that are written alike": ("{1: 5, '1': 6}", {"1": 6}),
    "an integer that no float holds": ("10 ** 400", 1.5),
    "a tuple too many": ("(1, 2, 3)", [1, 2]),
}  # fmt: skip
CREDITED = {
    **{f"a nameless {kind}": (f"raise {NAMELESS.format(kind=kind)}()", DOUBLE) for kind in KINDS},
    **{
        f"a nameless {kind} once a test held": (
            ONCE.format(then=f"raise {NAMELESS.format(kind=kind)}()"),
            DOUBLE,
        )
        for kind in KINDS
    },
    **{
        f"{end} from {place}": (program.format(end=end), asserts(LOOP.format(ask=ask)))
        for end in ENDINGS
        for place, (program, ask) in ASKED.items()
    },
    **{name: (program, asserts(code)) for name, (program, code) in LIES.items()},
    **{
        f"returns {name}": (
            f"def f(): return {value}",
            json.dumps(
                {"kind": "calls", "entry_point": "f", "cases": [{"args": [], "expected": expected}]}
            ),
        )
        for name, (value, expected) in CALLS.items()
    },
    "fails without a word": (f"{RIGHT_PRINT}import os, sys\nsys.stdout.flush()\nos._exit(3)", PRINTED),
    "says that it was not run": (f"{RIGHT_PRINT}import sys\nsys.exit('not run')", PRINTED),
}  # fmt: skip


def _calls(expected):
    return json.dumps(
        {"kind": "calls", "entry_point": "f", "cases": [{"args": [], "expected": expected}]}
    )


DEEP = "def f():\n    a = [0]\n    for _ in range(60): a = [a, a]\n    return a"
LONG = "def f():\n    a = []\n    for _ in range(100000): a = [a]\n    return a"
UNJUDGED = {
    "a deep graph of shared lists": (DEEP, _calls(1)),
    "a deep graph for one as deep": (DEEP, asserts("b = [0]\nfor _ in range(60): b = [b, b]\nassert f() == b")),
    "an endless range that is summed": ("def f(): return range(10 ** 15)", asserts("assert sum(f()) == 1")),
    "an endless range as a list": ("def f(): return range(10 ** 15)", asserts("assert list(f()) == [1]")),
    "an endless range in calls": ("def f(): return range(10 ** 15)", _calls([1])),
    "colliding hashes": ("def f(): return {n * (2 ** 61 - 1): 0 for n in range(60000)}", asserts("assert f() == {1: 2}")),
    "colliding hashes in a set": ("def f():\n    class L(list): pass\n    return L([frozenset([n * (2 ** 61 - 1)]) for n in range(60000)])", asserts("assert set(f()) == {1}")),
    "a global that exits": ("class E:\n    @property\n    def __class__(self): raise SystemExit\nx = E()\ndef f(): return 1", asserts("x\nassert f() == 2")),
    "a global whose copy exits": ("class M(type):\n    @property\n    def __mro__(cls): raise SystemExit\nclass x(metaclass=M): pass\ndef f(): return 1", asserts("assert x\nassert f() == 2")),
    "a global that raises when read": ("class D(dict):\n    def items(self): raise SystemExit\n    def copy(self): raise SystemExit\nx = D(a=1)\ndef f(): return 1", asserts("assert x == {'b': 1}")),
    "a generator without end": ("def f():\n    while True: yield 1", asserts("assert list(f()) == [1]")),
    "a list in itself": ("def f():\n    a = []\n    a.append(a)\n    return a", asserts("b = []\nb.append(b)\nassert f() == b")),
    "a list in itself in calls": ("def f():\n    a = []\n    a.append(a)\n    return a", _calls([1])),
    "a chain of lists": (LONG, asserts("assert f() == f()")),
    "a chain of lists in calls": (LONG, _calls([[]])),
    "a giant integer": ("def f(): return 10 ** 100000", _calls(1)),
    "a giant integer as a text": ("def f(): return 10 ** 100000", asserts("assert str(f()) == '1'")),
    "a power that never ends": ("def f(): return 10 ** 1000000", asserts("assert f() ** f() == 1")),
    "a number of repetitions": ("def f(): return 10 ** 9", asserts("assert [0] * f() == [1]")),
    "a number of seconds": ("def f(): return 10 ** 6", asserts("import time\ntime.sleep(f())\nassert f() == 1")),
    "an expression that never ends": ("def f(): return '(a+)+$'", asserts("import re\nassert re.match(f(), 'a' * 40 + 'b')")),
    "closes its files": ("import os\ndef f(): os.closerange(0, 64)", asserts("assert f() == 1")),
    "stops itself": ("import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGSTOP)", asserts("assert f() == 1")),
    "stops all": ("import os, signal\ndef f(): os.kill(-1, signal.SIGSTOP)", asserts("assert f() == 1")),
    "kills all": ("import os\ndef f(): os.kill(-1, 9)", asserts("assert f() == 1")),
    "kills its group when it is run": ("import os\nos.killpg(0, 9)", asserts("assert f() == 1")),
    "fills the pipe": ("import os\nfor n in range(3, 60):\n    try:\n        while True: os.write(n, bytes(65536))\n    except OSError: pass", asserts("assert f() == 1")),
    "deletes the builtins": ("import builtins\nfor name in list(vars(builtins)): name == '__build_class__' or delattr(builtins, name)\ndef f(): return 1", asserts("assert f() == 2")),
    "a bomb in __del__": ("class D:\n    def __del__(self):\n        while True: pass\ndef f():\n    D()\n    return 1", asserts("assert f() == 2")),
    "too many names": ("for n in range(300000): globals()[f'a{n}'] = 1\ndef f(): return 1", asserts("assert f() == 2")),
    "a program that is too long": ("x = '" + "a" * (5 << 20) + "'\ndef f(): return 1", asserts("assert f() == 2")),
    "an import error": ("def f(): raise ImportError('x')", asserts("assert f() == 2")),
    "an import error of the module": ("raise ModuleNotFoundError('x')", asserts("assert f() == 2")),
    "half of a surrogate as a class's name": ("def f(): return type('\\ud800', (), {})()", asserts("assert f() == 2")),
    "a class's name with a null byte": ("def f():\n    class A: pass\n    A.__name__ = 'b'\n    return type('a' * 100000, (tuple,), {})()", asserts("assert f() == (2,)")),
    "memory of many processes": ("import os, time\ndef f():\n    for _ in range(4):\n        if os.fork() == 0:\n            x = bytes(b'1') * (300 << 20)\n            time.sleep(9)\n    time.sleep(9)", asserts("assert f() == 2")),
}  # fmt: skip


@pytest.fixture(scope="module")
def verdicts(sandboxed):
    """The verdicts on all of them, found at once: some only wait for a limit."""
    attacks = {**CREDITED, **UNJUDGED}
    with Workers(6) as pool:
        found = CodeVerifier(LIMITS).verify([item(*attack) for attack in attacks.values()], pool)
    return dict(zip(attacks, found, strict=True))


@pytest.mark.parametrize("name", CREDITED)
def test_a_wrong_program_is_not_credited(name, verdicts):
    assert verdicts[name].outcome is Outcome.INCORRECT
    assert verdicts[name].detail


@pytest.mark.parametrize("name", UNJUDGED)
def test_what_a_program_does_to_its_judge_is_incorrect(name, verdicts):
    assert verdicts[name].outcome is Outcome.INCORRECT
    assert verdicts[name].detail


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        pytest.param("while True: pass", Outcome.TIMED_OUT, id="busy before they ask"),
        pytest.param("import time\ntime.sleep(99)", Outcome.TIMED_OUT, id="asleep"),
        pytest.param("import polars", Outcome.BAD_GOLD, id="a package that is not there"),
    ],
)
def test_what_tests_do_by_themselves_is_not_the_programs(code, outcome, pool):
    tests = asserts(f"{code}\nassert f() == 1")
    [verdict] = CodeVerifier(LIMITS).verify([item("def f(): return 1", tests)], pool)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("value", "expected", "is_right"),
    [
        pytest.param(NAN, NAN, True, id="nan for nan"),
        pytest.param([NAN], [NAN], True, id="nan for nan in a list"),
        pytest.param(NAN, 1.5, False, id="nan"),
        pytest.param(1.5, NAN, False, id="a number for nan"),
        pytest.param(NAN, float("inf"), False, id="nan for infinity"),
        pytest.param(float("inf"), float("inf"), True, id="infinity"),
        pytest.param(-0.0, 0.0, True, id="minus nothing"),
    ],
)
def test_only_nan_is_as_good_as_nan(value, expected, is_right):
    assert is_expected(value, expected) is is_right
