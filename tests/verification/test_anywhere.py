import pytest

from r1data.answers.workers import Workers
from r1data.tables import Verdicts
from r1data.verification.anywhere import verify_anywhere, without_tags
from r1data.verification.verify import verify_rollouts
from tests.verification.rows import prompts, rollouts


@pytest.fixture(scope="module")
def pool():
    with Workers(1) as pool:
        yield pool


MATH = prompts(verifier=["math"], gold_answer=["4"])


def anywhere(pool, given, asked=MATH):
    verdicts = verify_rollouts(given, asked, pool=pool)
    return verify_anywhere(given, verdicts, asked, pool=pool)


@pytest.mark.parametrize(
    ("completion", "outcome"),
    [
        pytest.param(r"<think>\boxed{4}", "correct", id="in a block that never closes"),
        pytest.param(r"<think>so it is \boxed{4}.</think>", "correct", id="nothing after it"),
        pytest.param("<think>2 + 2 is 4", "correct", id="the last number of reasoning"),
        pytest.param("2 + 2 = 4, and that is all", "correct", id="the last number of a text"),
        pytest.param("first 4, then 1,005", "incorrect", id="another number comes last"),
        pytest.param(r"<think>\boxed{4}</think>\boxed{5}", "incorrect", id="a wrong one is given"),
        pytest.param(
            "<think>Let us see what there is to be counted here, and how",
            "no_answer",
            id="no number at all",
        ),
        pytest.param("", "no_answer", id="empty"),
    ],
)
def test_an_answer_is_read_anywhere_if_none_was_given(pool, completion, outcome):
    assert anywhere(pool, rollouts(completion))["outcome"][0] == outcome


def test_every_rollout_keeps_its_place_and_has_one_verdict(pool):
    given = rollouts("<think>4", None, r"\boxed{4}", error_class=[None, "refused", None])
    found = anywhere(pool, given)
    Verdicts.validate(found)
    assert found["rollout_id"].to_list() == given["rollout_id"].to_list()
    assert found["outcome"].to_list() == ["correct", "failed", "correct"]


def test_what_the_prefill_begins_is_read_too(pool):
    given = rollouts("and that is", prefill=["<think>\n2 + 2 is 4 "])
    assert anywhere(pool, given)["outcome"][0] == "correct"


def test_numbers_stand_for_no_option(pool):
    asked = prompts(verifier=["choice"], gold_answer=["A"], choices=[["4", "5"]])
    assert anywhere(pool, rollouts("<think>4 or 5"), asked)["outcome"][0] == "no_answer"


def test_the_longest_text_is_read_in_a_moment():
    assert len(without_tags("<think>" * 20_000)) > 0
