"""The command `r1data`: what the user got wrong is one line, with exit status 2."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from r1data.cli.commands import app
from r1data.errors import SETUP_ERRORS, WRONG_INPUT, one_line
from r1data.text import visible


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command that was typed, and exit with its status."""
    try:
        app(arguments, standalone_mode=True)
    except SETUP_ERRORS as error:
        click.echo(visible(one_line(error, Path())), err=True)
        sys.exit(WRONG_INPUT)
    sys.exit(0)
