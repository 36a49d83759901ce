"""A cold start with every collection, and the models of a few lines that answer it."""

import re

from assets.recipe.recipe import Recipe
from assets.steps.run import Machine
from r1data.protocol import Reply
from tests.assets.recipes import sums
from tests.fakes import FakeMachine, value
from tests.verification.judge.judges import sections

CHINESE = "然后我再检查一遍这个结果是不是正确的因为我不想犯任何错误。"


def endpoint(name):
    return {"kind": "endpoint", "endpoint": "http://fake/v1", "model": name, "revision": "1"}


class Thinker:
    """Does arithmetic and thinks aloud; at temperature 1 each second sample goes into Chinese."""

    concurrency = 8

    def __init__(self):
        self.asked = []

    def complete(self, requests, sampling):
        for request in requests:
            self.asked.append(request)
            problem = request.messages[-1]["content"].split("\n")[0]
            yield Reply(
                request.rollout_id,
                completion=self.text(request, problem, is_wild=sampling.temperature == 1),
                finish_reason="stop",
                num_prompt_tokens=len(problem.split()),
                num_completion_tokens=40,
            )

    def text(self, request, problem, *, is_wild):
        sample, num_turns = request.sample_index, len(request.messages)
        answer = value(re.search(r"\d[\d +*-]*\d|\d", problem).group())
        aloud = (
            CHINESE
            if is_wild and sample == 1
            else "Then I check it once more, since I want no mistake. "
        )
        shown = " as I was shown" * (num_turns > 1)
        thought = (
            f"I read the problem{shown}: {problem} I work it out and get {answer}. "
            f"{'I am quite sure of it. ' * (sample + 1)}{aloud}So the answer is {answer}."
        )
        return f"<think>\n{thought}\n</think>\n\nThe answer is \\boxed{{{answer}}}."

    def close(self):
        pass


def faithful(shown, sample):
    """What a good editor writes: the same, a little longer with each sample."""
    more = "I take my time. " * sample
    return f"{more}{shown['reasoning']}", f"I work it out.\n\n{shown['solution']}"


class Editor:
    """Rewrites as a function says, which is given what is shown and the sample's number."""

    concurrency = 8

    def __init__(self, rewrite=faithful):
        self.rewrite = rewrite
        self.asked = []

    def complete(self, requests, sampling):
        for request in requests:
            self.asked.append(request)
            shown = sections(request.messages[-1]["content"])
            written = self.rewrite(shown, request.sample_index)
            text = written if isinstance(written, str) else in_form(*written)
            yield Reply(request.rollout_id, completion=text, finish_reason="stop")

    def close(self):
        pass


def in_form(reasoning, solution):
    return f"=== REASONING ===\n{reasoning}\n=== SOLUTION ===\n{solution}"


class Studio(FakeMachine):
    """A machine on which `editor` rewrites and every other policy thinks."""

    def __init__(self):
        super().__init__()
        self.thinker, self.editor = Thinker(), Editor()

    @property
    def counts(self):
        return len(self.thinker.asked), len(self.editor.asked)

    @property
    def parts(self):
        return Machine(open_engine=self._open, train=self._train)

    def _open(self, policy, store, say):
        return self.editor if policy.name == "editor" else self.thinker


COLLECTIONS = {
    "few_shot": {"kind": "few_shot", "sources": ["easy"]},
    "direct": {"kind": "direct", "sources": ["easy"]},
    "zero": {
        "kind": "r1_zero",
        "policy": "zero",
        "sources": ["hard"],
        "sampling": {"group_size": 3, "temperature": 1.0},
    },
    "refined": {"kind": "refined", "policy": "editor", "sampling": {"group_size": 2}},
}


def cold_recipe(tmp_path, collections=None, **cold_start):
    return Recipe.model_validate(cold_document(tmp_path, collections, **cold_start))


def cold_document(tmp_path, collections=None, **cold_start):
    """Easy and hard sums; any policy stands in for R1-Zero."""
    config = tmp_path / "sft.yaml"
    config.write_text("max_steps: 1", encoding="utf-8")
    base = {"kind": "weights", "weights": str(tmp_path / "base")}
    return {
        "name": "cold",
        "policies": {
            "base": base,
            "zero": base | {"template": {"instruction": "Box it."}},
            "teacher": endpoint("teacher"),
            "editor": endpoint("editor"),
            "rule": {"kind": "worked_examples", "worked_examples": "arithmetic"},
        },
        "prompts": {"sources": {"easy": sums(6, digits=1), "hard": sums(5, digits=3)}},
        "cold_start": {
            "policy": "teacher",
            "sampling": {"group_size": 2},
            "collections": COLLECTIONS if collections is None else collections,
            "training": {"base": "base", "config": str(config)},
            **cold_start,
        },
    }
