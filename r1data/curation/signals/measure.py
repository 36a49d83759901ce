"""Measuring signals on the rollouts of a shard: those that are asked for, each once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import polars as pl
from pydantic import AfterValidator

from r1data.curation.signals.completion_hash import COMPLETION_HASH
from r1data.curation.signals.conclusion import CONCLUSION
from r1data.curation.signals.failures import measure_each
from r1data.curation.signals.form import FORM
from r1data.curation.signals.identity import IDENTITY
from r1data.curation.signals.language import LANGUAGE
from r1data.curation.signals.layout import LAYOUT
from r1data.curation.signals.lengths import LENGTHS
from r1data.curation.signals.placeholders import PLACEHOLDERS
from r1data.curation.signals.private_data import PRIVATE_DATA
from r1data.curation.signals.quality import QUALITY
from r1data.curation.signals.question import QUESTION
from r1data.curation.signals.refusal import REFUSAL
from r1data.curation.signals.repetition import REPETITION
from r1data.curation.signals.safety import SAFETY
from r1data.curation.signals.signal import OF_PROMPTS, Means, Signal, shown
from r1data.curation.signals.tokens import TOKENS
from r1data.curation.signals.truncation import TRUNCATION
from r1data.store.table import Table
from r1data.tables import Signals, askable

ALWAYS: Sequence[Signal] = (FORM, LENGTHS, COMPLETION_HASH)
"""What is measured on every rollout."""
ON_DEMAND: Sequence[Signal] = (
    *(TOKENS, TRUNCATION, REPETITION, LAYOUT, LANGUAGE),
    *(CONCLUSION, REFUSAL, IDENTITY, PLACEHOLDERS, PRIVATE_DATA),
    *(QUESTION, SAFETY, QUALITY),
)
"""What is measured where a threshold reads it, or the recipe names it."""
SIGNALS: Mapping[str, Signal] = {signal.name: signal for signal in (*ALWAYS, *ON_DEMAND)}
"""The one list of what can be measured, by name."""


def _check_signal(name: str) -> str:
    if name not in SIGNALS:
        raise ValueError(f"there is no signal {name!r}; there are {', '.join(SIGNALS)}")
    return name


SignalName = Annotated[str, AfterValidator(_check_signal)]
"""The name of a signal."""


def signal_versions(wanted: Iterable[str] = ()) -> dict[str, int]:
    """Return the version of each signal that is measured: part of what decides a table of signals.

    Args:
        wanted: The signals to measure beside those that always are.
    """
    names = [signal.name for signal in ALWAYS] + [s.name for s in ON_DEMAND if s.name in {*wanted}]
    return {name: SIGNALS[name].version for name in names}


def needs_prompts(wanted: Iterable[str]) -> bool:
    """Tell whether one of some signals looks at the problem."""
    return any(SIGNALS[name].needs_prompts for name in wanted)


def needs_tokenizer(wanted: Iterable[str]) -> bool:
    """Tell whether one of some signals counts by a tokenizer."""
    return any(SIGNALS[name].needs_tokenizer for name in wanted)


def needs_classifier(wanted: Iterable[str]) -> bool:
    """Tell whether one of some signals asks a quality classifier."""
    return any(SIGNALS[name].needs_classifier for name in wanted)


def needs_means(wanted: Iterable[str]) -> list[str]:
    """Return those of some signals that ask a classifier or a tokenizer, which a round names."""
    signals = (SIGNALS[name] for name in wanted)
    return [one.name for one in signals if one.needs_classifier or one.needs_tokenizer]


def measure_signals(
    rollouts: pl.DataFrame,
    *,
    means: Means,
    wanted: Sequence[str] = (),
    prompts: Table | None = None,
    earlier: Sequence[tuple[Table, tuple[str, ...]]] = (),
    kinds: Table | None = None,
) -> pl.DataFrame:
    """Return a row of `Signals` for each rollout of a shard; what is not measured is null.

    Args:
        rollouts: Rows of `Rollouts`; those without a completion are measured as empty.
        means: What the signals are measured with.
        wanted: The signals to measure beside those that always are.
        prompts: The prompts that were asked, where a signal looks at the problem.
        earlier: Tables of signals of the same rollouts, each with the names of the signals to take
            from it: these are not measured again.
        kinds: The prompts' kinds where a round told them: they take the place of what the signal
            `question` finds by wording.

    Raises:
        ValueError: A signal is asked for that needs a tokenizer or classifier, and there is none.
    """
    taken = {name for _, names in earlier for name in names}
    missing = [SIGNALS[name] for name in signal_versions(wanted) if name not in taken]
    keys = rollouts.select("rollout_id", "prompt_id")
    found = [_taken(keys, table, names) for table, names in earlier]
    if missing:
        texts = shown(rollouts, None if prompts is None else _asked(keys, prompts))
        found += [measure_each(signal, texts, means) for signal in missing]
    measured = pl.concat([keys, *(frame for frame, _ in found)], how="horizontal")
    failures = _together([why for _, why in found])
    dtypes = {name: column.dtype for name, column in Signals.columns().items()}
    if kinds is not None and QUESTION.name in wanted:
        measured = measured.with_columns(_told(measured, kinds).get_columns())
    absent = [name for name in dtypes if name not in measured.columns]
    return (
        measured.with_columns(pl.lit(None, dtypes[name]).alias(name) for name in absent)
        .with_columns(failures=failures)
        .select(list(dtypes))
    )


def _taken(
    keys: pl.DataFrame, table: Table, names: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.Series]:
    """Return what some signals of some rollouts were before, and why some have none."""
    columns = [column for name in names for column in SIGNALS[name].columns]
    wanted = keys["rollout_id"].implode()
    with table.naming_damage():
        rows = table.scan().filter(pl.col("rollout_id").is_in(wanted))
        measured = rows.select("rollout_id", "failures", *columns).collect()
    joined = keys.join(measured, on="rollout_id", how="left", maintain_order="left")
    return joined.select(columns), _of_signals(joined["failures"], names)


def _told(measured: pl.DataFrame, kinds: Table) -> pl.DataFrame:
    """Return the kinds of prompts, and whether they deserve reasoning, as a round told them."""
    with kinds.naming_damage():
        rows = kinds.scan().select("prompt_id", told_kind="prompt_kind", is_reasoned="is_reasoned")
        told = measured.lazy().join(rows, on="prompt_id", how="left", maintain_order="left")
        has_text = pl.col("deserves_reasoning").is_not_null()
        return told.select(
            prompt_kind=pl.when(has_text).then("told_kind"),
            deserves_reasoning=pl.when(has_text).then("is_reasoned"),
        ).collect()


def _of_signals(failures: pl.Series, names: tuple[str, ...]) -> pl.Series:
    """Return of each row the failures of some signals."""
    begins = pl.any_horizontal(pl.element().str.starts_with(f"{name}: ") for name in names)
    return failures.list.eval(pl.element().filter(begins))


def _together(failures: Sequence[pl.Series]) -> pl.Series:
    """Return the failures of each row in one list; null where nothing failed."""
    texts = pl.DataFrame([why.alias(str(place)) for place, why in enumerate(failures)])
    lists = texts.select(
        pl.col(name) if texts.schema[name] == pl.List(pl.String) else pl.concat_list(name)
        for name in texts.columns
    )
    joined = lists.select(pl.concat_list(pl.all().fill_null([])).list.drop_nulls()).to_series()
    return pl.select(pl.when(joined.list.len() > 0).then(joined)).to_series()


def _asked(keys: pl.DataFrame, prompts: Table) -> pl.DataFrame:
    """Return the prompts that some rollouts answer."""
    wanted = keys["prompt_id"].unique().implode()
    with prompts.naming_damage():
        rows = askable(prompts.scan().filter(pl.col("prompt_id").is_in(wanted)))
        return rows.select("prompt_id", *OF_PROMPTS).collect()
