import polars as pl
import pytest

from r1data.mixture.conversations import RowForm, to_conversations
from r1data.mixture.plain import EMPTY_BLOCK, Plain
from r1data.policies.templates import Template, WorkedExample

PROMPTS = pl.DataFrame(
    {
        "prompt_id": ["p", "q"],
        "problem": ["1+1?", "2+2?"],
        "system_message": [None, "Be brief."],
        "source": ["gsm8k", "ours"],
        "domain": "math",
        "licence": ["MIT", None],
        "earlier_turns": None,
        "is_unverified": None,
        "other_columns": None,
    }
)
PLAIN = Template()


def rollouts(*rows, prefill=""):
    return pl.DataFrame(
        [
            {
                "rollout_id": f"r{index}",
                "prompt_id": prompt_id,
                "completion": text,
                "prefill": prefill,
                "metadata": None,
                "file_outcome": None,
                "collection": None,
            }
            for index, (prompt_id, text) in enumerate(rows)
        ],
        schema_overrides={"completion": pl.String},
    )


def convert(frame, template=PLAIN, *, prompts=PROMPTS, first_row=0):
    return to_conversations(
        frame, prompts, form=RowForm(template), dataset="sft", first_row=first_row
    )


def messages(*turns):
    return [{"role": role, "content": content} for role, content in turns]


def test_a_row_holds_what_was_asked_and_what_was_written():
    mixture = convert(rollouts(("p", "<think>1+1</think>\n\n2\n")))
    assert mixture.row(0, named=True) == {
        "dataset": "sft",
        "row": 0,
        "prompt": messages(("user", "1+1?")),
        "completion": messages(("assistant", "<think>1+1</think>\n\n2\n")),
        "rollout_id": "r0",
        "prompt_id": "p",
        "source": "gsm8k",
        "domain": "math",
        "licence": "MIT",
        "is_unverified": None,
        "file_outcome": None,
        "metadata": None,
        "split": None,
        "collection": None,
        "variant": None,
        "loss_on": None,
        "template_flags": None,
    }


def test_system_message_and_instruction_are_asked_and_worked_examples_are_not():
    template = Template(
        system_prompt="Think.",
        instruction="Box it.",
        worked_examples=(WorkedExample(problem="0+0?", completion="0"),),
    )
    mixture = convert(rollouts(("q", "4")), template)
    assert mixture.item(0, "prompt").to_list() == messages(
        ("system", "Be brief.\n\nThink."), ("user", "2+2?\n\nBox it.")
    )


@pytest.mark.parametrize(
    ("reasoning", "prefill", "completion", "expected"),
    [
        pytest.param("think", "", "<think>a</think>b", "<think>a</think>b", id="written"),
        pytest.param(
            "prefilled", "<think>\n", "a</think>b", "<think>\na</think>b", id="by chat template"
        ),
        pytest.param("prefilled", "<think>", "a</think>b", "<think>a</think>b", id="by prefill"),
        pytest.param("think", "<think>\n", "a</think>b", "<think>\na</think>b", id="prefill only"),
        pytest.param("none", "", " a ", " a ", id="in the open"),
        pytest.param("none", "Sure: ", "a", "Sure: a", id="another prefill"),
    ],
)
def test_the_think_block_is_whole_and_nothing_is_stripped(reasoning, prefill, completion, expected):
    mixture = convert(rollouts(("p", completion), prefill=prefill), Template(reasoning=reasoning))
    assert mixture.item(0, "completion").to_list() == messages(("assistant", expected))


def test_rows_follow_the_rollouts_and_count_on_from_the_first():
    mixture = convert(rollouts(("q", "a"), ("p", "b"), ("q", "c")), first_row=7)
    assert mixture.select("row", "rollout_id").rows() == [(7, "r0"), (8, "r1"), (9, "r2")]


def test_a_shard_with_nothing_kept_makes_no_rows():
    assert convert(rollouts(("p", "a")).clear()).is_empty()


