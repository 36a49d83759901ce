"""The command `r1data`: each subcommand is one function of the library or one process."""

import sys
from typing import NoReturn

import click
import typer

from r1data.cli import check, data, export, plan, processes, verify
from r1data.text import visible

WRONG_INPUT = 2

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
    check.check,
    data.gc,
)
for command in COMMANDS:
    app.command()(command)


def main() -> NoReturn:
    """Run a command; what the user got wrong is one line and exit status 2."""
    try:
        app(standalone_mode=True)
    except (ValueError, OSError) as error:
        click.echo(visible(str(error)), err=True)
        sys.exit(WRONG_INPUT)
    sys.exit(0)
