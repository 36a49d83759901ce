"""Each blocking check, seen to fail."""

import polars as pl
import pytest

from assets.orchestration.checks import (
    all_have_prompts,
    few_failed,
    gold_verifies,
    no_benchmark_problem,
)
from assets.steps.run import Run
from r1data.store.spec import TableSpec
from r1data.store.store import Store
from r1data.tables import Mixtures, Prompts, Rollouts, Verdicts

PROMPTS, BENCHMARKS = "prompts/filtered_prompts", "prompts/benchmark_prompts"


@pytest.fixture
def run(tmp_path):
    """A run over tables that a test writes as they must not be."""

    def opened(**frames):
        kinds = {"rollouts": Rollouts, "verdicts": Verdicts, "sft_mixture": Mixtures}
        specs = [
            TableSpec(key, kinds.get(key.split("/")[1], Prompts), 1)
            for key in (name.replace("__", "/") for name in frames)
        ]
        made = Run(specs, tmp_path / "data")
        for spec, frame in zip(specs, frames.values(), strict=True):
            with Store(made.store.root).writing(spec, made.fingerprints[spec.key], {}) as writer:
                writer.write(0, frame)
                writer.finish()
        return made

    return opened


def problem(prompt_id, gold_answer="4", **columns):
    row = dict.fromkeys(Prompts.column_names()) | {
        "source": "ours",
        "revision": "1",
        "upstream_row": prompt_id,
        "prompt_id": prompt_id,
        "domain": "math",
        "problem": "2 + 2",
        "gold_answer": gold_answer,
        "verifier": "math",
    }
    return pl.DataFrame([row | columns], schema=Prompts.create_empty().schema)


def rollout(prompt_id):
    row = dict.fromkeys(Rollouts.column_names()) | {
        "rollout_id": f"of {prompt_id}",
        "prompt_id": prompt_id,
        "sample_index": 0,
        **dict.fromkeys(["policy", "policy_revision", "template_id", "sampling_id"], "x"),
        "completion": "4",
        "prefill": "",
    }
    return pl.DataFrame([row], schema=Rollouts.create_empty().schema)


def training_row(prompt_id):
    message = [{"role": "user", "content": "2 + 2"}]
    row = {
        "dataset": "sft",
        "row": 0,
        "prompt": message,
        "completion": message,
        "rollout_id": "r",
        "prompt_id": prompt_id,
        "source": "ours",
        "domain": "math",
        "licence": None,
    }
    return pl.DataFrame([row], schema=Mixtures.create_empty().schema)


def verdicts(*outcomes, detail=""):
    row = dict.fromkeys(Verdicts.column_names()) | {
        "verifier": "math",
        "verifier_version": 1,
        "prompt_id": "p",
        "detail": detail,
        "seconds": 0.0,
    }
    rows = [row | {"rollout_id": str(n), "outcome": outcome} for n, outcome in enumerate(outcomes)]
    return pl.DataFrame(rows, schema=Verdicts.create_empty().schema)


@pytest.mark.parametrize(
    ("leaked", "passed"),
    [
        pytest.param("b", False, id="the same problem"),
        pytest.param("p", False, id="one of the same spelling"),
        pytest.param("q", True, id="another"),
    ],
)
def test_a_benchmark_problem_in_a_training_set_stops_the_graph(run, leaked, passed):
    ours = [problem("p", problem="IS it 2+2?"), problem("q", problem="Is it 2 - 2?")]
    made = run(
        prompts__filtered_prompts=pl.concat(ours),
        prompts__benchmark_prompts=problem("b", problem="is it $2 + 2$"),
        sft__sft_mixture=training_row(leaked),
    )
    result = no_benchmark_problem(BENCHMARKS, PROMPTS)(made, "sft/sft_mixture")
    assert result.passed == passed
    assert result.metadata["leaked"].value == (not passed)


@pytest.mark.parametrize(("prompt_id", "passed"), [("nobody's", False), ("p", True), ("b", True)])
def test_a_rollout_without_a_prompt_stops_the_graph(run, prompt_id, passed):
    made = run(
        prompts__filtered_prompts=problem("p"),
        prompts__benchmark_prompts=problem("b"),
        reasoning__rollouts=rollout(prompt_id),
    )
    result = all_have_prompts(made, "reasoning/rollouts")
    assert result.passed == passed
    assert result.metadata["orphans"].value == (not passed)


@pytest.mark.parametrize(
    ("columns", "passed"),
    [
        pytest.param({"gold_answer": r"\frac{"}, False, id="a gold answer that cannot be read"),
        pytest.param({"gold_answer": "4"}, True, id="one that verifies"),
        pytest.param(
            {"gold_answer": r"\frac{", "drop_reason": "bad_gold"}, True, id="dropped already"
        ),
    ],
)
def test_a_gold_answer_that_its_verifier_rejects_stops_the_graph(run, columns, passed):
    made = run(prompts__filtered_prompts=problem("p", **columns))
    with made:
        result = gold_verifies(made, PROMPTS)
    assert result.passed == passed
    assert result.metadata["bad"].value == (not passed)


@pytest.mark.parametrize(
    ("outcomes", "passed"),
    [
        pytest.param(["failed", "correct", "correct", "correct"], False, id="a quarter failed"),
        pytest.param(["timed_out", "failed", "correct", "correct"], False, id="or timed out"),
        pytest.param(["correct", "incorrect", "undecided", "bad_gold"], True, id="none did"),
    ],
)
def test_too_many_failed_judgements_stop_the_graph(run, outcomes, passed):
    made = run(reasoning__verdicts=verdicts(*outcomes))
    assert few_failed(0.2)(made, "reasoning/verdicts").passed == passed


def test_what_was_not_asked_is_no_failed_judgement(run):
    made = run(reasoning__verdicts=verdicts("failed", detail="no completion: not_asked"))
    assert few_failed(0.0)(made, "reasoning/verdicts").passed
