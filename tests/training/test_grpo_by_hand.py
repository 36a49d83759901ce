"""One step of TRL's GRPO with our rewards, against the formulas worked out by hand."""

from itertools import groupby
from operator import itemgetter
from statistics import fmean, stdev

import pytest

from training.judging import Judging
from training.rewards import Accuracy, Format

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
BETA, EPSILON = 0.1, 0.2
RIGHT = "<think>two and two</think>It is \\boxed{4}."
SAMPLED = {
    "2 + 2": [
        (RIGHT, True, (1, 1)),
        ("<think>hm</think>\\boxed{5}", True, (0, 1)),
        ("I do not know.", True, (0, 0)),
        ("<think>two and two and two and", False, (0, 0)),
    ],
    "3 + 1": [
        (RIGHT, True, (1, 1)),
        ("<think>three, and one more, which makes four</think>The sum is \\boxed{4}", True, (1, 1)),
        ("<think>hm</think>\\boxed{31}", True, (0, 1)),
        ("4", False, (0, 0)),
    ],
    "5 - 1": [("<think>a</think>\\boxed{4}", True, (1, 1))] * 4,
}
"""What is sampled for each problem; whether it ends; its accuracy and its format."""
GROUP = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pytest.importorskip("trl")
    from tests.training.tiny import tiny_model

    return tiny_model(tmp_path_factory.mktemp("model"))


def sample(tokenizer):
    """What TRL asks in place of sampling: the completions above, in their order."""

    def rollouts(prompts, _trainer):
        found = {"prompt_ids": [], "completion_ids": [], "logprobs": None}
        for problem, group in groupby(prompts, key=lambda prompt: prompt[0]["content"]):
            for prompt, (text, is_ended, _) in zip(group, SAMPLED[problem], strict=True):
                asked = tokenizer.apply_chat_template(
                    prompt, add_generation_prompt=True, return_dict=False
                )
                found["prompt_ids"].append(asked)
                found["completion_ids"].append(written(tokenizer, text, is_ended))
        return found

    return rollouts


def written(tokenizer, text, is_ended):
    return tokenizer(text)["input_ids"] + ([tokenizer.eos_token_id] if is_ended else [])


def trainer_of(folder, output, loss_type):
    import torch
    from datasets import Dataset
    from transformers import AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    judging = Judging(frozenset({tokenizer.eos_token_id, tokenizer.pad_token_id}), num_workers=1)
    asked = [
        {
            "prompt": [{"role": "user", "content": problem}],
            "problem": problem,
            "verifier": "math",
            "gold_answer": "4",
        }
        for problem in SAMPLED
    ]
    settings = GRPOConfig(
        output_dir=str(output),
        use_cpu=True,
        bf16=False,
        max_steps=1,
        per_device_train_batch_size=GROUP * len(SAMPLED),
        num_generations=GROUP,
        max_completion_length=128,
        loss_type=loss_type,
        beta=BETA,
        epsilon=EPSILON,
        mask_truncated_completions=True,
        optim="sgd",
        learning_rate=1.0,
        lr_scheduler_type="constant",
        max_grad_norm=0.0,
        gradient_checkpointing=False,
        logging_steps=1,
        report_to="none",
        save_strategy="no",
    )
    trainer = GRPOTrainer(
        model=str(folder),
        args=settings,
        reward_funcs=[Accuracy(judging), Format(judging)],
        train_dataset=Dataset.from_list(asked),
        processing_class=tokenizer,
        rollout_func=sample(tokenizer),
    )
    torch.manual_seed(0)
    for weights in trainer.model.parameters():
        weights.data.add_(0.02 * torch.randn_like(weights))
    return trainer, tokenizer


def advantages():
    """By problem: the sum of the rewards, less the group's mean, over its standard deviation."""
    found = {}
    for problem, group in SAMPLED.items():
        rewards = [sum(parts) for _, _, parts in group]
        spread = stdev(rewards) + 1e-4
        found[problem] = [(reward - fmean(rewards)) / spread for reward in rewards]
    return found


def log_probabilities(network, tokenizer, problem, text, is_ended):
    """The log probability of each token of a completion, by the network alone, unpadded."""
    import torch

    asked = tokenizer.apply_chat_template(
        [{"role": "user", "content": problem}], add_generation_prompt=True, return_dict=False
    )
    completion = written(tokenizer, text, is_ended)
    logits = network(torch.tensor([[*asked, *completion]])).logits[0, len(asked) - 1 : -1]
    return logits.log_softmax(-1)[range(len(completion)), completion]


def loss_by_hand(network, reference, tokenizer, loss_type):
    """DeepSeekMath's eq. 3 for "grpo", DAPO's eq. 8 for "dapo"; what is cut off counts nothing."""
    import torch

    terms = []
    for problem, group in SAMPLED.items():
        for (text, is_ended, _), advantage in zip(group, advantages()[problem], strict=True):
            ours = log_probabilities(network, tokenizer, problem, text, is_ended)
            with torch.no_grad():
                theirs = log_probabilities(reference, tokenizer, problem, text, is_ended)
            ratio = (ours - ours.detach()).exp()
            clipped = ratio.clamp(1 - EPSILON, 1 + EPSILON)
            kl = (theirs - ours).exp() - (theirs - ours) - 1
            token = -torch.min(ratio * advantage, clipped * advantage) + BETA * kl * ratio
            terms.append(token if is_ended else token[:0])
    if loss_type == "grpo":
        return sum(term.mean() for term in terms if len(term)) / len(terms)
    return torch.cat(terms).sum() / sum(map(len, terms))


@pytest.mark.parametrize("loss_type", ["grpo", "dapo"])
def test_a_step_is_what_the_formulas_say(folder, tmp_path, loss_type):
    import copy

    import torch

    trainer, tokenizer = trainer_of(folder, tmp_path, loss_type)
    network = copy.deepcopy(trainer.model)
    reference = copy.deepcopy(trainer.ref_model)
    network.forward, reference.forward = (
        type(one).forward.__get__(one) for one in (network, reference)
    )
    loss = loss_by_hand(network, reference, tokenizer, loss_type)
    loss.backward()
    trainer.train()
    logged = trainer.state.log_history[0]
    assert logged["loss"] == pytest.approx(loss.item(), abs=1e-4)
    assert logged["kl"] > 0.001
    assert logged["frac_reward_zero_std"] == pytest.approx(1 / 3)
    after = dict(trainer.model.named_parameters())
    for name, before in network.named_parameters():
        assert torch.allclose(after[name], before - before.grad, rtol=1e-3, atol=1e-5), name


def test_rewards_and_advantages_are_those_worked_out_by_hand(folder, tmp_path):
    trainer, _ = trainer_of(folder, tmp_path, "grpo")
    trainer.train()
    logs = trainer._logs
    asked = [prompt[0]["content"] for prompt in logs["prompt"]]
    names = ("accuracy", "format")
    told = zip(asked, *(logs["rewards"][name] for name in names), logs["advantages"], strict=True)
    for problem, group in groupby(told, key=itemgetter(0)):
        _, accuracy, form, given = zip(*group, strict=True)
        assert list(zip(accuracy, form, strict=True)) == [one[2] for one in SAMPLED[problem]]
        assert given == pytest.approx(advantages()[problem], abs=1e-4)
