"""The tree of the code, from the first line of each module's docstring."""

from collections.abc import Iterator
from pathlib import Path

from pages.docstrings import caption

FOLDERS = ("r1data", "assets", "training")
WIDTH = 28
INTRODUCTION = """\
# Layout

`r1data/` says what can be done, stage by stage. `assets/` says what was made, round by round.
`training/` holds the TRL entry points. Beside them stand `recipes/`, `performance/` (scripts that
measure speed, memory and accuracy, see [measured.md](measured.md)), `tests/` and `docs/`. Which may
import which is a contract in `pyproject.toml`; [CONTRIBUTING.md](../CONTRIBUTING.md) explains it.
"""


def layout_page() -> str:
    """Return the tree of the code."""
    tree = [line for folder in FOLDERS for line in _lines(Path(folder))]
    return "\n".join([INTRODUCTION, "```text", *tree, "```", ""])


def _lines(folder: Path, depth: int = 0) -> Iterator[str]:
    yield _line(f"{folder.name}/", depth, folder / "__init__.py")
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if (path / "__init__.py").exists():
            yield from _lines(path, depth + 1)
        elif path.suffix == ".py" and path.name != "__init__.py":
            yield _line(path.name, depth + 1, path)


def _line(name: str, depth: int, module: Path) -> str:
    return f"{'  ' * depth}{name}".ljust(WIDTH - 1) + " " + caption(module)
