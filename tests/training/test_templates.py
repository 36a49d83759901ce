"""What is trained on of a row, in TRL's own batches, by the chat templates of recipes' models."""

# ruff: noqa: RUF001 - DeepSeek's marks have wide bars

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from training.masks import IGNORED, label_row
from training.rows import check_rows, measure_row

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
SMOLLM2 = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face"
    "<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% endif %}"
)
MARKS = [
    *("<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
    *("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|begin_of_text|>", "<|eot_id|>"),
    *("<|start_header_id|>", "<|end_header_id|>", "<｜User｜>", "<｜Assistant｜>"),
]
DEEPSEEK = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}"
    "{{ message['content'] }}{% elif message['role'] == 'user' %}{{ '<｜User｜>' + "
    "message['content'] }}{% else %}{{ '<｜Assistant｜>' + message['content'] + "
    "'<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<｜Assistant｜>' }}{% endif %}"
)
TEXTS = {"smollm2": SMOLLM2, "deepseek_turns": DEEPSEEK}
DEEPSEEK_BEGIN, DEEPSEEK_END = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"
NUM_ROWS = 100
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
MODERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
RESPONSES = (
    "It is \\boxed{{{n}}}.",
    "{n}",
    "**{n}**\n\n- so\n- é, 数, 🙂",
    "```python\nprint({n})\n```",
)
THOUGHTS = ("{n} and {n}", "\nFirst, {n}.\n\nWait: {n} < 2 > 1.\n", "数 {n}\n", "a\nb\n\nc {n}")


def rows():
    """A hundred rows: reasoning of several shapes or none, questions with and without a system."""
    return [row(n) for n in range(NUM_ROWS)]


def row(n):
    thought = f"<think>{THOUGHTS[n % len(THOUGHTS)]}</think>" if n % 5 else ""
    content = (thought + ("\n\n" if thought and n % 2 else "") + RESPONSES[n % 3]).format(n=n)
    earlier = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello to you"},
    ]
    system = [{"role": "system", "content": "Think first."}]
    asked = {"role": "user", "content": f"What is {n}? <b>{n}</b>"}
    return {
        "prompt": [*(system if n % 3 else []), *([] if n % 7 else earlier), asked],
        "completion": [{"role": "assistant", "content": content}],
    }


def as_it_is(content):
    return content


def think_block_on_lines_of_its_own(content):
    """Qwen3's: each tag on a line, and an empty block before what has none."""
    thought, _, response = content.rpartition("</think>")
    inside = thought.replace("<think>", "").strip("\n")
    return f"<think>\n{inside}\n</think>\n\n" + response.lstrip("\n")


@dataclass(frozen=True)
class Case:
    """A chat template, and what it makes of a completion."""

    template: str
    end: str
    """The token that ends a turn."""
    rendered: Callable[[str], str] = as_it_is
    behind: str = ""
    """What stands behind the end of the turn."""
    begin: str | None = None
    words: str = MODERN
    """How the tokenizer cuts texts before it merges letters."""


CASES = {
    "SmolLM2": Case("smollm2", "<|im_end|>", behind="\n", words=GPT2),
    "small base": Case("small_base", "<|end|>"),
    "Qwen2.5": Case("qwen2_5", "<|im_end|>", behind="\n"),
    "Qwen3": Case("qwen3", "<|im_end|>", think_block_on_lines_of_its_own, "\n"),
    "Qwen3 instruct": Case("qwen3_instruct_2507", "<|im_end|>", behind="\n"),
    "Llama 3": Case("llama3", "<|eot_id|>", begin="<|begin_of_text|>"),
    "Llama 3.1": Case("llama3_1", "<|eot_id|>", begin="<|begin_of_text|>"),
    "DeepSeek-V3": Case("deepseek_turns", DEEPSEEK_END, begin=DEEPSEEK_BEGIN),
}
REFUSED = {
    name: Case(name, DEEPSEEK_END, begin=DEEPSEEK_BEGIN)
    for name in ("deepseek_r1_distill", "deepseekv3")
}
"""R1's own templates: they take the reasoning out of what the assistant has said."""


