import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from r1data.cli.commands import app
from r1data.store.store import Store


@dataclass(frozen=True)
class Shell:
    """Runs `r1data` on one recipe and one data folder, as a user at 80 columns does."""

    recipe: Path
    data: Path

    @property
    def store(self):
        return Store(self.data / "small")

    def copied(self, folder):
        """Return the same with a copy of the data folder, for commands that change it."""
        shutil.copytree(self.data, folder / "data")
        return Shell(self.recipe, folder / "data")

    def __call__(self, command, *arguments):
        """Return what a command that succeeds prints."""
        where = ["--recipe", str(self.recipe), "--data", str(self.data)]
        result = CliRunner().invoke(app, [command, *arguments, *where])
        assert result.exit_code == 0, result.exception or result.output
        return result.stdout


@dataclass(frozen=True)
class Finished:
    """What a command in a process of its own left."""

    status: int
    output: str
    errors: str


def r1data(*arguments, env=None):
    command = [sys.executable, "-c", "from r1data.cli.main import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    return Finished(done.returncode, done.stdout, done.stderr)
