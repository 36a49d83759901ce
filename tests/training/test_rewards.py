import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from r1data.answers.outcome import JUDGED, Outcome
from r1data.answers.workers import Workers
from r1data.policies.trainings import sampled_text
from r1data.text import opening
from r1data.verification.verify import verify_rollouts
from tests.verification.rows import prompts as prompt_rows
from tests.verification.rows import rollouts as rollout_rows
from tests.waiting import wait_until
from training.judging import Judging
from training.rewards import Accuracy, Format, LanguageConsistency, Repetition, SoftOverlong

END = 0
GOOD = r"<think>2 and 2 are four</think>It is \boxed{4}."


@pytest.fixture(scope="module")
def judging():
    return Judging(frozenset({END}), num_workers=1)


def rewards(reward, *completions, ids=None, prompts=None, **columns):
    size = len(completions)
    given = {"verifier": ["math"] * size, "gold_answer": ["4"] * size, **columns}
    return reward(
        prompts=prompts or ["2 + 2?"] * size,
        completions=list(completions),
        completion_ids=ids or [[1, 2, END]] * size,
        **given,
    )


def every_reward(judging):
    return [
        *(Accuracy(judging), Format(judging), LanguageConsistency(judging)),
        *(SoftOverlong(judging), Repetition(judging)),
    ]


COMPLETIONS = [
    GOOD,
    r"<think>\boxed{4}</think>\boxed{5}",
    r"<think>\boxed{4}",
    r"\boxed{4}",
    "<think>a</think>no answer",
    r"<think>a</think>\boxed{\frac{8}{2}}",
    r"<think>a</think>\boxed{2+2}",
    r"<think>a</think>\boxed{" + "9!" * 40 + "}",
    r"<think>a</think><answer>4</answer>",
    "",
]


@pytest.mark.parametrize("reasoning", ["think", "prefilled", "none"])
@pytest.mark.parametrize("gold_answer", ["4", "x+1", r"\frac{", ""])
def test_a_reward_is_the_reward_of_the_tables_verdict(reasoning, gold_answer):
    size = len(COMPLETIONS)
    is_cut_off = [number % 3 == 2 for number in range(size)]
    asked = prompt_rows(verifier=["math"], gold_answer=[gold_answer])
    finish_reasons = ["length" if cut_off else "stop" for cut_off in is_cut_off]
    given = rollout_rows(*COMPLETIONS, finish_reason=finish_reasons)
    with Workers(1) as pool:
        begun = given.with_columns(prefill=pl.lit(opening("", reasoning)))
        table = verify_rollouts(begun, asked, pool=pool)
    accuracy = Accuracy(Judging(frozenset({END}), reasoning=reasoning, num_workers=1))
    logged = {}
    found = rewards(
        accuracy,
        *COMPLETIONS,
        ids=[[1] if cut_off else [1, END] for cut_off in is_cut_off],
        gold_answer=[gold_answer] * size,
        log_extra=logged.__setitem__,
    )
    assert logged["outcome"] == table["outcome"].to_list()
    assert logged["predicted_answer"] == table["predicted_answer"].to_list()
    assert found == [
        float(outcome == "correct") if Outcome(outcome) in JUDGED else None
        for outcome in table["outcome"]
    ]


@pytest.mark.parametrize("names", ["format", "format,accuracy", "accuracy,format"])
def test_one_reward_of_a_training_tells_what_was_sampled_be_it_accuracy_or_not(names):
    pytest.importorskip("trl")
    from training.grpo import RewardedSet, rewards_of

    tokenizer = SimpleNamespace(eos_token_id=END, pad_token_id=END, name_or_path="none")
    settings = SimpleNamespace(max_completion_length=8)
    logged = {}
    for reward in rewards_of(RewardedSet("rows", rewards=names), tokenizer, settings, 0):
        rewards(
            reward,
            GOOD,
            log_extra=lambda name, values: logged.setdefault(name, []).extend(values),
            prompt_id=["p1"],
            trainer_state=SimpleNamespace(global_step=2),
        )
    assert logged == {
        "prompt_id": ["p1"],
        "sampled_step": [3],
        "outcome": ["correct"],
        "predicted_answer": ["4"],
    }


def test_where_nothing_was_judged_every_reward_is_none(judging):
    columns = {
        "verifier": ["math", "math", None],
        "gold_answer": ["4", "", "4"],
        "language": ["en"] * 3,
    }
    for reward in every_reward(judging):
        first, bad_gold, no_verifier = rewards(reward, *[GOOD] * 3, **columns)
        assert first is not None
        assert (bad_gold, no_verifier) == (None, None), reward.__name__


def test_messages_are_read_as_texts_are(judging):
    messages = [[{"role": "assistant", "content": text}] for text in COMPLETIONS]
    asked = [[{"role": "user", "content": "2 + 2?"}]] * len(COMPLETIONS)
    for reward in every_reward(judging):
        assert rewards(reward, *messages, prompts=asked) == rewards(reward, *COMPLETIONS)


