"""Sources: one upstream dataset each, and how its rows become prompts."""

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, ClassVar, Literal

from pydantic import JsonValue, PositiveInt, field_validator, model_validator

from r1data.names import Domain
from r1data.prompts.named import with_name
from r1data.records.files import files_digest, find_files
from r1data.records.hub import HubDataset
from r1data.records.self_cognition import Identity
from r1data.seeds import content_id
from r1data.settings import Settings


class Pattern(Settings):
    """A regular expression that finds the gold answer in a text."""

    pattern: str
    """Its first group is the gold answer, or all that it matches; the last match counts."""

    @field_validator("pattern")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"`{pattern}` is no regular expression: {error}") from error
        return pattern


class Columns(Settings):
    """Which column holds what; columns that public sets have are found by their names.

    Dots reach nested fields: `reward_model.ground_truth.target`, `prompt.0.content`.
    """

    later: ClassVar[frozenset[str]] = frozenset({"solution"})

    problem: str = "problem"
    """The bare question, or a conversation whose user asks it (its system turn and its earlier
    turns are kept). `instruction + input` puts two columns together."""
    gold_answer: str | None = None
    """The reference answer; null where there is none, or where its column is known by its name."""
    gold_from: Literal["column", "hashes", "boxed"] | Pattern = "column"
    """Take the gold answer as it stands, after the last `####`, from the last `\\boxed{}` of a
    worked solution, or by a pattern."""
    id: str | None = None
    """The row's id; without one, its position."""
    choices: str | None = None
    """The options of a choice question, a list."""
    tests: str | None = None
    """The tests of a program, as JSON, as JSON in a text, or as code, in our own form or in that of
    a public set; null looks for the columns that public sets have, where the verifier is `code`."""
    metadata: str | None = None
    """What the source's own scorer needs to know, or the reference solutions of a program (see
    `r1data.verification.missing_tests`), as JSON or as JSON in a text."""
    language: str | None = None
    """The ISO 639-1 code of the problem's language."""
    system_message: str | None = None
    """The system message that belongs to the problem."""
    solution: str | None = None
    """The reference solution, or a list of several: decontamination looks for those of a
    benchmark."""

    def used(self) -> dict[str, str]:
        """Return the columns that are set, by what they hold."""
        held = self.model_dump(exclude={"gold_from"}, exclude_none=True)
        return {name: str(column) for name, column in held.items()}


class Generator(Settings):
    """A reasoning-gym task."""

    task: str
    """Its name in reasoning-gym, e.g. `basic_arithmetic`."""
    size: PositiveInt
    """How many problems; a larger number adds some and changes none."""
    arguments: dict[str, JsonValue] = {}
    """The task's own settings."""


class InlineProblem(Settings):
    """A problem written in the recipe itself."""

    problem: str
    """The bare question."""
    gold_answer: str
    """The reference answer."""


class Source(Settings):
    """One upstream dataset: exactly one of `hub`, `file`, `generator` and `problems`."""

    later: ClassVar[frozenset[str]] = frozenset({"packages", "unverified", "named", "identity"})
    named: str | None = None
    """A benchmark by its name, see `r1data.prompts.named`: what its columns hold and where it is;
    say which commit (`hub: {revision: ...}`), or give the downloaded `file`."""
    hub: HubDataset | None = None
    """A Hugging Face dataset, streamed."""
    file: str | tuple[str, ...] | None = None
    """JSON array, JSONL or CSV, each also gzipped, or Parquet; a folder of such files, a pattern
    such as `parts/*.parquet`, or a list of these. Relative to where the run starts."""
    rows: str | None = None
    """Where the rows stand in a file that is one JSON object, e.g. `examples`; such a file is held
    in memory whole."""
    generator: Generator | None = None
    """Problems that reasoning-gym makes."""
    problems: tuple[InlineProblem, ...] | None = None
    """Problems written here."""
    columns: Columns = Columns()
    """Which column holds what; for `hub` and `file`."""
    domain: Domain = "math"
    """The field of the problems; a part of their identity."""
    licence: str | None = None
    """The licence of the rows, which the dataset card states."""
    language: str | None = "en"
    """The ISO 639-1 code of problems whose row does not say; null for none."""
    verifier: str | None = "math"
    """The verifier that judges the rollouts: `math`, `choice`, `code`, `program_output`, `text` or
    `reasoning_gym`; null for problems that no rule can judge."""
    unverified: Literal["drop", "keep"] = "drop"
    """What becomes of rows that no rule can judge, for want of a gold answer or of a verifier:
    `keep` has their rollouts kept, marked as verified by nobody."""
    packages: tuple[str, ...] = ()
    """Packages that programs and their tests may import in the sandbox, e.g. `numpy`, as they are
    installed here; Python's own library needs none."""
    identity: Identity | None = None
    """Who the model you train says it is: put into the places that self-cognition sets leave open,
    such as `{{name}}` and `{{author}}`; null leaves them open."""
    limit: PositiveInt | None = None
    """Take the first so many rows."""

    @model_validator(mode="before")
    @classmethod
    def _knows_its_name(cls, given: Any) -> Any:  # noqa: ANN401 - whatever was given
        return with_name(given) if isinstance(given, Mapping) else given

    @model_validator(mode="after")
    def _has_one_origin(self) -> "Source":
        origins = (self.hub, self.file, self.generator, self.problems)
        if sum(origin is not None for origin in origins) != 1:
            raise ValueError("give exactly one of `hub`, `file`, `generator` and `problems`")
        if self.columns != Columns() and not (self.hub or self.file):
            raise ValueError("`columns` belong to `hub` and `file`; leave them out here")
        if self.rows is not None and not self.file:
            raise ValueError("`rows` belongs to `file`; leave it out here")
        if self.problems == ():
            raise ValueError("`problems` is empty; write one, or leave the source out")
        return self


def source_digest(source: Source) -> str:
    """Return a hash of what a source's rows come from.

    The bytes of its files, a Hub dataset's repository, config, split and revision, a generator's
    task, arguments and version, or the inline problems. Raises `FileNotFoundError` for a missing
    file.
    """
    if source.file is not None:
        return files_digest(find_files(source.file))
    if source.generator is not None:
        made = source.generator.content()
        return content_id(version("reasoning-gym"), made["task"], made["arguments"])
    if source.hub is not None:
        return content_id(source.hub.content())
    return content_id([problem.content() for problem in source.problems or ()])


def source_revision(source: Source) -> str:
    """Return the revision of a source's rows.

    The first 16 digits of the file's hash, the Hub's commit, the generator's version, or the
    first 16 digits of the hash of the inline problems.
    """
    if source.hub is not None:
        return source.hub.revision
    if source.generator is not None:
        return version("reasoning-gym")
    return source_digest(source)[:16]
