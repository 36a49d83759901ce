"""The settings of a review: who decides where reviewers differ, and what nobody reviewed."""

from typing import Literal

from pydantic import Field

from r1data.curation.review.decisions import ANY_REJECT
from r1data.settings import Settings


class Review(Settings):
    """People who review the rollouts that a round keeps, and what their decisions do."""

    when_differing: str = Field(ANY_REJECT, min_length=1)
    """Who decides where reviewers differ: `any_reject`, one who rejects it; `majority`, most of
    them; or the name of a reviewer, and where that one did not review it, one who rejects it."""
    unreviewed: Literal["keep", "drop"] = "keep"
    """What becomes of rollouts that nobody reviewed."""
