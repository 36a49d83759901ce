import re
import shlex
from pathlib import Path

import pytest
import typer

from r1data.cli.commands import app

COMMANDS = typer.main.get_command(app).commands
README, *PAGES = [Path("README.md"), Path("CONTRIBUTING.md"), *Path("docs").glob("*.md")]


def commands_in(*pages):
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return sorted(set(re.findall(r"(?:^|`|\.venv/bin/)r1data (\w[^`\n#]*)", text, re.MULTILINE)))


def parse(line):
    name, *arguments = shlex.split(line)
    command = COMMANDS[name]
    return command.make_context(name, arguments, resilient_parsing=not arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_an_example_that_parses(name):
    command = COMMANDS[name]
    examples = re.findall(r"^r1data (.+)$", command.help, re.MULTILINE)
    assert examples
    for example in examples:
        assert parse(example).info_name == name


@pytest.mark.parametrize("line", commands_in(README, *PAGES))
def test_a_command_in_the_readme_or_the_documentation_is_one_that_exists(line):
    parse(line)


def test_the_readme_shows_every_command_but_those_that_make_shows():
    shown = {line.split()[0] for line in commands_in(README)}
    assert shown >= COMMANDS.keys() - {"ui", "gc"}


def test_an_option_that_does_not_exist_does_not_parse():
    with pytest.raises(Exception, match="No such option: --recip"):
        parse("run --recip x.yaml")
