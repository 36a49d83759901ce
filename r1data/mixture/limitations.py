"""Limitations of a mixture: what its card has to say that its rows do not show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from r1data.mixture.counts import NOBODY
from r1data.mixture.front_matter import NOT_STATED

JUDGE = "judge "
MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of how a mixture came about, beyond its rows."""

    num_benchmarks: int = 0
    """Benchmarks that prompts were compared with."""
    contamination_kinds: Mapping[str, bool] = field(default_factory=dict)
    """Kinds of contamination, and whether rows leave for them."""
    looks_for_near_prompts: bool = False
    looks_for_near_rollouts: bool = False
    languages: Mapping[str, int] = field(default_factory=dict)
    """Rows by the language of their problem, as its source states it."""
    truncated_share: float | None = None
    """Of the completions that were sampled, those that ended at the token limit."""
    unmeasured: tuple[str, ...] = ()
    """Signals that were not measured."""
    unusual_drops: tuple[str, ...] = ()
    """Shares that left and are unlike those published for such sources, each in a sentence."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The tables of a card that limitations are read from."""

    decided: pl.DataFrame
    licences: pl.DataFrame
    quotas: pl.DataFrame | None = None
    statistics: pl.DataFrame | None = None


def find_limitations(counted: Counted, known: Circumstances) -> list[str]:
    """Return a sentence for each limitation of a mixture, the gravest first."""
    return [
        *_of_verdicts(counted.decided),
        *_of_contamination(known),
        *_of_sampling(known),
        *_of_duplicates(known),
        *_of_languages(known.languages),
        *_of_quotas(counted.quotas),
        *_of_tokens(counted.statistics),
        *_of_licences(counted.licences),
        *_of_signals(known.unmeasured),
        *known.unusual_drops,
    ]


def _of_verdicts(decided: pl.DataFrame) -> Iterator[str]:
    rows = max(1, int(decided["num_rows"].sum()))
    unverified = int(decided.filter(decided_by=NOBODY)["num_rows"].sum())
    judged = int(decided.filter(pl.col("decided_by").str.starts_with(JUDGE))["num_rows"].sum())
    if unverified:
        yield f"{unverified / rows:.1%} of the rows were verified by nobody (column is_unverified)."
    if judged:
        yield f"{judged / rows:.1%} of the rows were found right by a model alone, which errs."
    if rows > unverified:
        yield "A verified row has the right final answer; nobody checked its reasoning."


def _of_contamination(known: Circumstances) -> Iterator[str]:
    if not known.num_benchmarks:
        yield "The prompts were compared with no benchmark: any of them may be among the rows."
        return
    kinds = [name for name, is_looked_for in known.contamination_kinds.items() if not is_looked_for]
    looked = [name for name, is_looked_for in known.contamination_kinds.items() if is_looked_for]
    if looked:
        yield f"Rows left for these kinds of contamination: {', '.join(looked)}."
    if kinds:
        yield f"No row left for these kinds of contamination: {', '.join(kinds)}."
    if not known.contamination_kinds:
        yield (
            "Benchmark problems were matched without case and punctuation alone: reworded and "
            "translated ones, and those with other numbers, were not looked for."
        )


def _of_sampling(known: Circumstances) -> Iterator[str]:
    if known.truncated_share:
        yield (
            f"{known.truncated_share:.1%} of the completions ended at the token limit and left, so "
            "problems that need long reasoning are rarer here than among the prompts."
        )


def _of_duplicates(known: Circumstances) -> Iterator[str]:
    if not known.looks_for_near_prompts:
        yield "Near duplicates of prompts were not looked for, exact ones were."
    if not known.looks_for_near_rollouts:
        yield "Near duplicates of completions were not looked for, equal ones of a prompt were."


def _of_languages(languages: Mapping[str, int]) -> Iterator[str]:
    rows = sum(languages.values())
    if not rows:
        return
    name, most = max(languages.items(), key=lambda item: item[1])
    if name == NOT_STATED:
        yield f"The language of {most / rows:.0%} of the problems is not stated."
    elif most / rows >= MOSTLY:
        yield f"{most / rows:.0%} of the problems are in one language, {name}, as sources state."


def _of_quotas(quotas: pl.DataFrame | None) -> Iterator[str]:
    if quotas is None:
        return
    for row in quotas.filter(pl.col("shortfall") > 0).iter_rows(named=True):
        yield (
            f"The {row['kind']} {row['name']} has {row['taken']:,} of the {row['wanted']:,} that "
            "were wanted; nothing else fills the gap."
        )


def _of_tokens(statistics: pl.DataFrame | None) -> Iterator[str]:
    for row in () if statistics is None else statistics.tail(1).iter_rows(named=True):
        if row["num_estimated"]:
            share = row["num_estimated"] / row["num_rows"]
            yield f"The tokens of {share:.0%} of the rows are estimated from their characters."
        if row["num_longer"]:
            yield (
                f"{row['num_longer']:,} rows are longer than the context of {row['context']:,} "
                "tokens; training cuts them there."
            )


def _of_licences(licences: pl.DataFrame) -> Iterator[str]:
    unknown = licences.filter(pl.col("may_be_shared").is_null())
    if unknown.height:
        names = ", ".join(unknown["source"])
        yield f"What the licences of these sources allow is not known: {names}."
    kept_back = licences.filter(~pl.col("may_be_shared"))
    if kept_back.height:
        yield f"The licences of these sources forbid to share it: {', '.join(kept_back['source'])}."
    restricted = licences.filter(~pl.col("commercial_use"))
    if restricted.height:
        names = ", ".join(restricted["source"])
        yield f"The set as a whole is not for commercial use, because of: {names}."
    if (
        restricted.height
        and licences.filter(pl.col("share_alike") & pl.col("commercial_use")).height
    ):
        yield (
            "Some sources must be shared under their own licence and others may not be used "
            "commercially: no one licence fits the whole."
        )


def _of_signals(unmeasured: tuple[str, ...]) -> Iterator[str]:
    if unmeasured:
        yield f"These signals were not measured: {', '.join(unmeasured)}."
