import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

MAKEFILE = Path("Makefile").read_text(encoding="utf-8")
TARGETS = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE).group(1).split()
PROGRAMS = ("sh", "id", "test", "touch", "timeout", "grep", "sed", "make")
NOTE = '#!/bin/sh\necho "${{0##*/}} $*" >> "{log}"\nexit {status}\n'


@pytest.fixture
def machine(tmp_path):
    """A fresh machine, whose pip and apt-get only note what they are asked for."""
    folder, programs, log = tmp_path / "checkout", tmp_path / "bin", tmp_path / "log"
    (folder / ".venv" / "bin").mkdir(parents=True)
    programs.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(name, folder)
    for name in PROGRAMS:
        (programs / name).symlink_to(shutil.which(name))
    (programs / "python3").symlink_to(sys.executable)

    def stand_in(path, status=0):
        path.write_text(NOTE.format(log=log, status=status), encoding="utf-8")
        path.chmod(0o755)

    stand_in(folder / ".venv" / "bin" / "python")

    def make(target, **commands):
        for name, status in commands.items():
            stand_in(programs / name.replace("_", "-"), status)
        (programs / "id").unlink()
        (programs / "id").write_text("#!/bin/sh\necho 0\n", encoding="utf-8")
        (programs / "id").chmod(0o755)
        done = subprocess.run(
            [programs / "make", target],
            cwd=folder,
            env={"PATH": str(programs)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout, log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    return make


def test_help_says_a_sentence_about_every_target():
    done = subprocess.run(["make", "help"], capture_output=True, text=True, check=True)
    told = dict(re.findall(r"^make ([\w-]+) +(\S.+[.\w])$", done.stdout, re.MULTILINE))
    assert told.keys() == set(TARGETS)


def test_setup_says_each_step_before_it_takes_it(machine):
    said, asked = machine("setup", apt_get=0)
    assert [line[:4] for line in said.splitlines() if line[1:4] == "/5 "] == [
        f"{step}/5 " for step in range(1, 6)
    ]
    assert [line.split()[-1] for line in asked if "pip" in line and "install" in line] == [
        *("torch==2.13.0+cpu", "requirements.lock", "pycosat==0.6.6", "."),
    ]
    assert all("--quiet" in line for line in asked if "pip" in line)


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        pytest.param({"apt_get": 0}, ["as root: apt-get install -y bubblewrap"], id="can install"),
        pytest.param(
            {"apt_get": 1},
            ["as root: apt-get install -y bubblewrap", "needs bubblewrap"],
            id="cannot install",
        ),
        pytest.param({}, ["needs bubblewrap"], id="no apt-get"),
        pytest.param({"bwrap": 0, "apt_get": 0}, [], id="is there"),
    ],
)
def test_setup_says_what_it_installs_as_root_before_it_does(machine, commands, expected):
    said, asked = machine("setup", **commands)
    lines = [line for line in said.splitlines() if "apt-get" in line and "libnuma" not in line]
    assert len(lines) == len(expected)
    assert all(part in line for part, line in zip(expected, lines, strict=True))
    assert any("apt-get" in line for line in asked) == any("as root" in line for line in lines)


def test_a_second_setup_installs_nothing(machine):
    machine("setup", apt_get=0)
    _, asked = machine("setup", apt_get=0)
    assert len([line for line in asked if "requirements.lock" in line]) == 1


def test_check_runs_what_pre_commit_runs():
    hooks = yaml.safe_load(Path(".pre-commit-config.yaml").read_text(encoding="utf-8"))
    every = [hook for repo in hooks["repos"] for hook in repo["hooks"]]
    entries = [hook["entry"] for hook in every if hook.get("stages") != ["pre-push"]]
    recipe = re.search(r"^check: .*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE).group(1)
    run = [line.strip("\t@").removesuffix(" .") for line in recipe.splitlines()]
    assert [line.replace("$(BIN)", ".venv/bin") for line in run] == entries
