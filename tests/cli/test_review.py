"""The reviewer's loop: candidates to a person, in the terminal and as a file, and back."""

import json
import os
import pty
import select
import subprocess
import sys

import pytest
import yaml
from typer.testing import CliRunner

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.cli.commands import app
from r1data.cli.main import main
from r1data.cli.review.desk import review_one_by_one
from r1data.cli.why.page import trace
from r1data.store.staleness import table_statuses
from r1data.store.store import Store
from tests.curation.review.candidates import candidate

TEXT = "<think>\x1b[2JI add {0} and 1.</think>It is \\boxed{{{1}}}."
SIZE = 24


class Loop:
    """A recipe whose cold start is reviewed, its data folder, and the command."""

    def __init__(self, tmp_path):
        self.folder, self.recipe_file = tmp_path, tmp_path / "loop.yaml"
        self.write(TEXT)
        self.recipe_file.write_text(yaml.safe_dump(self.document()), encoding="utf-8")
        self.store = Store(tmp_path / "data" / "loop")
        self.make()

    def write(self, text):
        rows = [
            {"problem": f"{n} + 1", "gold_answer": str(n + 1), "completion": text.format(n, n + 1)}
            for n in range(SIZE)
        ]
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        (self.folder / "rows.jsonl").write_text(lines, encoding="utf-8")

    def document(self, review=None):
        rows = str(self.folder / "rows.jsonl")
        return {
            "name": "loop",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": rows, "model": "R1"}},
            "prompts": {
                "sources": {"theirs": {"file": rows, "columns": {"gold_answer": "gold_answer"}}}
            },
            "cold_start": {
                "policy": "theirs",
                "sampling": {"group_size": "all"},
                "review": review or {},
            },
        }

    @property
    def specs(self):
        return Recipe.model_validate(self.document()).tables()

    def make(self):
        with Run(self.specs, self.store.root) as run:
            for spec in run.specs:
                run.make(spec)

    def stale(self):
        return {
            status.key: status.reason
            for status in table_statuses(self.store, self.specs)
            if status.state.value != "fresh"
        }

    def arguments(self, *arguments):
        where = ["--recipe", str(self.recipe_file), "--data", str(self.folder / "data")]
        return ["review", *map(str, arguments), *where]

    def __call__(self, *arguments):
        return CliRunner().invoke(app, self.arguments(*arguments))

    def exported(self, name="out.jsonl", *arguments):
        path = self.folder / name
        assert self("--out", path, *arguments).exit_code == 0
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def bring(self, rows, reviewer="anna", *more):
        path = self.folder / "in.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return self("--from", path, "--reviewer", reviewer, *more)

    def counts(self, table, column):
        return dict(self.store.table(table).read().group_by(column).len().iter_rows())


@pytest.fixture
def loop(tmp_path):
    return Loop(tmp_path)


def decided(row, decision, **changes):
    return row | {"decision": decision} | changes


def test_the_loop_from_twenty_candidates_to_the_tables(loop):
    rows = loop.exported()
    assert len(rows) == 20
    assert rows[0]["remarks"]
    back = [decided(row, "accept") for row in rows[:12]]
    back += [decided(row, "edit", reasoning=f"First, {row['problem']}.") for row in rows[12:15]]
    back += [decided(rows[15], "edit", response="It is \\boxed{-1}.")]
    back += [decided(row, "reject", note="dull") for row in rows[16:18]]
    back += ["{broken", decided(rows[0], "reject"), rows[18]]
    done = loop.bring(back)
    assert done.exit_code == 1
    told = done.stdout.splitlines()
    assert [line.partition(", ")[2].partition(":")[0] for line in told[:2]] == [
        "line 19",
        "line 20",
    ]
    assert "it is no JSON" in told[0]
    assert "anna decided otherwise on it before: accept" in told[1]
    assert told[2] == "accept 12, edit 4, reject 2, left open 1, refused 2"
    assert loop.stale()["cold_start/reviews"] == "logs/reviews/cold_start has new rows"
    loop.make()
    assert loop.stale() == {}
    assert loop.counts("cold_start/reviews", "decision") == {"accept": 12, "edit": 4, "reject": 2}
    assert loop.counts("cold_start/review_selections", "drop_reason") == {
        None: SIZE - 3,
        "edited": 3,
        "edit_not_verified": 2,
        "rejected_by_reviewer": 2,
    }
    kept = loop.store.table("cold_start/reviewed_rollouts").read()
    assert kept["refined_from"].drop_nulls().len() == 3


