# ruff: noqa: E501
"""Right programs in the shapes that people write them in: all pass; a wrong one beside each fails."""

import json
import subprocess
import sys

import pytest

from r1data.answers.code.sandbox import Limits
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from tests.answers.code.programs import asserts, item

VERIFIER = CodeVerifier(Limits(cpu_seconds=4, wall_seconds=30.0))

POINT = "from collections import namedtuple\nPoint = namedtuple('Point', 'x y')\n"
COLOR = "class Color({kind}):\n    RED = {red}\n    BLUE = {blue}\n"
OBJECTS = {
    "a class that derives from list": (
        "class Stack(list):\n    def push(self, x): self.append(x)\n    def peek(self): return self[-1]",
        "s = Stack()\ns.push(1)\ns.append(2)\nassert s.peek() == 2 and len(s) == 2 and s == [1, 2] and isinstance(s, list)",
    ),
    "a list of one's own, changed by the tests": (
        "class L(list):\n    def total(self): return sum(self)\ndef f(): return L([1, 2])",
        "r = f()\nr[0] = 5\nr.append(1)\nassert r.total() == 8 and r == [5, 2, 1] and r[1:] == [2, 1] and r + [0] == [5, 2, 1, 0] and sorted(r) == [1, 2, 5]",
    ),
    "a class that derives from dict": (
        "class Tree(dict):\n    def __missing__(self, key):\n        self[key] = Tree()\n        return self[key]\ndef f():\n    t = Tree()\n    t['a']['b'] = 1\n    return t",
        "t = f()\nassert t == {'a': {'b': 1}} and t['a']['b'] == 1 and 'a' in t and isinstance(t, dict) and list(t.items()) == [('a', {'b': 1})]",
    ),
    "a class that derives from OrderedDict": (
        "from collections import OrderedDict\nclass LRUCache(OrderedDict):\n"
        "    def __init__(self, capacity):\n        super().__init__()\n        self.capacity = capacity\n"
        "    def get(self, key):\n        if key not in self: return -1\n        self.move_to_end(key)\n        return self[key]\n"
        "    def put(self, key, value):\n        self[key] = value\n        self.move_to_end(key)\n"
        "        if len(self) > self.capacity: self.popitem(last=False)",
        "c = LRUCache(2)\nc.put(1, 1)\nc.put(2, 2)\nassert c.get(1) == 1\nc.put(3, 3)\n"
        "assert c.get(2) == -1 and c.get(3) == 3 and len(c) == 2 and list(c) == [1, 3]",
    ),
    "a class that derives from int": (
        "class Mod(int):\n    def __add__(self, other): return Mod((int(self) + int(other)) % 7)\n"
        "    def inverse(self): return Mod(pow(int(self), 5, 7))\ndef f(n): return Mod(n)",
        "assert f(3) == 3 and f(3).inverse() == 5 and f(3) < 4 and f(3) * 2 == 6 and isinstance(f(3), int)\nassert Mod(5) + Mod(4) == Mod(2)\nassert [10, 20, 30, 40][f(3)] == 40",
    ),
    "a class that derives from tuple": (
        "class Pair(tuple):\n    def __new__(cls, a, b): return super().__new__(cls, (a, b))\n"
        "    @property\n    def first(self): return self[0]\ndef f(): return Pair(1, 2)",
        "assert f() == (1, 2) and f().first == 1 and f()[1] == 2 and hash(f()) == hash((1, 2)) and {f(): 3}[1, 2] == 3",
    ),
    "a class that derives from str": (
        "class Name(str):\n    def initial(self): return self[0]\ndef f(): return Name('ada')",
        "assert f() == 'ada' and f().initial() == 'a' and f().upper() == 'ADA' and f() + '!' == 'ada!' and 'd' in f()",
    ),
    "fields of a named tuple": (
        POINT + "def f(): return Point(1, 2)",
        "p = f()\nassert p == (1, 2) and p.x == 1 and p.y == 2 and p._asdict() == {'x': 1, 'y': 2}\nassert p._replace(x=5) == (5, 2) and str(p) == 'Point(x=1, y=2)' and p == Point(1, 2)\na, b = p\nassert (a, b) == (1, 2) and isinstance(p, Point)",
    ),
    "a named tuple whose fields have names of methods": (
        "from typing import NamedTuple\nclass C(NamedTuple):\n    count: int\n    index: int = 3\ndef f(): return [C(7)]",
        "[c] = f()\nassert (c.count, c.index) == (7, 3) and c == (7, 3)",
    ),
    "Enum": (
        "from enum import Enum\n"
        + COLOR.format(kind="Enum", red=1, blue=2)
        + "def f(): return Color.RED",
        "assert f() == Color.RED and f() is Color.RED and f() != Color.BLUE and f().name == 'RED' and f().value == 1\nassert Color['RED'] is f() and Color(1) == f() and [c.name for c in Color] == ['RED', 'BLUE'] and len(Color) == 2",
    ),
    "IntEnum": (
        "from enum import IntEnum\n"
        + COLOR.format(kind="IntEnum", red=1, blue=2)
        + "def f(): return Color.RED",
        "assert f() == 1 and f() is Color.RED and f() < Color.BLUE and f().name == 'RED' and f() + 1 == 2 and sorted([Color.BLUE, f()]) == [1, 2] and str(f()) == '1'",
    ),
    "StrEnum": (
        "from enum import StrEnum\n"
        + COLOR.format(kind="StrEnum", red="'r'", blue="'b'")
        + "def f(): return Color.RED",
        "assert f() == 'r' and f().name == 'RED' and f() is Color.RED and f'{f()}' == 'r' and f() in ('r', 'g')",
    ),
    "IntFlag": (
        "from enum import IntFlag\nclass P(IntFlag):\n    R = 4\n    W = 2\ndef f(): return P.R | P.W",
        "assert f() == 6 and f() & 4 == 4 and (P.R | P.W) == 6",
    ),
    "dataclasses": (
        "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass A:\n    x: int\n    y: list = field(default_factory=list)\ndef f(): return A(1)",
        "assert f().x == 1 and f().y == [] and repr(f()) == 'A(x=1, y=[])' and A(1) == A(1) and A(1) < A(2)",
    ),
    "__slots__": (
        "class A:\n    __slots__ = ('x',)\n    def __init__(self, x): self.x = x\ndef f(): return A(3)",
        "a = f()\na.x += 1\nassert a.x == 4",
    ),
    "defaultdict, Counter, deque": (
        "from collections import *\ndef f():\n    d = defaultdict(list)\n    d[1].append(2)\n    return d, Counter('aab'), deque([1, 2], maxlen=5)",
        "d, c, q = f()\nassert d == {1: [2]} and c['a'] == 2 and c.most_common(1) == [('a', 2)] and list(q) == [1, 2] and q[0] == 1",
    ),
    "heapq": (
        "import heapq\ndef f(xs):\n    heapq.heapify(xs)\n    return [heapq.heappop(xs) for _ in range(len(xs))]",
        "assert f([3, 1, 2]) == [1, 2, 3]",
    ),
    "a function with lru_cache": (
        "from functools import lru_cache, cache\n@lru_cache(maxsize=None)\ndef f(n): return n if n < 2 else f(n - 1) + f(n - 2)",
        "assert f(80) == 23416728348467685\nassert f.cache_info().currsize > 0\nf.cache_clear()",
    ),
    "a partial and a method": (
        "from functools import partial\nf = partial(max, 3)\nclass A:\n    @staticmethod\n    def s(): return 1\n    @classmethod\n    def c(cls): return cls\n    @property\n    def p(self): return 2",
        "assert f(5) == 5 and A.s() == 1 and A().p == 2 and A.c()().p == 2 and callable(f) and not callable(A())",
    ),
    "generators": (
        "def f():\n    x = yield 1\n    yield x\ndef g():\n    yield from (i * i for i in range(3))",
        "assert list(g()) == [0, 1, 4] and sum(g()) == 5\nit = g()\nassert next(it) == 0 and next(it) == 1\nassert f().send(None) == 1",
    ),
    "deep recursion": (
        "import sys\nsys.setrecursionlimit(10 ** 6)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)",
        "assert f(50000) == 50000",
    ),
    "recursion in a thread with a large stack": (
        "import sys, threading\nsys.setrecursionlimit(10 ** 7)\nthreading.stack_size(2 ** 27)\ndef g(n): return 0 if n == 0 else 1 + g(n - 1)\n"
        "def f(n):\n    out = []\n    t = threading.Thread(target=lambda: out.append(g(n)))\n    t.start()\n    t.join()\n    return out[0]",
        "assert f(20000) == 20000",
    ),
    "array, memoryview and bytearray": (
        "from array import array\ndef f(): return array('i', [1, 2]), memoryview(b'ab'), bytearray(b'c'), b'd'",
        "a, m, b, c = f()\nfrom array import array\nassert a == array('i', [1, 2]) and list(a) == [1, 2] and bytes(m) == b'ab' and m == b'ab' and b == b'c' and c == b'd'",
    ),
    "frozenset, range, complex, Fraction, Decimal": (
        "from fractions import Fraction\nfrom decimal import Decimal\ndef f(x): return frozenset([1]), range(3), 1 + 2j, Fraction(1, 3) + x, Decimal('0.1')",
        "from fractions import Fraction as F\nfrom decimal import Decimal as D\nassert f(F(1, 3)) == ({1}, range(3), 1 + 2j, F(2, 3), D('0.1'))",
    ),
    "dates, with and without a zone": (
        "import datetime as d\ndef f(t): return t + d.timedelta(days=1)\ndef g(): return d.datetime(2020, 1, 1, 12, tzinfo=d.timezone.utc)\ndef z(): return d.timezone.utc",
        "import datetime as d\nassert f(d.datetime(2020, 1, 1)) == d.datetime(2020, 1, 2) and f(d.date(2020, 2, 28)) == d.date(2020, 2, 29)\n"
        "assert g() == d.datetime(2020, 1, 1, 14, tzinfo=d.timezone(d.timedelta(hours=2))) and g().tzinfo == d.timezone.utc and z() == d.timezone.utc\nassert f(g()).isoformat() == '2020-01-02T12:00:00+00:00'",
    ),
    "a context manager": (
        "class Lock:\n    held = False\n    def __enter__(self):\n        self.held = True\n        return self\n    def __exit__(self, kind, error, trace):\n        self.held = False\n        return kind is KeyError",
        "lock = Lock()\nwith lock as inner:\n    assert inner.held\nassert not lock.held\nwith lock:\n    raise KeyError('x')\nassert not lock.held",
    ),
    "contextlib.contextmanager": (
        "from contextlib import contextmanager\nlog = []\n@contextmanager\ndef f():\n    log.append('in')\n    yield 3\n    log.append('out')\ndef seen(): return log",
        "with f() as x:\n    assert x == 3\nassert seen() == ['in', 'out']",
    ),
    "await, async for and async with": (
        "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n * 2\nasync def g():\n    for i in range(3): yield i\n"
        "class A:\n    async def __aenter__(self): return 5\n    async def __aexit__(self, *error): pass",
        "import asyncio\nassert asyncio.run(f(2)) == 4\nasync def run():\n    async with A() as a:\n        return [await f(1), await asyncio.gather(f(2), f(3)), [x async for x in g()], a]\nassert asyncio.run(run()) == [2, [4, 6], [0, 1, 2], 5]",
    ),
    "abs, round, int, float, len, reversed and indices of its objects": (
        "class V:\n    def __init__(self, x): self.x = x\n    def __abs__(self): return abs(self.x)\n    def __float__(self): return float(self.x)\n    def __int__(self): return int(self.x)\n"
        "    def __round__(self, n=0): return round(self.x, n)\n    def __len__(self): return 3\n    def __getitem__(self, i): return i\n    def __reversed__(self): return iter([2, 1])\n    def __index__(self): return 1",
        "v = V(-2.5)\nassert abs(v) == 2.5 and float(v) == -2.5 and int(v) == -2 and round(v, 1) == -2.5 and len(v) == 3 and v[4] == 4 and list(reversed(v)) == [2, 1] and [7, 8][v] == 8",
    ),
    "what its classes are": (
        "from abc import ABC, abstractmethod\nclass Shape(ABC):\n    @abstractmethod\n    def area(self): ...\nclass Square(Shape):\n    def area(self): return 4\n    def __hash__(self): return 1",
        "s = Square()\nassert isinstance(s, Shape) and issubclass(Square, Shape) and s.area() == 4 and type(s).__name__ == 'Square' and not isinstance(3, Shape)\n"
        "from collections.abc import Iterable\nassert not isinstance(s, Iterable) and vars(s) == {}\n"
        "try:\n    Shape()\nexcept TypeError:\n    pass\nelse:\n    assert False",
    ),
    "a copy of its objects": (
        "class A:\n    def __init__(self): self.x = [1]",
        "import copy\na = A()\nb = copy.deepcopy(a)\nb.x.append(2)\nb.x = [3]\nassert a.x == [1] and b.x == [3] and copy.copy(a).x == [1]",
    ),
    "an empty container of its own is false": (
        "class L:\n    def __init__(self, xs): self.xs = xs\n    def __len__(self): return len(self.xs)\ndef f(xs): return L(xs)",
        "assert not f([]) and f([1]) and not L([])",
    ),
    "a large table that the tests name": (
        "table = list(range(3_000_000))\nwords = {str(n): n for n in range(300_000)}\ndef f(n): return table[n]",
        "assert f(5) == 5 and table[2_999_999] == 2_999_999 and len(table) == 3_000_000 and words['7'] == 7",
    ),
    "a pool of processes": (
        "from multiprocessing import Pool, cpu_count, Queue, Process, Value\ndef g(x): return x * x\n"
        "def f(xs):\n    with Pool(min(4, cpu_count())) as pool: return pool.map(g, xs)\n"
        "def h():\n    q = Queue()\n    p = Process(target=q.put, args=(5,))\n    p.start()\n    x = q.get()\n    p.join()\n    return x",
        "assert f([1, 2, 3]) == [1, 4, 9]\nassert h() == 5",
    ),
    "a pool of as many processes as there are processors": (
        "from multiprocessing import Pool\nfrom concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\ndef g(x): return x * x\n"
        "def f(xs):\n    with Pool() as pool: a = pool.map(g, xs)\n    with ProcessPoolExecutor() as pool: b = list(pool.map(g, xs))\n    with ThreadPoolExecutor() as pool: c = list(pool.map(g, xs))\n    return a == b == c and a",
        "assert f([1, 2, 3]) == [1, 4, 9]",
    ),
    "shared memory": (
        "from multiprocessing import shared_memory\ndef f():\n    m = shared_memory.SharedMemory(create=True, size=100)\n    m.buf[0] = 7\n    x = m.buf[0]\n    m.close()\n    m.unlink()\n    return x",
        "assert f() == 7",
    ),
    "its own exceptions": (
        "class Bad(ValueError):\n    pass\ndef f(x):\n    if x < 0: raise Bad('negative', x)\n    return x",
        "try:\n    f(-1)\nexcept Bad as error:\n    assert error.args == ('negative', -1)\nelse:\n    assert False\nassert issubclass(Bad, ValueError)",
    ),
}
"""Each with a name, the program and the asserts, which also hold in one process."""


