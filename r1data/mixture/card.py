"""The dataset card: a mixture's contents, its origin, its limits, and how to make it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from r1data.mixture.front_matter import NOT_STATED, front_matter
from r1data.mixture.markdown import escaped, table
from r1data.tables import HELD_OUT, TRAIN
from r1data.text import fenced

CONVENTIONS = """\
## Rows

Each row is a training example in TRL's conversational prompt-completion form. `prompt` holds the
messages before the completion: the system message, if any, earlier turns, and the problem with the
policy's instruction, without the worked examples that the policy may have been shown. `completion`
holds the assistant's message as the policy wrote it, reasoning and think tags included.
`rollout_id` and `prompt_id` hash the content they name, so a row can be traced through every table
it came from. Seeds are derived by hash from round, prompt and sample index; the recipe below states
the sampling.
"""
SPLIT = """\
The split `held_out` is not for training: no prompt of it is in `train`, nor one that is nearly it,
and no benchmark problem is in either.
"""
VARIANTS = """\
Beside rows stand variants of them (`variant`): `without_reasoning`, a twin whose reasoning is taken
away, asked in words or by template flags (`template_flags`) that say so; `cut_reasoning`, its
reasoning cut at a budget and closed. A row with `loss_on: closing_tag` is to be trained on that tag
and the end of the turn alone: `training.sft` of r1data does so, TRL by itself would train on all of
it, so leave such rows out there.
"""
PACKED = """\
`padding_share` is what would be padding were each row filled up to the context; packed as TRL's
`bfd` does, {packed:,} sequences hold all rows and {share:.1%} of them is padding. `num_estimated`
counts rows whose tokens were estimated from their characters.
"""
BEFORE_LICENCES = """\
The quotas, and what left and why, were counted before rows were left out for their licence.

"""
LICENCES = """\
What the licences allow is read from a table of names, and is no legal advice; `-` is not known.
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a mixture: all that is needed to make it again."""

    table: str
    """Key of the table, e.g. `sft/sft_mixture`."""
    data_version: str
    recipe: str
    """Name of the recipe."""
    recipe_yaml: str
    """The recipe, resolved."""
    git_revision: str
    """Of r1data."""
    command: str
    """The command that makes the table again."""
    sources: Mapping[str, str]
    """Revision of each source; where it has several, all of them."""
    policies: Mapping[str, str]
    """Revision of each policy whose completions it holds."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a mixture's rows."""

    counts: pl.DataFrame
    """From `count_rows`."""
    funnel: pl.DataFrame
    """From `count_drop_reasons`."""
    drops: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """The rows of each source by what became of them, by the table that counts them."""
    quotas: pl.DataFrame | None = None
    statistics: pl.DataFrame | None = None
    decided: pl.DataFrame | None = None
    """From `count_deciders`."""
    licences: pl.DataFrame | None = None
    """From `licence_terms`."""
    variants: pl.DataFrame | None = None
    """From `count_variants`."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Rows that are left out of an export, by licence."""
    limitations: Sequence[str] = ()
    plots: Mapping[str, str] = field(default_factory=dict)
    """What each drawing beside the card shows, by its path."""


def dataset_card(contents: Contents, origin: Origin) -> str:
    """Return the card as Markdown with the front matter that the Hub reads.

    Names that come from data are escaped; no problem or completion is quoted.
    """
    title = f"{origin.recipe}: {origin.table}"
    counts = contents.counts
    num_rows = counts["num_rows"].sum()
    return "\n".join(
        [
            f"---\n{front_matter(title, counts, splits_of(counts))}\n---\n\n# {escaped(title)}\n",
            f"{num_rows:,} training examples made by r1data.{_told_unverified(counts)}\n",
            table(counts, missing=NOT_STATED),
            CONVENTIONS,
            *([SPLIT] if HELD_OUT in splits_of(counts) else []),
            *_variants(contents.variants),
            *_composition(contents),
            *_decided(contents.decided),
            f"## What left, and why\n\n{table(contents.funnel)}",
            *_drops(contents.drops),
            *_sources(contents, origin),
            *_limitations(contents.limitations),
            *_plots(contents.plots),
            f"## Policies\n\n{table(_pairs('policy', origin.policies))}",
            *how_made(origin),
        ]
    )


