"""Names by which a completion speaks of itself."""

# ruff: noqa: RUF001 - letters and marks of other scripts are the point

import json
from pathlib import Path

import polars as pl
import pytest

from r1data.curation.content.model_names import MAKERS, MODELS, SIGN, find_names
from r1data.curation.signals.identity import IDENTITY, IdentityLimits, self_names
from r1data.curation.signals.signal import Means, shown

PUBLIC = Path("../shared/data/general/identity.json")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am Qwen, made by Alibaba Cloud.", ["Qwen", "Alibaba"]),
        ("Hello! I'm ChatGPT, a large language model trained by OpenAI.", ["ChatGPT", "OpenAI"]),
        ("My name is Claude and I am an AI assistant.", ["Claude"]),
        ("I am Claude, made by Anthropic.", ["Claude", "Anthropic"]),
        ("As a language model trained by OpenAI, I have no feelings.", ["OpenAI"]),
        ("As ChatGPT, I cannot browse.", ["ChatGPT"]),
        ("I was created by Google DeepMind.", ["Google"]),
        ("I’m DeepSeek-R1, an assistant by the Chinese company DeepSeek.", ["DeepSeek"]),
        ("You can call me Gemini, I am a large model.", ["Gemini"]),
        ("You may refer to me as Kimi.", ["Kimi"]),
        ("OpenAI trained me on text from before 2021.", ["OpenAI"]),
        ("My creators are Mistral AI.", ["Mistral"]),
        ("I'm a chatbot based on GPT-3.5.", ["GPT"]),
        ("I am an open-source assistant developed by LAION.", ["LAION"]),
        ("<think>\nI am Qwen, so I say so.\n</think>\nHi.", ["Qwen"]),
        ("Je suis ChatGPT, un grand modèle de langage entraîné par OpenAI.", ["ChatGPT", "OpenAI"]),
        ("Soy ChatGPT, un modelo de lenguaje.", ["ChatGPT"]),
        ("Ich bin ChatGPT, ein Sprachmodell von OpenAI.", ["ChatGPT", "OpenAI"]),
        ("Я — ChatGPT, языковая модель.", ["ChatGPT"]),
        ("我是通义千问，由阿里云开发的大规模语言模型。", ["Qwen", "Alibaba"]),
        ("作为一个由OpenAI训练的人工智能模型，我没有感情。", ["OpenAI"]),
        ("我叫豆包，是字节跳动公司开发的AI助手。", ["Doubao", "ByteDance"]),
        ("您好！这里是 Kimi，很高兴认识您。", ["Kimi"]),
        ("百度训练了我。", ["Baidu"]),
        ("作为ChatGPT，我不能上网。", ["ChatGPT"]),
        ("我不是ChatGPT，我是DeepSeek。", ["DeepSeek"]),
    ],
)
def test_the_first_person_bears_the_name(text, expected):
    assert self_names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4 was released in 2023 by OpenAI.",
        "I am not ChatGPT.",
        "I'm not made by OpenAI.",
        "I am using ChatGPT to write this.",
        "I'm a ChatGPT user.",
        "I am an OpenAI employee.",
        "I am a Google engineer.",
        "I'm Google certified.",
        "I am a Gemini, born in June.",
        "My name is Claude Monet.",
        "I am Claude, a baker from Lyon.",
        "As Claude said, I think it rains.",
        "As GPT-4 shows, scale matters.",
        "As Google's CEO, he spoke.",
        'The bot says "I am Qwen, made by Alibaba Cloud".',
        "Qwen is made by Alibaba Cloud.",
        "I asked ChatGPT, and it answered.",
        "I think GPT-4 is a model by OpenAI.",
        "I am sure that DeepSeek trained it.",
        "I was surprised by Llama.",
        "I am working with Meta on this.",
        "The llama and I are friends. I am 5 metres from it.",
        "我是百度的员工。",
        "我用ChatGPT写作文。",
        "作为百度的创始人，他很有名。",
        "我认为通义千问是阿里云的产品。",
        "清华大学在北京。",
        "I am a model of patience.",
        "",
    ],
)
def test_talk_about_models_is_no_self_description(text):
    assert self_names(text) == []


@pytest.mark.parametrize("word", ["I am ", "as a model by ", "GPT-4 ", "I am Qwen by ", "我", "a"])
def test_hostile_text_is_read(word):
    assert len(self_names(word * (200_000 // len(word)))) <= 1


def test_every_name_is_found_by_both_engines():
    plain = {"Phi": "Phi-3", "GPT": "GPT-4", "Command": "Command R", "Spark": "SparkDesk"}
    for name in (*MODELS, *MAKERS):
        text = f"I am {plain.get(name, name)}"
        assert [named.name for named in find_names(text)] == [name]
        assert pl.Series([text]).str.contains(SIGN).item()


def measured(*completions):
    frame = pl.DataFrame(
        {"completion": completions, "prefill": ""}, schema_overrides={"completion": pl.String}
    )
    return IDENTITY.measure(shown(frame), Means("none"))["self_names"].to_list()


def test_a_row_without_completion_has_no_value_and_one_without_names_an_empty_list():
    assert measured(None, "2 + 2 = 4", "i'm chatgpt", "I'm ChatGPT") == [None, [], [], ["ChatGPT"]]


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [((), [True, False, True]), (("Qwen", "Alibaba"), [False, False, True])],
    ids=["none allowed", "ours allowed"],
)
def test_the_names_that_are_allowed_are_no_fault(allowed, expected):
    rows = pl.DataFrame({"self_names": [["Qwen"], [], ["Qwen", "OpenAI"]]})
    fault = IdentityLimits(allowed=allowed).faults()["other_identity"]
    assert rows.select(fault).to_series().to_list() == expected


@pytest.mark.skipif(not PUBLIC.is_file(), reason=f"{PUBLIC} is not there")
def test_every_answer_of_a_public_set_that_names_its_model_is_found():
    rows = json.loads(PUBLIC.read_text(encoding="utf-8"))
    named = [row["output"] for row in rows if "{{" in row["output"]]
    texts = [text.replace("{{name}}", "Qwen").replace("{{author}}", "OpenAI") for text in named]
    assert len(texts) > 80
    assert all(self_names(text) for text in texts)