@pytest.mark.parametrize("name", OBJECTS)
def test_a_right_program_passes(name, pool):
    program, code = OBJECTS[name]
    verdict = _verdict(program, asserts(code), pool)
    assert (verdict.outcome, verdict.detail) == (Outcome.CORRECT, "")


@pytest.mark.parametrize("name", [name for name in OBJECTS if "processes" not in name])
def test_the_tests_of_a_right_program_hold_in_one_process_too(name):
    program, code = OBJECTS[name]
    command = [sys.executable, "-c", f"{program}\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        pytest.param(POINT + "def f(): return Point(1, 2)", [1, 2], id="a named tuple"),
        pytest.param("class L(list): pass\ndef f(): return L([L([1]), 2])", [[1], 2], id="a list"),
        pytest.param("class D(dict): pass\ndef f(): return D(a=D())", {"a": {}}, id="a dictionary"),
        pytest.param("from enum import IntEnum\nclass E(IntEnum):\n    A = 3\ndef f(): return E.A", 3, id="IntEnum"),
        pytest.param("from enum import StrEnum\nclass E(StrEnum):\n    A = 'a'\ndef f(): return [E.A]", ["a"], id="StrEnum"),
        pytest.param("class F(float): pass\ndef f(): return F(1.5)", 1.5, id="a float"),
        pytest.param("from collections import OrderedDict\ndef f(): return OrderedDict(a=1)", {"a": 1}, id="OrderedDict"),
    ],
)  # fmt: skip
def test_a_right_function_returns_what_is_expected(program, expected, pool):
    tests = {"kind": "calls", "entry_point": "f", "cases": [{"args": [], "expected": expected}]}
    assert _verdict(program, json.dumps(tests), pool).outcome is Outcome.CORRECT


