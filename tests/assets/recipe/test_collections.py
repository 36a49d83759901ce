import re

import pytest
import yaml

from assets.recipe.load import load_recipe
from tests.assets.cold_starts import cold_document
from tests.fakes import fake_weights

REFINED = {"kind": "refined"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param(
            {"collections": {"judge": {"kind": "direct"}}},
            "`cold_start.collections.judge`: the round has tables of that name",
            id="a name that is taken",
        ),
        pytest.param(
            {"collections": {"refined": {"kind": "direct"}}},
            "`cold_start.collections.refined`: the round has tables of that name",
            id="another kind by the name of rewrites",
        ),
        pytest.param(
            {"simple": {}},
            "`cold_start.simple` answers what no collection is asked",
            id="simple alone",
        ),
        pytest.param(
            {"collections": {"refined": {"kind": "refined"}}},
            "`cold_start.collections.refined` rewrites other collections, and there are none",
            id="nothing to rewrite",
        ),
        pytest.param(
            {"collections": {"a": {"kind": "direct"}, "r": {"kind": "refined", "policy": "rule"}}},
            "`cold_start.collections.r` asks `rule`, which cannot rewrite",
            id="an editor that is no model",
        ),
        pytest.param(
            {"collections": {"a": {"kind": "direct"}, "r": {"kind": "refined", "of": ["b"]}}},
            "`cold_start.collections.r.of` names `b`; there are: a.",
            id="an unknown collection",
        ),
        pytest.param(
            {"collections": {"a": {"kind": "direct"}, "b": REFINED, "c": REFINED}},
            "`cold_start.collections` have 2 of kind refined; keep one.",
            id="two that rewrite",
        ),
        pytest.param(
            {"collections": {"a": {"kind": "direct"}}, "control_of": ["truncated"]},
            "`cold_start.control_of` is for rounds without collections",
            id="a control",
        ),
        pytest.param(
            {
                "collections": {
                    "a": {"kind": "direct"},
                    "r": {"kind": "refined", "limits": {"signals": {"tokens": {}}}},
                }
            },
            "`cold_start.collections.r.limits.signals` looks at tokens, by which rewrites are not",
            id="a signal without its means",
        ),
        pytest.param(
            {
                "collections": {
                    "a": {"kind": "direct", "selection": {"near_duplicates": {}}},
                    "b": {"kind": "direct", "selection": {"near_duplicates": {"threshold": 0.75}}},
                }
            },
            "`cold_start.collections` look for near duplicates in different ways",
            id="near duplicates in two ways",
        ),
        pytest.param(
            {"collections": {"a": {"kind": "few_shot", "policy": "nobody"}}},
            "`cold_start.collections.a.policy` names the policy `nobody`",
            id="an unknown policy",
        ),
        pytest.param(
            {"collections": {"a": {"kind": "few_shot", "worked_examples": []}}},
            "worked_examples",
            id="few shots without examples",
        ),
    ],
)
def test_what_cannot_be_collected_is_refused_before_any_work(tmp_path, settings, said):
    fake_weights(tmp_path / "base")
    document = cold_document(tmp_path, settings.pop("collections", {}), **settings)
    path = tmp_path / "cold.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(said)):
        load_recipe(path)
