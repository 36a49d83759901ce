from pathlib import Path

import datasets
import pytest
import yaml

from r1data.store.store import Store
from tests.cli.commands import r1data

DATA = Path("../shared/data")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is absent"),
]


def source(path, problem, gold_answer, **columns):
    named = {"problem": problem, "gold_answer": gold_answer} | columns
    return {"file": str(DATA / path), "columns": named}


def run(tmp_path, *arguments, **recipe):
    path = tmp_path / "real.yaml"
    path.write_text(yaml.safe_dump({"name": "real", **recipe}), encoding="utf-8")
    where = ["--recipe", str(path), "--data", str(tmp_path / "data")]
    finished = r1data("run", *arguments, *where)
    assert finished.status == 0, finished.errors
    return where, Store(tmp_path / "data" / "real")


def test_every_row_of_gsm8k_and_math_is_ingested_and_what_is_unusable_says_why(tmp_path):
    math = "reward_model.ground_truth"
    sources = {
        "gsm8k": source("prompts/gsm8k_train.jsonl", "question", "answer", gold_from="hashes"),
        "math": source("prompts/math_train.parquet", f"{math}.question", f"{math}.target"),
    }
    _, store = run(tmp_path, "--select", "prompts", prompts={"sources": sources})
    rows = store.table("prompts/filtered_prompts").read()
    assert dict(rows["source"].value_counts().iter_rows()) == {"gsm8k": 7473, "math": 7500}
    assert dict(rows["drop_reason"].drop_nulls().value_counts().iter_rows()) == {
        "no_gold_answer": 4,
        "bad_gold": 1,
        "duplicate": 1,
    }
    assert rows.filter(drop_reason="duplicate")["duplicate_of"].to_list() == ["math/925"]


@pytest.mark.parametrize(
    ("file", "columns", "reasoning", "outcomes", "num_kept"),
    [
        pytest.param(
            "r1_math500.jsonl",
            ("problem", "full_response", "ground_truth"),
            "think",
            {"correct": 16, "no_answer": 3, "incorrect": 1},
            16,
            id="R1",
        ),
        pytest.param(
            "r1_distill_qwen7b_math500.jsonl",
            ("problem", "full_response", "ground_truth"),
            "prefilled",
            {"correct": 17, "no_answer": 1, "incorrect": 2},
            17,
            id="think blocks that are only closed",
        ),
        pytest.param(
            "qwen_math_100x8.jsonl",
            ("question", "response", "answer"),
            "none",
            {"correct": 737, "incorrect": 63},
            98,
            id="eight a row, without think blocks",
        ),
    ],
)
def test_rollouts_that_exist_are_judged_selected_and_exported(
    tmp_path, file, columns, reasoning, outcomes, num_kept
):
    problem, completion, gold_answer = columns
    theirs = {"kind": "rollouts", "rollouts": str(DATA / "rollouts" / file), "model": "theirs"}
    theirs |= {"problem": problem, "completion": completion, "template": {"reasoning": reasoning}}
    where, store = run(
        tmp_path,
        policies={"theirs": theirs},
        prompts={"sources": {"theirs": source(f"rollouts/{file}", problem, gold_answer)}},
        reasoning={
            "policy": "theirs",
            "sampling": {"group_size": 8 if reasoning == "none" else 1},
            "selection": {"require_form": reasoning != "none"},
        },
        sft={},
    )
    verdicts = store.table("reasoning/verdicts").read()
    assert dict(verdicts["outcome"].cast(str).value_counts().iter_rows()) == outcomes
    assert r1data("export", "sft/sft_mixture", "--to", str(tmp_path / "out"), *where).status == 0
    cache = str(tmp_path / "cache")
    rows = datasets.load_dataset(str(tmp_path / "out"), cache_dir=cache, split="train")
    texts = [completion[0]["content"] for completion in rows["completion"]]
    assert len(texts) == num_kept
    num_thinking = sum("<think>" in text and "</think>" in text for text in texts)
    assert num_thinking == (0 if reasoning == "none" else num_kept)


def test_the_general_sets_pass_as_they_are_and_say_why_the_rest_does_not(tmp_path):
    sets = ("alpaca_5000.json", "alpaca_zh_1000.json", "identity.json")
    files = {name: str(DATA / "general" / name) for name in sets}
    ada = {"name": "Ada", "maker": "Us"}
    columns = {"problem": "instruction + input"}
    kept = {"domain": "general", "verifier": None, "unverified": "keep", "identity": ada}
    sources = {
        name.partition(".")[0]: {"file": path, "columns": columns, **kept}
        for name, path in files.items()
    }
    theirs = {"kind": "rollouts", "rollouts": list(files.values()), "model": "people"}
    theirs |= {"problem": "instruction + input", "completion": "output", "identity": ada}
    _, store = run(
        tmp_path,
        policies={"theirs": theirs},
        prompts={"sources": sources},
        general={
            "policy": "theirs",
            "sampling": {"group_size": 1},
            "kinds": {"sources": {"identity": "self_cognition"}},
        },
        sft={},
    )
    kinds = store.table("general/prompt_kinds").read()
    assert set(kinds.filter(source="identity")["prompt_kind"]) == {"self_cognition"}
    assert not kinds.filter(source="identity")["is_reasoned"].any()
    reasons = store.table("general/selections").read()["drop_reason"].fill_null("kept")
    assert dict(reasons.value_counts().iter_rows()) == {
        "kept": 4551,
        "reasoning_missing": 1528,
        "malformed": 2,
    }
    rows = store.table("sft/sft_mixture").read().filter(source="identity")
    answers = [completion[0]["content"] for completion in rows["completion"]]
    assert len(answers) == 89
    assert any("Ada" in answer for answer in answers)
    assert not any("{{" in answer for answer in answers)