def test_a_message_that_trl_took_apart_is_joined_again():
    apart = [{"role": "assistant", "content": "4", "reasoning_content": "2 + 2"}]
    for reasoning in ("think", "prefilled"):
        judging = Judging(frozenset({END}), reasoning=reasoning)
        assert rewards(Format(judging), apart) == [1.0]
    assert sampled_text(apart, "prefilled") == "2 + 2</think>4"


def test_what_the_prompt_begins_the_answer_with_is_read_with_it(judging):
    asked = [[{"role": "user", "content": "?"}, {"role": "assistant", "content": r"\boxed{"}]]
    assert rewards(Accuracy(judging), "4}", prompts=asked) == [1.0]
    assert rewards(Accuracy(judging), "4}") == [0.0]


FORMS = [
    pytest.param("<think>a</think>b", 1, id="good"),
    pytest.param("<think>\na\n</think>\n\nb\n", 1, id="blank lines"),
    pytest.param("<think>a</think>b ", 1, id="a trailing space"),
    pytest.param(" \n<think>a</think>b", 1, id="space before"),
    pytest.param("<think></think>b", 0, id="empty think"),
    pytest.param("<think> \n</think>b", 0, id="blank think"),
    pytest.param("<think>a</think>", 0, id="nothing after it"),
    pytest.param("<think>a</think> \n", 0, id="blank after it"),
    pytest.param("<think>a", 0, id="never closed"),
    pytest.param("a</think>b", 0, id="never opened"),
    pytest.param("<think>a</think>b<think>c</think>d", 0, id="two blocks"),
    pytest.param("<think>a<think>b</think>c", 0, id="opened twice"),
    pytest.param("<think>a</think>b</think>c", 0, id="closed twice"),
    pytest.param("</think>a<think>b", 0, id="reversed"),
    pytest.param("b<think>a</think>", 0, id="think last"),
    pytest.param("so <think>a</think>b", 0, id="text before"),
    pytest.param("b", 0, id="no tags"),
    pytest.param("", 0, id="empty"),
]


@pytest.mark.parametrize(("completion", "reward"), FORMS)
def test_the_format_is_one_think_block_first_and_something_after_it(judging, completion, reward):
    assert rewards(Format(judging), completion) == [reward]


@pytest.mark.parametrize(
    ("completion", "reward"),
    [
        pytest.param("a</think>b", 1, id="the tag was in the prompt"),
        pytest.param("<think>a</think>b", 0, id="opened again"),
        pytest.param("a", 0, id="never closed"),
        pytest.param("</think>b", 0, id="empty think"),
        pytest.param("", 0, id="empty"),
    ],
)
def test_a_prefilled_think_tag_counts_as_written(completion, reward):
    judging = Judging(frozenset({END}), reasoning="prefilled")
    assert rewards(Format(judging), completion) == [reward]


@pytest.mark.parametrize(("completion", "reward"), [("a, so b", 1), ("<think>a</think>b", 0)])
def test_a_policy_that_reasons_in_the_open_writes_no_tags(completion, reward):
    assert rewards(Format(Judging(frozenset({END}), reasoning="none")), completion) == [reward]


@pytest.mark.parametrize(
    ("response", "reward"),
    [
        pytest.param("<answer>4</answer>", 1, id="good"),
        pytest.param("\n<answer>\n4\n</answer>\n", 1, id="blank lines"),
        pytest.param("<answer>4</answer>\nEXTRA garbage", 0, id="garbage on the next line"),
        pytest.param("so <answer>4</answer>", 0, id="text before"),
        pytest.param("</answer>4<answer>", 0, id="reversed"),
        pytest.param("<answer>4</answer><answer>5</answer>", 0, id="two"),
        pytest.param("<answer></answer>", 0, id="empty"),
        pytest.param("4", 0, id="none"),
    ],
)
def test_r1_zeros_template_wants_one_answer_block_and_nothing_else(judging, response, reward):
    reward_of = Format(judging, has_answer_tags=True)
    assert rewards(reward_of, f"<think>a</think>{response}") == [reward]


ENGLISH = "First we add the two numbers and then we check the sum again."
GERMAN = "Zuerst addieren wir die beiden Zahlen und dann prüfen wir die Summe."


