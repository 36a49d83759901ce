"""The page of `r1data why`, held against what SQL says of the same rows."""

import json

import pytest

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.cli.why.limits import rank_beside_limit, shown, values_beside_limits
from r1data.cli.why.page import trace
from r1data.curation.selection import Selection
from r1data.reasons import SENTENCES
from r1data.store.query import open_session

GOOD = "<think>1 + 1 = 2</think>It is \\boxed{2}."
WORDY = f"<think>{'on and on ' * 9}</think>It is \\boxed{{2}}."
CODED = "<think>\n```\n1 + 1\n```\n</think>It is \\boxed{2}."
WRONG = "<think>1 + 1 = 3</think>It is \\boxed{3}."
CUT_OFF = "<think>1 + 1 =\x1b[2J"
OTHER = "<think>One and one</think>Therefore it is \\boxed{2}."
EVERY = [GOOD, GOOD, WORDY, CODED, WRONG, CUT_OFF, OTHER]


def recipe(tmp_path, max_paragraph_chars=60):
    file = tmp_path / "rows.jsonl"
    rows = [
        {"problem": "1 + 1", "gold_answer": "2", "completion": EVERY},
        {"problem": "1 + 1", "gold_answer": "2", "completion": []},
        {"problem": "2 + 2", "gold_answer": "4", "completion": []},
        {"problem": "3 + \x1b[31m3", "gold_answer": "6", "completion": []},
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    columns = {"gold_answer": "gold_answer"}
    return Recipe.model_validate(
        {
            "name": "why",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": str(file), "model": "R1"}},
            "prompts": {
                "sources": {"theirs": {"file": str(file), "columns": columns}},
                "benchmarks": {"held": {"problems": [{"problem": "2 + 2", "gold_answer": "4"}]}},
            },
            "reasoning": {
                "policy": "theirs",
                "sampling": {"group_size": "all"},
                "control_of": ["long_paragraph"],
                "selection": {
                    "signals": {"layout": {"max_paragraph_chars": max_paragraph_chars}},
                },
            },
            "sft": {},
        }
    )


def make(tmp_path, **settings):
    specs = recipe(tmp_path, **settings).tables()
    with Run(specs, tmp_path / "data") as run:
        for spec in specs:
            run.make(spec.key)
    return run.store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make(tmp_path_factory.mktemp("why"))


def asked(store, statement):
    with open_session(store.root) as session:
        return session.query(statement).rows()


def page(store, identity):
    return list(trace(store, identity))


def rollout(store, text):
    """The page of the rollout that has a text."""
    rows = store.table("reasoning/rollouts").read().filter(completion=text)
    return page(store, rows["rollout_id"][0])


def test_the_page_of_every_rollout_says_what_sql_says(store):
    rows = asked(store, "select rollout_id, drop_reason from reasoning.selections")
    assert len({reason for _, reason in rows}) >= 6
    for rollout_id, reason in rows:
        first, *lines = page(store, rollout_id)
        fate = "kept" if reason is None else "left"
        assert first.startswith(f"rollout {rollout_id} of prompt ")
        assert first.endswith(f": {fate}")
        told = next(line for line in lines if line.startswith("reasoning/selections: "))
        sentence = "kept, rank 0" if reason is None else f"left for {reason}. {SENTENCES[reason]}"
        assert told == f"reasoning/selections: {sentence}"


def test_the_page_of_every_prompt_says_what_sql_says(store):
    rows = asked(
        store, "select prompt_id, source, upstream_row, drop_reason from prompts.filtered_prompts"
    )
    assert len({reason for *_, reason in rows}) == 4
    for prompt_id, source, upstream_row, reason in rows:
        told = " kept" if reason is None else f" left for {reason}. {SENTENCES[reason]}"
        line = f"prompts/filtered_prompts: {source}/{upstream_row}{told}"
        assert line in page(store, prompt_id)


def test_what_else_speaks_against_a_rollout_is_what_the_table_of_faults_says(store):
    others = asked(store, "select rollout_id, drop_reason from reasoning.faults where not is_first")
    assert others
    for rollout_id, reason in others:
        assert any(line.startswith(f"  also {reason}") for line in page(store, rollout_id))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(WORDY, "  longest_paragraph_chars 121 > 60", id="a limit that is passed"),
        pytest.param(CODED, "  num_code_blocks 1 > 0", id="a limit by default"),
        pytest.param(WRONG, "  outcome incorrect, verifier math", id="no limit"),
    ],
)
def test_the_value_that_decided_stands_beside_its_limit(store, text, line):
    assert line in rollout(store, text)