FAST_IO = """
import os, sys
from io import BytesIO, IOBase
BUFSIZE = 8192
class FastIO(IOBase):
    newlines = 0
    def __init__(self, file):
        self._fd = file.fileno()
        self.buffer = BytesIO()
        self.writable = "x" in file.mode or "r" not in file.mode
        self.write = self.buffer.write if self.writable else None
    def read(self):
        while True:
            b = os.read(self._fd, max(os.fstat(self._fd).st_size, BUFSIZE))
            if not b: break
            ptr = self.buffer.tell()
            self.buffer.seek(0, 2), self.buffer.write(b), self.buffer.seek(ptr)
        self.newlines = 0
        return self.buffer.read()
    def readline(self):
        while self.newlines == 0:
            b = os.read(self._fd, max(os.fstat(self._fd).st_size, BUFSIZE))
            self.newlines = b.count(b"\\n") + (not b)
            ptr = self.buffer.tell()
            self.buffer.seek(0, 2), self.buffer.write(b), self.buffer.seek(ptr)
        self.newlines -= 1
        return self.buffer.readline()
    def flush(self):
        if self.writable:
            os.write(self._fd, self.buffer.getvalue())
            self.buffer.truncate(0), self.buffer.seek(0)
class IOWrapper(IOBase):
    def __init__(self, file):
        self.buffer = FastIO(file)
        self.flush = self.buffer.flush
        self.writable = self.buffer.writable
        self.write = lambda s: self.buffer.write(s.encode("ascii"))
        self.read = lambda: self.buffer.read().decode("ascii")
        self.readline = lambda: self.buffer.readline().decode("ascii")
sys.stdin, sys.stdout = IOWrapper(sys.stdin), IOWrapper(sys.stdout)
input = lambda: sys.stdin.readline().rstrip("\\r\\n")
print(int(input()) + sum(map(int, input().split())))
"""
READS = {
    "input": "print(int(input()) + sum(map(int, input().split())))",
    "the template of contestants": FAST_IO,
    "sys.stdin.readline": "import sys\ninput = sys.stdin.readline\nprint(int(input()) + sum(map(int, input().split())))",
    "sys.stdin.buffer.readline": "import sys\ninput = sys.stdin.buffer.readline\nprint(int(input()) + sum(map(int, input().split())))",
    "sys.stdin.buffer.read": "import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))",
    "os.read": "import os\nprint(sum(map(int, os.read(0, 10 ** 6).split())))",
    "BytesIO of os.read by fstat": "import io, os, sys\ninput = io.BytesIO(os.read(0, os.fstat(0).st_size)).readline\nprint(int(input()) + sum(map(int, input().split())))",
    "open(0)": "print(sum(map(int, open(0).read().split())))",
    "open(0, 'rb')": "print(sum(map(int, open(0, 'rb').read().split())))",
    "mmap": "import mmap\nprint(sum(map(int, mmap.mmap(0, 0, access=mmap.ACCESS_READ).read().split())))",
    "fileinput": "import fileinput\nprint(sum(int(n) for line in fileinput.input() for n in line.split()))",
    "lines of sys.stdin": "import sys\nprint(sum(int(n) for line in sys.stdin for n in line.split()))",
    "sys.__stdin__": "import sys\nprint(sum(map(int, sys.__stdin__.read().split())), file=sys.__stdout__)",
    "a reader of chunks": "import sys\nfrom functools import partial\nprint(sum(map(int, b''.join(iter(partial(sys.stdin.buffer.read1, 64), b'')).split())))",
    "os.write": "import os\nos.write(1, str(sum(map(int, open(0).read().split()))).encode())",
    "sys.stdout.buffer": "import sys\nsys.stdout.buffer.write(b'%d\\n' % sum(map(int, sys.stdin.read().split())))",
    "a main in a thread": "import sys, threading\nsys.setrecursionlimit(10 ** 6)\nthreading.stack_size(2 ** 26)\ndef main(): print(sum(map(int, sys.stdin.read().split())))\nt = threading.Thread(target=main)\nt.start()\nt.join()",
    "a pool of processes": "from multiprocessing import Pool\ndef f(x): return int(x)\nif __name__ == '__main__':\n    with Pool(2) as pool: print(sum(pool.map(f, open(0).read().split())))",
    "modes": "import sys\nassert (sys.stdin.mode, sys.stdout.mode, sys.stdin.isatty(), sys.stdin.fileno()) == ('r', 'w', False, 0)\nprint(sum(map(int, sys.stdin.read().split())))",
}  # fmt: skip


@pytest.mark.parametrize("name", READS)
def test_a_right_program_reads_its_input_as_it_likes(name, pool):
    cases = [{"input": "3\n4 5\n", "output": "12\n"}, {"input": "30\n4 50\n", "output": "84\n"}]
    verdict = _verdict(READS[name], json.dumps({"kind": "stdin", "cases": cases}), pool)
    assert (verdict.outcome, verdict.detail) == (Outcome.CORRECT, "")


def _verdict(program, tests, pool):
    [verdict] = VERIFIER.verify([item(program, tests)], pool)
    return verdict
