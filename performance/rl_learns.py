"""What reinforcement teaches: `python -m performance.rl_learns [--base data/small_base]`.

The small base model is trained by `training.grpo`, as `training/configs/grpo_small.yaml` says, on
R1-Zero's rewards, accuracy and format: with three seeds, and with each once more on rewards that
are given to other completions of their batch (`--shuffle_rewards`). Base and policies answer the
same problems, none of them trained on, at temperature 1. The script prints each pass rate and share
of well-formed completions, and two differences with their standard errors: trained minus base, and
trained minus random. It exits with 1 unless both are above three standard errors.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, stdev

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.curation.signals.form import form
from r1data.mixture.rl_prompts import to_rl_prompts
from r1data.policies.templates import Template
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Generator, Source
from r1data.tables import Prompts
from training.judging import Judging

CONFIG = Path("training/configs/grpo_small.yaml")
TASKS = (
    ("chain_sum", {"max_terms": 3, "max_digits": 1}, 200),
    ("chain_sum", {"max_terms": 2, "min_digits": 2, "max_digits": 2}, 200),
    ("products", {"max_terms": 2, "max_digits": 1}, 80),
)
"""Task, arguments, and how many problems are trained on; as many are drawn to be scored on."""
SEEDS = (1, 2, 3)
SAMPLES = 4
MAX_TOKENS = 64
SAMPLED_AT_ONCE = 256


def main() -> None:
    """Train, sample, and print what was learnt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=Path("data/small_base"))
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rl-learns-") as name:
        folder = Path(name)
        held_out = write_prompts(folder / "prompts")
        base = rates(options.base, held_out)
        arms: dict[str, list[pl.Series]] = {"rewards": [], "random": []}
        for seed in options.seeds:
            for arm, found in arms.items():
                weights = folder / f"{arm}-{seed}"
                train(options.base, folder / "prompts", weights, arm, seed, options.steps)
                found.append(rates(weights, held_out))
        gained = difference(arms["rewards"], [base] * len(options.seeds))
        beyond = difference(arms["rewards"], arms["random"])
    print(f"trained minus base: {gained[0]:+.3f} (s.e. {gained[1]:.3f})")
    print(f"trained minus random rewards: {beyond[0]:+.3f} (s.e. {beyond[1]:.3f})")
    sys.exit(not all(value > 3 * error for value, error in (gained, beyond)))


def write_prompts(folder: Path) -> pl.DataFrame:
    """Write the prompts to train on; return others, to be scored on."""
    learnt, held_out = (
        pl.concat(_drawn(name)).unique("prompt_id") for name in ("learnt", "scored")
    )
    held_out = held_out.join(learnt, on="prompt_id", how="anti").sort("prompt_id")
    rows = to_rl_prompts(
        learnt.sort("prompt_id"), None, template=Template(), dataset="r1_zero", first_row=0
    )
    folder.mkdir()
    rows.write_parquet(folder / "part-00000-00.parquet")
    print(f"{rows.height} prompts to train on, {held_out.height} to be scored on", flush=True)
    return held_out


def _drawn(name: str) -> Iterator[pl.DataFrame]:
    for number, (task, arguments, size) in enumerate(TASKS):
        source = Source(generator=Generator(task=task, size=size, arguments=arguments))
        for rows in load_prompts(f"{name}_{number}", source):
            yield rows.filter(pl.col("drop_reason").is_null()).select(Prompts.column_names())


def train(base: Path, prompts: Path, weights: Path, arm: str, seed: int, steps: int) -> None:
    """Train a policy by rewards, in a process of its own, as a round does."""
    told = {
        "config": CONFIG,
        "model_name_or_path": base,
        "train_file": prompts,
        "output_dir": weights,
        "rewards": "accuracy,format",
        "shuffle_rewards": str(arm == "random").lower(),
        "max_steps": steps,
        "seed": seed,
        "data_seed": seed,
    }
    flags = [str(text) for name, value in told.items() for text in (f"--{name}", value)]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "training.grpo", *flags], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"training.grpo: {done.stdout[-500:]} {done.stderr[-2000:]}")
    logged = [json.loads(line) for line in (weights / "log.jsonl").read_text().splitlines()]
    ends = [fmean(one["reward"] for one in part) for part in (logged[:5], logged[-5:])]
    print(
        f"{arm}, seed {seed}: {steps} steps in {time.monotonic() - started:.0f} s, reward "
        f"{ends[0]:.2f} in the first five, {ends[1]:.2f} in the last",
        flush=True,
    )


def rates(weights: Path, prompts: pl.DataFrame) -> pl.Series:
    """Return a policy's pass rate on each prompt, in their order."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(weights, padding_side="left")
    rows = prompts.to_dicts() * SAMPLES
    asked = [[{"role": "user", "content": row["problem"]}] for row in rows]
    ids = sample(weights, tokenizer, asked)
    texts = tokenizer.batch_decode(ids, skip_special_tokens=True)
    judging = Judging(frozenset({tokenizer.eos_token_id, tokenizer.pad_token_id}))
    columns = {name: [row[name] for row in rows] for name in prompts.columns}
    judged = judging.judge(asked, texts, ids, columns)
    right = [one.verdict.outcome is Outcome.CORRECT for one in judged]
    formed = fmean(form(text, reasoning="think") == "well_formed" for text in texts)
    print(f"{weights.name}: pass rate {fmean(right):.3f}, well-formed {formed:.3f}", flush=True)
    found = pl.DataFrame({"prompt_id": columns["prompt_id"], "right": right})
    return found.group_by("prompt_id").agg(pl.col("right").mean()).sort("prompt_id")["right"]


def sample(weights: Path, tokenizer: object, asked: Sequence[object]) -> list[list[int]]:
    """Return the tokens that a policy answers prompts with, at temperature 1."""
    import torch
    from transformers import AutoModelForCausalLM, set_seed

    set_seed(0)
    model = AutoModelForCausalLM.from_pretrained(weights, dtype=torch.float32).eval()
    found: list[list[int]] = []
    for first in range(0, len(asked), SAMPLED_AT_ONCE):
        inputs = tokenizer.apply_chat_template(  # type: ignore[attr-defined]
            asked[first : first + SAMPLED_AT_ONCE],
            add_generation_prompt=True,
            padding=True,
            return_tensors="pt",
            return_dict=True,
        )
        with torch.inference_mode():
            out = model.generate(
                **inputs, do_sample=True, temperature=1.0, top_k=0, max_new_tokens=MAX_TOKENS
            )
        found += out[:, inputs["input_ids"].shape[1] :].tolist()
    return found


def difference(ours: Sequence[pl.Series], others: Sequence[pl.Series]) -> tuple[float, float]:
    """Return the mean difference of pass rates, and its standard error over prompts and seeds."""
    by_seed = [one - other for one, other in zip(ours, others, strict=True)]
    by_prompt = pl.DataFrame(dict(enumerate(map(list, by_seed)))).mean_horizontal()
    of_prompts = float(by_prompt.std() or 0.0) / math.sqrt(len(by_prompt))
    means = [float(one.mean() or 0.0) for one in by_seed]
    of_seeds = stdev(means) / math.sqrt(len(means)) if len(means) > 1 else 0.0
    return fmean(means), math.hypot(of_prompts, of_seeds)


if __name__ == "__main__":
    main()
