"""Named benchmarks: sets that DeepSeek-R1 was measured on and whose questions are public.

A name stands for where a benchmark is on the Hugging Face Hub, what its columns hold, its licence
and its verifier; a licence that is not here, its card does not state. The revision is the user's to
choose: a commit's hash, or a file that was downloaded from there. The names follow the tables of
results in DeepSeek-R1's paper; what it was measured on besides (Codeforces, CNMO 2024, the judged
sets) has no public set of questions with answers that a rule could compare.
"""

from collections.abc import Mapping
from typing import Any

NAMED: Mapping[str, Mapping[str, Any]] = {
    "aime_2024": {
        "hub": {"repository": "HuggingFaceH4/aime_2024", "split": "train"},
        "columns": {"problem": "problem", "gold_answer": "answer", "solution": "solution"},
        "domain": "math",
    },
    "math_500": {
        "hub": {"repository": "HuggingFaceH4/MATH-500", "split": "test"},
        "columns": {"problem": "problem", "gold_answer": "answer", "solution": "solution"},
        "domain": "math",
    },
    "gpqa_diamond": {
        "hub": {"repository": "Idavidrein/gpqa", "config": "gpqa_diamond", "split": "train"},
        "columns": {
            "problem": "Question",
            "gold_answer": "Correct Answer",
            "solution": "Explanation",
        },
        "domain": "stem",
        "licence": "CC-BY-4.0",
        "verifier": None,
    },
    "mmlu": {
        "hub": {"repository": "cais/mmlu", "config": "all", "split": "test"},
        "columns": {"problem": "question", "choices": "choices", "gold_answer": "answer"},
        "domain": "stem",
        "licence": "MIT",
        "verifier": "choice",
    },
    "mmlu_pro": {
        "hub": {"repository": "TIGER-Lab/MMLU-Pro", "split": "test"},
        "columns": {"problem": "question", "choices": "options", "gold_answer": "answer"},
        "domain": "stem",
        "licence": "MIT",
        "verifier": "choice",
    },
    "simple_qa": {
        "hub": {"repository": "basicv8vc/SimpleQA", "split": "test"},
        "columns": {"problem": "problem", "gold_answer": "answer"},
        "domain": "general",
        "licence": "MIT",
        "verifier": "text",
    },
    "ifeval": {
        "hub": {"repository": "google/IFEval", "split": "train"},
        "columns": {"problem": "prompt"},
        "domain": "general",
        "licence": "Apache-2.0",
        "verifier": None,
    },
    "live_code_bench": {
        "hub": {"repository": "livecodebench/code_generation_lite", "split": "test"},
        "columns": {"problem": "question_content"},
        "domain": "code",
        "licence": "CC",
        "verifier": None,
    },
}
"""The settings of a source that a name stands for."""


def with_name(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a source with what its name stands for, as far as it does not say so.

    A file takes the place of the Hub.

    Raises:
        ValueError: No benchmark has that name, or nothing says which revision is meant.
    """
    name = given.get("named")
    if name is None:
        return dict(given)
    if name not in NAMED:
        raise ValueError(f"there is no benchmark {name!r}; there are {', '.join(NAMED)}")
    known = dict(NAMED[name])
    hub = {**known.pop("hub"), **(given.get("hub") or {})}
    columns = {**known.pop("columns"), **(given.get("columns") or {})}
    rest = {key: value for key, value in given.items() if key != "hub"}
    if given.get("file") is not None:
        return {**known, **rest, "columns": columns}
    if "revision" not in hub:
        raise ValueError(
            f"benchmark {name!r} is {hub['repository']} on the Hugging Face Hub; say which commit "
            "(`hub: {revision: ...}`), or give the `file` that was downloaded from there"
        )
    return {**known, **rest, "hub": hub, "columns": columns}
