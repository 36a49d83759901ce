import pytest

from assets.recipe.document import MAX_NODES, read_yaml
from assets.recipe.load import load_recipe
from tests.cli.commands import r1data
from tests.effort import effort

MOST_EFFORT = 50

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)
)
"""Thirty lines that stand for 10 to the 30th values."""
SOURCE = """
name: small
policies:
  rule: {kind: worked_examples, worked_examples: arithmetic}
prompts:
  sources:
    sums:
      generator:
        task: chain_sum
        size: 2
        arguments: ARGUMENTS
reasoning:
  policy: rule
"""
ENDLESS = {
    "a list in itself": ("&a [*a]", "stands inside itself"),
    "an object in itself": ("&a {min_terms: *a}", "stands inside itself"),
    "a pair, each in the other": ("&a {x: &b {y: *a}, z: *b}", "stands inside itself"),
    "a key that is itself": ("&a {? *a : 1}", "stands inside itself"),
    "ten times ten times ten": (
        "\n" + "".join(f"          {line}\n" for line in LAUGHS.splitlines()),
        "aliases stand for",
    ),
    "merged into itself": ("&a {<<: *a, x: 1}", "stands inside itself"),
    "deep lists": ("[" * 5_000 + "]" * 5_000, "nested too deeply"),
    "a Python object": ("!!python/object/apply:os.system [id]", "is not YAML"),
    "a Python name": ("!!python/name:os.system", "is not YAML"),
    "a date": ("{min_terms: 2024-01-01}", "min_terms"),
    "a set": ("{min_terms: !!set {a, b}}", "min_terms"),
    "many digits": (f"{{min_terms: {'9' * 5_000}}}", "digits"),
}


@pytest.mark.parametrize(("arguments", "said"), ENDLESS.values(), ids=ENDLESS.keys())
def test_yaml_without_end_is_refused_at_once_in_one_line(arguments, said, tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(SOURCE.replace("ARGUMENTS", arguments), encoding="utf-8")
    said_of_it = []

    def load():
        with pytest.raises(ValueError, match="recipe") as error:
            load_recipe(path)
        said_of_it.append(str(error.value))

    assert effort(load) < MOST_EFFORT
    (line,) = said_of_it[0].splitlines()
    assert said in line
    assert len(line) < 600


def test_a_command_ends_with_status_two(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(SOURCE.replace("ARGUMENTS", "&a [*a]"), encoding="utf-8")
    finished = r1data("plan", "--recipe", str(path), "--data", str(tmp_path / "data"))
    assert finished.status == 2
    assert "stands inside itself" in finished.errors
    assert "Traceback" not in finished.errors


def test_aliases_that_end_are_read():
    shared = "a: &one {x: 1}\nb: {<<: *one, y: 2}\nc: [*one, *one]"
    assert read_yaml(shared)["c"] == [{"x": 1}, {"x": 1}]
    assert read_yaml("") is None


def test_the_limit_is_on_what_is_meant_and_not_on_what_is_written():
    assert len(read_yaml(f"[{', '.join(['1'] * (MAX_NODES // 2))}]")) == MAX_NODES // 2
    with pytest.raises(ValueError, match="aliases stand for"):
        read_yaml(f"a: &a [{', '.join(['1'] * 1_000)}]\nb: [{', '.join(['*a'] * 100)}]")