def splits_of(counts: pl.DataFrame) -> list[str]:
    """Return the splits that have rows."""
    if "num_held_out" not in counts.columns:
        return [TRAIN]
    is_all = counts["num_held_out"].sum() == counts["num_rows"].sum()
    return [HELD_OUT] if is_all else [TRAIN, HELD_OUT]


def _told_unverified(counts: pl.DataFrame) -> str:
    if "num_unverified" not in counts.columns:
        return ""
    num_unverified = int(counts["num_unverified"].sum())
    return (
        f" Of these {num_unverified:,} were verified by nobody: no rule can judge them, and the "
        "recipe keeps them so (`is_unverified`)."
    )


def _composition(contents: Contents) -> list[str]:
    shown = []
    if contents.quotas is not None:
        said = BEFORE_LICENCES if contents.left_out else ""
        shown.append(f"## Quotas\n\n{said}{table(contents.quotas.drop('dataset'))}")
    if contents.statistics is not None and contents.statistics.height:
        last = contents.statistics.row(-1, named=True)
        said = PACKED.format(packed=last["num_packed"], share=last["packed_padding_share"])
        columns = [
            *("domain", "num_rows", "row_share", "paper_row_share", "mean_tokens"),
            *("paper_mean_tokens", "token_share", "paper_token_share", "num_estimated"),
            *("num_longer", "padding_share"),
        ]
        title = f"## Tokens, beside DeepSeek-R1's (context: {last['context']:,})"
        shown.append(f"{title}\n\n{table(contents.statistics.select(columns))}\n{said}")
    return shown


def _variants(variants: pl.DataFrame | None) -> list[str]:
    return [] if variants is None else [f"## Variants\n\n{table(variants)}\n{VARIANTS}"]


def _decided(decided: pl.DataFrame | None) -> list[str]:
    return [] if decided is None else [f"## Who found the answers right\n\n{table(decided)}"]


def _drops(drops: Mapping[str, pl.DataFrame]) -> list[str]:
    return [f"By source, in {escaped(key)}:\n\n{table(rows)}" for key, rows in drops.items()]


def _sources(contents: Contents, origin: Origin) -> list[str]:
    shown = [f"## Sources\n\n{table(_pairs('source', origin.sources))}"]
    if contents.licences is not None:
        licences = table(contents.licences, missing="-")
        shown.append(f"## Licences\n\n{LICENCES}\n{licences}")
    if contents.left_out:
        rows = sum(contents.left_out.values())
        names = ", ".join(escaped(name) for name in contents.left_out)
        shown.append(
            f"{rows:,} rows are left out, because their licence forbids to share them: {names}.\n"
        )
    return shown


def _limitations(limitations: Sequence[str]) -> list[str]:
    if not limitations:
        return []
    lines = "\n".join(f"- {escaped(line)}" for line in limitations)
    return [f"## Limitations\n\n{lines}\n"]


def _plots(plots: Mapping[str, str]) -> list[str]:
    return [f"![{escaped(what)}]({path})\n" for path, what in plots.items()]


def how_made(origin: Origin) -> list[str]:
    """Return the section that says how a dataset is made again."""
    return [
        "## How to make it again\n",
        f"- git revision of r1data: `{origin.git_revision}`",
        f"- data version: `{origin.data_version}`\n",
        f"{fenced(origin.command, 'bash')}\n",
        f"The recipe `{origin.recipe}`, resolved:\n",
        f"{fenced(origin.recipe_yaml, 'yaml')}\n",
    ]


def _pairs(name: str, revisions: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame({name: list(revisions), "revision": list(revisions.values())})
