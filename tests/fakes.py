import ast
import json
import operator
import re
from pathlib import Path

import numpy as np
import polars as pl

from assets.steps.run import Machine
from r1data.protocol import Reply
from r1data.seeds import content_id
from tests.verification.judge import judges

OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


class FakeEngine:
    """Does arithmetic, and every fourth time, by seed, wrongly."""

    concurrency = 8

    def __init__(self):
        self.num_asked = 0

    def complete(self, requests, sampling):
        for request in requests:
            self.num_asked += 1
            problem = request.messages[-1]["content"]
            answer = value(re.search(r"\d[\d +*-]*\d|\d", problem).group())
            answer += request.seed % 4 == 0
            thought = f"{problem} gives {answer}, says {request.seed}"
            text = f"<think>{thought}</think>It is \\boxed{{{answer}}}."
            yield Reply(
                request.rollout_id,
                completion=text,
                finish_reason="stop",
                num_prompt_tokens=len(problem.split()),
                num_completion_tokens=len(text.split()),
                rendered_prompt=problem,
            )

    def close(self):
        pass


def value(expression):
    return _value(ast.parse(expression, mode="eval").body)


def _value(node):
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    return node.value


class FakeJudge:
    """Answers each question by a function, see `tests.verification.judge.judges`."""

    concurrency = 8

    def __init__(self, answer):
        self.answer = answer
        self.num_asked = 0

    def complete(self, requests, sampling):
        for request in requests:
            self.num_asked += 1
            text = self.answer(request.messages[-1]["content"])
            yield Reply(request.rollout_id, completion=text, finish_reason="stop")

    def close(self):
        pass


class FakeRewardModel:
    """Finds every completion as good as the next."""

    def rewards(self, prompts, completions):
        return [0.5] * len(completions)


class FakeMachine:
    """Counts what is asked of engines and how often something is trained."""

    def __init__(self):
        self.engine = FakeEngine()
        self.judge = FakeJudge(judges.honest)
        self.trained = []
        self.jobs = []

    @property
    def parts(self):
        return Machine(
            open_engine=self._open_engine,
            train=self._train,
            load_reward_model=lambda _: FakeRewardModel(),
        )

    def _open_engine(self, policy, store, say):
        return self.judge if policy.name == "critic" else self.engine

    def _train(self, job, progress):
        self.jobs.append(job)
        self.trained.append(job.weights.name.rpartition("-")[0])
        job.weights.mkdir()
        job.weights.joinpath("model.safetensors").write_text(job.weights.name)
        if job.entry_point == "grpo":
            fake_rewards(job.weights, job.tables["train_file"].read())
        job.weights.joinpath("metrics.json").write_text(
            json.dumps({"num_steps": 1, "num_rows": 1, "num_held_out": 0})
        )


def fake_rewards(weights, prompts):
    """Leave what GRPO does: what was logged of two steps, and what was sampled for each."""
    log = [{"step": step, "loss": 0.1, "reward": 0.5 * step, "kl": 0.0} for step in (1, 2)]
    weights.joinpath("log.jsonl").write_text("\n".join(map(json.dumps, log)))
    weights.joinpath("completions").mkdir()
    for step in (1, 2):
        rows = {
            "step": [step] * prompts.height,
            "sampled_step": [step] * prompts.height,
            "prompt_id": prompts["prompt_id"],
            "completion": [[{"role": "assistant", "content": "4"}]] * prompts.height,
            "accuracy": [1.0] * prompts.height,
            "advantage": [0.0] * prompts.height,
        }
        pl.DataFrame(rows).write_parquet(
            weights / "completions" / f"completions_{step:05d}.parquet"
        )


def hashed_words(texts):
    """Vectors by the words of texts: equal where the words are, in any order."""
    vectors = np.zeros((len(texts), 64), np.float32)
    for row, text in enumerate(texts):
        for word in re.findall(r"\w+", text.casefold()):
            vectors[row, int(content_id(word), 16) % 64] += 1
    return vectors


def fake_weights(folder: Path) -> Path:
    folder.mkdir(parents=True)
    folder.joinpath("model.safetensors").write_text("weights")
    return folder