def test_a_rollout_that_another_is_preferred_to_says_the_rank_and_the_limit(store):
    (identity,) = asked(
        store, "select rollout_id from reasoning.selections where drop_reason = 'over_quota'"
    )
    assert "  rank 1 >= 1" in page(store, identity[0])


def test_a_duplicate_names_the_row_that_is_kept_and_how_to_ask_for_it(store):
    chosen = "select rollout_id, duplicate_of from reasoning.selections"
    query = f"{chosen} where duplicate_of is not null"
    ((identity, kept),) = asked(store, query)
    assert f"duplicate_of {kept}: see `r1data why {kept[:12]}`" in page(store, identity)


def test_a_contaminated_prompt_names_the_benchmarks_problem(store):
    query = "select prompt_id from prompts.filtered_prompts where drop_reason = 'contaminated'"
    lines = page(store, asked(store, query)[0][0])
    assert lines[0].endswith(": left")
    assert any("contaminated_by held/0" in line for line in lines)


def test_a_kept_rollout_says_where_it_stands_in_the_training_set(store):
    query = "select rollout_id from reasoning.selections where is_kept"
    lines = page(store, asked(store, query)[0][0])
    assert "sft/sft_mixture: row 0" in lines


def test_a_prompts_page_lists_its_rollouts_the_best_first(store):
    prompt_id = asked(store, "select prompt_id from reasoning.rollouts limit 1")[0][0]
    lines = page(store, prompt_id)
    start = lines.index(f"reasoning/selections: 1 of {len(EVERY)} rollouts kept")
    told = lines[start + 1 : start + 1 + len(EVERY)]
    assert told[0].endswith(" kept, rank 0")
    assert told[1].endswith(" left for over_quota, rank 1")
    assert lines[0] == f"prompt {prompt_id}: asked"


def test_limits_are_those_of_the_time_and_not_of_todays_recipe(tmp_path):
    before = rollout(make(tmp_path), WORDY)
    after = rollout(make(tmp_path, max_paragraph_chars=100), WORDY)
    assert "  longest_paragraph_chars 121 > 60" in before
    assert "  longest_paragraph_chars 121 > 100" in after
    assert any("signals.layout.max_paragraph_chars 100" in line for line in after)


def test_what_the_control_decides_does_not_say_that_a_rollout_left(store):
    rows = asked(
        store,
        "select rollout_id from reasoning.control_selections c join reasoning.selections s "
        "using (rollout_id) where s.is_kept and not c.is_kept",
    )
    for (rollout_id,) in rows:
        assert page(store, rollout_id)[0].endswith(": kept")


def test_hostile_text_is_shown_as_an_escape(store):
    query = "select prompt_id from prompts.filtered_prompts where source = 'theirs'"
    for (prompt_id,) in asked(store, query):
        assert not any("\x1b" in line for line in page(store, prompt_id))
    assert not any("\x1b" in line for line in rollout(store, CUT_OFF))


def test_a_page_fits_a_screen(store):
    for (rollout_id,) in asked(store, "select rollout_id from reasoning.rollouts"):
        lines = page(store, rollout_id)
        assert len(lines) <= 52
        assert all(len(line) <= 250 for line in lines)


def test_a_selection_that_cannot_be_read_any_more_shows_no_limits():
    assert values_beside_limits("too_easy", None, {"pass_rate": 1.0}) == []


@pytest.mark.parametrize(
    ("reason", "values", "told"),
    [
        pytest.param("too_hard", {"pass_rate": 0.05}, ["pass_rate 0.05 < 0.1"], id="below"),
        pytest.param("too_hard", {"pass_rate": 0.5}, ["pass_rate 0.5"], id="not beyond it"),
        pytest.param("too_hard", {}, [], id="no value"),
        pytest.param("near_duplicate", {"similarity": 0.9}, [], id="a reason of rank"),
    ],
)
def test_a_limit_stands_only_beside_a_value_that_is_beyond_it(reason, values, told):
    assert values_beside_limits(reason, Selection(min_pass_rate=0.1), values) == told


def test_a_long_value_is_cut():
    assert len(shown("x" * 200_000)) == 101


def test_a_row_over_the_quota_of_its_domain_says_its_rank_alone(store):
    table = store.table("reasoning/selections")
    assert rank_beside_limit("over_quota_of_domain", {"rank": 12}, table) == ["rank 12"]
    assert rank_beside_limit("over_quota", {"rank": 12}, table) == ["rank 12 >= 1"]
    assert rank_beside_limit("incorrect", {"rank": None}, table) == []