def test_a_file_brought_back_twice_changes_nothing(loop):
    rows = [decided(row, "accept") for row in loop.exported()]
    loop.bring(rows)
    loop.make()
    done = loop.bring(rows)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "there already 20, refused 0")
    assert loop.stale() == {}


def test_a_decision_on_a_text_that_changed_is_outdated_and_a_line_on_it_is_refused(loop):
    rows = [decided(row, "reject") for row in loop.exported()]
    loop.bring(rows[:5])
    loop.make()
    loop.write(TEXT.replace("I add", "You add"))
    loop.make()
    assert loop.store.table("cold_start/reviews").read()["outdated"].to_list() == ["not_kept"] * 5
    assert loop.counts("cold_start/review_selections", "drop_reason") == {None: SIZE}
    done = loop.bring(rows[5:6])
    assert done.exit_code == 1
    assert "no candidate" in done.stdout


def test_a_reviewer_is_not_given_again_what_is_decided(loop):
    first = loop.exported("a.jsonl", "-n", "3")
    loop.bring([decided(row, "accept") for row in first])
    ids = [row["rollout_id"] for row in first]
    every = loop.exported("b.jsonl", "-n", "9")
    assert [row["rollout_id"] for row in every[:3]] == ids
    others = loop.exported("c.jsonl", "-n", "6", "--reviewer", "anna")
    assert [row["rollout_id"] for row in others] == [row["rollout_id"] for row in every[3:]]


def test_agreement_is_told_before_any_run_and_stands_in_a_table(loop):
    rows = loop.exported()
    loop.bring([decided(row, "accept") for row in rows])
    loop.bring([decided(row, "accept" if n % 4 else "reject") for n, row in enumerate(rows)], "ben")
    shown = loop("--agreement").stdout
    assert "anna, ben 20       15    0.750 0.000 0.000" in shown
    loop.make()
    (row,) = loop.store.table("cold_start/review_agreement").read().rows(named=True)
    assert (row["num_rollouts"], row["num_equal"], row["kappa"]) == (20, 15, 0.0)


def test_why_shows_what_people_decided(loop):
    row = loop.exported()[0]
    loop.bring([decided(row, "reject", note="dull\x1b[2J")])
    loop.make()
    page = list(trace(loop.store, row["rollout_id"]))
    assert '  reject by anna: "dull\\x1b[2J"' in page


def test_why_leads_from_an_edit_to_what_it_came_from_and_back(loop):
    row = loop.exported()[0]
    loop.bring([decided(row, "edit", reasoning="I count.")])
    loop.make()
    (edit,) = loop.store.table("cold_start/edited_rollouts").read()["rollout_id"]
    there, back = list(trace(loop.store, row["rollout_id"])), list(trace(loop.store, edit))
    assert f"edited_rollout_id {edit}: see `r1data why {edit[:12]}`" in there
    assert f"refined_from {row['rollout_id']}: see `r1data why {row['rollout_id'][:12]}`" in back


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "needs a terminal; write candidates to a file", id="no terminal"),
        pytest.param(["--out", "a.jsonl", "--agreement"], "ask for one of them", id="two things"),
        pytest.param(["--from", "rows.jsonl"], "--reviewer is missing", id="nobody"),
        pytest.param(["--from", "none.jsonl", "--reviewer", "a"], "none.jsonl", id="no file"),
        pytest.param(["--out", "rows.jsonl"], "rows.jsonl exists", id="a file is there"),
        pytest.param(["reasoning/rollouts", "--agreement"], "is not reviewed", id="no such table"),
    ],
)
def test_what_cannot_be_done_is_one_line(loop, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(loop.folder)
    with pytest.raises(SystemExit) as ended:
        main(loop.arguments(*arguments))
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_recipe_without_a_review_says_where_to_write_one(loop, capsys):
    document = loop.document()
    del document["cold_start"]["review"]
    loop.recipe_file.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(SystemExit):
        main(loop.arguments("--agreement"))
    assert "write `review: {}` in a round" in capsys.readouterr().err


class FakeDesk:
    """A person who presses keys, and edits by a function."""

    def __init__(self, keys, edit=lambda sheet: sheet, note=""):
        self.keys, self.edit, self.typed, self.told = iter(keys), edit, note, []

    def show(self, candidate, place):
        self.told.append(place)

    def say(self, line):
        self.told.append(line)

    def key(self):
        return next(self.keys, "q")

    def note(self):
        return self.typed


def at_the_desk(keys, **desk):
    taken = []
    one = FakeDesk(keys, **desk)
    candidates = [candidate(f"r{number}") for number in range(4)]
    counts = review_one_by_one(candidates, "anna", one, taken.append)
    return taken, dict(counts), one.told


def test_a_key_decides_on_each_candidate():
    add = {"edit": lambda sheet: sheet.replace("1 + 1 = 2", "I add.")}
    taken, counts, told = at_the_desk("aser", **add)
    assert [(one.rollout_id, one.decision) for one in taken] == [
        ("r0", "accept"),
        ("r2", "edit"),
        ("r3", "reject"),
    ]
    assert taken[1].reasoning == "I add."
    assert counts == {"accept": 1, "skipped": 1, "edit": 1, "reject": 1}
    assert told == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]


