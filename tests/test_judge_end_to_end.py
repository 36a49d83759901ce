import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from r1data.store.store import Store
from r1data.tables import Finding

DEMO = Path("recipes/demo.yaml")


@pytest.fixture
def recipe(tmp_path):
    """Two sums that a rule judges and two that none does, answered by rule, judged by the demo's
    model."""
    demo = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    sums = demo["prompts"]["sources"]["sums"]
    sums["generator"]["size"] = 2
    told = yaml.safe_load(yaml.safe_dump(demo["prompts"]["sources"]["large_sums"]))
    told["generator"]["size"] = 2
    base = demo["policies"]["base"]
    base["max_model_len"] = 1024
    small = {
        "name": "judged",
        "policies": {"base": base, "examples": demo["policies"]["worked_examples"]},
        "prompts": {"sources": {"sums": sums, "told": told | {"verifier": None}}},
        "reasoning": {
            "policy": "examples",
            "sampling": {"group_size": 1},
            "judge": {"policy": "base", "quality": True, "sampling": {"max_tokens": 64}},
        },
    }
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(small), encoding="utf-8")
    return path


@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_real_model_is_asked_in_both_orders_and_what_it_says_is_kept(recipe, tmp_path):
    command = [sys.executable, "-m", "assets.orchestration.run", "--recipe", str(recipe)]
    done = subprocess.run(
        [*command, "--data", str(tmp_path / "data")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    store = Store(tmp_path / "data" / "judged")
    tables = {
        name: store.table(f"reasoning/{name}").read()
        for name in ("judge_questions", "judge_rollouts", "judgements", "settled_verdicts")
    }
    replies = tables["judge_rollouts"]
    assert replies.height == tables["judge_questions"].height == 8
    assert replies["error_class"].is_null().all()
    assert replies["num_completion_tokens"].is_between(1, 64).all()
    found = tables["judgements"]
    assert found["purpose"].sort().to_list() == ["correctness"] * 2 + ["quality"] * 2
    assert not set(found["finding"]) & {Finding.NOT_ASKED, Finding.NO_REPLY}
    clear = found.filter(found["finding"].is_in(["correct", "incorrect"]))
    by_judge = tables["settled_verdicts"].filter(decided_by="base")
    assert set(by_judge["rollout_id"]) == set(clear.filter(purpose="correctness")["rollout_id"])
