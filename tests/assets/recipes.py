import random

from assets.recipe.recipe import Recipe

CRITIC = {
    "kind": "endpoint",
    "endpoint": "http://fake/v1",
    "model": "critic",
    "revision": "1",
    "template": {"instruction": "Box your answer."},
}


def sums(size, digits):
    """Return a source of so many sums and products, which takes no generator's process."""
    rng = random.Random(digits)
    numbers = range(10 ** (digits - 1), 10**digits)
    terms = rng.sample(
        [(a, sign, b) for a in numbers[:200] for sign in "+*" for b in numbers], size
    )
    return {
        "problems": [
            {
                "problem": f"Calculate {a} {sign} {b}.",
                "gold_answer": str(a + b if sign == "+" else a * b),
            }
            for a, sign, b in terms
        ]
    }


def whole_recipe(tmp_path, **rounds):
    config = tmp_path / "sft.yaml"
    if not config.exists():
        config.write_text("max_steps: 1", encoding="utf-8")
    training = {"base": "base", "config": str(config)}
    recipe = {
        "name": "small",
        "policies": {
            "base": {"kind": "weights", "weights": str(tmp_path / "base")},
            "examples": {"kind": "worked_examples", "worked_examples": "arithmetic"},
        },
        "prompts": {
            "sources": {
                "easy": sums(16, digits=1),
                "hard": sums(24, digits=3),
                "twice": {"problems": [{"problem": "1 + 1 =", "gold_answer": "2"}] * 2},
            },
            "benchmarks": {"held_out": sums(12, digits=2)},
        },
        "cold_start": {
            "policy": "examples",
            "sources": ["easy"],
            "sampling": {"group_size": 1},
            "training": training,
        },
        "reasoning": {
            "policy": "cold_start",
            "sources": ["hard", "twice"],
            "sampling": {"group_size": 4},
        },
        "sft": {"training": training},
        "evaluation": {"policies": ["base", "cold_start", "sft"], "sampling": {"group_size": 2}},
    }
    return Recipe.model_validate(recipe | rounds)


def judged_recipe(
    tmp_path, *, judge=None, benchmarks_judge=None, sources=None, teacher=None, selection=None
):
    """Sums whose verifier is sure, and a source that no rule can judge."""
    told = [{"problem": "What is 2 + 3 ?", "gold_answer": "5"}]
    recipe = {
        "name": "small",
        "policies": {
            "teacher": teacher or {"kind": "weights", "weights": str(tmp_path / "base")},
            "critic": CRITIC,
        },
        "prompts": {
            "sources": sources
            or {"sums": sums(8, digits=2), "told": {"problems": told, "verifier": None}},
            "benchmarks": {"held_out": sums(6, digits=3)},
        },
        "reasoning": {
            "policy": "teacher",
            "sampling": {"group_size": 4},
            "judge": judge,
            "selection": selection or {},
        },
        "evaluation": {
            "policies": ["teacher"],
            "sampling": {"group_size": 4},
            "judge": benchmarks_judge,
        },
    }
    return Recipe.model_validate(recipe)
