"""The settings of curating a file: the published limits, and what a user says instead."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assets.recipe.document import read_document
from assets.recipe.explain import explain
from r1data.curation.decontamination.settings import Decontamination, Quotes
from r1data.curation.duplicates.completions import NearCompletions
from r1data.curation.duplicates.near import NearMatch
from r1data.curation.limits import SignalLimits
from r1data.curation.selection import Selection
from r1data.prompts.sources import Columns, Source
from r1data.settings import Settings

LIKE = "`selection: {signals: {layout: {max_code_blocks: 1}}}`"
ON_REQUEST = frozenset({"quality", "tokens", "question"})
"""The signals that need a file of the user's, and the one that says which problems deserve
reasoning: sets without any are common."""
NOT_HERE = {"quality": "quality classifier", "tokens": "tokenizer"}
"""The signals that only a recipe can say all of, each with what it needs."""
LOOKED_AT = tuple(name for name in SignalLimits.model_fields if name not in ON_REQUEST)
"""The signals whose published limits hold unless the settings say otherwise."""


class Curation(Settings):
    """What is looked at, and what is left out."""

    near_duplicates: NearMatch | None = NearMatch()
    """When two problems with the same facts and answer are near duplicates; null looks for exact
    ones only."""
    decontamination: Decontamination | None = Decontamination()
    """Which problems are left out for what they share with the benchmarks; null looks for the same
    question alone."""
    selection: Selection = Selection(
        max_per_prompt=None,
        near_duplicates=NearCompletions(),
        decontamination=Quotes(),
        signals=SignalLimits.model_validate({name: {} for name in LOOKED_AT}),
    )
    """Which completions are kept."""
    trust_outcome: bool = False
    """Whether verdicts that the file brings count as ours."""


def read_settings(path: Path | None, **given: object) -> Curation:
    """Return the settings of a YAML file: what it leaves out is as published, null turns it off.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no YAML, a key or value of it is wrong, or a signal needs a recipe.
    """
    document: dict[str, Any] = {}
    if path is not None:
        if not path.is_file():
            raise FileNotFoundError(
                f"{path} is no file; give a YAML file with, for example, {LIKE}."
            )
        document = read_document(path, like=LIKE)
    try:
        curation = merged_settings({**document, **given})
    except ValidationError as error:
        raise ValueError(f"{path}: {explain(error, Curation)}") from error
    for name, means in NOT_HERE.items():
        if getattr(curation.selection.signals, name) is not None:
            raise ValueError(
                f"{path}: `selection.signals.{name}` needs a {means}, which `r1data curate` takes "
                "none of; leave it out, or curate by a recipe, which names one."
            )
    return curation


def merged_settings(given: Mapping[str, Any]) -> Curation:
    """Return the published settings, but for what is given."""
    return Curation.model_validate(_merged(Curation().model_dump(mode="json"), given))


def _merged(default: Any, given: Any) -> Any:  # noqa: ANN401 - any settings
    """Return what is given, and the default of each key that is left out."""
    if not isinstance(default, Mapping) or not isinstance(given, Mapping):
        return given
    return {**default, **{name: _merged(default.get(name), value) for name, value in given.items()}}


def read_benchmarks(paths: Sequence[Path], columns: Sequence[str]) -> dict[str, Source]:
    """Return files of benchmarks as sources, by their names without what stands behind the point.

    Args:
        paths: The files.
        columns: Texts such as `problem=question`, for all of them.

    Raises:
        ValueError: A text maps no column of a benchmark, or two files have one name.
    """
    mapped: dict[str, str] = {}
    for text in columns:
        ours, _, theirs = text.partition("=")
        if ours not in Columns.model_fields or not theirs:
            known = ", ".join(Columns.model_fields)
            raise ValueError(
                f"--benchmark-column {text!r} maps no column; write OURS=THEIRS, with OURS one of "
                f"{known}."
            )
        mapped[ours] = theirs
    found: dict[str, Source] = {}
    for path in paths:
        name = path.name.partition(".")[0]
        if name in found:
            raise ValueError(f"two benchmarks are named {name}; rename the file {path}.")
        source = {"file": str(path), "columns": mapped, "verifier": None, "language": None}
        found[name] = Source.model_validate({**source, "domain": "general"})
    return found
