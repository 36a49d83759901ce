"""The command `r1data`: what the user got wrong is one line, with exit status 2."""

import sys
from typing import NoReturn

import click

from r1data.cli.commands import app
from r1data.text import visible

WRONG_INPUT = 2


def main() -> NoReturn:
    """Run the command that was typed, and exit with its status."""
    try:
        app(standalone_mode=True)
    except (ValueError, OSError) as error:
        click.echo(visible(str(error)), err=True)
        sys.exit(WRONG_INPUT)
    sys.exit(0)
