"""A threshold changed and run again: `python -m performance.rerun [--rows 20000]`.

Rollouts that exist already, four of each problem, some wrong, cut off, repeated or with a long
paragraph, go through `r1data run` from the files to the training set. Then one threshold is changed
and the command is given again. The script says which tables were made again and in how many
seconds, and prints the funnel before and after; it exits with 1 if a number does not add up.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from r1data.store.query import query
from r1data.store.store import Store

GROUP_SIZE = 4
WORDS = ("so", "we", "add", "carry", "check", "wait", "the", "sum", "is", "even", "then", "odd")
LIMITS = (4_000, 1_500)
"""Characters of the longest paragraph: before, and after."""
FUNNEL = """
with steps as (
  select 1 as place, 'prompts' as step, (select count(*) from prompts.prompts) as rows_in,
         count(*) filter (drop_reason is null) as kept,
         count(*) filter (drop_reason is not null) as dropped from prompts.filtered_prompts
  union all
  select 2, 'selections', (select count(*) from reasoning.rollouts),
         count(*) filter (is_kept), count(*) filter (not is_kept) from reasoning.selections
  union all
  select 3, 'drop table', (select count(*) from reasoning.selections),
         sum(num_rows) filter (fate = 'kept')::bigint,
         sum(num_rows) filter (fate <> 'kept')::bigint
  from reasoning.drop_table
  union all
  select 4, 'selected_rollouts', (select count(*) from reasoning.selections where is_kept),
         count(*), 0 from reasoning.selected_rollouts
  union all
  select 5, 'sft_mixture', (select count(*) from reasoning.selected_rollouts), count(*), 0
  from sft.sft_mixture
)
select step, rows_in, kept, dropped, rows_in = kept + dropped as adds_up from steps order by place
"""


def main() -> None:
    """Run the recipe twice, with another threshold, and print what was made again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--chars", type=int, default=3_000, help="Of a completion, on average.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="r1data-rerun-") as name:
        folder = Path(name)
        write_rollouts(folder / "rollouts.jsonl", options.rows, options.chars)
        add_up = [_shown(folder, limit) for limit in LIMITS]
    sys.exit(not all(add_up))


def write_rollouts(path: Path, num_rows: int, chars: int) -> None:
    """Write problems with a group of completions each, one problem a line."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(num_rows // GROUP_SIZE):
            completions = list(_group(number, chars))
            row = {
                "problem": f"What is {number} + {number}?",
                "gold_answer": str(2 * number),
                "completion": completions,
            }
            file.write(json.dumps(row) + "\n")


def _group(number: int, chars: int) -> Iterator[str]:
    rng = random.Random(number)
    for sample in range(GROUP_SIZE):
        words = " ".join(rng.choices(WORDS, k=rng.randint(chars // 8, chars // 3)))
        step = rng.choice((300, 900, 3_000, 9_000))
        paragraphs = [words[start : start + step] for start in range(0, len(words), step)]
        answer = 2 * number + (rng.random() < 0.3)
        ending = "" if rng.random() < 0.05 else f"</think>It is \\boxed{{{answer}}}."
        yield f"<think>{sample} " + "\n\n".join(paragraphs) + ending


def _shown(folder: Path, limit: int) -> bool:
    """Run the recipe with a limit, print what that made, and tell whether every number adds up."""
    store = Store(folder / "data" / "rerun")
    before = _versions(store)
    start, used = time.perf_counter(), _processor_seconds()
    _run(folder, limit)
    seconds, used = time.perf_counter() - start, _processor_seconds() - used
    after = _versions(store)
    made = [key for key, version in after.items() if before.get(key) != version]
    funnel = query(store.root, FUNNEL)
    made_of = f"{len(made)} of {len(after)} tables made"
    print(f"max_paragraph_chars {limit:,}: {made_of}, {seconds:.1f} s, {used:.1f} CPU-seconds")
    print(f"  {', '.join(made)}")
    print(funnel)
    return bool(funnel["adds_up"].all())


def _processor_seconds() -> float:
    """Return what all children so far took of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(folder: Path, limit: int) -> None:
    recipe = folder / "rerun.yaml"
    file, columns = str(folder / "rollouts.jsonl"), {"gold_answer": "gold_answer"}
    document = {
        "name": "rerun",
        "policies": {"theirs": {"kind": "rollouts", "rollouts": file, "model": "synthetic"}},
        "prompts": {"sources": {"sums": {"file": file, "columns": columns}}},
        "reasoning": {
            "policy": "theirs",
            "sampling": {"group_size": "all"},
            "selection": {
                "max_per_prompt": 2,
                "signals": {"layout": {"max_paragraph_chars": limit}},
            },
        },
        "sft": {},
    }
    recipe.write_text(yaml.safe_dump(document), encoding="utf-8")
    where = ["--recipe", str(recipe), "--data", str(folder / "data")]
    command = [str(Path(sys.executable).with_name("r1data")), "run", *where]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def _versions(store: Store) -> dict[str, str]:
    keys = store.keys()
    return {key: store.table(key).folder.name for key in keys if store.current(key)}


if __name__ == "__main__":
    main()
