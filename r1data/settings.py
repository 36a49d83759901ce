"""The base of every settings model: frozen, unknown keys refused, hashed by its own content."""

import ast
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from textwrap import dedent
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Settings(BaseModel):
    """Settings that a recipe can state.

    Fields declared with `Field(exclude=True)` change how fast something is made but not what is
    made: they are no part of a fingerprint.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    later: ClassVar[frozenset[str]] = frozenset()
    """The settings that a class gained after tables were made with it: at their defaults they are
    no part of its content, so that those tables stay fresh."""

    def content(self) -> dict[str, Any]:
        """Return the settings that decide the result, as JSON values.

        Settings inside are asked for their own content: a class that stands for something on disk
        says here by what it is known, such as the hash of a file in place of its path.
        """
        written = self.model_dump(mode="json", exclude=self._left_out())
        return {name: _content(getattr(self, name), value) for name, value in written.items()}

    def hashed(self) -> dict[str, str]:
        """Return what stands in the content as a hash alone, by its path there."""
        return {}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON schema, in which the string beneath each setting describes it."""
        written = handler(schema)
        described = handler.resolve_ref_schema(written).get("properties", {})
        for name, sentence in _sentences(cls).items():
            if name in described:
                described[name].setdefault("description", sentence)
        return written

    def _left_out(self) -> set[str]:
        fields = type(self).model_fields
        return {name for name in self.later if getattr(self, name) == fields[name].get_default()}


NO_SETTINGS = Settings()
"""The settings of what nothing decides but its inputs."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Marks a setting that names something else in the recipe."""

    to: str
    """What it names: `policy` or `source`."""


PolicyName = Annotated[str, Reference("policy")]
"""The name of a policy of the recipe, or of a round that trains one."""
SourceName = Annotated[str, Reference("source")]
"""The name of a source whose prompts are asked."""


def _sentences(model: type[BaseModel]) -> dict[str, str]:
    """Return the strings beneath the settings of a class, its bases' too, by setting.

    Pydantic can read them too, but does so whenever a class is declared, and finding the source of
    fifty classes costs every command more than loading Polars.
    """
    found: dict[str, str] = {}
    for base in reversed(model.__mro__[: model.__mro__.index(Settings)]):
        (declared,) = ast.parse(dedent(inspect.getsource(base))).body
        for setting, below in pairwise(getattr(declared, "body", ())):
            match setting, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(sentence))),
                ):
                    found[name] = inspect.cleandoc(sentence)
    return found


def _content(value: Any, written: Any) -> Any:  # noqa: ANN401 - whatever settings hold
    """Return what is written of a value, but of settings inside it their own content."""
    if isinstance(value, Settings):
        return value.content()
    if isinstance(value, Mapping) and _holds_settings(value.values()):
        return {name: _content(value[name], item) for name, item in written.items()}
    if isinstance(value, list | tuple) and _holds_settings(value):
        return [_content(*pair) for pair in zip(value, written, strict=True)]
    return written


def _holds_settings(values: Iterable[Any]) -> bool:
    return any(isinstance(value, Settings) for value in values)
