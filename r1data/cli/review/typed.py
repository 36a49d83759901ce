"""The command `review` as it is typed: its options, its sentence and its examples."""

from pathlib import Path
from typing import Annotated

import typer

from r1data.cli.options import DATA, RECIPE, DataOption, RecipeOption


def review(
    table: Annotated[
        str | None,
        typer.Argument(help="The rollouts to review; needed where several rounds have a `review`."),
    ] = None,
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    reviewer: Annotated[str | None, typer.Option(help="Who decides.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Write candidates to edit.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE.jsonl", help="Bring the decisions of a file back."),
    ] = None,
    number: Annotated[int, typer.Option("-n", min=1, help="Candidates.")] = 20,
    sample: Annotated[int, typer.Option(help="The seed that they are drawn by.")] = 0,
    replace: Annotated[
        bool, typer.Option(help="Let a decision take the place of your earlier one.")
    ] = False,
    agreement: Annotated[
        bool, typer.Option(help="Say how often every two reviewers decided alike.")
    ] = False,
) -> None:
    """Put rollouts that a round keeps before a person, who accepts, edits or rejects each.

    Without --out, --from or --agreement one candidate after another is shown in the terminal, and
    `edit` opens $EDITOR. With --reviewer, those that this person decided on are left out. What was
    decided is kept in the data folder, and `r1data run` takes it in: an edited rollout is verified
    again. A line of a file that cannot be taken is told and costs itself alone; the exit status is
    1 then.

    r1data review --reviewer anna

    r1data review --out to_edit.jsonl -n 20

    r1data review --from to_edit.jsonl --reviewer anna
    """
    from r1data.cli.review.command import Asked, review_rollouts

    asked = Asked(
        reviewer=reviewer,
        out=out,
        source=source,
        number=number,
        seed=sample,
        is_replacing=replace,
        is_agreement=agreement,
    )
    review_rollouts(table, recipe, data, asked)
