"""The Dagster UI of a recipe, for `r1data ui`."""

import argparse
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from assets.orchestration.failures import status_of
from assets.orchestration.instance import open_instance
from assets.recipe.load import load_recipe
from r1data.store.store import Store

HOST = "127.0.0.1"
"""Where Dagster's pages are, for this machine alone."""


Become = Callable[[str, list[str]], NoReturn]
"""Makes this process another: takes the program and its command line."""


def main(arguments: Sequence[str] | None = None, become: Become = os.execv) -> int:
    """Become `dagster dev` on the recipe's graph and instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=3000)
    options = parser.parse_args(arguments)
    return status_of(lambda: _become(options, become), options.data)


def _become(options: argparse.Namespace, become: Become) -> NoReturn:
    store = Store(options.data / load_recipe(options.recipe).name)
    _check_port(options.port)
    open_instance(store.root).dispose()
    os.environ["R1DATA_RECIPE"] = str(options.recipe)
    os.environ["R1DATA_DATA"] = str(options.data)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "assets.orchestration.definitions"]
    become(sys.executable, [*command, "--host", HOST, "--port", str(options.port)])


def _check_port(port: int) -> None:
    """Refuse a port that somebody listens on: Dagster would go on without its pages."""
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((HOST, port))
        except OSError as error:
            raise ValueError(
                f"port {port} cannot be had: {error.strerror}; end what uses it, or name another "
                "with `--port`"
            ) from error


if __name__ == "__main__":
    sys.exit(main())
