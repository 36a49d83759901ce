import json

import polars as pl
import pytest

from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS, judge
from r1data.answers.verdict import Verdict
from r1data.answers.versions import verifier_versions
from r1data.answers.workers import TaskResult, Workers, WorkersError
from r1data.tables import Verdicts
from r1data.verification.log import VerdictLog
from r1data.verification.verify import verify_rollouts
from tests.verification.rows import prompts, rollouts


@pytest.fixture(scope="module")
def pool():
    with Workers(1) as pool:
        yield pool


MATH = prompts(verifier=["math"], gold_answer=["4"])


@pytest.mark.parametrize(
    ("completion", "outcome"),
    [
        pytest.param(r"<think>\boxed{5}</think>\boxed{4}", Outcome.CORRECT, id="after the think"),
        pytest.param(r"<think>\boxed{4}</think>so it is 4", Outcome.NO_ANSWER, id="only inside it"),
        pytest.param(r"<think>\boxed{4}", Outcome.NO_ANSWER, id="cut off inside it"),
        pytest.param(r"[THINK]\boxed{5}[/THINK]\boxed{4}", Outcome.CORRECT, id="another make"),
        pytest.param(r"<|begin_of_thought|>\boxed{4}", Outcome.NO_ANSWER, id="cut off in another"),
        pytest.param(r"\boxed{4}<|im_end|>\boxed{5}", Outcome.CORRECT, id="up to its turn's end"),
        pytest.param(r"<think>\boxed{4}</think>", Outcome.NO_ANSWER, id="nothing after it"),
        pytest.param(r"a</think>\boxed{4} b</think>\boxed{5}", Outcome.INCORRECT, id="the last"),
        pytest.param(r"in the open: \boxed{4}", Outcome.CORRECT, id="no think block"),
        pytest.param("", Outcome.NO_ANSWER, id="empty"),
    ],
)
def test_what_is_read_of_a_completion(pool, completion, outcome):
    assert verify_rollouts(rollouts(completion), MATH, pool=pool)["outcome"][0] == outcome.value


def test_a_prefilled_think_block_that_never_closes_is_no_answer(pool):
    cut_off = rollouts(r"\boxed{4}", r"\boxed{5}</think>\boxed{4}", r"\boxed{4}")
    cut_off = cut_off.with_columns(prefill=pl.Series(["<think>\n", "<think>\n", ""]))
    verdicts = verify_rollouts(cut_off, MATH, pool=pool)
    assert verdicts["outcome"].to_list() == ["no_answer", "correct", "correct"]


def test_an_answer_that_the_prefill_begins_is_read_whole(pool):
    continued = rollouts("4}", prefill=[r"The answer is \boxed{"])
    assert verify_rollouts(continued, MATH, pool=pool)["outcome"][0] == "correct"


def test_every_rollout_has_one_verdict_in_order_whatever_became_of_it(pool):
    asked = prompts(verifier=["math", None, "text", "math"], gold_answer=["4", "4", "Knight", None])
    given = rollouts(
        r"\boxed{4}",
        r"\boxed{4}",
        r"\boxed{knight}",
        r"\boxed{4}",
        None,
        prompt_id=["p0", "p1", "p2", "p3", "p0"],
        error_class=[None, None, None, None, "refused"],
    )
    verdicts = verify_rollouts(given, asked, pool=pool)
    Verdicts.validate(verdicts)
    assert verdicts["rollout_id"].to_list() == given["rollout_id"].to_list()
    assert verdicts["verifier"].to_list() == ["math", "none", "text", "math", "math"]
    assert verdicts["outcome"].to_list() == [
        "correct",
        "undecided",
        "correct",
        "bad_gold",
        "failed",
    ]
    assert verdicts["detail"][4] == "no completion: refused"


def test_no_rollouts_are_no_verdicts(pool):
    assert Verdicts.is_valid(verify_rollouts(rollouts(), MATH, pool=pool))


