"""The chain of reviews: from the rollouts a round keeps to those that stay once people saw them."""

from collections.abc import Iterator
from dataclasses import replace

from assets.chains.round import Kept, Others
from assets.steps.judge import Judging, verify
from assets.steps.review import Deciding, Reviewing, compare, decide, edit, review, take_reviewed
from r1data.curation.review.decisions import log_of
from r1data.curation.review.settings import Review
from r1data.store.spec import TableSpec

REVIEWED = "reviewed_rollouts"
"""The table of the rollouts that stay."""


def reviewed(
    of: Others, settings: Review | None, *, candidates: str, verifiers: set[str]
) -> Iterator[TableSpec]:
    """Yield the tables from people's decisions to the rollouts that stay, if there is a review.

    Args:
        of: The rest of the recipe.
        settings: Who decides where reviewers differ.
        candidates: The key of the rollouts that people are shown.
        verifiers: Those that the prompts can name.
    """
    if settings is None:
        return
    reviews, edited, verdicts, decided = (
        of.table(name)
        for name in ("reviews", "edited_rollouts", "edited_verdicts", "review_selections")
    )
    yield review.table(
        reviews, Reviewing(round_name=of.name), log=log_of(of.name), candidates=candidates
    )
    yield compare.table(of.table("review_agreement"), reviews=reviews)
    yield edit.table(edited, reviews=reviews, candidates=candidates)
    by_rule = Judging(verifiers=tuple(sorted(verifiers)))
    judged = verify.table(
        verdicts,
        by_rule,
        description="What the verifier concluded about every edited rollout.",
        prompts=of.prompts,
        rollouts=edited,
    )
    yield replace(judged, may_be_empty=True)
    known = {"reviews": reviews, "candidates": candidates, "edited": edited}
    deciding = Deciding(dataset=of.name, review=settings)
    yield decide.table(decided, deciding, verdicts=verdicts, **known)
    yield take_reviewed.table(
        of.table(REVIEWED), candidates=candidates, edited=edited, selections=decided
    )


def as_kept(of: Others, settings: Review | None, kept: Kept | None) -> Kept | None:
    """Return what a round keeps: if people review it, what stays once they have."""
    return kept if settings is None or kept is None else replace(kept, table=of.table(REVIEWED))
