"""Every setting of every section changes the fingerprints of what it decides, and no others."""

import json
import shutil

import pytest

from assets.recipe.recipe import Recipe
from r1data.settings import Settings
from r1data.store.spec import fingerprints
from tests.fakes import fake_weights


def small(folder):
    """A recipe that has every round, every kind of policy and a judge everywhere."""
    for name in ("sft.yaml", "other.yaml"):
        folder.joinpath(name).write_text(f"run_name: {name}", encoding="utf-8")
    rows = '{"problem": "1 + 1", "completion": "2", "reason": "stop"}\n'
    folder.joinpath("theirs.jsonl").write_text(rows, encoding="utf-8")
    if not (folder / "base").exists():
        fake_weights(folder / "base")
    training = {"base": "base", "config": str(folder / "sft.yaml")}
    judge = {"policy": "teacher"}
    source = {"problems": [{"problem": "1 + 1", "gold_answer": "2"}]}
    return {
        "name": "small",
        "policies": {
            "base": {"kind": "weights", "weights": str(folder / "base")},
            "teacher": {
                "kind": "endpoint",
                "endpoint": "http://a/v1",
                "model": "m",
                "revision": "1",
                "price": {"input": 0, "output": 0},
            },
            "theirs": {"kind": "rollouts", "rollouts": str(folder / "theirs.jsonl"), "model": "m"},
            "examples": {"kind": "worked_examples", "worked_examples": "arithmetic"},
        },
        "prompts": {
            "sources": {"ours": source, "more": source},
            "benchmarks": {"held_out": source},
        },
        "r1_zero": {"training": training},
        "cold_start": {"policy": "examples", "judge": judge, "training": training},
        "reasoning_rl": {
            "policy": "cold_start",
            "judge": judge,
            "training": {**training, "base": "cold_start"},
        },
        "reasoning": {"policy": "cold_start", "judge": judge},
        "general": {"policy": "teacher", "judge": judge},
        "sft": {"training": training},
        "alignment_rl": {
            "helpful": {"sources": ["ours"], "judged": judge | {"of": ["base"]}},
            "safety": {"sources": ["more"], "judged": judge | {"of": ["base"]}},
            "helpful_model": training,
            "safety_model": training,
            "training": training,
        },
        "distillation": {
            "regenerated": {"policy": "sft"},
            "students": {"pupil": training},
        },
        "evaluation": {"policies": ["base", "sft", "theirs"], "judge": judge},
    }


def of_round(name, *tables):
    return {f"{name}/{table}" for table in tables}


SCORED = of_round("evaluation", "rollouts")


