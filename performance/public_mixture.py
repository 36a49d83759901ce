"""All public prompts through one recipe, to a mixture in the paper's proportions and its card.

    python -m performance.public_mixture --folder /tmp/public

Runs `r1data run` and `r1data export` as a user would. No completions of most of these prompts are
public, so they are written here by rule from the gold answers, with texts of real reasoning about
other problems; one in five is wrong and one in fifty is cut off. What is measured is therefore the
prompts, the decontamination and the mixture, and no policy.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import yaml

from r1data.seeds import content_id
from r1data.store.store import Store

GOLD = "reward_model.ground_truth"
DEEPSCALER = {
    f"deepscaler_{level}": {
        "file": f"prompts/deepscaler_level_{level}.json",
        "columns": {"problem": "prompt", "gold_answer": "answer"},
        "licence": "MIT",
    }
    for level in range(1, 6)
}
BBH = ("boolean_expressions", "object_counting", "web_of_lies", "multistep_arithmetic_two")
SCIBENCH = ("atkins", "class", "fund", "thermo")
SOURCES = {
    "gsm8k": {
        "file": "prompts/gsm8k_train.jsonl",
        "columns": {"problem": "question", "gold_answer": "answer", "gold_from": "hashes"},
        "licence": "MIT",
    },
    "math": {
        "file": "prompts/math_train.parquet",
        "columns": {"problem": f"{GOLD}.question", "gold_answer": f"{GOLD}.target"},
        "licence": "Apache-2.0",
    },
    **DEEPSCALER,
    "aime": {
        "file": "prompts/aime_1983_2023.json",
        "columns": {"problem": "problem", "gold_answer": "answer"},
        "licence": "MIT",
    },
    "mbpp": {
        "file": "prompts/mbpp.jsonl",
        "columns": {"problem": "text"},
        "domain": "code",
        "verifier": "code",
        "licence": "CC BY 4.0",
    },
    "leetcode": {
        "file": "prompts/leetcode_train.json",
        "columns": {"problem": "problem", "tests": "tests"},
        "domain": "code",
        "verifier": "code",
        "licence": "Apache-2.0",
    },
    **{
        f"scibench_{name}": {
            "file": f"prompts/scibench_{name}.json",
            "columns": {"problem": "problem_text", "gold_answer": "answer_number"},
            "domain": "stem",
            "licence": "MIT",
        }
        for name in SCIBENCH
    },
    **{
        f"bbh_{name}": {
            "file": f"prompts/bbh_{name}.json",
            "rows": "examples",
            "columns": {"problem": "input", "gold_answer": "target"},
            "domain": "logic",
            "verifier": "text",
            "licence": "MIT",
        }
        for name in BBH
    },
    "knights": {
        "file": "prompts/knights_knaves_4ppl.parquet",
        "columns": {"problem": "quiz", "gold_answer": "solution_text"},
        "domain": "logic",
        "verifier": "text",
        "licence": "Apache-2.0",
    },
    **{
        name: {
            "file": f"general/{file}",
            "columns": {"problem": "instruction + input"},
            "domain": "general",
            "verifier": None,
            "unverified": "keep",
            "licence": licence,
            "language": language,
        }
        for name, file, licence, language in (
            ("alpaca", "alpaca_5000.json", "CC BY-NC 4.0", "en"),
            ("alpaca_zh", "alpaca_zh_1000.json", "Apache-2.0", "zh"),
            ("identity", "identity.json", "Apache-2.0", "en"),
        )
    },
}
BENCHMARKS = {
    "math_test": ("math_test.parquet", f"{GOLD}.question"),
    "math500": ("math500.json", "problem"),
    "aime24": ("aime24.jsonl", "problem"),
    "amc23": ("amc23.jsonl", "problem"),
    "gsm8k_test": ("gsm8k_test.jsonl", "question"),
    "minerva": ("minerva_math.jsonl", "problem"),
    "olympiad": ("olympiadbench.jsonl", "question"),
    "mmlu_stem": ("mmlu_stem.jsonl", "question"),
    "humaneval": ("humaneval.jsonl.gz", "prompt"),
    "ifeval": ("ifeval.jsonl", "prompt"),
}
REASONING_CHARS = 1_500


def main() -> None:
    """Run the recipe, then print the funnel, the quotas and the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--folder", type=Path, default=Path("/tmp/public_mixture"))
    parser.add_argument("--limit", type=int, help="Rows of each source; all if left out.")
    parser.add_argument("--total", type=int, default=20_000, help="Rows of the mixture.")
    parser.add_argument(
        "--signals", nargs="*", default=["truncation", "repetition", "language", "refusal"]
    )
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    recipe = options.folder / "public.yaml"
    _write(recipe, _prompts(options.data, options.limit))
    _run(recipe, "run", "--select", "prompts")
    store = Store(options.folder / "data" / "public")
    rollouts = options.folder / "rollouts.jsonl"
    with rollouts.open("w", encoding="utf-8") as file:
        for row in scripted(store.table("prompts/filtered_prompts").read(), options.data):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    rounds = _rounds(rollouts, options.total, options.signals)
    _write(recipe, _prompts(options.data, options.limit) | rounds)
    _run(recipe, "run")
    _run(recipe, "export", "sft/sft_mixture", "--to", str(options.folder / "out"))