def text_of(template):
    """The text of a template; TRL has those of most models."""
    if template in TEXTS:
        return TEXTS[template]
    if template == "small_base":
        from training.small_base import CHAT_TEMPLATE

        return CHAT_TEMPLATE
    trl = pytest.importorskip("trl")
    path = Path(trl.__file__).parent / "chat_templates" / f"{template}.jinja"
    return path.read_text(encoding="utf-8")


def tokenizer_of(case):
    """A tokenizer that merges letters, and has the marks of all the templates."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(case.words), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    pieces.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        special_tokens=[*MARKS, DEEPSEEK_BEGIN, DEEPSEEK_END, "<pad>"],
    )
    texts = [str(one["prompt"]) + one["completion"][0]["content"] for one in rows()]
    pieces.train_from_iterator([*texts, *["assistant\n\n<think>\n\n</think>\n\n"] * 9], trainer)
    begin = {"bos_token": case.begin} if case.begin else {}
    return PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        eos_token=case.end,
        pad_token="<pad>",
        chat_template=text_of(case.template),
        **begin,
    )


def batch_of_trl(tokenizer, folder):
    """All the rows as TRL's trainer collates them, in their order."""
    from datasets import Dataset
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl import SFTConfig, SFTTrainer

    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1}
    shape = LlamaConfig(
        vocab_size=len(tokenizer), num_attention_heads=1, num_key_value_heads=1, **sizes
    )
    settings = SFTConfig(
        output_dir=str(folder),
        completion_only_loss=True,
        max_length=1024,
        use_cpu=True,
        bf16=False,
        report_to="none",
    )
    trainer = SFTTrainer(
        model=LlamaForCausalLM(shape),
        args=settings,
        train_dataset=Dataset.from_list(rows()),
        processing_class=tokenizer,
    )
    taken = [trainer.train_dataset[number] for number in range(NUM_ROWS)]
    return trainer.data_collator(taken)


@pytest.fixture(scope="module", params=CASES)
def made(request, tmp_path_factory):
    """A case, its tokenizer, and the batch that TRL makes of all the rows."""
    case = CASES[request.param]
    tokenizer = tokenizer_of(case)
    return case, tokenizer, batch_of_trl(tokenizer, tmp_path_factory.mktemp("output"))


def test_exactly_the_completion_with_its_end_of_turn_is_trained_on(made):
    case, tokenizer, batch = made
    for one, ids, labels in zip(rows(), batch["input_ids"], batch["labels"], strict=True):
        places = [place for place, label in enumerate(labels.tolist()) if label != IGNORED]
        first, last = places[0], places[-1]
        assert places == [*range(first, last + 1)]
        assert labels[first : last + 1].equal(ids[first : last + 1])
        expected = case.rendered(one["completion"][0]["content"]) + case.end + case.behind
        assert tokenizer.decode(ids[first : last + 1]) == expected
        asked = tokenizer.apply_chat_template(
            one["prompt"], add_generation_prompt=True, tokenize=False
        )
        assert tokenizer.decode(ids[:first]) == asked


def test_our_own_labels_of_a_row_are_those_of_trl(made):
    _, tokenizer, batch = made
    for number, one in enumerate(rows()):
        ours = label_row(one, tokenizer)
        size = len(ours["input_ids"])
        assert batch["input_ids"][number][:size].tolist() == ours["input_ids"]
        assert batch["labels"][number][:size].tolist() == ours["labels"]


def measures_of(tokenizer):
    found = [measure_row(one, tokenizer, {tokenizer.eos_token_id}) for one in rows()]
    return {name: [one[name] for one in found] for name in found[0]}


def test_the_check_before_training_finds_the_rows_whole(made):
    _, tokenizer, _ = made
    measures = measures_of(tokenizer)
    check_rows(measures, "model", tokenizer.eos_token)
    assert all(measures["is_clean"])


@pytest.mark.parametrize("name", REFUSED)
def test_a_template_that_does_not_leave_rows_whole_is_refused(name):
    measures = measures_of(tokenizer_of(REFUSED[name]))
    with pytest.raises(ValueError, match="deletes the reasoning of 80 rows"):
        check_rows(measures, "model", DEEPSEEK_END)


def test_the_rows_of_these_tests_have_reasoning_and_none():
    kinds = {bool(re.match("<think>", one["completion"][0]["content"])) for one in rows()}
    assert kinds == {True, False}