CASES = {
    "name": ("other", set()),
    "description": ("Another.", set()),
    "limits.max_failed_share": (0.5, set()),
    "caps.requests": (9, set()),
    "caps.tokens": (9, set()),
    "caps.money": (9, set()),
    "caps.hours": (9, set()),
    "caps.training_hours": (9, set()),
    "hardware": ({"devices": 8}, set()),
    "policies.base.weights": ("ELSEWHERE", set()),
    "policies.base.revision": ("abcdef0", {"policies/base"}),
    "policies.base.max_model_len": (99, {"policies/base"}),
    "policies.base.template": (
        {"instruction": "Box it."},
        {
            *("policies/base", "cold_start/sft_mixture", "sft/sft_mixture"),
            *("r1_zero/rl_prompts", "reasoning_rl/rl_prompts"),
            "alignment_rl/rl_prompts",
        },
    ),
    "policies.base.engine": ({"concurrency": 3}, set()),
    "policies.teacher.endpoint": ("http://b/v1", set()),
    "policies.teacher.model": ("n", {"policies/teacher"}),
    "policies.teacher.revision": ("2", {"policies/teacher"}),
    "policies.teacher.api": ("completions", {"policies/teacher"}),
    "policies.teacher.api_key_env": ("KEY", {"policies/teacher"}),
    "policies.teacher.template": ({"reasoning": "prefilled"}, {"policies/teacher"}),
    "policies.teacher.extra_body": ({"a": 1}, {"policies/teacher"}),
    "policies.teacher.leave_out": (["temperature"], {"policies/teacher"}),
    "policies.teacher.rename": ({"max_tokens": "max_completion_tokens"}, set()),
    "policies.teacher.samples_per_request": (3, set()),
    "policies.teacher.stream": (True, set()),
    "policies.teacher.concurrency": (3, set()),
    "policies.teacher.timeout_seconds": (3, set()),
    "policies.teacher.max_retries": (3, set()),
    "policies.teacher.price": ({"input": 1, "output": 2}, set()),
    "policies.teacher.batch": ({}, set()),
    "policies.theirs.rollouts": ("COPIED", set()),
    "policies.theirs.problem": ("completion", {"policies/theirs"}),
    "policies.theirs.completion": ("problem", {"policies/theirs"}),
    "policies.theirs.finish_reason": ("reason", {"policies/theirs"}),
    "policies.theirs.hub": (None, set()),
    "policies.theirs.reasoning": ("reason", {"policies/theirs"}),
    "policies.theirs.system_message": ("reason", {"policies/theirs"}),
    "policies.theirs.file_outcome": ("reason", {"policies/theirs"}),
    "policies.theirs.model_column": ("reason", {"policies/theirs"}),
    "policies.theirs.identity": ({"name": "Ada", "maker": "Us"}, {"policies/theirs"}),
    "policies.theirs.model": ("n", {"policies/theirs"}),
    "policies.theirs.revision": ("2", {"policies/theirs"}),
    "policies.theirs.template": ({"reasoning": "none"}, {"policies/theirs"}),
    "policies.examples.template": ({"instruction": "Box it."}, {"policies/examples"}),
    "prompts.sources": ({"ours": None}, {"prompts/prompts"}),
    "prompts.benchmarks": ({}, {"prompts/benchmark_prompts"}),
    "prompts.near_duplicates": ({}, {"prompts/filtered_prompts"}),
    "prompts.decontamination": ({}, {"prompts/filtered_prompts"}),
    "prompts.embedding": ("EMBEDDING", set()),
    "prompts.semantic_duplicates": ({}, {"prompts/filtered_prompts"}),
    "r1_zero.training.base": ("cold_start", of_round("r1_zero", "policy")),
    "r1_zero.training.config": ("OTHER", {"r1_zero/policy"}),
    "r1_zero.training.accelerate": ("OTHER", {"r1_zero/policy"}),
    "r1_zero.training.rewards": (["accuracy"], {"r1_zero/policy"}),
    "r1_zero.sources": (["ours"], {"r1_zero/rl_prompts"}),
    "r1_zero.random_arm": (True, set()),
    "reasoning_rl.policy": ("base", {"reasoning_rl/rollouts"}),
    "reasoning_rl.sampling": ({"top_p": 0.5}, {"reasoning_rl/rollouts"}),
    "reasoning_rl.sources": (["ours"], of_round("reasoning_rl", "rollouts", "rl_prompts")),
    "reasoning_rl.judge": (
        {"policy": "teacher", "second_look": True},
        {"reasoning_rl/judge_questions"},
    ),
    "reasoning_rl.band": ({"min_rate": 0.5}, {"reasoning_rl/bands"}),
    "reasoning_rl.training.base": ("r1_zero", {"reasoning_rl/policy"}),
    "reasoning_rl.training.config": ("OTHER", {"reasoning_rl/policy"}),
    "reasoning_rl.training.accelerate": ("OTHER", {"reasoning_rl/policy"}),
    "reasoning_rl.training.rewards": (["accuracy"], {"reasoning_rl/policy"}),
    "reasoning_rl.random_arm": (True, set()),
    "cold_start.policy": ("theirs", {"cold_start/rollouts"}),
    "cold_start.sampling": ({"top_p": 0.5}, {"cold_start/rollouts"}),
    "cold_start.sources": (["ours"], {"cold_start/rollouts"}),
    "cold_start.early_stop": ({"at_correct": 1}, {"cold_start/rollouts"}),
    "cold_start.finished_only": ("now", of_round("cold_start", "rollouts", "judge_rollouts")),
    "cold_start.gold_audit": ({}, of_round("cold_start", "pass_rates", "selections", "faults")),
    "cold_start.judge": (
        {"policy": "teacher", "second_look": True},
        {"cold_start/judge_questions"},
    ),
    "cold_start.signals": (["layout"], {"cold_start/signals"}),
    "cold_start.control_of": (["truncated"], set()),
    "cold_start.selection": (
        {"max_pass_rate": 0.9},
        of_round("cold_start", "selections", "faults"),
    ),
    "cold_start.quality_classifier": ("CLASSIFIER", set()),
    "cold_start.tokenizer": ("TOKENIZER", set()),
    "cold_start.embedding": ("EMBEDDING", set()),
    "cold_start.collections": ({"direct": {"kind": "direct"}}, {"cold_start/rollouts"}),
    "cold_start.simple": ({}, set()),
    "cold_start.pattern": ("special_token", {"cold_start/sft_mixture"}),
    "cold_start.review": ({}, {"cold_start/sft_mixture"}),
    "cold_start.training.base": ("theirs", of_round("cold_start", "policy")),
    "cold_start.training.config": ("OTHER", {"cold_start/policy"}),
    "cold_start.training.accelerate": ("OTHER", {"cold_start/policy"}),
    "cold_start.training.overrides": ({"seed": 1}, {"cold_start/policy"}),
    "reasoning.policy": ("base", {"reasoning/rollouts"}),
    "reasoning.sampling": ({"temperature": 0}, {"reasoning/rollouts"}),
    "reasoning.sources": (["ours"], {"reasoning/rollouts"}),
    "reasoning.early_stop": ({"at_correct": 1}, {"reasoning/rollouts"}),
    "reasoning.finished_only": ("now", of_round("reasoning", "rollouts", "judge_rollouts")),
    "reasoning.gold_audit": ({}, of_round("reasoning", "pass_rates", "selections", "faults")),
    "reasoning.judge": ({"policy": "teacher", "quality": True}, {"reasoning/judge_questions"}),
    "reasoning.signals": (["layout"], {"reasoning/signals"}),
    "reasoning.control_of": (["truncated"], set()),
    "reasoning.quality_classifier": ("CLASSIFIER", set()),
    "reasoning.tokenizer": ("TOKENIZER", set()),
    "reasoning.embedding": ("EMBEDDING", set()),
    "reasoning.selection": ({"prefer": "shortest"}, {"reasoning/selections"}),
    "general.policy": ("base", {"general/rollouts"}),
    "general.sampling": ({"temperature": 0}, {"general/rollouts"}),
    "general.sources": (["ours"], of_round("general", "rollouts", "prompt_kinds")),
    "general.early_stop": ({"at_correct": 1}, {"general/rollouts"}),
    "general.finished_only": ("now", of_round("general", "rollouts", "judge_rollouts")),
    "general.gold_audit": ({}, of_round("general", "pass_rates", "selections", "faults")),
    "general.judge": ({"policy": "teacher", "unverified": True}, {"general/judge_questions"}),
    "general.signals": (["layout"], {"general/signals"}),
    "general.control_of": (["truncated"], set()),
    "general.quality_classifier": ("CLASSIFIER", set()),
    "general.tokenizer": ("TOKENIZER", set()),
    "general.embedding": ("EMBEDDING", set()),
    "general.selection": ({"max_pass_rate": 0.9}, of_round("general", "selections", "faults")),
    "general.kinds": ({"sources": {"ours": "writing"}}, {"general/prompt_kinds"}),
    "general.reasoning": ({"writing": True}, {"general/prompt_kinds"}),
    "general.at_once": ({"think_block": "empty"}, {"sft/sft_mixture"}),
    "general.responses": ({}, set()),
    "general.review": ({}, {"sft/sft_mixture"}),
    "general.template": ({"instruction": "Think."}, {"general/rollouts", "sft/sft_mixture"}),
    "general.existing": ("theirs", of_round("general", "rollouts", "selected_rollouts")),
    "sft.quotas": ({"total": 9}, {"sft/sft_mixture"}),
    "sft.held_out": ({"prompts": 2}, {"sft/sft_mixture", "alignment_rl/rl_prompts"}),
    "sft.without_reasoning": ({"share": 0.1}, {"sft/sft_mixture"}),
    "sft.cut_reasoning": ({"share": 0.1, "budgets": [9]}, {"sft/sft_mixture"}),
    "sft.context_length": (4096, set()),
    "sft.training.base": ("cold_start", {"sft/policy"}),
    "sft.training.config": ("OTHER", {"sft/policy"}),
    "sft.training.accelerate": ("OTHER", {"sft/policy"}),
    "sft.training.overrides": ({"seed": 1}, {"sft/policy"}),
    "alignment_rl.sources": (["ours"], {"alignment_rl/rl_prompts"}),
    "alignment_rl.template": (
        {"instruction": "Be kind."},
        of_round(
            "alignment_rl",
            *("helpful_rollouts", "safety_rollouts", "pairs", "safety_labels", "rl_prompts"),
        ),
    ),
    "alignment_rl.helpful.sources": (
        ["more"],
        of_round("alignment_rl", "helpful_rollouts", "rl_prompts"),
    ),
    "alignment_rl.helpful.sampling": ({"top_p": 0.5}, {"alignment_rl/helpful_rollouts"}),
    "alignment_rl.helpful.judged": (
        {"policy": "teacher", "of": ["base"], "sampling": {"group_size": 1}},
        {"alignment_rl/preference_replies"},
    ),
    "alignment_rl.helpful.delta": (
        {"strong": "base", "weak": "teacher"},
        of_round("alignment_rl", "helpful_rollouts", "candidates", "preferences"),
    ),
    "alignment_rl.helpful.files": (
        {"theirs": {"file": "ROWS", "safety": "rule"}},
        of_round("alignment_rl", "candidates", "safety_labels"),
    ),
    "alignment_rl.helpful.min_difference": (0.5, {"alignment_rl/preferences"}),
    "alignment_rl.helpful.balance_lengths": (False, {"alignment_rl/preferences"}),
    "alignment_rl.helpful.guard_share": (0.5, {"alignment_rl/pairs"}),
    "alignment_rl.helpful.held_out": ({"prompts": 2}, {"alignment_rl/preferences"}),
    "alignment_rl.safety.sources": (
        ["ours"],
        of_round(
            "alignment_rl", "safety_rollouts", "safety_questions", "safety_labels", "rl_prompts"
        ),
    ),
    "alignment_rl.safety.sampling": ({"top_p": 0.5}, {"alignment_rl/safety_rollouts"}),
    "alignment_rl.safety.judged": (
        {"policy": "teacher", "of": ["base"], "sampling": {"max_tokens": 9}},
        {"alignment_rl/safety_replies"},
    ),
    "alignment_rl.safety.files": (
        {"theirs": {"file": "ROWS"}},
        {"alignment_rl/safety_labels"},
    ),
    "alignment_rl.safety.held_out": (None, {"alignment_rl/safety_labels"}),
    "alignment_rl.finished_only": (
        "now",
        of_round(
            "alignment_rl",
            *("helpful_rollouts", "preference_replies", "safety_rollouts", "safety_replies"),
        ),
    ),
    "alignment_rl.training.base": ("cold_start", {"alignment_rl/policy"}),
    "alignment_rl.training.config": ("OTHER", {"alignment_rl/policy"}),
    "alignment_rl.training.accelerate": ("OTHER", {"alignment_rl/policy"}),
    "alignment_rl.training.overrides": ({"seed": 1}, {"alignment_rl/policy"}),
    "alignment_rl.training.rewards": (["accuracy"], {"alignment_rl/policy"}),
    "alignment_rl.training.model_share": (0.5, {"alignment_rl/policy"}),
    "alignment_rl.training.model_steps": (7, {"alignment_rl/policy"}),
    "alignment_rl.helpful_model.base": ("sft", {"alignment_rl/helpful_model"}),
    "alignment_rl.helpful_model.config": ("OTHER", {"alignment_rl/helpful_model"}),
    "alignment_rl.helpful_model.accelerate": ("OTHER", {"alignment_rl/helpful_model"}),
    "alignment_rl.safety_model.base": ("sft", {"alignment_rl/safety_model"}),
    "alignment_rl.safety_model.config": ("OTHER", {"alignment_rl/safety_model"}),
    "alignment_rl.safety_model.accelerate": ("OTHER", {"alignment_rl/safety_model"}),
    "alignment_rl.helpful_model.overrides": ({"seed": 1}, {"alignment_rl/helpful_model"}),
    "alignment_rl.safety_model.overrides": ({"seed": 1}, {"alignment_rl/safety_model"}),
    "distillation.regenerated": ({"policy": "base"}, {"distillation/rollouts"}),
    "distillation.finished_only": ("now", {"distillation/rollouts"}),
    "distillation.students.pupil.base": ("cold_start", {"distillation/policy_pupil"}),
    "distillation.students.pupil.config": ("OTHER", {"distillation/policy_pupil"}),
    "distillation.students.pupil.accelerate": ("OTHER", {"distillation/policy_pupil"}),
    "distillation.students.pupil.overrides": ({"seed": 1}, {"distillation/policy_pupil"}),
    "distillation.students.pupil.form": ("on_policy", {"distillation/policy_pupil"}),
    "distillation.students.pupil.teacher": ("sft", set()),
    "evaluation.policies": (["base", "sft"], {"evaluation/rollouts"}),
    "evaluation.baseline": (
        "sft",
        of_round("evaluation", "comparisons", "accuracy_comparisons"),
    ),
    "evaluation.sampling": ({"max_tokens": 9}, {"evaluation/rollouts"}),
    "evaluation.benchmarks": ({"held_out": {"group_size": 9}}, SCORED),
    "evaluation.prompts": ({"plain": {"policies": ["base"], "template": {}}}, SCORED),
    "evaluation.judge": (
        {"policy": "base"},
        {"evaluation/judge_rollouts", "evaluation/judgements"},
    ),
}


