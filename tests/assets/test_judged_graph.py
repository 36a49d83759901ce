import json
import shutil

import pytest

from assets.orchestration.summary import print_summary
from r1data.cli.why.page import trace
from r1data.store.store import Store
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import CRITIC, judged_recipe, sums
from tests.verification.judge.judges import honest, says, sections

JUDGE = {"policy": "critic"}
SECOND_LOOK = JUDGE | {"second_look": True}
JUDGE_TABLES = {
    f"reasoning/{name}"
    for name in ("judge_questions", "judge_rollouts", "judgements", "settled_verdicts")
}


class Court(Graph):
    def judge(self, judge=SECOND_LOOK, **settings):
        asked = self.machine.judge.num_asked
        self.make(judged_recipe(self.tmp_path, judge=judge, **settings))
        self.num_judged = self.machine.judge.num_asked - asked


def lenient(question):
    """Lets a sum that is one too large pass; rates everything 7."""
    if '"score"' in question:
        return json.dumps({"score": 7})
    shown = sections(question)
    gap = int(shown["candidate"]) - int(shown["reference"])
    return says("correct" if gap in (0, 1) else "incorrect")


@pytest.fixture(scope="session")
def judged_once(tmp_path_factory):
    made = Court(tmp_path_factory.mktemp("judged"))
    made.machine.judge.answer = lenient
    made.judge(benchmarks_judge=SECOND_LOOK)
    return made


@pytest.fixture
def court(judged_once, tmp_path):
    shutil.copytree(judged_once.tmp_path, tmp_path, dirs_exist_ok=True)
    return Court(tmp_path)


def counts(frame, *columns):
    return {row[:-1]: row[-1] for row in frame.group_by(columns).len().iter_rows()}


def test_what_rules_leave_open_is_settled_and_what_follows_counts_with_it(judged_once):
    by_rule = judged_once.read("reasoning/verdicts")
    settled = judged_once.read("reasoning/settled_verdicts")
    assert by_rule.filter(outcome="undecided").height == 4
    assert by_rule.filter(outcome="incorrect").height > 0
    assert set(settled["outcome"]) == {"correct"}
    was = counts(by_rule, "outcome")
    decided = counts(settled, "decided_by")
    assert decided == {("rule",): was["correct",], ("critic",): 36 - was["correct",]}
    rates = judged_once.read("reasoning/pass_rates")
    assert rates["num_correct"].sum() == rates["num_judged"].sum() == 36
    kept = judged_once.read("reasoning/selections").filter("is_kept")
    assert kept.height == 9


def test_benchmarks_are_scored_with_the_settled_verdicts(judged_once):
    scores = judged_once.read("evaluation/scores").filter(metric="pass@1", benchmark="all")
    assert scores["value"].to_list() == [1.0]
    by_rule = judged_once.read("evaluation/verdicts")
    assert by_rule.filter(outcome="incorrect").height > 0


def test_equal_answers_to_a_prompt_are_asked_about_once_in_each_order(judged_once):
    questions = judged_once.read("reasoning/judge_questions")
    replies = judged_once.read("reasoning/judge_rollouts")
    assert replies.height == questions["question_id"].n_unique() < questions.height
    assert set(replies["prompt_id"]) == set(questions["question_id"])


def test_a_second_run_asks_the_judge_nothing(court):
    court.judge(benchmarks_judge=SECOND_LOOK)
    assert (court.num_judged, court.num_asked, court.remade) == (0, 0, set())


def test_another_setting_of_the_judge_asks_only_the_judge_again(court, judged_once):
    num_questions = judged_once.read("reasoning/judge_rollouts").height
    court.judge(SECOND_LOOK | {"sampling": {"max_tokens": 99}}, benchmarks_judge=SECOND_LOOK)
    assert (court.num_judged, court.num_asked) == (num_questions, 0)
    assert "reasoning/judge_questions" not in court.remade
    assert not court.remade & {"reasoning/rollouts", "reasoning/verdicts", "evaluation/scores"}
    assert set(court.read("reasoning/settled_verdicts")["outcome"]) == {"correct", "incorrect"}


def test_quality_asks_about_the_correct_ones_and_about_nothing_twice(court):
    court.machine.judge.answer = lenient
    court.judge(SECOND_LOOK | {"quality": True}, benchmarks_judge=SECOND_LOOK)
    rated = court.read("reasoning/judgements").filter(purpose="quality")
    num_correct = court.read("reasoning/verdicts").filter(outcome="correct").height
    assert rated.height == num_correct
    questions = court.read("reasoning/judge_questions").filter(purpose="quality")
    assert court.num_judged == questions["question_id"].n_unique() > 0
    assert rated["score"].to_list() == [7.0] * num_correct