@pytest.mark.parametrize(
    ("frame", "prompts", "message"),
    [
        pytest.param(
            rollouts(("x", "a")), PROMPTS, "answers prompt x, which is not among", id="orphan"
        ),
        pytest.param(rollouts(("p", None)), PROMPTS, "r0 has no completion", id="failed"),
        pytest.param(
            rollouts(("p", "a")), pl.concat([PROMPTS] * 2), "p stands twice", id="two prompts"
        ),
    ],
)
def test_no_row_is_lost_or_doubled_without_a_word(frame, prompts, message):
    with pytest.raises(ValueError, match=message):
        convert(frame, prompts=prompts)


def test_earlier_turns_stand_between_the_system_message_and_the_problem():
    earlier = [messages(("user", "Hello."), ("assistant", "Hello!"))] * 2
    turns = pl.Series("earlier_turns", earlier)
    mixture = convert(rollouts(("q", "4")), prompts=PROMPTS.with_columns(turns))
    assert mixture["prompt"][0].to_list() == messages(
        ("system", "Be brief."), ("user", "Hello."), ("assistant", "Hello!"), ("user", "2+2?")
    )


def test_other_columns_are_those_of_the_file_of_rollouts_and_else_the_sources():
    prompts = PROMPTS.with_columns(other_columns=pl.lit('{"level":1}'), is_unverified=pl.lit(True))
    frame = rollouts(("p", "2"), ("q", "4")).with_columns(
        metadata=pl.Series(['{"votes":3}', None]), file_outcome=pl.lit("correct")
    )
    mixture = convert(frame, prompts=prompts)
    assert mixture["metadata"].to_list() == ['{"votes":3}', '{"level":1}']
    assert mixture["is_unverified"].to_list() == [True, True]
    assert mixture["file_outcome"].to_list() == ["correct", "correct"]


def test_a_row_has_the_split_of_its_rollout():
    frame = rollouts(("p", "2"), ("q", "4")).with_columns(split=pl.Series(["train", "held_out"]))
    assert convert(frame)["split"].to_list() == ["train", "held_out"]


FLAGS = {"enable_thinking": False}


@pytest.mark.parametrize(
    ("text", "think_block", "row"),
    [
        pytest.param("Hello!", "none", ("1+1?", "Hello!"), id="no block"),
        pytest.param("Hello!", "empty", ("1+1?", f"{EMPTY_BLOCK}Hello!"), id="an empty block"),
        pytest.param(
            f"{EMPTY_BLOCK}Hello!", "none", ("1+1?", "Hello!"), id="an empty block is taken away"
        ),
        pytest.param(" Hi\n", "none", ("1+1?", " Hi\n"), id="white space stays"),
        pytest.param(
            "<think>Hm.</think>2",
            "empty",
            ("1+1?\n\nThink.", "<think>Hm.</think>2"),
            id="reasoning",
        ),
        pytest.param(
            "<think>cut off", "none", ("1+1?\n\nThink.", "<think>cut off"), id="a block left open"
        ),
    ],
)
def test_a_row_without_reasoning_is_asked_and_written_as_the_round_says(text, think_block, row):
    form = RowForm(Template(instruction="Think."), Plain(think_block=think_block))
    made = to_conversations(rollouts(("p", text)), PROMPTS, form=form, dataset="sft", first_row=0)
    found = made.row(0, named=True)
    assert (found["prompt"][-1]["content"], found["completion"][0]["content"]) == row


def test_what_the_chat_template_is_told_of_rows_without_reasoning_stands_beside_them():
    plain = Plain(template=Template(reasoning="none", chat_template_kwargs=FLAGS))
    form = RowForm(Template(), plain)
    frame = rollouts(("p", "Hello!"), ("q", "<think>Hm.</think>4"))
    made = to_conversations(frame, PROMPTS, form=form, dataset="sft", first_row=0)
    assert made["template_flags"].to_list() == ['{"enable_thinking": false}', None]
