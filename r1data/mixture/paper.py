"""DeepSeek-R1's own mixture: rows and tokens by domain, as its paper prints them."""

from dataclasses import dataclass
from typing import get_args

from r1data.names import Domain


@dataclass(frozen=True, slots=True)
class PaperRows:
    """What the paper's training set has of a domain."""

    num_rows: int
    mean_tokens: float
    """Tokens of a row, prompt and completion, by its own tokenizer."""
    mean_rounds: float
    """Turns of the user in a row."""


PAPER: dict[Domain, PaperRows] = {
    "math": PaperRows(395_285, 6094.2, 1.0),
    "code": PaperRows(211_129, 7435.7, 1.1),
    "stem": PaperRows(10_124, 4928.8, 1.0),
    "logic": PaperRows(10_395, 2739.0, 1.0),
    "general": PaperRows(177_812, 1419.8, 1.1),
}
"""By domain (arXiv 2501.12948v2, Table 5), 804,745 rows in all."""

DOMAINS: tuple[Domain, ...] = get_args(Domain)
"""All domains, in the paper's order."""
