"""Embeddings: vectors of texts, near one another where the texts mean the same.

The model is a sentence-transformers model, which `pip install .[embedding]` can load. It reads the
beginning of a text, as far as it can: 256 tokens for all-MiniLM-L6-v2.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field, PositiveInt, field_validator

from r1data.completions import part
from r1data.curation.duplicates.exact import IS_OPEN, LABEL, asked_texts
from r1data.curation.duplicates.similarities import Half
from r1data.curation.duplicates.tokens import Flags
from r1data.names import Commit
from r1data.policies.settings import WeightsPolicy
from r1data.policies.weights import PACKAGE, find_weights, weights_digest
from r1data.settings import Settings

Vectors = npt.NDArray[np.float32]
"""A row each, of length 1: the product of two is their cosine."""
Embed = Callable[[Sequence[str]], Vectors]
"""Takes texts and returns a vector for each."""


class Embedding(Settings):
    """A model that makes vectors of texts."""

    model: str
    """A folder, or a Hub repository, with a sentence-transformers model."""
    revision: Commit | None = None
    """The hash of the Hub's commit, which a Hub repository needs: branches and tags can move."""
    prefix: str = ""
    """What the model wants to stand before a text, e.g. `query: ` for the E5 models."""
    batch_size: PositiveInt = Field(32, exclude=True)
    """Texts the model is shown at once."""

    def content(self) -> dict[str, Any]:
        """Return what decides the vectors: the model by the hash of its files."""
        return {**super().content(), "model": weights_digest(self._weights())}

    def hashed(self) -> dict[str, str]:
        """Return where the model is."""
        return {"model": self.model}

    def folder(self) -> str:
        """Return the folder of the model, which is downloaded if it has to be."""
        return str(find_weights(self._weights(), unpacked=Path()))

    @field_validator("model")
    @classmethod
    def _is_no_package(cls, model: str) -> str:
        if model.startswith(PACKAGE):
            raise ValueError(f"{model} is no sentence-transformers model; name the model's folder")
        return model

    def _weights(self) -> WeightsPolicy:
        return WeightsPolicy(weights=self.model, revision=self.revision)


def load_embedding(settings: Embedding) -> Embed:
    """Load a model, onto a GPU if there is one.

    Raises:
        ModuleNotFoundError: If sentence-transformers is not installed.
    """
    try:
        from sentence_transformers import SentenceTransformer
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"embedding {settings.model!r}: {error.name} is not installed; run "
            "`pip install '.[embedding]'`"
        ) from error

    model = SentenceTransformer(settings.folder(), local_files_only=True)

    def embed(texts: Sequence[str]) -> Vectors:
        found = model.encode(
            [settings.prefix + text for text in texts],
            batch_size=settings.batch_size,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(found, np.float32)

    return embed


def embed_problems(prompts: pl.DataFrame, *, embed: Embed) -> pl.DataFrame:
    """Return a row of `Embeddings` for each prompt: of its problem with its choices.

    Prompts that have a drop reason already get no vector.
    """
    texts = asked_texts(prompts)
    is_open = prompts.select(IS_OPEN).to_series()
    labels = prompts.select(label=LABEL).to_series()
    return _rows(labels, texts.zip_with(is_open, pl.Series([None], dtype=pl.String)), embed)


def embed_responses(rollouts: pl.DataFrame, *, embed: Embed) -> pl.DataFrame:
    """Return a row of `Embeddings` for each rollout: of what stands after its think block.

    Where nothing does, or the think block never closes, there is no vector.
    """
    pairs = rollouts.select("prefill", "completion").iter_rows()
    texts = [None if text is None else part(prefill + text).response for prefill, text in pairs]
    return _rows(rollouts["rollout_id"], pl.Series(texts, dtype=pl.String), embed)


def vectors_of(embeddings: Iterable[pl.DataFrame]) -> Half:
    """Return the vectors of the shards of a table of `Embeddings`; all zeros where there is none.

    600,000 vectors of 384 numbers take 460 MB, and as much again while they are put together.
    """
    shards = [_half(frame["vector"]) for frame in embeddings]
    width = max((vectors.shape[1] for _, vectors in shards), default=0)
    found = np.zeros((sum(len(is_there) for is_there, _ in shards), width), np.float16)
    start = 0
    for is_there, vectors in shards:
        if len(vectors):
            found[start + np.flatnonzero(is_there)] = vectors
        start += len(is_there)
    return found


def _half(vectors: pl.Series) -> tuple[Flags, Half]:
    """Return which rows of a shard have a vector, and these."""
    known = vectors.drop_nulls()
    width = len(known[0]) if len(known) else 0
    numbers = known.explode().to_numpy().astype(np.float16)
    return vectors.is_not_null().to_numpy(), numbers.reshape(len(known), width)


def _rows(labels: pl.Series, texts: pl.Series, embed: Embed) -> pl.DataFrame:
    """Return labels with the vectors of the texts that say something."""
    chosen = (texts.fill_null("").str.strip_chars() != "").to_numpy()
    found: list[list[float] | None] = [None] * len(texts)
    if chosen.any():
        vectors = _of_length_one(embed(texts.filter(chosen).to_list()))
        for row, vector in zip(np.flatnonzero(chosen), vectors, strict=True):
            found[row] = vector.tolist() if np.isfinite(vector).all() else None
    return pl.DataFrame({"label": labels, "vector": pl.Series(found, dtype=pl.List(pl.Float32))})


def _of_length_one(vectors: Vectors) -> Vectors:
    """Return vectors in the exactness in which they are kept; one without a direction is no number.

    >>> _of_length_one(np.array([[3, 4]], np.float32)).round(2).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled.astype(np.float16).astype(np.float32)
