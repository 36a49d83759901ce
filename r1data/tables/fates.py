"""Fates: what tells where the rows of a table went."""

from collections.abc import Mapping
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from r1data.tables.audits import AuditQuestions, GoldAudits
from r1data.tables.mixtures import Bands, MixtureSelections
from r1data.tables.preferences import PreferenceQuestions, Preferences
from r1data.tables.prompt_kinds import PromptKinds
from r1data.tables.prompts import FileRows, Prompts
from r1data.tables.refinements import RefinementQuestions, Refinements
from r1data.tables.reviews import Reviews
from r1data.tables.safety import SafetyLabels, SafetyQuestions
from r1data.tables.selections import Selections
from r1data.tables.verdicts import BY_RULE, Judgements, JudgeQuestions, Verdicts


@dataclass(frozen=True, slots=True)
class Fate:
    """What tells where the rows of a table went."""

    column: str
    """The column that says it; null means that the row stayed."""
    told: pl.Expr
    """The same in words, for people: what stayed has a word too."""


_OUTCOME, _DECIDED_BY = pl.col("outcome").cast(pl.String), pl.col("decided_by").fill_null(BY_RULE)

FATES: Mapping[type[dy.Schema], Fate] = {
    Prompts: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
    FileRows: Fate("drop_reason", pl.col("drop_reason").fill_null("read")),
    PromptKinds: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
    Verdicts: Fate(
        "outcome",
        pl.when(_DECIDED_BY == BY_RULE)
        .then(_OUTCOME)
        .otherwise(pl.format("{} by {}", _OUTCOME, _DECIDED_BY)),
    ),
    JudgeQuestions: Fate("refusal", pl.col("refusal").fill_null("asked")),
    Judgements: Fate(
        "finding",
        pl.format("{} {}", pl.col("purpose").cast(pl.String), pl.col("finding").cast(pl.String)),
    ),
    AuditQuestions: Fate("refusal", pl.col("refusal").fill_null("asked")),
    RefinementQuestions: Fate("refusal", pl.col("refusal").fill_null("asked")),
    Refinements: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
    GoldAudits: Fate("outcome", pl.col("outcome").cast(pl.String)),
    PreferenceQuestions: Fate("refusal", pl.col("refusal").fill_null("asked")),
    Preferences: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
    SafetyQuestions: Fate("refusal", pl.col("refusal").fill_null("asked")),
    SafetyLabels: Fate(
        "drop_reason",
        pl.coalesce(
            "drop_reason", pl.when("is_safe").then(pl.lit("safe")).otherwise(pl.lit("unsafe"))
        ),
    ),
    Reviews: Fate(
        "decision",
        pl.format(
            "{} by {}{}",
            pl.col("decision").cast(pl.String),
            pl.col("reviewer"),
            pl.when(pl.col("outdated").is_null()).then(pl.lit("")).otherwise(pl.lit(", outdated")),
        ),
    ),
    Selections: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
    Bands: Fate("drop_reason", pl.col("drop_reason").fill_null("inside")),
    MixtureSelections: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
}
"""The tables that say where their rows went, and how each says it."""
