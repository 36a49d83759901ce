"""The tables: one schema each, the contract between stages.

Stages take and return rows of these and nothing else. The descriptions appear in the Dagster
catalog and as comments in DuckDB. A schema only ever gains nullable columns, which older files
lack and readers fill with null.
"""

from r1data.tables.audits import (
    AUDIT_ORDERS,
    AUDIT_OUTCOMES,
    AuditQuestions,
    GoldAudits,
    MajorityAnswers,
)
from r1data.tables.classifiers import Classifiers
from r1data.tables.contaminations import (
    KINDS_OF_CONTAMINATION,
    PARTS_OF_BENCHMARKS,
    Contaminations,
)
from r1data.tables.fates import FATES, Fate
from r1data.tables.later import LATER, NOT_CONTENT
from r1data.tables.mixtures import (
    HELD_OUT,
    TRAIN,
    Bands,
    Mixtures,
    MixtureSelections,
    Quotas,
    RLPrompts,
    TokenStatistics,
)
from r1data.tables.policies import Policies
from r1data.tables.preferences import (
    MADE_BY,
    PAIR_ORDERS,
    PairCandidates,
    PreferencePairs,
    PreferenceQuestions,
    Preferences,
)
from r1data.tables.prompt_kinds import PromptKinds
from r1data.tables.prompts import FileRows, Prompts, askable
from r1data.tables.refinements import RefinementQuestions, Refinements
from r1data.tables.reviews import DECISIONS, NOT_KEPT, OTHER_TEXT, Agreements, Reviews
from r1data.tables.rollouts import Rollouts
from r1data.tables.safety import (
    LABELLED_BY,
    SAFETY_ORDERS,
    RewardModels,
    SafetyLabels,
    SafetyQuestions,
)
from r1data.tables.scores import Comparisons, Rewards, Scoreboard, Scores
from r1data.tables.selections import Drops, Faults, PassRates, Selections
from r1data.tables.signals import Embeddings, Signals, Sketches
from r1data.tables.trainings import RLRollouts, TrainingLogs
from r1data.tables.verdicts import (
    BY_RULE,
    NO_VERIFIER,
    UNVERIFIED,
    Finding,
    Judgements,
    JudgeQuestions,
    Verdicts,
)

__all__ = [
    "AUDIT_ORDERS",
    "AUDIT_OUTCOMES",
    "BY_RULE",
    "DECISIONS",
    "FATES",
    "HELD_OUT",
    "KINDS_OF_CONTAMINATION",
    "LABELLED_BY",
    "LATER",
    "MADE_BY",
    "NOT_CONTENT",
    "NOT_KEPT",
    "NO_VERIFIER",
    "OTHER_TEXT",
    "PAIR_ORDERS",
    "PARTS_OF_BENCHMARKS",
    "SAFETY_ORDERS",
    "TRAIN",
    "UNVERIFIED",
    "Agreements",
    "AuditQuestions",
    "Bands",
    "Classifiers",
    "Comparisons",
    "Contaminations",
    "Drops",
    "Embeddings",
    "Fate",
    "Faults",
    "FileRows",
    "Finding",
    "GoldAudits",
    "JudgeQuestions",
    "Judgements",
    "MajorityAnswers",
    "MixtureSelections",
    "Mixtures",
    "PairCandidates",
    "PassRates",
    "Policies",
    "PreferencePairs",
    "PreferenceQuestions",
    "Preferences",
    "PromptKinds",
    "Prompts",
    "Quotas",
    "RLPrompts",
    "RLRollouts",
    "RefinementQuestions",
    "Refinements",
    "Reviews",
    "RewardModels",
    "Rewards",
    "Rollouts",
    "SafetyLabels",
    "SafetyQuestions",
    "Scoreboard",
    "Scores",
    "Selections",
    "Signals",
    "Sketches",
    "TokenStatistics",
    "TrainingLogs",
    "Verdicts",
    "askable",
]
