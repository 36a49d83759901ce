"""The general set's rules beside a person's labels: `python -m performance.general_rules`.

`general_labels.json` names rows of public sets and says what a person thought of each: its kind,
whether it deserves reasoning, whether it asks for harm. The rules were written with an eye on the
rows for development, and not changed after the held-out ones were labelled (those for harm were
changed in a few words after that).
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from r1data.curation.general.deserving import deserves_reasoning
from r1data.curation.general.kinds import prompt_kind
from r1data.curation.general.unsafe import unsafe_request

LABELS = Path(__file__).with_name("general_labels.json")
NOT_LABELLED = "not labelled"
TURNS = re.compile(r"\n\n(?:Human|Assistant):")


def main() -> None:
    """Print how often the rules say what the labels say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", type=Path, required=True, help="a folder of general sets")
    options = parser.parse_args()
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    files = {name: texts(options.public / name) for name in ("alpaca_5000.json",)}
    files |= {
        name: texts(options.public / name) for name in ("alpaca_zh_1000.json", "identity.json")
    }
    files["gsm8k_train.jsonl"] = texts(options.public.parent / "prompts" / "gsm8k_train.jsonl")
    for part, rows in labels["questions"].items():
        print(part)
        found = [(files[file][row], kind, due) for file, row, kind, due in rows]
        tell_kinds([(text, kind) for text, kind, _ in found if kind != NOT_LABELLED])
        for file in files:
            chosen = [(files[f][row], due) for f, row, _, due in rows if f == file]
            tell(f"deserves reasoning, {file}", deserves_reasoning, chosen)
        tell("deserves reasoning, all", deserves_reasoning, [(text, due) for text, _, due in found])
    requests = first_requests(options.public / "harmless-base__test.jsonl.gz")
    rows = labels["requests"]["held_out"]
    tell(
        "asks for harm",
        lambda text: bool(unsafe_request(text)),
        [(requests[r], x) for r, x in rows],
    )
    instructions = files["alpaca_5000.json"]
    began = time.process_time()
    alarms = sum(map(bool, map(unsafe_request, instructions)))
    seconds = time.process_time() - began
    print(f"alarms on {len(instructions)} harmless instructions: {alarms}", end=", ")
    print(f"{1000 * seconds / len(instructions):.2f} ms a problem")


def tell(name: str, rule: Callable[[str], bool], rows: Sequence[tuple[str, bool]]) -> None:
    """Print precision and recall of a rule."""
    pairs = [(rule(text), is_so) for text, is_so in rows]
    hits = sum(said and is_so for said, is_so in pairs)
    said, wanted = sum(said for said, _ in pairs), sum(is_so for _, is_so in pairs)
    print(f"  {name}: {len(rows)} rows, right {hits} of {said} said, {hits} of {wanted} wanted")


def tell_kinds(rows: Sequence[tuple[str, str | None]]) -> None:
    """Print how often the rule finds a person's kind, and what it takes for what."""
    confusion = Counter((kind, prompt_kind(text)) for text, kind in rows)
    right = sum(count for (ours, theirs), count in confusion.items() if ours == theirs)
    print(f"  kinds: {right} of {len(rows)} as labelled; otherwise:")
    for (ours, theirs), count in confusion.most_common():
        if ours != theirs:
            print(f"    {count} {ours} taken for {theirs}")


def texts(file: Path) -> list[str]:
    """Return what the rows of a file ask."""
    lines = file.read_text(encoding="utf-8")
    rows = json.loads(lines) if file.suffix == ".json" else map(json.loads, lines.splitlines())
    return [asked(row) for row in rows]


def asked(row: dict[str, str]) -> str:
    """Return what a row asks, with its input where that says something."""
    if "question" in row:
        return row["question"]
    given = row["input"]
    return row["instruction"] + (f"\n{given}" if given and "no input" not in given.lower() else "")


def first_requests(file: Path) -> list[str]:
    """Return what is asked first in each conversation of a file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [first_request(json.loads(line)["chosen"]) for line in lines]


def first_request(conversation: str) -> str:
    """Return the first turn of a conversation."""
    parts: Iterable[str] = TURNS.split(conversation)
    return list(parts)[1].strip()


if __name__ == "__main__":
    main()
