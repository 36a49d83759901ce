import pytest

from assets.recipe.load import load_recipe

RECIPE = """
name: small
policies:
  rule: {kind: worked_examples, worked_examples: arithmetic}
prompts:
  sources:
    sums: {problems: [{problem: "1 + 1 =", gold_answer: "2"}]}
reasoning:
  policy: rule
"""


def refused(tmp_path, text):
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="recipe") as error:
        load_recipe(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_recipe_is_read(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    recipe = load_recipe(path)
    assert recipe.reasoning.sampling.temperature == 0.6


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("reasoning:", "reasonning:", "did you mean `reasoning`?", id="top level"),
        pytest.param("policy: rule", "polcy: rule", "did you mean `policy`?", id="in a round"),
        pytest.param(
            "worked_examples: arithmetic",
            "worked_example: x",
            "did you mean `worked_examples`?",
            id="in a policy",
        ),
        pytest.param("problems:", "problms:", "did you mean `problems`?", id="in a source"),
        pytest.param(
            "policy: rule",
            "policy: rule\n  sampling: {temprature: 1}",
            "did you mean `temperature`?",
            id="in the sampling",
        ),
        pytest.param(
            "policy: rule",
            "policy: rule\n  judge: {policy: rule, second_lok: true}",
            "did you mean `second_look`?",
            id="in a judge",
        ),
        pytest.param(
            "policy: rule",
            "policy: rule\n  judge: {policy: rule, sampling: {max_token: 9}}",
            "did you mean `max_tokens`?",
            id="in the sampling of a judge",
        ),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path, old, new, said):
    assert said in refused(tmp_path, RECIPE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("policy: rule", "policy: ruel", "there are: rule", id="policy"),
        pytest.param(
            "policy: rule", "policy: rule\n  sources: [products]", "there are: sums", id="source"
        ),
        pytest.param(
            "name: small",
            "name: Small Recipe",
            "name: 'Small Recipe' is no name; use 1 to 64 of the letters",
            id="value",
        ),
        pytest.param("name: small\n", "", "`name` is missing", id="missing"),
        pytest.param("name: small", "name: [", "is not YAML", id="not yaml"),
        pytest.param(RECIPE, "hello", "recipe.yaml", id="no mapping"),
        pytest.param(
            "policy: rule",
            "policy: rule\nsft: {training: {base: rule, config: none.yaml}}",
            "none.yaml` does not exist",
            id="training configuration",
        ),
        pytest.param(
            "policy: rule",
            "policy: rule\n  judge: {policy: critic}",
            "`reasoning.judge.policy` names the policy `critic`; there are: rule",
            id="judge",
        ),
        pytest.param(
            "policy: rule",
            "policy: rule\n  judge: {policy: rule}",
            "`rule`, which cannot judge; name a policy of kind weights or endpoint",
            id="judge that is no model",
        ),
        pytest.param(
            "policy: rule",
            "policy: rule\n  judge: {policy: rule, sampling: {group_size: 4}}",
            "`reasoning.judge.sampling.group_size` is 4: input should be 1",
            id="judge asked more than once",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(tmp_path, old, new, said):
    assert said in refused(tmp_path, RECIPE.replace(old, new))


def test_a_missing_recipe_names_those_beside_it(tmp_path):
    (tmp_path / "other.yaml").touch()
    with pytest.raises(FileNotFoundError, match=r"other\.yaml"):
        load_recipe(tmp_path / "recipe.yaml")


def test_a_judge_is_not_called_what_stands_for_none(tmp_path):
    text = RECIPE.replace(
        "{kind: worked_examples, worked_examples: arithmetic}",
        "{kind: endpoint, endpoint: x, model: x, revision: x}",
    )
    judged = text.replace("policy: rule", "policy: rule\n  judge: {policy: rule}")
    assert "called anything but `rule`" in refused(tmp_path, judged)


def test_a_judge_is_sampled_once_and_greedily_unless_told_otherwise(tmp_path):
    path = tmp_path / "recipe.yaml"
    text = RECIPE.replace("rule", "critic").replace(
        "{kind: worked_examples, worked_examples: arithmetic}",
        "{kind: endpoint, endpoint: x, model: x, revision: x, "
        "extra_body: {response_format: {type: json_object}}}",
    )
    judge = "policy: critic\n  judge: {policy: critic, sampling: {max_tokens: 4096}}"
    path.write_text(text.replace("policy: critic", judge), encoding="utf-8")
    judge = load_recipe(path).reasoning.judge
    assert (judge.sampling.group_size, judge.sampling.temperature) == (1, 0.0)
    assert judge.sampling.max_tokens == 4096
    assert (judge.second_look, judge.quality) == (False, False)