def fields(settings, path=""):
    """The places of all settings, down to those that a case replaces whole."""
    for name in type(settings).model_fields:
        where = f"{path}{name}"
        value = getattr(settings, name)
        if where in CASES:
            yield where
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from fields(inner, f"{where}.{key}.")
        elif isinstance(value, Settings):
            yield from fields(value, f"{where}.")
        else:
            yield where


ADDED = {
    *("file_rows", "embeddings", "quality_classifier", "control_selections", "control_rollouts"),
    *("mixture_selections", "quotas", "token_statistics"),
    *("contamination", "majority_answers", "gold_audits", "direct_rollouts"),
    *("random_policy", "random_rl_rollouts", "random_training_log"),
    *(f"existing_{name}" for name in ("file_rows", "rollouts", "verdicts", "judge_questions")),
    *(f"existing_{name}" for name in ("judge_rollouts", "judgements", "settled_verdicts")),
    *(f"existing_{name}" for name in ("signals", "pass_rates", "selections")),
    *(f"existing_{name}" for name in ("selected_rollouts", "faults", "drop_table")),
    *("reviews", "review_agreement", "edited_rollouts", "edited_verdicts", "review_selections"),
    "reviewed_rollouts",
}
"""Tables that some settings add."""
DECIDED_BY_THEIR_KIND = {
    "policies.base.kind",
    "policies.teacher.kind",
    "policies.theirs.kind",
    "policies.examples.kind",
    "policies.examples.worked_examples",
}
"""Settings that can have one value only."""


