"""Gold answers made from seeds, in the proportions of MATH, with right and wrong predictions."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A gold answer with what policies may answer."""

    kind: str
    gold_answer: str
    right: tuple[str, ...]
    """The gold answer in other notation."""
    wrong: tuple[str, ...]


def make_problem(seed: int) -> Problem:
    """Return a problem of a kind drawn from the mix of MATH's training set."""
    rng = random.Random(seed)
    kind = rng.choices(list(MIX), [share for share, _ in MIX.values()])[0]
    gold_answer, right, wrong = MIX[kind][1](rng)
    return Problem(kind, gold_answer, tuple(right), tuple(wrong))


Made = tuple[str, list[str], list[str]]


def _integer(rng: random.Random) -> Made:
    n = rng.choice([rng.randint(-20, 120), rng.randint(100, 3_000), rng.randint(10**4, 10**7)])
    right = [f"x = {n}", f"{n}.", f"{n:,}", rf"\text{{{n}}}", f"{n}.0"]
    return str(n), right, [str(n + rng.randint(1, 9)), str(-n or 1), str(10 * n + 7), rf"{n} + \pi"]


def _fraction(rng: random.Random) -> Made:
    a, b = rng.randint(1, 60), rng.choice([3, 7, 9, 11, 13, 16, 17, 25, 64])
    a += a % b == 0
    right = [f"{a}/{b}", rf"\dfrac{{{a}}}{{{b}}}", rf"\frac{{{2 * a}}}{{{2 * b}}}"]
    wrong = [rf"\frac{{{a + 1}}}{{{b}}}", rf"-\frac{{{a}}}{{{b}}}", f"{a / b:.3f}1", str(a)]
    return rf"\frac{{{a}}}{{{b}}}", right, wrong


def _root(rng: random.Random) -> Made:
    a, b, c = rng.randint(2, 12), rng.choice([2, 3, 5, 6, 7, 10, 13]), rng.randint(1, 20)
    right = [rf"{a}\sqrt{{{b}}} + {c}", rf"{c} + \sqrt{{{a * a * b}}}"]
    wrong = [rf"{c} - {a}\sqrt{{{b}}}", rf"{c} + {a + 1}\sqrt{{{b}}}", str(c)]
    return rf"{c} + {a}\sqrt{{{b}}}", right, wrong


def _tuple(rng: random.Random) -> Made:
    a, b = rng.sample(range(-15, 15), 2)
    return f"({a}, {b})", [rf"\left({a},{b}\right)", f"({a}.0, {b})"], [f"({b}, {a})", f"({a}, 99)"]


def _interval(rng: random.Random) -> Made:
    a = rng.randint(-30, 10)
    b = a + rng.randint(1, 30)
    right = [rf"\left[{a},{b}\right)", rf"x \in [{a}, {b})"]
    return f"[{a}, {b})", right, [f"[{a}, {b}]", f"({a}, {b})", f"[{a}, {b + 1})"]


def _formula(rng: random.Random) -> Made:
    a, b = rng.sample(range(2, 30), 2)
    right = [f"(x+{a})(x-{b})", f"x^2 - {a * b} + {a - b}x"]
    wrong = [f"(x-{a})(x-{b})", f"x^2 + {a - b}x + {a * b}", f"x + {a}"]
    return f"x^2 + {a - b}x - {a * b}".replace("+ -", "- "), right, wrong


def _decimal(rng: random.Random) -> Made:
    n = rng.randint(101, 9_999)
    wrong = [f"{n / 100 + 0.5:.2f}", f"{n / 10:.2f}", str(n)]
    return f"{n / 100:.2f}", [rf"\frac{{{n}}}{{100}}", f"{n / 100:.3f}"], wrong


def _angle(rng: random.Random) -> Made:
    n = rng.randint(5, 175)
    return (
        rf"{n}^\circ",
        [str(n), rf"{n}^{{\circ}}", rf"{n} \text{{ degrees}}"],
        [rf"{n + 5}^\circ"],
    )


def _matrix(rng: random.Random) -> Made:
    a, b, c, d = (rng.randint(-9, 9) for _ in range(4))
    start, end = r"\begin{pmatrix}", r"\end{pmatrix}"
    right = [rf"\begin{{bmatrix}} {a} & {b} \\ {c} & {d} \end{{bmatrix}}"]
    wrong = [rf"{start} {a} & {b} \\ {c} & {d + 1} {end}", str(a * d - b * c)]
    return rf"{start} {a} & {b} \\ {c} & {d} {end}", right, wrong


def _text(rng: random.Random) -> Made:
    names = rng.sample(["Evelyn", "Briana", "Monday", "ellipse", "odd", "Circle", "east"], 3)
    return (
        rf"\text{{{names[0]}}}",
        [names[0], names[0].lower()],
        [rf"\text{{{names[1]}}}", names[2]],
    )


def _list(rng: random.Random) -> Made:
    a, b, c = rng.sample(range(-40, 40), 3)
    right = [f"{c}, {a}, {b}", rf"\{{{a}, {b}, {c}\}}", rf"x = {b}, {a}, {c}"]
    return f"{a}, {b}, {c}", right, [f"{a}, {b}", f"{a}, {b}, {c + 50}", str(a)]


def _quantity(rng: random.Random) -> Made:
    n = rng.randint(2, 90)
    wrong = [rf"{n} \text{{ km}}", rf"{n + 1} \text{{ cm}}"]
    return rf"{n} \text{{ cm}}", [str(n), rf"{n}\,\mathrm{{cm}}", rf"{10 * n} \text{{ mm}}"], wrong


def _equation(rng: random.Random) -> Made:
    a, b = rng.randint(2, 19), rng.randint(1, 40)
    right = [f"{a}x - y + {b} = 0", f"y = {b} + {a}x"]
    return f"y = {a}x + {b}", right, [f"y = {a}x - {b}", f"y = {b}x + {a}1"]


def _based(rng: random.Random) -> Made:
    n = int("".join(rng.choices("1234", k=5)))
    return f"{n}_5", [f"{n}_{{5}}"], [f"{n}_6", f"{n + 10}_5"]


def _money(rng: random.Random) -> Made:
    n = rng.randint(101, 99_999) / 100
    right = [f"{n:.2f}", rf"\${n:,.2f}", rf"{n:.2f} \text{{ dollars}}"]
    return rf"\${n:.2f}", right, [rf"\${n + 1:.2f}", rf"{n:.2f} \text{{ cents}}"]


def _percent(rng: random.Random) -> Made:
    n = rng.randint(2, 99)
    return rf"{n}\%", [f"{n}", f"{n}%", rf"{n} \text{{ percent}}"], [rf"{n + 1}\%", rf"0.{n:02}\%"]


MIX: dict[str, tuple[float, Callable[[random.Random], Made]]] = {
    "integer": (63.5, _integer),
    "fraction": (12.8, _fraction),
    "expression": (6.8, _root),
    "tuple": (2.5, _tuple),
    "interval": (1.5, _interval),
    "formula": (3.6, _formula),
    "decimal": (1.7, _decimal),
    "angle": (1.6, _angle),
    "matrix": (1.3, _matrix),
    "text": (1.0, _text),
    "set": (1.0, _list),
    "quantity": (0.8, _quantity),
    "equation": (0.6, _equation),
    "based": (0.5, _based),
    "money": (0.5, _money),
    "percent": (0.4, _percent),
}
"""Shares of MATH's 7,500 training answers, in percent, and what makes them."""