def test_of_the_rows_of_a_prompt_the_one_that_is_asked_counts(pool):
    doubled = prompts(
        prompt_id=["p0"] * 3,
        verifier=["math"] * 3,
        gold_answer=["5", "4", "6"],
        drop_reason=["duplicate", None, "duplicate"],
    )
    assert verify_rollouts(rollouts(r"\boxed{4}"), doubled, pool=pool)["outcome"][0] == "correct"


def test_a_rollout_of_an_unknown_prompt_raises(pool):
    with pytest.raises(ValueError, match="p9, which is not among the prompts"):
        verify_rollouts(rollouts("x", prompt_id=["p9"]), MATH, pool=pool)


def test_an_unknown_verifier_raises(pool):
    with pytest.raises(ValueError, match="no verifier 'maths'"):
        verify_rollouts(rollouts("x"), prompts(verifier=["maths"], gold_answer=["4"]), pool=pool)


def test_versions_are_integers_by_name():
    assert verifier_versions() == {name: VERIFIERS[name].version for name in VERIFIERS}
    assert all(isinstance(version, int) for version in verifier_versions().values())


class Fragile:
    name, version = "fragile", 1

    def verify(self, items, pool):
        if any(item == "poison" for item in items):
            raise RuntimeError("it broke")
        return [Verdict(Outcome.CORRECT)] * len(items)


class Unstartable(Fragile):
    def verify(self, items, pool):
        raise WorkersError("no worker starts")


def test_a_crash_costs_only_its_own_row():
    verdicts = judge(Fragile(), ["a", "poison", "b"], None)
    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.CORRECT,
        Outcome.FAILED,
        Outcome.CORRECT,
    ]
    assert verdicts[1].detail == "RuntimeError: it broke"


def test_workers_that_do_not_start_stop_everything():
    with pytest.raises(WorkersError):
        judge(Unstartable(), ["a", "b"], None)


def test_a_rerun_judges_only_what_is_new(pool, tmp_path):
    first = rollouts(r"\boxed{4}", r"\boxed{5}", "none", None)
    grown = rollouts(r"\boxed{4}", r"\boxed{5}", "none", r"\boxed{4}", r"\boxed{6}")
    path = tmp_path / f"math-v{VERIFIERS['math'].version}.jsonl"
    with VerdictLog(tmp_path) as log:
        before = verify_rollouts(first, MATH, pool=pool, log=log)
    assert len(path.read_text().splitlines()) == 3
    with VerdictLog(tmp_path) as log:
        after = verify_rollouts(grown, MATH, pool=pool, log=log)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["rollout_id"] for row in rows] == ["r0", "r1", "r2", "r3", "r4"]
    assert after[:3].equals(before[:3])
    with VerdictLog(tmp_path) as log:
        assert verify_rollouts(grown, MATH, pool=pool, log=log).equals(after)
    assert len(path.read_text().splitlines()) == 5


def test_another_gold_answer_or_completion_is_judged_anew(pool, tmp_path):
    for completion, gold, outcome in [(4, 4, "correct"), (4, 5, "incorrect"), (5, 5, "correct")]:
        asked = prompts(verifier=["math"], gold_answer=[str(gold)])
        with VerdictLog(tmp_path) as log:
            given = rollouts(f"\\boxed{{{completion}}}")
            assert verify_rollouts(given, asked, pool=pool, log=log)["outcome"][0] == outcome


class BrokenPool:
    def map(self, function, tasks):
        return [TaskResult(outcome=Outcome.FAILED, detail="it broke") for _ in tasks]


def test_what_failed_is_tried_again(pool, tmp_path):
    asked = prompts(verifier=["math"], gold_answer=[r"\ln 4"])
    for workers, outcome in [(BrokenPool(), "failed"), (pool, "correct")]:
        with VerdictLog(tmp_path) as log:
            given = rollouts(r"\boxed{2\ln 2}")
            verdicts = verify_rollouts(given, asked, pool=workers, log=log)
        assert verdicts["outcome"][0] == outcome