def test_a_note_goes_with_the_decision_that_follows():
    taken, _, _ = at_the_desk("nraq", note="dull")
    assert [one.note for one in taken] == ["dull", ""]


def test_leaving_keeps_what_was_decided():
    taken, counts, _ = at_the_desk("aq")
    assert (len(taken), counts) == (1, {"accept": 1})


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        pytest.param(lambda sheet: None, "was not saved", id="not saved"),
        pytest.param(lambda sheet: sheet, "as it was", id="saved as it was"),
        pytest.param(lambda sheet: "", "mark", id="emptied"),
        pytest.param(lambda sheet: sheet.replace("1 + 1", "</think>"), "think tags", id="a tag"),
    ],
)
def test_an_edit_that_cannot_be_taken_is_told_and_the_candidate_stays(edit, said):
    taken, _, told = at_the_desk("er", edit=edit)
    assert [(one.rollout_id, one.decision) for one in taken] == [("r0", "reject")]
    assert said in told[1]


MAX_QUIET = 120
"""Seconds without a sign of life after which a command at a terminal is ended."""


def typed_at_a_terminal(command, keys, env):
    """Run a command in a terminal of its own, press keys as it asks for them; return its screen.

    A terminal forgets what is typed before it reads keys one by one, so that a key that nothing
    comes of is pressed again.
    """
    leader, follower = pty.openpty()
    process = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower, env=env)
    os.close(follower)
    screen, num_quiet = b"", 0
    while num_quiet < MAX_QUIET and (process.poll() is None or is_readable(leader, 0)):
        if is_readable(leader, 1):
            try:
                screen += os.read(leader, 65536)
            except OSError:
                break
            num_quiet = 0
            continue
        num_quiet += 1
        num_asked = screen.count(b"[q]uit")
        if 0 < num_asked <= len(keys) and process.poll() is None:
            os.write(leader, keys[num_asked - 1])
    if num_quiet == MAX_QUIET:
        process.kill()
    os.close(leader)
    return process.wait(), screen.decode()


def is_readable(terminal, seconds):
    return bool(select.select([terminal], [], [], seconds)[0])


@pytest.mark.slow
def test_a_person_at_a_terminal_reads_edits_and_leaves(loop):
    editor = loop.folder / "editor.sh"
    editor.write_text('#!/bin/sh\nsed -i "s/and 1/and one/" "$1"\n', encoding="utf-8")
    editor.chmod(0o700)
    code = "from r1data.cli.main import main; main()"
    command = [sys.executable, "-c", code, *loop.arguments("--reviewer", "anna")]
    env = {"PATH": os.environ["PATH"], "TERM": "xterm", "VISUAL": str(editor), "LANG": "C.UTF-8"}
    status, screen = typed_at_a_terminal(command, [b"e", b"r", b"q"], env)
    assert status == 0, screen
    assert "\\x1b[2JI add" in screen
    assert "\x1b[2JI add" not in screen
    loop.make()
    assert loop.counts("cold_start/reviews", "decision") == {"edit": 1, "reject": 1}
    (edited,) = loop.store.table("cold_start/reviews").read()["reasoning"].drop_nulls()
    assert edited.endswith("and one.")
