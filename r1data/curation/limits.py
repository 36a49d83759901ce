"""Limits on signals: one section for each signal that a selection looks at."""

from typing import Any

import polars as pl

from r1data.curation.signals.conclusion import ConclusionLimits
from r1data.curation.signals.identity import IdentityLimits
from r1data.curation.signals.language import LanguageLimits
from r1data.curation.signals.layout import LayoutLimits
from r1data.curation.signals.placeholders import PlaceholderLimits
from r1data.curation.signals.private_data import PrivateDataLimits
from r1data.curation.signals.quality import QualityLimits
from r1data.curation.signals.question import QuestionLimits
from r1data.curation.signals.refusal import RefusalLimits
from r1data.curation.signals.repetition import RepetitionLimits
from r1data.curation.signals.safety import SafetyLimits
from r1data.curation.signals.tokens import TokenLimits
from r1data.curation.signals.truncation import TruncationLimits
from r1data.settings import Settings


class SignalLimits(Settings):
    """What a rollout's signals may be; a section that is left out is not looked at.

    Each section has the name of its signal, which is measured where the section stands.
    """

    tokens: TokenLimits | None = None
    """Tokens by the round's tokenizer."""
    truncation: TruncationLimits | None = None
    """Completions that break off, besides those that ended at the token limit."""
    repetition: RepetitionLimits | None = None
    """Loops, and text that repeats itself."""
    layout: LayoutLimits | None = None
    """Long paragraphs, and code blocks in the reasoning."""
    language: LanguageLimits | None = None
    """Languages other than the problem's, and mixed ones."""
    conclusion: ConclusionLimits | None = None
    """Responses that contradict their reasoning, or leave its answer out."""
    refusal: RefusalLimits | None = None
    """Refusals, disclaimers of an AI, and phrases said by rote."""
    identity: IdentityLimits | None = None
    """Names of other models and makers by which a completion speaks of itself."""
    placeholders: PlaceholderLimits | None = None
    """Placeholders, and lists that break off."""
    private_data: PrivateDataLimits | None = None
    """Links, personal data and secrets."""
    question: QuestionLimits | None = None
    """A chain of thought where the question deserves one, and none where it does not."""
    safety: SafetyLimits | None = None
    """Requests and responses that are plainly unsafe."""
    quality: QualityLimits | None = None
    """Responses that the round's quality classifier thinks little of."""

    def content(self) -> dict[str, Any]:
        """Return the sections that are stated: one that is added later makes nothing stale."""
        return {name: limits for name, limits in super().content().items() if limits is not None}

    def wanted(self) -> tuple[str, ...]:
        """Return the signals that are looked at."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a rollout's signals that it is left out, by drop reason."""
        found: dict[str, pl.Expr] = {}
        for name in self.wanted():
            found |= getattr(self, name).faults()
        return found