@pytest.mark.parametrize(
    ("completion", "columns", "reward"),
    [
        pytest.param(f"<think>{ENGLISH}</think>{GERMAN}", {"language": ["en"]}, 1, id="thought"),
        pytest.param(f"<think>{GERMAN}</think>{ENGLISH}", {"language": ["en"]}, 0, id="other"),
        pytest.param(f"<think>{ENGLISH} 首先相加然后", {"language": ["en"]}, 13 / 16, id="cut off"),
        pytest.param(f"<think></think>{ENGLISH}", {"language": ["en"]}, 0, id="no reasoning"),
        pytest.param(r"<think>$1+1$</think>2", {"language": ["en"]}, 0, id="only formulas"),
        pytest.param(ENGLISH, {"language": ["en"]}, 0, id="no block"),
        pytest.param(
            f"<think>{GERMAN}</think>4",
            {"language": [None], "problem": ["Wie viel ist die Summe von zwei und zwei?"]},
            1,
            id="the problem's language",
        ),
        pytest.param(f"<think>{GERMAN}</think>4", {"problem": ["2 + 2"]}, None, id="unclear"),
    ],
)
def test_language_consistency_is_the_share_of_words_in_the_reasoning(
    judging, completion, columns, reward
):
    assert rewards(LanguageConsistency(judging), completion, **columns) == [pytest.approx(reward)]


@pytest.mark.parametrize(
    ("num_tokens", "reward"),
    [(1, 0), (80, 0), (81, -0.05), (90, -0.5), (100, -1), (101, -1), (1000, -1)],
)
def test_soft_overlong_falls_from_0_to_minus_1_and_no_lower(judging, num_tokens, reward):
    overlong = SoftOverlong(judging, max_tokens=100, cache_tokens=20)
    assert rewards(overlong, GOOD, ids=[[7] * num_tokens]) == [pytest.approx(reward)]


@pytest.mark.parametrize(
    ("ids", "reward"),
    [
        pytest.param([1, 2], 0, id="shorter than an n-gram"),
        pytest.param([1, 2, 3], 0, id="one n-gram"),
        pytest.param([1, 2, 3, 1, 2, 3], -0.25, id="one of four again"),
        pytest.param([5] * 102, -0.99, id="a loop"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_repetition_is_the_share_of_ngrams_that_stood_before(judging, ids, reward):
    found = rewards(Repetition(judging, ngram_size=3), GOOD, ids=[ids])
    assert found == [pytest.approx(reward)]
    harder = Repetition(judging, ngram_size=3, max_penalty=-2)
    assert rewards(harder, GOOD, ids=[ids]) == [pytest.approx(2 * reward)]


@pytest.mark.parametrize(
    "make",
    [
        lambda judging: SoftOverlong(judging, max_tokens=10, cache_tokens=0),
        lambda judging: SoftOverlong(judging, max_tokens=10, cache_tokens=11),
        lambda judging: Repetition(judging, ngram_size=0),
        lambda judging: Repetition(judging, max_penalty=1),
        lambda judging: Judging(frozenset()),
    ],
)
def test_settings_without_a_meaning_are_refused(judging, make):
    with pytest.raises(ValueError, match=r"must be|give"):
        make(judging)


def test_a_training_set_that_cannot_be_judged_is_refused(judging):
    with pytest.raises(ValueError, match="no column verifier and no gold_answer"):
        Format(judging)(prompts=["?"], completions=["a"], completion_ids=[[1]])


def test_rewards_that_share_a_judging_judge_a_batch_once(judging):
    columns = {"verifier": ["math"], "gold_answer": ["4"]}
    first = judging.judge(["?"], [GOOD], [[1, END]], columns)
    again = judging.judge(["?"], [GOOD], [[1, END]], columns)
    other = judging.judge(["?"], [GOOD], [[1]], columns)
    assert again is first
    assert other is not first


def test_pickled_rewards_go_on_sharing_what_they_judge():
    accuracy, form = pickle.loads(pickle.dumps(every_reward(Judging(frozenset({END})))))[:2]
    assert accuracy.judging is form.judging
    assert (accuracy.__name__, form.__name__) == ("accuracy", "format")
    assert rewards(accuracy, GOOD) == [1.0]


PROGRAM = r"""
import os, signal, sys
from training.judging import Judging
from training.rewards import Accuracy
judging = Judging(frozenset({0}), num_workers=1)
right = r"\boxed{1-\cos^2 x}"
columns = {"verifier": ["math"], "gold_answer": [r"\sin^2 x"], "completions": [right]}
for _ in range(2):
    found = Accuracy(judging)(prompts=["?"], completion_ids=[[0]], **columns)
    workers = judging._state.pool._workers
    print(found, *(worker.process.pid for worker in workers), flush=True)
    judging._state.key = None
sys.exit() if sys.argv[1] == "exit" else os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.parametrize("end", ["exit", "kill"])
def test_the_workers_start_once_and_end_with_their_process(end):
    command = [sys.executable, "-W", "error", "-c", PROGRAM, end]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    first, second = done.stdout.splitlines()
    assert first == second
    assert first.startswith("[1.0] ")
    proc = Path("/proc") / first.split()[-1]
    assert wait_until(lambda: not proc.exists())
