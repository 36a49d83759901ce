"""Everything a user can type: each command, its arguments and options, its sentence and an example.

What a command does is imported when it runs. So help and a mistyped option cost a tenth of a
second, and no command waits for libraries that it does not use.
"""

from pathlib import Path
from typing import Annotated

import typer

from r1data.cli.options import (
    DATA,
    RECIPE,
    ColumnOption,
    DataOption,
    Format,
    InFile,
    OutOption,
    PackageOption,
    ReasoningOption,
    RecipeOption,
)
from r1data.cli.processes import become
from r1data.cli.review.typed import review

app = typer.Typer(
    help="Build DeepSeek-R1-style datasets: prompts in, verified training data out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def run(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    select: Annotated[
        list[str] | None, typer.Option(help="A table or a round, with what it reads; repeatable.")
    ] = None,
    finished_only: Annotated[
        bool, typer.Option(help="Take what is finished; ask for nothing more.")
    ] = False,
) -> None:
    """Make the recipe's tables: the same graph that the UI shows. What is fresh stays as it is.

    r1data run --recipe recipes/demo.yaml --select reasoning/selected_rollouts
    """
    selected = [text for key in select or () for text in ("--select", key)]
    flags = ["--finished-only"] if finished_only else []
    become("run", "--recipe", str(recipe), "--data", str(data), *selected, *flags)


@app.command()
def ui(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the browser finds it.")] = 3000,
) -> None:
    """Open the Dagster UI on the recipe's graph, its runs and its tables.

    r1data ui --recipe recipes/demo.yaml
    """
    become("ui", "--recipe", str(recipe), "--data", str(data), "--port", str(port))


@app.command()
def plan(recipe: RecipeOption = RECIPE, data: DataOption = DATA) -> None:
    """Say how many prompts, requests, tokens, bytes and money a recipe means, and what logs have.

    Runs nothing, and downloads nothing but what its Hub sources hold.

    r1data plan --recipe recipes/demo.yaml
    """
    from r1data.cli.plan import print_plan

    print_plan(recipe, data)


@app.command()
def status(recipe: RecipeOption = RECIPE, data: DataOption = DATA) -> None:
    """Show every table of the recipe: fresh or not, rows, version, when it was made, and why.

    A version is shown by its first digits; `manifest.json` of the table has it whole.

    r1data status --recipe recipes/demo.yaml
    """
    from r1data.cli.data import print_status

    print_status(recipe, data)


@app.command()
def sql(
    statement: Annotated[str | None, typer.Argument(help="Leave out for a session.")] = None,
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    output: Annotated[Format, typer.Option("--format", help="How rows are printed.")] = "table",
) -> None:
    """Answer SQL over every table, read-only, also while a run writes.

    It reads the files of the data folder and no others. What a terminal would obey (control
    characters, turned writing) is shown as an escape; csv and json keep it where they are printed
    to a file or a pipe.

    r1data sql "select policy, count(*) from reasoning.rollouts group by all"
    """
    from r1data.cli.data import answer_sql

    answer_sql(statement, recipe, data, output)


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="Its key, e.g. reasoning/selected_rollouts.")],
    number: Annotated[int, typer.Option("-n", min=1, help="Rows to show.")] = 3,
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    full: Annotated[bool, typer.Option(help="Show long texts whole.")] = False,
) -> None:
    """Read rows of a table in the terminal, drawn from all over it.

    r1data show reasoning/selected_rollouts -n 5
    """
    from r1data.cli.data import print_rows

    print_rows(table, number, recipe, data, is_full=full)


@app.command()
def why(
    identity: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A prompt's or a rollout's id, or a training set's TABLE/ROW."
        ),
    ],
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
) -> None:
    """Follow one prompt or rollout through every table, with the reasons.

    A prefix of the id will do. Of a rollout it also tells who wrote it, and on whose rows that
    policy was trained.

    r1data why 3f0c2a
    """
    from r1data.cli.data import print_path

    print_path(identity, recipe, data)


@app.command()
def contamination(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("contamination.html"),
) -> None:
    """Count what repeats a benchmark, by source and kind; write the worst pairs side by side.

    r1data contamination --out contamination.html
    """
    from r1data.cli.data import report_contamination

    report_contamination(out, recipe, data)


