"""The reference of drop reasons, from their registry."""

from pages.markdown import code, table
from r1data.reasons import (
    BAND_REASONS,
    FILE_REASONS,
    KIND_REASONS,
    LABEL_REASONS,
    MIXTURE_REASONS,
    PAIR_REASONS,
    PROMPT_REASONS,
    ROLLOUT_REASONS,
)

INTRODUCTION = """\
# Drop reasons

No stage removes a row: it writes why the row is to leave, and only the last selection leaves rows
out. The reasons are those of `r1data/reasons.py`; a table refuses any other. A row carries the
first that applies, in the order below. To count them:

```bash
r1data sql "select drop_reason, count(*) from prompts.filtered_prompts group by all"
r1data sql "select drop_reason, count(*) from reasoning.selections group by all"
```
"""


def reasons_page() -> str:
    """Return the reference of drop reasons."""
    lines = [INTRODUCTION]
    for title, reasons in (
        ("Why a prompt is not asked (`drop_reason` of `Prompts`)", PROMPT_REASONS),
        (
            "Why the general round does not ask a prompt (`drop_reason` of `PromptKinds`)",
            KIND_REASONS,
        ),
        ("Why a completion of a file is not taken (`drop_reason` of `FileRows`)", FILE_REASONS),
        ("Why a dataset does not keep a rollout (`drop_reason` of `Selections`)", ROLLOUT_REASONS),
        (
            "Why a kept rollout is not trained on (`drop_reason` of `MixtureSelections`)",
            MIXTURE_REASONS,
        ),
        ("Why two completions make no pair (`drop_reason` of `Preferences`)", PAIR_REASONS),
        ("Why no reward model learns from a completion (`SafetyLabels`)", LABEL_REASONS),
        ("Why a prompt is outside a band of pass rates (`drop_reason` of `Bands`)", BAND_REASONS),
    ):
        lines += [f"## {title}\n"]
        lines += [*table(["reason", "meaning"], [[code(n), s] for n, s in reasons.items()]), ""]
    return "\n".join(lines)
