"""The command `r1data`: each subcommand is one function of the library or one process."""

import sys
from pathlib import Path
from typing import NoReturn

import click
import typer

from r1data.cli import data, export, plan, processes, verify
from r1data.errors import SETUP_ERRORS, WRONG_INPUT, one_line

app = typer.Typer(
    help="Build DeepSeek-R1-style datasets: prompts in, verified training data out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    processes.run,
    processes.ui,
    plan.plan,
    data.status,
    data.sql,
    data.show,
    data.why,
    verify.verify,
    export.export,
    data.gc,
)
for command in COMMANDS:
    app.command()(command)


def main() -> NoReturn:
    """Run a command; what the user got wrong is one line and exit status 2."""
    try:
        app(standalone_mode=True)
    except SETUP_ERRORS as error:
        click.echo(one_line(error, Path()), err=True)
        sys.exit(WRONG_INPUT)
    sys.exit(0)
