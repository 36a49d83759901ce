import pytest

from r1data.completions import part
from tests.effort import effort

MAKES = [
    pytest.param("<think>", "</think>", id="R1, Qwen"),
    pytest.param("<THINK>", "</THINK>", id="upper case"),
    pytest.param("<thinking>", "</thinking>", id="prompted"),
    pytest.param("<seed:think>", "</seed:think>", id="Seed"),
    pytest.param("<longcat_think>", "</longcat_think>", id="LongCat"),
    pytest.param("<mm:think>", "</mm:think>", id="a name space"),
    pytest.param("<thought>", "</thought>", id="EXAONE"),
    pytest.param("<Thought>", "</Thought>", id="Marco"),
    pytest.param("<reasoning>", "</reasoning>", id="GRPO tutorials"),
    pytest.param("<scratchpad>", "</scratchpad>", id="scratchpad"),
    pytest.param("<reflection>", "</reflection>", id="reflection"),
    pytest.param("<analysis>", "</analysis>", id="analysis"),
    pytest.param("<cot>", "</cot>", id="chain of thought"),
    pytest.param("<antThinking>", "</antThinking>", id="a longer word"),
    pytest.param("<reasoning_steps>", "</reasoning_steps>", id="reasoning's steps"),
    pytest.param("<planning>", "</planning>", id="planning"),
    pytest.param("<inner_monologue>", "</inner_monologue>", id="monologue"),
    pytest.param("[THINK]", "[/THINK]", id="Magistral"),
    pytest.param("◁think▷", "◁/think▷", id="Kimi"),
    pytest.param("<|begin_of_thought|>", "<|end_of_thought|>", id="OpenThoughts"),
    pytest.param("<|begin_of_reasoning|>", "<|end_of_reasoning|>", id="of reasoning"),
    pytest.param("<|START_THINKING|>", "<|END_THINKING|>", id="Command A"),
    pytest.param("<|think:start|>", "<|think:end|>", id="Solar"),
    pytest.param("<|inner_prefix|>", "<|inner_suffix|>", id="Apertus"),
    pytest.param("<|open|>think<|sep|>", "<|close|>think<|sep|>", id="Kimi K3"),
    pytest.param("[unused16]", "[unused17]", id="Pangu"),
    pytest.param("<unused94>thought", "<unused95>", id="MedGemma"),
    pytest.param("<unused94>", "<unused95>", id="MedGemma without its word"),
    pytest.param("<|think|>", "<|end|><|begin|>assistant<|content|>", id="Solar Open"),
    pytest.param("<|channel>thought\n", "<channel|>", id="Gemma"),
    pytest.param("<|im_start|>think", "<|im_start|>answer", id="s1"),
    pytest.param('<details type="reasoning" done="true">', "</details>", id="Open WebUI"),
    pytest.param(
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
        id="gpt-oss",
    ),
    pytest.param("Here is my thought process:", "Here is my response:", id="Granite"),
    pytest.param("## Thinking\n", "\n## Final Response\n", id="HuatuoGPT"),
]


@pytest.mark.parametrize(("opening", "closing"), MAKES)
def test_reasoning_and_response_are_parted_by_each_make(opening: str, closing: str) -> None:
    parts = part(f"{opening}\nIs it 4? No.\n{closing}\nIt is 5.")
    assert (parts.reasoning, parts.response.strip()) == ("Is it 4? No.", "It is 5.")


@pytest.mark.parametrize(("opening", "closing"), MAKES)
def test_a_block_of_any_make_that_is_cut_off_has_no_response(opening: str, closing: str) -> None:
    parts = part(f"{opening}\nIt is 5. Let me check: {closing[:2]}")
    assert parts.is_open
    assert (parts.reasoning, parts.response) == (None, "")


@pytest.mark.parametrize(
    "text", ["<think>\na\n</think>\n\n5", "<think></think>", "<think> </think> "]
)
def test_plain_tags_are_parted_as_they_are_beside_other_signs(text: str) -> None:
    parts, beside = part(text), part(f"{text}[0]")
    assert (beside.reasoning, beside.response) == (parts.reasoning, f"{parts.response}[0]")


def test_the_decoded_words_of_channels_part_too() -> None:
    assert part("analysisWe add.assistantfinalIt is 5.").response == "It is 5."
    assert part("analysisWe add").is_open
    assert part("analysis of the sum: 5").response == "analysis of the sum: 5"


