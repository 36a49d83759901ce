"""Quotas of a mixture: how many rows each domain is to have, and each source may have."""

from collections.abc import Container, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt, model_validator

from r1data.mixture.paper import DOMAINS, PAPER
from r1data.names import Domain
from r1data.settings import Settings, SourceName

Share = Annotated[float, Field(gt=0, lt=1)]
ROUNDED = 1e-4
"""Rows by which sums of rounded shares may be off."""
Available = Mapping[Domain, Mapping[str, int]]
"""How many rows there are, by domain and source."""


class MixtureQuotas(Settings):
    """How many rows a training set has of each domain and source; what is over leaves by hash."""

    total: PositiveInt | Literal["most"] | None = None
    """Rows of the whole, shared out as `domains` says; `most`: as many as there can be without a
    shortfall in any domain. Null: `domains` counts rows."""
    domains: Literal["paper"] | dict[Domain, NonNegativeFloat] = "paper"
    """`paper`: DeepSeek-R1's proportions (395,285 math, 211,129 code, 10,124 stem, 10,395 logic,
    177,812 general). With a `total`, the proportion of each domain, and one not named has no rows;
    without one, its rows, and one not named is taken whole."""
    sources: dict[SourceName, PositiveInt | Share] = {}
    """The most rows that a source may have: a number, or a share of its domain's quota."""

    @model_validator(mode="after")
    def _can_be_met(self) -> "MixtureQuotas":
        weights = self.weights
        if not sum(weights.values()):
            raise ValueError("`domains` wants no rows of any domain; leave out `quotas`")
        if self.total is None and any(weight % 1 for weight in weights.values()):
            raise ValueError("`domains` holds proportions; give the rows of the whole as `total`")
        return self

    @property
    def weights(self) -> dict[Domain, float]:
        """The proportions of domains, or their rows where no total is set."""
        if self.domains == "paper":
            return {domain: rows.num_rows for domain, rows in PAPER.items()}
        return dict(self.domains)

    def wanted(self, available: Available) -> dict[Domain, int | None]:
        """Return how many rows each domain is to have, in the paper's order; null: all it has."""
        if self.total is None:
            counts = self.weights
            return {name: int(counts[name]) if name in counts else None for name in DOMAINS}
        total = self._most(available) if self.total == "most" else self.total
        return dict(self._shared_out(total))

    def caps(self, wanted: Mapping[Domain, float | None], available: Available) -> dict[str, int]:
        """Return how many rows each capped source may have; one without rows has no cap."""
        return {source: int(cap) for source, cap in self._exact_caps(wanted, available).items()}

    def _exact_caps(
        self, wanted: Mapping[Domain, float | None], available: Available
    ) -> dict[str, float]:
        """Return the caps of sources before shares are rounded down to rows."""
        domains = {name: domain for domain, sources in available.items() for name in sources}
        return {
            source: cap if isinstance(cap, int) else round(cap * (wanted[domains[source]] or 0), 6)
            for source, cap in self.sources.items()
            if source in domains
        }

    def faults(self, path: str, domains: Mapping[str, Domain]) -> Iterator[str]:
        """Yield what no rows can meet: a share of no quota, or `most` of a domain without source.

        Args:
            path: Where the quotas stand in the recipe.
            domains: Of the sources, by name.
        """
        missing = self._without_rows(domains.values()) if self.total == "most" else []
        for name in missing:
            yield (
                f"`{path}.total` is `most`, and no source has the domain {name}: there can be no "
                f"row of any; give a number, or leave it out of `{path}.domains`."
            )
        for source, cap in self.sources.items():
            domain = domains.get(source)
            if isinstance(cap, int) or domain is None or self.total or domain in self.weights:
                continue
            yield (
                f"`{path}.sources.{source}` is {cap} of the domain {domain}, which has no quota; "
                f"give a number of rows, or a quota in `{path}.domains`."
            )

    def _shared_out(self, total: int) -> dict[Domain, int]:
        """Return the rows of each domain, rounded so that they add up to the total."""
        exact = self._exact(total)
        counts = {name: int(rows) for name, rows in exact.items()}
        by_rest = sorted(exact, key=lambda name: counts[name] - exact[name])
        for name in by_rest[: total - sum(counts.values())]:
            counts[name] += 1
        return counts

    def _exact(self, total: int) -> dict[Domain, float]:
        """Return the rows of each domain before they are rounded."""
        weights = {name: self.weights.get(name, 0.0) for name in DOMAINS}
        whole = sum(weights.values())
        return {name: round(total * weight / whole, 6) for name, weight in weights.items()}

    def _most(self, available: Available) -> int:
        """Return the largest total at which no domain falls short.

        Raises:
            ValueError: That is none, because a domain has no rows at all.
        """
        least, most = 0, sum(sum(sources.values()) for sources in available.values())
        while least < most:
            total = (least + most + 1) // 2
            wanted = self._exact(total)
            if _is_met(wanted, self._exact_caps(wanted, available), available):
                least = total
            else:
                most = total - 1
        while not self._is_met_by_rows(least, available):
            least -= 1
        for domain in self._without_rows(available) if not least else ():
            raise ValueError(
                f"`quotas.total` is `most`, and no row of the domain {domain} is kept: there can "
                "be none of any; give a number, or leave the domain out of `quotas.domains`"
            )
        return least

    def _without_rows(self, domains: Container[str]) -> list[Domain]:
        """Return the domains that have a quota and are not among some."""
        return [name for name, weight in self.weights.items() if weight and name not in domains]

    def _is_met_by_rows(self, total: int, available: Available) -> bool:
        """Say whether a total can be met by whole rows; of none it can."""
        wanted = self._shared_out(total)
        return _is_met(wanted, self.caps(wanted, available), available)


def _is_met(
    wanted: Mapping[Domain, float], caps: Mapping[str, float], available: Available
) -> bool:
    """Say whether no domain falls short.

    Before caps are rounded to rows, what can be met by a total can be met by every smaller one.
    """
    return all(
        quota <= ROUNDED + sum(min(n, caps.get(name, n)) for name, n in there.items())
        for domain, quota in wanted.items()
        for there in [available.get(domain, {})]
    )
