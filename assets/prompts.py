"""Round 0. Prompts: every problem to ask, and every benchmark problem that must not leak."""

from collections.abc import Iterator
from typing import Annotated

from assets.chains.round import Others, Round
from assets.steps.decontaminate import find_leaks
from assets.steps.drops import count_prompts
from assets.steps.embed import problem_vectors
from assets.steps.ingest import Repeating, Sources, ingest, mark_repeated
from r1data.curation.decontamination.settings import Decontamination
from r1data.curation.duplicates.near import NearMatch
from r1data.curation.duplicates.problems import SemanticMatch
from r1data.curation.embeddings import Embedding
from r1data.evaluation.metrics import ALL
from r1data.names import Names
from r1data.prompts.sources import Source
from r1data.settings import NO_SETTINGS
from r1data.store.spec import TableSpec


class PromptsRound(Round):
    """Where problems come from, and which ones a policy is only ever scored on."""

    sources: Annotated[dict[str, Source], Names]
    """The problems to ask, by a name of your own for each source."""
    benchmarks: Annotated[dict[str, Source], Names] = {}
    """Never trained on; a training prompt that repeats one is dropped."""
    near_duplicates: NearMatch | None = None
    """When two problems with the same facts and answer are near duplicates, of which one is asked;
    null, the default, looks for exact ones only."""
    decontamination: Decontamination | None = None
    """Which problems are left out because they hold a benchmark's question or reference solution in
    another form; null, the default, looks for the same question alone."""
    embedding: Embedding | None = None
    """The model that makes vectors of the problems; null makes none."""
    semantic_duplicates: SemanticMatch | None = None
    """When two problems ask the same in other words, so that one is asked; it needs an
    `embedding`. Null, the default, looks for none."""

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the prompts as they came, the benchmarks, and the prompts with what to ask."""
        given = of.table("prompts")
        yield ingest.table(given, Sources(sources=self.sources))
        yield ingest.table(
            of.benchmarks,
            Sources(sources=self.benchmarks),
            description="Every problem that policies are scored on and never trained on.",
        )
        vectors = of.table("embeddings")
        needed = self.embedding is not None and self.semantic_duplicates is not None
        if self.embedding is not None:
            yield problem_vectors.table(vectors, self.embedding, prompts=given)
        found = {}
        if self.decontamination is not None:
            found = {"contamination": of.table("contamination")}
            yield from self._leaks(of, given, vectors)
        yield mark_repeated.table(
            of.prompts,
            Repeating(
                near_duplicates=self.near_duplicates,
                semantic_duplicates=self.semantic_duplicates,
                decontamination=self.decontamination,
            ),
            prompts=given,
            benchmark_prompts=of.benchmarks,
            **({"embeddings": vectors} if needed else {}),
            **found,
        )
        yield count_prompts.table(of.table("drop_table"), prompts=of.prompts)

    def _leaks(self, of: Others, given: str, vectors: str) -> Iterator[TableSpec]:
        """Yield what repeats a benchmark: by vectors too, where a model makes some."""
        compared = {}
        if self.embedding is not None:
            theirs = of.table("benchmark_embeddings")
            yield problem_vectors.table(theirs, self.embedding, prompts=of.benchmarks)
            compared = {"embeddings": vectors, "benchmark_embeddings": theirs}
        yield find_leaks.table(
            of.table("contamination"),
            NO_SETTINGS,
            prompts=given,
            benchmark_prompts=of.benchmarks,
            **compared,
        )

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that a benchmark has a name of scores, or that nothing makes vectors."""
        if ALL in self.benchmarks:
            yield f"`{of.name}.benchmarks.{ALL}` stands for all benchmarks in scores; rename it."
        if self.semantic_duplicates is not None and self.embedding is None:
            yield f"`{of.name}.semantic_duplicates` needs `{of.name}.embedding: {{model: ...}}`."


ASKED, BENCHMARKS = "filtered_prompts", "benchmark_prompts"
"""The tables that other rounds read."""