def scripted(prompts: pl.DataFrame, data: Path) -> Iterator[dict[str, str]]:
    """Yield a completion for each prompt that is asked: most are right, by rule."""
    written = dict(_written(data))
    traces = _traces(data)
    asked = prompts.filter(pl.col("drop_reason").is_null()).unique("prompt_id")
    for row in asked.sort("prompt_id").iter_rows(named=True):
        chance = int(content_id("scripted", row["prompt_id"])[:8], 16)
        answer = written.get(row["problem"], f"The answer is \\boxed{{{row['gold_answer']}}}.")
        if chance % 5 == 0 and row["domain"] != "general":
            answer = "The answer is \\boxed{987654321}."
        text = f"<think>\n{traces[chance % len(traces)]}\n</think>\n\n{answer}"
        is_cut = chance % 50 == 1
        yield {
            "problem": row["problem"],
            "completion": text[:REASONING_CHARS] if is_cut else text,
            "finish_reason": "length" if is_cut else "stop",
        }


def _written(data: Path) -> Iterator[tuple[str, str]]:
    """Yield what people wrote for a problem: a program, or a response."""
    for line in (data / "prompts/mbpp.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], f"```python\n{row['code']}\n```"
    for row in json.loads((data / "prompts/leetcode_train.json").read_text("utf-8")):
        yield row["problem"], f"```python\n{row['solutions']}\n```"
    for name in ("alpaca_5000", "alpaca_zh_1000", "identity"):
        for row in json.loads((data / f"general/{name}.json").read_text("utf-8")):
            problem = "\n\n".join(text for text in (row["instruction"], row["input"]) if text)
            yield problem, row["output"]


def _traces(data: Path) -> list[str]:
    frame = pl.read_parquet(data / "rollouts/r1_distill_open_traces.parquet")
    column = max(
        (name for name, kind in frame.schema.items() if kind == pl.String),
        key=lambda name: frame[name].str.len_chars().mean() or 0,
    )
    texts = frame[column].str.replace_all("</?think>", "").str.slice(0, REASONING_CHARS)
    return [text.strip() for text in texts.drop_nulls() if text.strip()]


def _prompts(data: Path, limit: int | None) -> dict[str, object]:
    sources = {
        name: source | {"file": str(data / str(source["file"])), "limit": limit}
        for name, source in SOURCES.items()
    }
    benchmarks = {
        name: {
            "file": str(data / "benchmarks" / file),
            "columns": {"problem": problem},
            "verifier": None,
            "unverified": "keep",
        }
        for name, (file, problem) in BENCHMARKS.items()
    }
    prompts = {
        "sources": sources,
        "benchmarks": benchmarks,
        "near_duplicates": {},
        "decontamination": {},
    }
    return {"name": "public", "prompts": prompts}


def _rounds(rollouts: Path, total: int, signals: list[str]) -> dict[str, object]:
    scripted_policy = {
        "kind": "rollouts",
        "rollouts": str(rollouts),
        "finish_reason": "finish_reason",
        "model": "scripted",
    }
    return {
        "policies": {"scripted": scripted_policy},
        "reasoning": {
            "policy": "scripted",
            "sampling": {"group_size": 1},
            "selection": {"signals": {name: {} for name in signals}},
        },
        "sft": {
            "quotas": {"total": total},
            "held_out": {"share": 0.01},
            "context_length": 4_096,
        },
    }


def _write(path: Path, recipe: dict[str, object]) -> None:
    path.write_text(yaml.safe_dump(recipe, sort_keys=False), encoding="utf-8")


def _run(recipe: Path, *arguments: str) -> None:
    where = ("--recipe", str(recipe), "--data", str(recipe.parent / "data"))
    command = [str(Path(sys.executable).with_name("r1data")), *arguments, *where]
    began = time.perf_counter()
    finished = subprocess.run(command, check=False)
    print(f"{' '.join(arguments)}: {time.perf_counter() - began:.0f} s, {finished.returncode}")
    if finished.returncode:
        sys.exit(finished.returncode)


if __name__ == "__main__":
    main()
