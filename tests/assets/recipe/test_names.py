import datetime

import pytest
import yaml

from assets.recipe.load import load_recipe

RECIPE = {
    "name": "mine",
    "policies": {"teacher": {"kind": "worked_examples", "worked_examples": "arithmetic"}},
    "prompts": {"sources": {"sums": {"problems": [{"problem": "1 + 1", "gold_answer": "2"}]}}},
}
NO_NAMES = [
    pytest.param("../../evil", id="a way out"),
    pytest.param("a/b", id="a slash"),
    pytest.param("a\\b", id="a backslash"),
    pytest.param("..", id="the folder above"),
    pytest.param(".", id="the folder itself"),
    pytest.param(".hidden", id="hidden"),
    pytest.param("a.b", id="a dot"),
    pytest.param("", id="empty"),
    pytest.param(" ", id="blank"),
    pytest.param("a b", id="a blank inside"),
    pytest.param("a\n", id="a line end"),
    pytest.param("a\0", id="a NUL"),
    pytest.param("\x1b]0;x\x07", id="an escape"),
    pytest.param("-rf", id="an option"),
    pytest.param("Upper", id="upper case"),
    pytest.param("lehrer-ä", id="a letter of another alphabet"),
    pytest.param("\uff41", id="a full-width letter"),
    pytest.param("\u0661", id="a digit of another alphabet"),
    pytest.param('a"; drop table x; --', id="SQL"),
    pytest.param("x" * 65, id="65 letters"),
    pytest.param("x" * 5_000, id="5,000 letters"),
    pytest.param(7, id="an integer"),
    pytest.param(1.5, id="a float"),
    pytest.param(True, id="a boolean"),
    pytest.param(None, id="nothing"),
    pytest.param(datetime.date(2020, 1, 2), id="a date"),
]


def refused(tmp_path, document):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ValueError, match=r"mine\.yaml") as error:
        load_recipe(path)
    (line,) = str(error.value).splitlines()
    return line


def named(place, name):
    if place == "name":
        return RECIPE | {"name": name}
    if place == "policies":
        return RECIPE | {"policies": {name: RECIPE["policies"]["teacher"]}}
    benchmarks = {} if place == "sources" else {"sources": RECIPE["prompts"]["sources"]}
    return RECIPE | {"prompts": benchmarks | {place: {name: RECIPE["prompts"]["sources"]["sums"]}}}


@pytest.mark.parametrize("place", ["name", "policies", "sources", "benchmarks"])
@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_is_refused_with_one_line_wherever_it_stands(tmp_path, place, name):
    line = refused(tmp_path, named(place, name))
    assert "is no name; use 1 to 64 of the letters" in line
    assert len(line) < 400 + len(str(tmp_path))


@pytest.mark.parametrize("name", ["a", "0", "teacher-2_b", "x" * 64, "yes"])
@pytest.mark.parametrize("place", ["name", "policies", "sources", "benchmarks"])
def test_plain_names_are_taken(tmp_path, place, name):
    path = tmp_path / "mine.yaml"
    document = named(place, name)
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    load_recipe(path)


def test_names_that_an_asset_key_cannot_tell_apart_are_refused(tmp_path):
    teacher = RECIPE["policies"]["teacher"]
    line = refused(tmp_path, RECIPE | {"policies": {"a-b": teacher, "a_b": teacher}})
    assert "a-b and a_b differ in `-` and `_` alone; rename one of them" in line


@pytest.mark.parametrize("name", ["cold_start", "sft"])
def test_a_policy_named_like_a_round_that_trains_one_is_refused(tmp_path, name):
    config = tmp_path / "sft.yaml"
    config.touch()
    training = {"base": name, "config": str(config)}
    asking = {"policy": name}
    document = {
        **RECIPE,
        "policies": {name: RECIPE["policies"]["teacher"]},
        "cold_start": asking | {"training": training},
        "reasoning": asking,
        "sft": {"training": training},
    }
    said = f"the policy `{name}` is named like one that a round trains; rename it."
    assert said in refused(tmp_path, document)
