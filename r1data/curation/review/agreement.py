"""Agreement between reviewers: the share of equal decisions, and Cohen's kappa with its error."""

from collections.abc import Sequence
from itertools import combinations
from math import sqrt

import numpy as np
import polars as pl

from r1data.tables import Agreements

REVIEW_COLUMNS = ("rollout_id", "reviewer", "decision", "outdated")


def measure_agreement(reviews: pl.DataFrame) -> pl.DataFrame:
    """Return a row of `Agreements` for every two reviewers who decided on a rollout both.

    Args:
        reviews: Rows with `REVIEW_COLUMNS`; outdated ones do not count.
    """
    counted = reviews.filter(pl.col("outdated").is_null())
    by_reviewer = {
        str(name): dict(rows.select("rollout_id", pl.col("decision").cast(pl.String)).iter_rows())
        for (name,), rows in counted.partition_by("reviewer", as_dict=True).items()
    }
    rows = []
    for one, other in combinations(sorted(by_reviewer), 2):
        both = sorted(by_reviewer[one].keys() & by_reviewer[other].keys())
        if both:
            pairs = [(by_reviewer[one][key], by_reviewer[other][key]) for key in both]
            num_equal = sum(first == second for first, second in pairs)
            share = num_equal / len(pairs)
            rows.append((one, other, len(pairs), num_equal, share, *cohen_kappa(pairs)))
    return pl.DataFrame(rows, schema=Agreements.create_empty().schema, orient="row")


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> tuple[float | None, float | None]:
    """Return Cohen's kappa of two raters, and its standard error for many things rated.

    The error is that of Fleiss, Cohen and Everitt (1969), for a kappa that is not zero. Both are
    None where the raters gave one and the same label always.

    >>> cohen_kappa([("a", "a"), ("b", "b"), ("a", "a"), ("b", "a")])[0]
    0.5
    >>> cohen_kappa([("a", "a")])
    (None, None)
    """
    labels = sorted({label for pair in pairs for label in pair})
    shares = np.zeros((len(labels), len(labels)))
    for first, second in pairs:
        shares[labels.index(first), labels.index(second)] += 1 / len(pairs)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float(np.trace(shares)), float(rows @ columns)
    if len(labels) < 2:
        return None, None
    beyond = 1 - expected
    sums = rows[None, :] + columns[:, None]
    equal = np.diag(shares) @ (beyond - (rows + columns) * (1 - observed)) ** 2
    off = shares * sums**2
    unequal = (1 - observed) ** 2 * (off.sum() - np.trace(off))
    rest = (observed * expected - 2 * expected + observed) ** 2
    variance = float(equal + unequal - rest) / (len(pairs) * beyond**4)
    return (observed - expected) / beyond, sqrt(max(0.0, variance))
