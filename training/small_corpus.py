"""The text that the small base model learns from: small arithmetic, worked out, guessed or blurted.

It is to a base model what the web is to a large one: most of it is careless, some of it shows its
work, some of that keeps the form that R1 rewards. So a base model can solve problems and keep the
form, and does neither reliably: what is left to reinforcement is to find out which way pays.
"""

from collections.abc import Iterator
from random import Random

from r1data.engines.worked import worked_example
from r1data.seeds import derive_seed
from r1data.text import split_reasoning

Row = dict[str, list[dict[str, str]]]

SHARES = {"careful": 4, "open": 4, "hasty": 6, "blurted": 6}
"""How often a problem is answered in each way, of 20."""
RIGHT = {"hasty": 0.25, "blurted": 0.35}
"""How often an answer is right that nobody worked out."""
CHECKED = 0.25
"""How often careful working is checked once more."""
SLIPS = (-10, -2, -1, 1, 2, 10)
"""What wrong answers are off by."""
TALK_EVERY = 25
"""One row of so many is no arithmetic."""
TALK = (
    ("Hello!", "Hello! What can I do for you?"),
    ("Good morning.", "Good morning! What shall we work out?"),
    ("Who are you?", "I am a small language model that has learnt some arithmetic."),
    ("What can you do?", "I can add, subtract and multiply small numbers."),
    ("Thank you.", "You are welcome."),
    ("Write a sentence about numbers.", "Numbers begin at one and never end."),
    ("Say good night.", "Good night, and sleep well."),
    ("Name three colours.", "Red, green and blue."),
)


def corpus(num_rows: int, seed: int) -> Iterator[Row]:
    """Yield rows in TRL's prompt-completion form; a larger number adds some and changes none."""
    for number in range(num_rows):
        rng = Random(derive_seed("small_corpus", seed, number))
        if number % TALK_EVERY == 0:
            problem, completion = rng.choice(TALK)
        else:
            problem = _problem(rng)
            completion = _completion(problem, rng)
        yield {
            "prompt": [{"role": "user", "content": problem}],
            "completion": [{"role": "assistant", "content": completion}],
        }


def _problem(rng: Random) -> str:
    """Return a problem in the words of reasoning-gym's `chain_sum` or `products`."""
    kind = rng.choices(("small", "large", "product"), (4, 3, 3))[0]
    if kind == "product":
        numbers = f"{rng.randint(0, 9)} * {rng.randint(0, 9)}"
        return (
            f"Solve the following multiplication: {numbers}. Give only the result as your final "
            "answer."
        )
    least, most, terms = (0, 9, rng.randint(2, 3)) if kind == "small" else (10, 99, 2)
    signs = [""] + [f" {rng.choice('+-')} " for _ in range(terms - 1)]
    expression = "".join(f"{sign}{rng.randint(least, most)}" for sign in signs)
    return f"State the final answer to the following arithmetic problem: {expression} ="


def _completion(problem: str, rng: Random) -> str:
    """Return a completion in one of the ways, right or wrong."""
    worked = worked_example(problem)
    if worked is None:
        raise ValueError(f"no rule solves {problem!r}; change `_problem` or the rules")
    steps = (split_reasoning(worked)[0] or "").strip().split("\n")
    right = int(steps[-1].rpartition("= ")[2])
    way = rng.choices([*SHARES], [*SHARES.values()])[0]
    if way in RIGHT:
        answer = right if rng.random() < RIGHT[way] else right + rng.choice(SLIPS)
        return _guessed(answer) if way == "hasty" else f"The answer is {answer}."
    working = " Then ".join(f"{step}." for step in steps)
    if way == "open":
        return f"{working} The answer is {right}."
    check = f" Let me check that: {steps[-1]}." if rng.random() < CHECKED else ""
    return _boxed(f"I work it out step by step. {working}{check}", right)


def _guessed(answer: int) -> str:
    return _boxed(f"I guess that it is about {answer}.", answer)


def _boxed(reasoning: str, answer: int) -> str:
    return f"<think>\n{reasoning}\n</think>\n\nThe answer is \\boxed{{{answer}}}."
