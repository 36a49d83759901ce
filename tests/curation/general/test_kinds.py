import json
from pathlib import Path

import polars as pl
import pytest

from r1data.curation.general.kinds import Kinds, prompt_kind, prompt_kinds

PUBLIC = Path("../shared/data/general/identity.json")


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        ("Write a poem about the sea.", "writing"),
        ("Rewrite the sentence in the passive voice.\nThe cat ate it.", "writing"),
        ("Come up with a slogan for a bakery.", "writing"),
        ("Summarize this article in two sentences.", "writing"),
        ("写一首关于春天的诗", "writing"),
        ("What is the capital of Norway?", "factual_qa"),
        ("Name three green vegetables.", "factual_qa"),
        ("Explain how vaccines work.", "factual_qa"),
        ("什么是光合作用?", "factual_qa"),
        ("hello", "self_cognition"),
        ("Good morning! How are you?", "self_cognition"),
        ("Who are you?", "self_cognition"),
        ("Are you ChatGPT?", "self_cognition"),
        ("你是谁打造的AI?", "self_cognition"),
        ("Translate into French: good night", "translation"),
        ("把这句话翻译成英文: 你好", "translation"),
        ("I want you to act as a travel guide.", "role_play"),
        ("Pretend you are a pirate and greet me.", "role_play"),
        ("请你扮演一位老师", "role_play"),
        ("Write a Python function that reverses a list.", "software_engineering"),
        ("Fix this:\n```\nprint(1\n```", "software_engineering"),
        ("写一个计算阶乘的函数", "software_engineering"),
        ("Sort these words: b, a, c", None),
        ("Calculate 2 to the power of 10.", None),
        ("Fill in: the sky is ___", None),
    ],
)
def test_the_wording_tells_the_kind(problem, kind):
    assert prompt_kind(problem) == kind


@pytest.mark.parametrize(
    "problem",
    [
        "Who are you looking at in the painting?",
        "What is the name of the law of motion?",
        "Write a story in which a robot asks: who made you?" + " It is long." * 10,
        "Hello world programs: why are they written first?",
    ],
)
def test_what_only_mentions_a_greeting_or_you_is_not_about_the_model(problem):
    assert prompt_kind(problem) != "self_cognition"


def test_a_kind_is_its_sources_then_its_columns_then_its_wordings():
    prompts = pl.DataFrame(
        {
            "source": ["poems", "mixed", "mixed", "mixed"],
            "problem": ["Who are you?", "Who are you?", "Who are you?", "Who are you?"],
            "other_columns": [None, '{"task": "Role-play"}', '{"task": "cooking"}', None],
        }
    )
    found = prompt_kinds(prompts, Kinds(sources={"poems": "writing"}, column="task"))
    assert found.to_list() == ["writing", "role_play", "self_cognition", "self_cognition"]


@pytest.mark.skipif(not PUBLIC.exists(), reason="public data is not here")
def test_every_question_of_a_public_identity_set_is_about_the_model():
    rows = json.loads(PUBLIC.read_text(encoding="utf-8"))
    others = [row["instruction"] for row in rows if prompt_kind(row["instruction"]) is None]
    assert others == []