def test_what_the_judge_scores_too_low_is_left_out_and_listed(court):
    court.machine.judge.answer = lenient
    judge = SECOND_LOOK | {"quality": True}
    court.judge(judge, selection={"judged_quality": {"min_score": 7.5}})
    reasons = court.read("reasoning/selections")["drop_reason"]
    num_correct = court.read("reasoning/verdicts").filter(outcome="correct").height
    assert (reasons == "low_quality").sum() == num_correct
    assert "low_quality" in court.read("reasoning/faults")["drop_reason"]


def test_without_a_second_look_nothing_is_asked_again_and_only_the_undecided_change(court):
    court.judge(JUDGE, benchmarks_judge=SECOND_LOOK)
    assert court.num_judged == 0
    decided = court.read("reasoning/settled_verdicts").filter(decided_by="critic")
    assert decided.height == 4


def test_with_nothing_to_judge_the_judge_is_not_asked_and_the_graph_runs(court):
    sources = {"sums": sums(8, digits=2)}
    court.judge(JUDGE, sources=sources)
    assert court.num_judged == 0
    assert court.read("reasoning/judge_questions").height == 0
    assert court.read("reasoning/judgements").height == 0
    settled, by_rule = (court.read(f"reasoning/{n}") for n in ("settled_verdicts", "verdicts"))
    assert settled.equals(by_rule)


def test_a_round_without_a_judge_has_none_of_its_tables_and_reads_the_rules(court):
    keys = {spec.key for spec in judged_recipe(court.tmp_path).tables()}
    assert not keys & JUDGE_TABLES
    court.judge(None)
    assert court.num_judged == 0
    rates = court.read("reasoning/pass_rates")
    assert rates["num_judged"].sum() == 32


def test_what_a_stopped_run_has_is_judged_without_asking_more(court):
    recipe = judged_recipe(court.tmp_path, judge=SECOND_LOOK | {"sampling": {"max_tokens": 99}})
    reasoning = recipe.reasoning.model_copy(update={"finished_only": "today"})
    court.machine.judge.answer = honest
    court.make(recipe.model_copy(update={"reasoning": reasoning}))
    assert court.machine.judge.num_asked == 0
    assert set(court.read("reasoning/judgements")["finding"]) == {"no_reply"}
    assert court.read("reasoning/settled_verdicts").filter(outcome="undecided").height == 4


def test_a_model_that_is_asked_otherwise_as_judge_has_another_engine(tmp_path):
    court = Court(tmp_path)
    court.machine.judge.answer = lenient
    court.judge(teacher=CRITIC | {"extra_body": {"chat_template_kwargs": {"thinking": True}}})
    assert court.num_judged > 0
    assert set(court.read("reasoning/judgements")["finding"]) == {"correct"}


def test_a_plan_bounds_what_a_judge_is_asked_and_counts_it_once_that_is_known(
    judged_once, tmp_path
):
    recipe = judged_recipe(judged_once.tmp_path, judge=SECOND_LOOK, benchmarks_judge=SECOND_LOOK)
    before = {a.policy: a for a in planned_of(recipe, Store(tmp_path / "new"))}["critic"]
    assert (before.num_prompts, before.num_missing, before.is_bound) == (2 * 24, 2 * 24, True)
    after = [a for a in planned_of(recipe, judged_once.store) if a.policy == "critic"]
    made = [judged_once.read(f"{name}/judge_rollouts") for name in ("reasoning", "evaluation")]
    assert [a.num_requests for a in after] == [rows.height for rows in made]
    assert [(a.num_missing, a.is_bound) for a in after] == [(0, False)] * 2


def test_the_path_of_a_rollout_tells_what_the_judge_was_asked_and_found(judged_once):
    regained = judged_once.read("reasoning/settled_verdicts").filter(decided_by="critic")
    rollout_id = regained.filter(verifier="math")["rollout_id"][0]
    told, key = {}, ""
    for line in trace(judged_once.store, rollout_id):
        key = line.split(" ")[0] or key
        told[key] = f"{told.get(key, '')} {line.strip()}"
    assert "order candidate_first, shown answer" in told["reasoning/judge_questions"]
    assert "judge critic" in told["reasoning/judgements"]
    assert "finding correct" in told["reasoning/judgements"]
    assert "I say correct." in told["reasoning/judgements"]
    assert "outcome incorrect, decided_by rule" in told["reasoning/verdicts"]
    assert "outcome correct, decided_by critic" in told["reasoning/settled_verdicts"]


def test_the_summary_says_who_decided(judged_once, capsys):
    specs = {spec.key: spec for spec in judged_recipe(judged_once.tmp_path, judge=JUDGE).tables()}
    print_summary(judged_once.store, specs)
    shown = " ".join(capsys.readouterr().err.split())
    assert "correct by critic" in shown
    assert "correctness correct" in shown
    assert f"asked {judged_once.read('reasoning/judge_questions').height}" in shown