def test_every_setting_of_a_recipe_has_its_case(tmp_path):
    recipe = Recipe.model_validate(small(tmp_path))
    assert {*fields(recipe)} - DECIDED_BY_THEIR_KIND == {*CASES}


def specs_of(document):
    specs = Recipe.model_validate(document).tables()
    return {spec.key: spec for spec in specs}, fingerprints(specs)


def with_readers(specs, keys):
    """The tables, and all that read them at any distance."""
    found = set(keys)
    for key, spec in specs.items():
        if found & set(spec.reads.values()):
            found.add(key)
    return found


def found_value(value, folder):
    """Return what a word of the table of cases stands for: files, and copies of the same."""
    rows = folder / "theirs.jsonl"
    side = {"file": str(rows), "column": "completion"}
    words = {
        "ELSEWHERE": lambda: str(fake_weights(folder / "elsewhere")),
        "EMBEDDING": lambda: {"model": str(fake_weights(folder / "vectors"))},
        "TOKENIZER": lambda: {"path": str(rows)},
        "CLASSIFIER": lambda: {"good": side, "bad": side},
        "COPIED": lambda: str(shutil.copy(rows, folder / "copied.jsonl")),
        "OTHER": lambda: str(folder / "other.yaml"),
    }
    return words[value]() if isinstance(value, str) and value in words else value


