"""The reviewer's loop, and what its tables say afterwards: `python -m performance.review_loop`.

A recipe of 40 existing rollouts has its cold start reviewed. 20 candidates are exported, a script
edits the file as two people would, with a conflict and a malformed line, and the command brings it
back twice. Every line that the command prints is printed, and then what SQL says.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from assets.recipe.load import load_recipe
from assets.steps.run import Run
from r1data.cli.commands import app
from r1data.store.query import open_session
from r1data.store.store import Store

NUM_PROBLEMS = 40
QUESTIONS = (
    "select reviewer, decision, outdated, count(*) as rows from cold_start.reviews group by all "
    "order by all",
    "select reviewer, other_reviewer, num_rollouts, num_equal, equal_share, kappa, "
    "kappa_standard_error from cold_start.review_agreement",
    "select outcome, count(*) as edits from cold_start.edited_verdicts group by all order by all",
    "select coalesce(drop_reason, 'kept') as fate, count(*) as rows "
    "from cold_start.review_selections group by all order by all",
    "select count(*) as rows, count(refined_from) as edited from cold_start.reviewed_rollouts",
)


class Loop:
    """A recipe that is reviewed, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.recipe = folder, folder / "loop.yaml"
        rows = folder / "rows.jsonl"
        rows.write_text(
            "".join(f"{json.dumps(_row(n))}\n" for n in range(NUM_PROBLEMS)), encoding="utf-8"
        )
        self.recipe.write_text(yaml.safe_dump(_document(str(rows))), encoding="utf-8")
        self.store = Store(folder / "data" / "loop")

    def make(self) -> None:
        """Make the tables, as `r1data run` does."""
        with Run(load_recipe(self.recipe).tables(), self.store.root) as run:
            for key in run.specs:
                run.make(key)

    def command(self, *arguments: str) -> None:
        """Type a command, and print it with what it prints."""
        where = ["--recipe", str(self.recipe), "--data", str(self.folder / "data")]
        print(f"\n$ r1data {' '.join(arguments)}")
        done = CliRunner().invoke(app, [*arguments, *where])
        print(done.output.rstrip() + f"\n[exit status {done.exit_code}]")

    def read(self, name: str) -> list[dict[str, Any]]:
        """Return the candidates of a file."""
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def write(self, name: str, rows: Sequence[dict[str, Any] | str]) -> str:
        """Write a file as a person brings it back; return its path."""
        path = self.folder / name
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(path)


def main() -> None:
    """Go round the loop once, and say what came of it."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loop = Loop(Path(folder))
        loop.make()
        loop.command("review", "--out", f"{folder}/candidates.jsonl")
        candidates = loop.read("candidates.jsonl")
        anna = loop.write("anna.jsonl", annas(candidates))
        loop.command("review", "--from", anna, "--reviewer", "anna")
        loop.command("review", "--from", anna, "--reviewer", "anna")
        ben = loop.write("ben.jsonl", bens(candidates))
        loop.command("review", "--from", ben, "--reviewer", "ben")
        loop.command("review", "--agreement")
        loop.make()
        with open_session(loop.store.root) as session:
            for question in QUESTIONS:
                print(f"\n{question}\n{session.query(question)}")
        loop.command("why", candidates[15]["rollout_id"][:12])


def annas(candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any] | str]:
    """Return what one reviewer brings back: 20 decisions, a conflict and a malformed line."""
    rows = [one | {"decision": "accept"} for one in candidates]
    for number in range(12, 15):
        shorter = candidates[number]["reasoning"].replace("Let me see. ", "")
        rows[number] |= {"decision": "edit", "reasoning": shorter, "note": "less talk"}
    rows[15] |= {"decision": "edit", "response": "It is \\boxed{-1}.", "note": "a slip of the hand"}
    for number in range(16, 19):
        rows[number] |= {"decision": "reject", "note": "says nothing"}
    rows[19] |= {"decision": None}
    return [
        *rows,
        '{"rollout_id": "' + candidates[0]["rollout_id"],
        rows[0] | {"decision": "reject"},
    ]


def bens(candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any] | str]:
    """Return what another one brings back, who mostly agrees, and knows one text of last week."""
    rows = [one | {"decision": "accept"} for one in candidates]
    for number in (3, 16, 17):
        rows[number] |= {"decision": "reject"}
    rows[19] |= {"text_hash": "of last week"}
    return list(rows)


def _row(number: int) -> dict[str, str]:
    thought = f"Let me see. {number} and 1 make {number + 1}."
    return {
        "problem": f"What is {number} + 1?",
        "gold_answer": str(number + 1),
        "completion": f"<think>{thought}</think>It is \\boxed{{{number + 1}}}.",
    }


def _document(rows: str) -> dict[str, Any]:
    source = {"file": rows, "columns": {"gold_answer": "gold_answer"}}
    return {
        "name": "loop",
        "policies": {"theirs": {"kind": "rollouts", "rollouts": rows, "model": "R1"}},
        "prompts": {"sources": {"theirs": source}},
        "cold_start": {"policy": "theirs", "sampling": {"group_size": "all"}, "review": {}},
    }


if __name__ == "__main__":
    main()
