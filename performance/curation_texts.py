"""Texts of the curation run: problems, and completions of 15 kB in which faults are planted.

Sentences are drawn from a pool, so that unrelated completions share some, as those of one model do;
each holds numbers of its own. What is planted in a row is known by its number alone.
"""

import random
from collections.abc import Callable, Sequence

NAMES = ("Ana", "Boris", "Chen", "Dana", "Emil", "Farah", "Goran", "Hana", "Ivan", "Julia", "Kofi")
THINGS = (
    *("apples", "boxes", "coins", "desks", "eggs", "flags", "grapes", "hats", "islands", "jars"),
    *("keys", "lamps", "maps", "nails", "oranges", "pencils", "quilts", "roses", "stamps", "tiles"),
)
PLACES = ("market", "school", "harbour", "library", "garden", "factory", "station", "museum")
VERBS = ("buys", "sells", "counts", "moves", "stores", "loses", "finds", "shares", "packs")
REASONS = (
    *("the total must stay the same", "each group has to be whole", "nothing else is left over"),
    *("the two rates are different", "the order does not matter here", "no pair is counted twice"),
    *("the last step undoes the first", "both sides are divided by it", "the remainder is zero"),
    *("that was given at the beginning", "it is the only even choice", "the sum is too large"),
)
OPENINGS = (
    *("So", "Then", "Now", "Next,", "Therefore", "Hence", "Alternatively,", "But wait,", "Hmm,"),
    *("Okay, so", "Let me see:", "In other words,", "To be sure,", "Looking back,", "First,"),
)
FRAMES = (
    "{opening} {name} {verb} {a} {thing} at the {place}, because {reason}.",
    "{opening} we get ${a}x + {b} = {c}$, which gives a value for the {thing}.",
    "{opening} {a} {thing} and {b} {other} make {c} things at the {place} in all.",
    "{opening} that leaves {c} {thing} for {name}, and {reason}.",
    "{opening} if {name} {verb} {b} of the {thing}, the {place} still has {c} of them.",
    "{opening} \\(\\frac{{{c}}}{{{b}}}\\) of the {thing} are {other}, and {reason}.",
    "{opening} let me check the {place} again: {a} times {b} is {c}, I think.",
    "{opening} {reason}, so the {thing} of {name} cannot be more than {c}.",
)
CHINESE = (
    "我们先看一下题目给出的条件、然后再计算结果。",
    "因此这个数必须是偶数、否则两边就不相等了。",
    "接下来把两个式子相加、就可以消去一个未知数。",
    "让我再检查一遍前面的计算、看看有没有错误。",
    "所以每个人分到的数量是一样的、没有剩下任何东西。",
    "如果换一种方法来算、应该得到同样的答案。",
)
RUSSIAN = (
    "Сначала посмотрим на условие задачи и запишем всё, что нам известно. ",
    "Теперь сложим два уравнения, чтобы избавиться от одной переменной. ",
    "Проверим ещё раз предыдущий шаг, потому что там легко ошибиться. ",
    "Значит, каждому достанется поровну, и ничего больше не останется. ",
)
REFUSAL = "I'm sorry, but I can't help with that request."
SELF = "I am Qwen, a large language model created by Alibaba Cloud. "
MIN_PARAGRAPHS = 6
EVERY = 1_000
"""Rows after which the same faults are planted again."""
LOOPS = ("sentence", "phrase", "paragraph", "counter", "chinese", "ended")
PLANTED: dict[str, range] = {
    "loop": range(12),
    "mixed": range(100, 110),
    "truncated": range(200, 205),
    "refusal": range(300, 304),
    "self": range(400, 404),
    "quote": range(500, 505),
    "code": range(600, 605),
    "near": range(708, 712),
    "nearly": range(716, 720),
}
"""Of every thousand rows, those that hold a fault; the last two repeat the rows four above."""
NEAR = ("near", "nearly")
CHANGED = 0.005
"""The share of a near duplicate's words that are other ones."""


def planted(number: int) -> str | None:
    """Return what is planted in a row; None for a row that is sound."""
    place = number % EVERY
    return next((kind for kind, places in PLANTED.items() if place in places), None)


