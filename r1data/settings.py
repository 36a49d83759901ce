"""The base of every settings model: frozen, unknown keys refused."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Settings that a recipe can state.

    Fields declared with `Field(exclude=True)` change how fast something is made but not what is
    made: they are no part of a fingerprint.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def content(self) -> dict[str, Any]:
        """Return the settings that decide the result, as JSON values."""
        return self.model_dump(mode="json")
