import json
import os
import subprocess
import sys

import pytest

from r1data.store.live import Far, bury, living, run_file, tables_being_made

TABLES = ["reasoning/rollouts", "reasoning/verdicts"]


def said(root):
    return {key: str(making) for key, making in tables_being_made(root).items()}


def test_a_live_run_says_which_table_it_is_at_and_how_far(tmp_path):
    process = f"process {os.getpid()}"
    with living(tmp_path, "one", TABLES):
        assert set(said(tmp_path).values()) == {f"{process} is to make it"}
        Far(tmp_path, "one").tell(TABLES[0])
        assert said(tmp_path)[TABLES[0]] == f"being made by {process}"
        Far(tmp_path, "one").tell(TABLES[0], "84 of 1,380 rollouts")
        assert said(tmp_path) == {
            TABLES[0]: f"being made by {process}: 84 of 1,380 rollouts",
            TABLES[1]: f"{process} is to make it",
        }
    assert said(tmp_path) == {}
    assert list(run_file(tmp_path, "one").parent.iterdir()) == []


def test_what_a_killed_run_left_says_nothing(tmp_path):
    script = (
        "import os\n"
        "from pathlib import Path\n"
        "from r1data.store.live import Far, living\n"
        f"root = Path({str(tmp_path)!r})\n"
        f"with living(root, 'one', {TABLES}):\n"
        f"    Far(root, 'one').tell({TABLES[0]!r}, '3 rows')\n"
        "    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert run_file(tmp_path, "one").exists()
    assert said(tmp_path) == {}
    bury(tmp_path, "one")
    assert list(run_file(tmp_path, "one").parent.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{}"])
def test_a_run_that_has_just_begun_makes_nothing_yet(tmp_path, content):
    with living(tmp_path, "one", []):
        run_file(tmp_path, "one").write_text(content, encoding="utf-8")
        assert said(tmp_path) == {}
        run_file(tmp_path, "one").write_text(json.dumps({"pid": 1}), encoding="utf-8")
        assert said(tmp_path) == {}
