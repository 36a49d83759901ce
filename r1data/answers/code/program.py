"""The program in a response: the block that its tests ask for, with those that it builds on."""

import re
from collections.abc import Iterable, Sequence
from textwrap import dedent

from r1data.answers.code.asserts import calls_check
from r1data.answers.code.fences import Block, fenced_blocks
from r1data.answers.code.parts import DEFINITION, Part, part_of, used_names
from r1data.answers.code.tests_of import CodeTests

PYTHON = re.compile(r"py(?:thon)?[\d.]*")
NO_PROGRAM = "the response holds no program"
ANSWER = re.compile(r"<answer>((?:(?!<answer>).)*?)</answer>", re.DOTALL | re.IGNORECASE)
MAX_READ = 200_000
"""Characters of all blocks together that are looked into; of longer ones the last is taken."""


def read_program(
    response: str, tests: CodeTests | None = None, *, is_cut_off: bool = False
) -> str | None:
    r"""Return the program that a response gives, or None.

    It is the last Python block, or what stands in `<answer>` tags or in the whole response where
    there is no fence. A block in another language is no program, one that names no language is if
    none names Python. Where tests are given, a last block that only shows what an earlier one does
    (calls, asserts, samples) is passed over, and blocks that build on one another are joined.
    `is_cut_off` says that the response ended at the token limit: what is not closed is half a
    program.

    >>> read_program("Thus:\n```python\nprint(1)\n```\nIt prints 1.")
    'print(1)\n'
    >>> read_program("print(1)")
    'print(1)'
    >>> read_program("```java\nint x;\n```") is None
    True
    """
    blocks = fenced_blocks(response)
    if not blocks:
        return _unfenced(response, is_cut_off=is_cut_off)
    found = _python(blocks)
    if not found or (is_cut_off and not found[-1].is_closed):
        return None
    texts = [dedent(block.text) for block in found]
    if tests is None or len(texts) == 1 or sum(map(len, texts)) > MAX_READ:
        return texts[-1]
    parts = [part_of(text) for text in texts]
    taken = _printing(parts, tests) if tests.kind == "stdin" else _asked(parts, tests)
    return "\n".join(texts[place] for place in sorted(taken))


def _unfenced(response: str, *, is_cut_off: bool) -> str | None:
    answers = ANSWER.findall(response)
    text = answers[-1].strip("\r\n") if answers else response
    is_half = is_cut_off and not answers
    return None if is_half or not text.strip() else text


def _python(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of Python; those that name no language if none does.

    Before the last that names it, one that names none and defines something is Python too.
    """
    written = [block for block in blocks if block.text.strip()]
    named = [place for place, block in enumerate(written) if PYTHON.fullmatch(block.language)]
    if not named:
        return [block for block in written if not block.language]
    return [
        block
        for place, block in enumerate(written[: named[-1] + 1])
        if place in named or (not block.language and DEFINITION.search(block.text))
    ]


def _asked(parts: Sequence[Part], tests: CodeTests) -> set[int]:
    """Return the places of the parts that define what tests ask for, and what these need.

    A later part that defines one of their names anew changes the program. One that defines other
    things, and uses nothing of them, is taken to be what the response ends with.
    """
    last = len(parts) - 1
    names = _names_of(tests)
    asked = {name: place for place, part in enumerate(parts) for name in names & part.assigns}
    asked |= {name: place for place, part in enumerate(parts) for name in names & part.defines}
    if not asked:
        return {last}
    taken = _with_needs(asked.values(), parts)
    bound = frozenset().union(*(parts[place].binds for place in taken))
    later = range(max(taken) + 1, len(parts))
    changes = {place for place in later if parts[place].defines & bound}
    taken |= changes
    is_foreign = parts[last].defines and last not in taken and not parts[last].uses & bound
    return {last} if is_foreign else taken


def _names_of(tests: CodeTests) -> frozenset[str]:
    """Return the names that tests take from the program."""
    entry = used_names(tests.entry_point or "")
    if tests.kind == "calls" or (entry and calls_check(tests.code)[0]):
        return entry | {re.split(r"\W", tests.entry_point or "")[0], tests.entry_class}
    return entry | used_names(f"{tests.setup}\n{tests.code}")


def _printing(parts: Sequence[Part], tests: CodeTests) -> set[int]:
    """Return the places of the parts that make the last whole program: it reads and prints.

    Parts that it builds on are joined to it where running them does nothing more than define.
    """
    last = len(parts) - 1
    is_input_needed = any(case["input"].strip() for case in tests.cases)
    for place in reversed(range(len(parts))):
        taken = _with_needs({place}, parts)
        joined = [parts[one] for one in taken]
        is_read = any(part.reads for part in joined) or not is_input_needed
        is_whole = is_read and any(part.prints for part in joined) and parts[place].acts
        if is_whole and not any(parts[one].acts for one in taken - {place}):
            bound = frozenset().union(*(part.binds for part in joined))
            later = parts[place + 1 :]
            return taken if all(_only_shows(part, bound) for part in later) else {last}
    return _with_needs({last}, parts)


def _only_shows(part: Part, bound: frozenset[str]) -> bool:
    """Say whether a later part only shows a whole program that binds certain names.

    It does not where it reads input itself, in more than a line of the program, or defines
    something anew or of its own.
    """
    if part.reads and part.acts and part.num_statements > 1:
        return False
    return not part.defines or bool(part.uses & bound and not part.defines & bound)


def _with_needs(places: Iterable[int], parts: Sequence[Part]) -> set[int]:
    """Return places of parts with those of all parts that bind what they use."""
    taken: set[int] = set()
    open_places = set(places)
    while open_places:
        place = open_places.pop()
        taken.add(place)
        needs = {_binder(parts, name, place) for name in parts[place].uses}
        open_places |= needs - taken - {-1}
    return taken


def _binder(parts: Sequence[Part], name: str, before: int) -> int:
    """Return the place of the last earlier part that binds a name, else of a later one, or -1."""
    binders = [place for place, part in enumerate(parts) if name in part.binds and place != before]
    return max((place for place in binders if place < before), default=(binders or [-1])[0])
