"""Becoming another process: the asset graph, or the Dagster UI."""

import os
import sys
from typing import NoReturn


def become(name: str, *arguments: str) -> NoReturn:
    """Replace this process, so that signals and the exit status need no go-between."""
    module = f"assets.orchestration.{name}"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
