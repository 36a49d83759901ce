import pytest

from r1data.answers.registry import VERIFIERS
from r1data.prompts.named import NAMED
from r1data.prompts.sources import Source


@pytest.mark.parametrize("name", NAMED)
def test_a_name_with_a_commit_is_a_source_of_the_hub(name):
    source = Source.model_validate({"named": name, "hub": {"revision": "abcdef0"}})
    assert source.hub.repository == NAMED[name]["hub"]["repository"]
    assert source.columns.problem == NAMED[name]["columns"]["problem"]
    assert source.verifier is None or source.verifier in VERIFIERS


def test_a_file_takes_the_place_of_the_hub_and_keeps_the_columns():
    source = Source.model_validate({"named": "aime_2024", "file": "aime.jsonl"})
    assert (source.hub, source.file, source.columns.solution) == (None, "aime.jsonl", "solution")


def test_what_is_said_counts_before_what_a_name_stands_for():
    given = {"named": "math_500", "file": "a.json", "columns": {"solution": None}, "domain": "stem"}
    source = Source.model_validate(given)
    assert (source.columns.solution, source.domain) == (None, "stem")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"named": "aime_1066"}, "there is no benchmark", id="no such name"),
        pytest.param({"named": "mmlu"}, "say which commit", id="no revision"),
    ],
)
def test_a_name_that_means_nothing_is_refused(given, said):
    with pytest.raises(ValueError, match=said):
        Source.model_validate(given)


def test_a_source_without_a_name_is_known_by_what_it_was_before():
    assert "named" not in Source(file="a.jsonl").content()
