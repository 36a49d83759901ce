"""The program in a response: its last fenced Python block, or all of it where there is no fence."""

from textwrap import dedent

PYTHON = frozenset({"python", "python3", "py"})
FENCES = ("```", "~~~")
NO_PROGRAM = "the response holds no program"


def read_program(response: str, *, is_cut_off: bool = False) -> str | None:
    r"""Return the program that a response gives, or None.

    A block in another language is no program, one that names no language is if none names Python.
    `is_cut_off` says that the response ended at the token limit: what is not closed is half a
    program.

    >>> read_program("Thus:\n```python\nprint(1)\n```\nIt prints 1.")
    'print(1)\n'
    >>> read_program("print(1)")
    'print(1)'
    >>> read_program("```java\nint x;\n```") is None
    True
    """
    blocks = _blocks(response)
    if not blocks:
        return None if is_cut_off or not response.strip() else response
    for languages in (PYTHON, {""}):
        found = [block for block in blocks if block[0] in languages and block[1].strip()]
        if found:
            _, text, is_closed = found[-1]
            return dedent(text) if is_closed or not is_cut_off else None
    return None


def _blocks(response: str) -> list[tuple[str, str, bool]]:
    """Return the fenced blocks of a text: language, text, and whether it is closed."""
    blocks: list[tuple[str, str, bool]] = []
    fence, language = "", ""
    lines: list[str] = []
    for line in response.splitlines(keepends=True):
        mark = line.strip()
        if fence:
            if mark.startswith(fence) and not mark.strip(fence[0]):
                blocks.append((language, "".join(lines), True))
                fence = ""
            else:
                lines.append(line)
        elif mark.startswith(FENCES):
            rest = mark.lstrip(mark[0])
            fence = mark[: len(mark) - len(rest)]
            language, lines = (rest.split() or [""])[0].casefold().strip("{}."), []
    return [*blocks, (language, "".join(lines), False)] if fence else blocks