app.command()(review)


@app.command()
def verify(
    source: InFile,
    out: OutOption,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one per processor if left out.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Processor time that one comparison may take.")
    ] = 5.0,
    column: ColumnOption = None,
    reasoning: ReasoningOption = "think",
    package: PackageOption = None,
) -> None:
    """Judge your own completions: every row comes back with its outcome and predicted answer.

    Rows need `completion` (a text, or messages) and `gold_answer` (or `tests`, of a program);
    `verifier`, `problem`, `choices`, `id`, `finish_reason`, `reasoning` and `prefill` are used
    where they are there. Where the file has verdicts of its own (`is_correct`, `reward` and the
    like), it is said how many agree. The exit status is 1 if more than 5% of the rows failed or
    timed out.

    r1data verify completions.jsonl --out verdicts.jsonl --column completion=output
    """
    from r1data.cli.verify import judge_file, read_layout

    layout = read_layout(column or (), reasoning, package or ())
    judge_file(source, out, workers=workers, seconds=seconds, layout=layout)


@app.command()
def curate(
    source: InFile,
    out: OutOption,
    settings: Annotated[
        Path | None,
        typer.Option(help="A YAML file; what it leaves out is as published, null turns it off."),
    ] = None,
    column: ColumnOption = None,
    reasoning: ReasoningOption = "think",
    package: PackageOption = None,
    benchmark: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Problems that must not leak; can be repeated."),
    ] = None,
    benchmark_column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="A column of theirs; can be repeated."),
    ] = None,
    trust_outcome: Annotated[
        bool, typer.Option(help="Let the verdicts that the file brings count as ours.")
    ] = False,
) -> None:
    """Curate your own completions or problems: every row comes back, kept or with the reason.

    Rows need `completion` or `problem`; columns that public sets have are found by their names.
    Rows with a `gold_answer` or `tests` are verified; `verifier`, `choices`, `language`, `source`,
    `finish_reason` and `id` are used where they are there. A run that was killed goes on where it
    was.

    r1data curate completions.jsonl --out curated.jsonl --column completion=output
    """
    from r1data.cli.curating.command import curate_file
    from r1data.cli.curating.rows import MORE
    from r1data.cli.curating.settings import read_benchmarks, read_settings
    from r1data.cli.verify import read_layout

    layout = read_layout(column or (), reasoning, package or (), more=MORE)
    given = {"trust_outcome": True} if trust_outcome else {}
    curate_file(
        source,
        out,
        layout=layout,
        curation=read_settings(settings, **given),
        benchmarks=read_benchmarks(benchmark or (), benchmark_column or ()),
    )


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="A mixture, e.g. sft/sft_mixture.")],
    to: Annotated[str, typer.Option(help="A folder, or hub:ORG/NAME.")],
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    include_restricted: Annotated[
        bool, typer.Option(help="Keep rows whose licence forbids to share them.")
    ] = False,
) -> None:
    """Write a training set as Parquet with its dataset card; `datasets.load_dataset` opens it.

    Rows whose source's licence forbids to share what is made of them are left out, and counted.

    r1data export sft/sft_mixture --to my_dataset
    """
    from r1data.cli.export import export_table

    export_table(table, to, recipe, data, include_restricted=include_restricted)


@app.command()
def check(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    repair: Annotated[
        bool, typer.Option(help="Take what is damaged out; `r1data run` makes it again.")
    ] = False,
) -> None:
    """Read every shard and every log, and say what is not as it was written.

    What is taken out is made again from the logs, which are asked for nothing twice. Rows of a
    log that are damaged are passed over by all who read it. The exit status is 2 if a shard or a
    manifest is damaged and stays so.

    r1data check --repair
    """
    from r1data.cli.check import print_damage

    print_damage(recipe, data, is_repair=repair)


@app.command()
def gc(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    dry_run: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
) -> None:
    """Remove old versions and what crashes left; never logs, nor what a current table came from.

    r1data gc --dry-run
    """
    from r1data.cli.data import remove_old

    remove_old(recipe, data, is_dry_run=dry_run)
