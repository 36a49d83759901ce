import ast
from pathlib import Path

README = Path("README.md")
LAYOUT = [Path("r1data"), Path("assets"), Path("training")]
WIDTH = 28


def caption(module):
    return ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))).splitlines()[0]


def line(name, depth, module):
    return f"{'  ' * depth}{name}".ljust(WIDTH - 1) + " " + caption(module)


def lines(folder, depth=0):
    yield line(f"{folder.name}/", depth, folder / "__init__.py")
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if (path / "__init__.py").exists():
            yield from lines(path, depth + 1)
        elif path.suffix == ".py" and path.name != "__init__.py":
            yield line(path.name, depth + 1, path)


def test_the_tree_in_the_readme_is_the_tree_on_disk():
    tree = "\n".join(line for folder in LAYOUT for line in lines(folder))
    is_shown = f"```text\n{tree}\n```" in README.read_text(encoding="utf-8")
    assert is_shown, f"put this tree into README.md:\n{tree}"
