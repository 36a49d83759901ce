"""Refusals, disclaimers and boilerplate of responses."""

# ruff: noqa: RUF001 - marks of other scripts are the point

import polars as pl
import pytest

from r1data.curation.signals.refusal import COLUMNS, REFUSAL, RefusalLimits
from r1data.curation.signals.signal import Means, shown


def measured(*completions):
    frame = pl.DataFrame(
        {"completion": completions, "prefill": ""}, schema_overrides={"completion": pl.String}
    )
    return REFUSAL.measure(shown(frame), Means("think"))


def said(text, column):
    return measured(f"<think>\nhm\n</think>\n\n{text}").item(0, column)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help you with that.",
        "I’m sorry, but I can’t assist with that request.",
        "I apologize, but I cannot provide information on private persons.",
        "I'm afraid I can't answer that.",
        "I cannot fulfill this request.",
        "I can't help with that.",
        "I am unable to provide medical advice.",
        "I'm not able to share that kind of information.",
        "I will not help anyone to do harm.",
        "I'm sorry, but I can't.",
        "I'm sorry, but I can't help with that, but let me know if you need something else.",
        "I'm sorry, I'm not going to answer this.",
        "Unfortunately, I am unable to do this.",
        "I must decline to participate in this.",
        "I understand that you are upset. However, I cannot assist with hacking an account.",
        "As an AI language model, I cannot browse the internet.",
        "As a responsible AI, I can't give legal advice.",
        "Hello! As an AI assistant I am not able to see pictures.",
        "I'm sorry, but that information is confidential.",
        "I'm sorry, this isn't something I can help with.",
        "I am sorry, I don't think that's appropriate.",
        "Je suis désolé, mais je ne peux pas vous aider.",
        "Lo siento, pero no puedo ayudarte con eso.",
        "Es tut mir leid, aber ich kann dabei nicht helfen.",
        "Извините, но я не могу помочь с этим.",
        "申し訳ありませんが、そのご依頼にはお応えできません。",
        "죄송하지만 그 요청은 도와드릴 수 없습니다.",
        "很抱歉，我无法回答这个问题。",
        "对不起，我不能提供这类信息。",
        "作为一个人工智能语言模型，我无法获取实时数据。",
        "抱歉，作为AI助手，我不能讨论这个话题。",
        "我无法协助您完成这项请求。",
    ],
)
def test_a_response_that_declines_is_a_refusal(text):
    assert said(text, "is_refusal")


@pytest.mark.parametrize(
    "text",
    [
        "I can't help but smile at this problem. It is 4.",
        "I'm sorry to hear that. It must be difficult.",
        "Dear Ann,\n\nI'm sorry, but I can't come on Friday.",
        "I'm sorry, but I can't make it to the party, because my train is late.",
        "- Agent: I'm sorry, but I cannot help you.\n- Customer: Oh.",
        'He wrote: "I cannot provide this."',
        "“I'm sorry, but I can't help you,” said the clerk.",
        "We cannot answer with a smaller number, so the answer is 7.",
        "A triangle cannot provide a right angle twice.",
        "You cannot divide by zero, so there is no solution.",
        "I can't recommend this film enough!",
        "I can not only swim but also run.",
        "I apologize for the delay. The answer is 12.",
        "Sorry for the confusion: the answer is 12.",
        "Unfortunately, the train was late, so it took 3 hours.",
        "The model says sorry when it cannot help.",
        "I'm sorry, but you have not provided the text. I cannot summarize; please provide it.",
        "很抱歉，您没有提供文本。请您提供一段文本。",
        "人类不能飞行的原因主要有两点。",
        "作为一名作家，您可以考虑以下建议。",
        "抱歉让您久等了，答案是12。",
        "I cannot provide a closed form, since none exists; numerically x = 1.3.",
        "Unfortunately, I can't do this by hand, so here is a program: print(2).",
        "I am afraid I cannot give advice without the numbers, but assume x=2: then 4.",
        "由于图书馆无法提供座位，她回家了。",
        "",
        "The answer is 4. " * 40 + "I'm sorry, but I can't help you.",
    ],
)
def test_a_response_that_answers_asks_or_quotes_is_no_refusal(text):
    assert not said(text, "is_refusal")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As an AI language model, I have no opinions, but here is the list.", True),
        ("Certainly! As an AI assistant, I strive to be helpful.", True),
        ("It is 4. I am just a language model, so check it.", True),
        ("As an AI developed by Example, I see it so.", True),
        ("作为一个人工智能助手，我没有感情。", True),
        ("我只是一个AI，没有身体。", True),
        ("As an AI researcher, she trained the model.", False),
        ("Describe it as an AI would.", False),
        ("A language model predicts words. I am fond of it.", False),
        ("作为人工智能的先驱，他很有名。", False),
        ("这个模型是一个人工智能助手。", False),
    ],
)
def test_a_disclaimer_is_of_the_first_person(text, expected):
    assert said(text, "has_ai_disclaimer") is expected


@pytest.mark.parametrize(
    ("text", "opening", "closing"),
    [
        ("Sure! Here is the list: a, b.", True, False),
        ("Certainly, it is 4.", True, False),
        ("Great question! It is 4.", True, False),
        ("当然！答案是4。希望对您有所帮助。", True, True),
        ("好的，答案是4。如果您还有其他问题，请告诉我。", True, True),
        ("It is 4. I hope this helps!", False, True),
        ("It is 4. Let me know if you have questions.", False, True),
        ("It is 4.\n\nFeel free to ask more.", False, True),
        ("It is 4. Is there anything else?", False, True),
        ("Surely it is 4.", False, False),
        ("Sure enough, the cat came back.", False, False),
        ("Of course the answer is 4.", False, False),
        ("Hope is a good thing.", False, False),
        ("He let me know that it is 4.", False, False),
        ("I feel free.", False, False),
        ("当然的结论是4。", False, False),
        ("Let me know if x is 4. " + "It is not. " * 40, False, False),
    ],
)
def test_boilerplate_stands_at_both_ends(text, opening, closing):
    found = measured(f"<think>\nhm\n</think>\n\n{text}").row(0, named=True)
    assert found["has_boilerplate_opening"] is opening
    assert found["has_boilerplate_closing"] is closing


def test_what_the_reasoning_says_is_no_refusal():
    row = measured("<think>\nI can't help with that. As an AI, I must think.\n</think>\n\nIt is 4.")
    assert row.row(0) == (False, False, False, False)


def test_a_row_without_completion_has_no_values():
    assert measured(None).row(0) == (None,) * len(COLUMNS)


@pytest.mark.parametrize("word", ["I can't ", "sorry ", "as an AI ", "我无法", "A", " ", "I'm "])
def test_hostile_text_is_read(word):
    assert measured(word * (200_000 // len(word))).height == 1


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (RefusalLimits(), ["refusal", "ai_disclaimer", None, None]),
        (RefusalLimits(allow_refusals=True, allow_disclaimers=True), [None] * 4),
        (
            RefusalLimits(allow_boilerplate=False),
            ["refusal", "ai_disclaimer", "boilerplate", "boilerplate"],
        ),
    ],
    ids=["the defaults", "all allowed", "no boilerplate"],
)
def test_limits_say_what_is_left_out(limits, expected):
    rows = pl.DataFrame([[n == place for n in range(4)] for place in range(4)], orient="row")
    rows.columns = list(COLUMNS)
    faults = limits.faults().items()
    reason = pl.coalesce(pl.when(is_so).then(pl.lit(name)) for name, is_so in faults)
    assert rows.select(reason).to_series().to_list() == expected
