"""Candidates of pairs, made of a few words."""

import polars as pl

from r1data.curation.alignment.candidates import checked
from r1data.tables import PairCandidates

ASKED = [{"role": "user", "content": "Name a fruit."}]


def candidate(number, first="An apple.", second="A stone.", **facts):
    row = {
        "pair_id": f"pair{number}",
        "made_by": "judge",
        "source": "chat",
        "place": "alignment_rl/helpful_rollouts",
        "prompt_id": f"prompt{number}",
        "prompt": ASKED,
        "first": first,
        "second": second,
        "first_id": f"{number}a",
        "second_id": f"{number}b",
        "first_policy": "one",
        "second_policy": "other",
        "preferred": None,
        "first_is_safe": None,
        "second_is_safe": None,
        "licence": None,
        "drop_reason": None,
        "drop_detail": None,
    }
    return row | facts


def candidates(*rows, benchmarks=()):
    found = [*checked(rows, benchmarks)]
    return PairCandidates.validate(pl.DataFrame(found, schema=PairCandidates.create_empty().schema))