def changed_to(document, path, value, folder):
    """The recipe with another value, of which files are copies where they stand for the same."""
    value = found_value(value, folder)
    if isinstance(value, dict) and "theirs" in value:
        value = {name: one | {"file": str(folder / "theirs.jsonl")} for name, one in value.items()}
    *way, last = path.split(".")
    inside = document
    for key in way:
        inside = inside.setdefault(key, {})
    if last == "sources" and isinstance(value, dict):
        value = {"ours": inside["sources"]["ours"]}
    inside[last] = value
    return document


@pytest.mark.parametrize("path", CASES)
def test_a_setting_changes_what_it_decides_and_nothing_else(tmp_path, path):
    specs, before = specs_of(small(tmp_path))
    value, first = CASES[path]
    document = changed_to(json.loads(json.dumps(small(tmp_path))), path, value, tmp_path)
    now_specs, after = specs_of(document)
    both = specs.keys() & now_specs.keys()
    changed = {key for key in both if before[key] != after[key]}
    assert changed == with_readers(now_specs, first) & both
    only_one_has = {key.partition("/")[2] for key in before.keys() ^ after.keys()}
    assert only_one_has <= ADDED


def test_a_training_configuration_that_says_the_same_elsewhere_changes_nothing(tmp_path):
    _, before = specs_of(small(tmp_path))
    copy = tmp_path / "copy.yaml"
    copy.write_bytes((tmp_path / "sft.yaml").read_bytes())
    document = small(tmp_path)
    document["sft"]["training"]["config"] = str(copy)
    assert specs_of(document)[1] == before
