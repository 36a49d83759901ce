import ast
import re
from pathlib import Path

import pytest
import yaml

from assets.recipe.recipe import Recipe

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


def test_every_make_target_in_the_readme_is_one():
    targets = re.findall(r"^make (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE)
    makefile = Path("Makefile").read_text(encoding="utf-8")
    assert targets
    assert all(re.search(rf"^{target}: ", makefile, re.MULTILINE) for target in targets)


def recipes():
    return re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", recipes())
def test_every_recipe_in_the_readme_is_one(text):
    assert Recipe.model_validate(yaml.safe_load(text)).name


def test_every_relative_link_in_the_readme_leads_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert links
    assert all(Path(link).exists() for link in links)
