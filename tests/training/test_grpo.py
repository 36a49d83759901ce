import pytest

from training.judging import Judging
from training.rewards import Accuracy, Format, LanguageConsistency, Repetition, SoftOverlong

pytestmark = pytest.mark.slow
TEMPLATE = (
    "{% for message in messages %}[{{ message['role'] }}]{{ message['content'] }}<end>{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
NUM_GENERATIONS = 4
NAMES = ("accuracy", "format", "language_consistency", "soft_overlong", "repetition")


@pytest.fixture(scope="module")
def model():
    """A Qwen2 of two tiny layers, with a tokenizer trained here."""
    pytest.importorskip("trl")
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.decoder = decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=letters, show_progress=False)
    pieces.train_from_iterator(["<think>two and two</think>\\boxed{4}"] * 20, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pieces, eos_token="<end>", pad_token="<pad>", chat_template=TEMPLATE
    )
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2}
    torch.manual_seed(0)
    network = Qwen2ForCausalLM(Qwen2Config(vocab_size=len(tokenizer), **sizes, **heads))
    network.generation_config.eos_token_id = tokenizer.eos_token_id
    return network, tokenizer


@pytest.mark.filterwarnings("default")
def test_a_step_of_grpo_takes_these_rewards_and_leaves_out_what_was_not_judged(model, tmp_path):
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    network, tokenizer = model
    judging = Judging(frozenset({tokenizer.eos_token_id, tokenizer.pad_token_id}), num_workers=1)
    reward_funcs = [
        *(Accuracy(judging), Format(judging), LanguageConsistency(judging)),
        *(SoftOverlong(judging, max_tokens=16, cache_tokens=8), Repetition(judging)),
    ]
    asked = Dataset.from_list(
        [
            {
                "prompt": [{"role": "user", "content": problem}],
                "problem": problem,
                "verifier": "math",
                "gold_answer": gold_answer,
                "language": "en",
                "choices": None,
            }
            for problem, gold_answer in (("two and two", "4"), ("one and one", ""))
        ]
    )
    settings = GRPOConfig(
        output_dir=str(tmp_path),
        use_cpu=True,
        bf16=False,
        max_steps=1,
        per_device_train_batch_size=2 * NUM_GENERATIONS,
        num_generations=NUM_GENERATIONS,
        max_completion_length=16,
        logging_steps=1,
        report_to=[],
        save_strategy="no",
        log_completions=False,
    )
    trainer = GRPOTrainer(
        model=network,
        args=settings,
        reward_funcs=reward_funcs,
        train_dataset=asked,
        processing_class=tokenizer,
    )
    trainer.train()
    logged = trainer.state.log_history[0]
    for name in NAMES:
        assert f"rewards/{name}/mean" in logged
    assert logged["rewards/accuracy/mean"] == 0
    assert -1 <= logged["rewards/soft_overlong/mean"] < 0
    assert logged["verdicts/unjudged"] == 0.5
    outcomes = list(trainer._logs["extra"]["outcome"])
    assert sorted(outcomes) == ["bad_gold"] * NUM_GENERATIONS + ["no_answer"] * NUM_GENERATIONS
    columns = [list(trainer._logs["rewards"][name]) for name in NAMES]
    for outcome, *rewards in zip(outcomes, *columns, strict=True):
        assert {value != value for value in rewards} == {outcome == "bad_gold"}
    advantages = list(trainer._logs["advantages"])
    assert all(
        advantage == 0
        for advantage, outcome in zip(advantages, outcomes, strict=True)
        if outcome == "bad_gold"
    )
