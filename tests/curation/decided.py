"""Rollouts as the tables that a selection reads have them, and what it decides."""

import polars as pl

from r1data.curation.evidence import Evidence
from r1data.curation.selection import Selection, select_rollouts

GOOD = {
    "prompt_id": "p",
    "error_class": None,
    "finish_reason": "stop",
    "outcome": "correct",
    "verifier": "math",
    "form": "well_formed",
    "pass_rate": 0.5,
    "num_judged": 8,
    "num_reasoning_chars": 10,
}


def tables(*rows):
    frame = pl.DataFrame(
        [{"rollout_id": f"r{index}", **GOOD, **row} for index, row in enumerate(rows)],
        infer_schema_length=None,
    ).with_columns(
        pl.col("error_class").cast(pl.String),
        policy=pl.lit("teacher"),
        policy_revision=pl.lit("v1"),
        sampling_id=pl.lit("s"),
        num_response_chars=pl.lit(5),
    )
    if "completion_hash" not in frame.columns:
        frame = frame.with_columns(completion_hash="rollout_id")
    keys = ("prompt_id", "policy_revision", "sampling_id")
    return {
        "rollouts": frame.select("rollout_id", *keys, "error_class", "finish_reason"),
        "verdicts": frame.drop_nulls("outcome").select("rollout_id", "outcome", "verifier"),
        "signals": frame.select(
            "rollout_id",
            "prompt_id",
            "form",
            "num_reasoning_chars",
            "num_response_chars",
            "completion_hash",
        ),
        "pass_rates": frame.unique(keys, maintain_order=True).select(
            *keys, "pass_rate", "num_judged"
        ),
    }


def select(*rows, dataset="reasoning", **settings):
    return decide(tables(*rows), dataset=dataset, **settings)


def decide(frames, *, dataset="reasoning", suspect_prompts=(), **settings):
    evidence = Evidence(**frames, suspect_prompts=suspect_prompts)
    return select_rollouts(evidence, settings=Selection(**settings), dataset=dataset)


def kept(selections):
    return sorted(selections.filter("is_kept")["rollout_id"])


def mixed_group():
    return tables(
        {"outcome": None, "error_class": "refused"},
        *[{"completion_hash": text} for text in ("a", "a", "b", "c", "d")],
        *[
            {"prompt_id": "q", "outcome": outcome}
            for outcome in ("incorrect", "correct", "correct")
        ],
        {"prompt_id": "q", "finish_reason": "length"},
    )