@pytest.mark.parametrize(
    ("text", "response"),
    [
        pytest.param("a</think>4 b</think>5", "5", id="the last closing tag"),
        pytest.param("<think><think>a</think>4", "4", id="opened twice"),
        pytest.param("<think>a</think>4<think>b</think>5", "5", id="the last block"),
        pytest.param("<think>a <x_think>b</x_think> 5", "", id="another make inside"),
        pytest.param("<think>\na </thinking> 5", "", id="another make closes within a line"),
        pytest.param("<think>\na\n[/THINK]\n5", "\n5", id="another make closes on its line"),
        pytest.param("<think>a `</think>` b", "", id="only quoted"),
        pytest.param("<think>a `</think>` b</think>5", "5", id="quoted, then meant"),
        pytest.param(
            "a [BEGIN FINAL RESPONSE]\n5\n[END FINAL RESPONSE]\n<|end|>", "\n5", id="Apriel"
        ),
        pytest.param("a<think>b</think>5 `</think>` c", "5 `</think>` c", id="quoted after"),
        pytest.param("<think>a</think>5\n<think>\nor", "", id="opened again"),
        pytest.param("<think>a ```\nb</think>```\n5\n```", "```\n5\n```", id="a fence left open"),
        pytest.param(
            "<think>a</think>```\n<think>b</think>\n```\n5",
            "```\n<think>b</think>\n```\n5",
            id="tags in a fence of the response",
        ),
        pytest.param("<think>in <think> and </think> tags, 4", "", id="named tags"),
        pytest.param("<think>in <think> tags</think>5", "5", id="a named tag, then a meant one"),
        pytest.param("<|start|>assistant<|channel|>final<|message|>5", "5", id="a turn begins"),
        pytest.param(
            "<|start|>assistant<|channel|>analysis<|message|>a<|end|>"
            "<|start|>assistant<|channel|>final<|message|>5",
            "5",
            id="two turns begin",
        ),
        pytest.param(
            "<answer>5</answer>\n<reasoning>\n2 + 3\n</reasoning>",
            "<answer>5</answer>\n",
            id="an answer, then what explains it",
        ),
        pytest.param("5\n<reflection>\nNo, 4.\n</reflection>", "", id="an answer, then doubts"),
        pytest.param("<details>a</details>5", "<details>a</details>5", id="a plain fold"),
        pytest.param("<s><|im_start|>assistant\n5", "5", id="tokens at the beginning"),
        pytest.param(
            "<|begin_of_thought|>a<|end_of_thought|>\n"
            "<|begin_of_solution|>\n5\n<|end_of_solution|>",
            "5",
            id="a marked solution",
        ),
    ],
)
def test_a_response_follows_the_last_block_that_is_meant(text: str, response: str) -> None:
    assert part(text).response == response


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        pytest.param("2+3 is", (None, "", True), id="cut off"),
        pytest.param("2+3</think>5", ("2+3", "5", False), id="closed"),
        pytest.param("2+3[/THINK]5", ("2+3", "5", False), id="closed by another make"),
        pytest.param("<think>2+3</think>5", ("2+3", "5", False), id="opened by the text too"),
        pytest.param("a <cot>b</cot> c", (None, "", True), id="another block inside"),
    ],
)
def test_a_prefilled_block_is_open_from_the_start(
    text: str, parted: tuple[str | None, str, bool]
) -> None:
    parts = part(text, is_prefilled=True)
    assert (parts.reasoning, parts.response, parts.is_open) == parted


@pytest.mark.parametrize(
    ("text", "response", "token"),
    [
        pytest.param("It is 5.<|im_end|>", "It is 5.", None, id="nothing follows"),
        pytest.param("5<|im_end|>\n<|im_start|>user\n2?", "5", "<|im_end|>", id="a made-up turn"),
        pytest.param("5</s>[INST]2?[/INST]6</s>", "5", "</s>", id="Llama's"),
        pytest.param("5\n<|user|>\n2?", "5", "<|user|>", id="the next turn's token alone"),
        pytest.param("5<|eot_id|>x<think>a</think>6", "5", "<|eot_id|>", id="then a think block"),
        pytest.param(
            "<think>a</think>5\nUser: 2? Assistant: <think>b</think>6", "5", "User:", id="in words"
        ),
        pytest.param("<think>a</think>\nUser: 2?<think>b</think>6", "6", None, id="none yet"),
        pytest.param("User: 2?\nUser: 3?<think>b</think>6", "6", None, id="no reasoning yet"),
        pytest.param("```\n'<|im_end|>'\n```", "```\n'<|im_end|>'\n```", None, id="in a program"),
    ],
)
def test_a_response_ends_with_its_turn(text: str, response: str, token: str | None) -> None:
    parts = part(text)
    assert (parts.response, parts.ended_by) == (response, token)


def test_a_token_within_reasoning_ends_no_response() -> None:
    assert part("Maybe 4<|im_end|> no</think>5").response == "5"
    assert part("<think>Maybe 4<|im_end|> no</think>5").response == "5"


@pytest.mark.parametrize(
    "unit", ["</think><think></think>", "<think>\n[/THINK]\n", "```\n", "<|im_end|>", "`<think>`"]
)
def test_taking_apart_takes_time_that_grows_with_the_text_alone(unit: str) -> None:
    assert effort(lambda: part(unit * 20_000)) < 30


@pytest.mark.parametrize(
    ("text", "reasoning", "response"),
    [
        pytest.param(
            "<think>\n[1, 2)\n</think>\n\n\\[x\\]", "[1, 2)", "\n\n\\[x\\]", id="brackets"
        ),
        pytest.param("<think>\n`f` is\n</think>\n`g`", "`f` is", "\n`g`", id="code"),
        pytest.param("<think>\n[a]\n</think>\n4[EOS]", "[a]", "\n4", id="end token in brackets"),
        pytest.param(
            "<think>\nwrite `</think>` last\n[2]", None, "", id="a closing tag that is quoted"
        ),
        pytest.param("<think>\n[2]\n</think>\n", "[2]", "", id="no response"),
    ],
)
def test_code_and_brackets_beside_plain_think_tags_change_nothing(
    text: str, reasoning: str | None, response: str
) -> None:
    parts = part(text)
    assert (parts.reasoning, parts.response) == (reasoning, response)