def sentences(count: int = 30_000) -> list[str]:
    """Return a pool of different sentences."""
    rng = random.Random("sentences")
    return [_sentence(rng) for _ in range(count)]


def _sentence(rng: random.Random) -> str:
    thing, other = rng.sample(THINGS, 2)
    frame = rng.choice(FRAMES)
    return frame.format(
        opening=rng.choice(OPENINGS),
        name=rng.choice(NAMES),
        verb=rng.choice(VERBS),
        thing=thing,
        other=other,
        place=rng.choice(PLACES),
        reason=rng.choice(REASONS),
        a=rng.randrange(2, 90),
        b=rng.randrange(2, 90),
        c=rng.randrange(90, 9_000),
    )


def problem(number: int, seed: str = "problem") -> str:
    """Return a problem in words that no other number has."""
    rng = random.Random(f"{seed} {number}")
    told = " ".join(_sentence(rng).split(" ", 1)[1] for _ in range(3))
    asked = f"How many {rng.choice(THINGS)} does {rng.choice(NAMES)} have after {number} days?"
    return f"{told} {asked}"


def completion(number: int, pool: Sequence[str], quoted: str, size: int) -> str:
    """Return the completion of a row, with what is planted there.

    Args:
        number: The row's.
        pool: Sentences to draw from.
        quoted: What a row quotes in which a quotation is planted.
        size: Its bytes, about.
    """
    kind = planted(number)
    if kind in NEAR:
        return _nearly(completion(number - 4, pool, quoted, size), random.Random(number))
    rng = random.Random(number)
    paragraphs = _paragraphs(rng, pool, size)
    if kind in FAULTS:
        FAULTS[kind](rng, paragraphs, quoted)
    reasoning = "\n\n".join(paragraphs)
    answer = f"So the answer is \\boxed{{{number}}}."
    response = {"refusal": REFUSAL, "self": SELF + answer}.get(kind or "", answer)
    return f"<think>\n{reasoning}\n</think>\n\n{response}"


def _paragraphs(rng: random.Random, pool: Sequence[str], size: int) -> list[str]:
    found: list[str] = []
    done = 0
    while done < size - 300 or len(found) < MIN_PARAGRAPHS:
        paragraph = " ".join(rng.choices(pool, k=rng.randrange(2, 7)))
        found.append(paragraph)
        done += len(paragraph) + 2
    return found


def _nearly(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for _ in range(max(1, int(len(words) * CHANGED))):
        words[rng.randrange(1, len(words) - 5)] = rng.choice(THINGS)
    return " ".join(words)


def _loop(rng: random.Random, paragraphs: list[str], _quoted: str) -> None:
    kind = rng.choice(LOOPS)
    sentence = f"Wait, let me check the {rng.choice(THINGS)} of {rng.choice(NAMES)} again, slowly. "
    times = rng.randrange(12, 40)
    loops = {
        "phrase": f"and then the {rng.choice(THINGS)}, " * times * 2,
        "paragraph": f"{sentence}\n\n{' '.join(paragraphs[:1])}\n\n" * (times // 2),
        "counter": "".join(f"Attempt {n} fails as well. {sentence}" for n in range(40)),
        "chinese": rng.choice(CHINESE) * times,
    }
    at = len(paragraphs) - 1 if kind != "ended" else len(paragraphs) // 2
    paragraphs[at:at] = [loops.get(kind, sentence * times)]


def _mix(rng: random.Random, paragraphs: list[str], _quoted: str) -> None:
    foreign = rng.choice((CHINESE, RUSSIAN))
    at = rng.randrange(2, len(paragraphs) - 2)
    paragraphs[at : at + 3] = ["".join(rng.choices(foreign, k=20))]


def _quote(_rng: random.Random, paragraphs: list[str], quoted: str) -> None:
    paragraphs[3:3] = [f"This is like another problem I know: {quoted} That one is harder."]


def _code(_rng: random.Random, paragraphs: list[str], _quoted: str) -> None:
    paragraphs[4:4] = ["```python\nprint(sum(range(10)))\n```"]


FAULTS: dict[str, Callable[[random.Random, list[str], str], None]] = {
    "loop": _loop,
    "mixed": _mix,
    "quote": _quote,
    "code": _code,
}
