"""Reading a recipe: a wrong key, value or name is one line with its remedy, before any work."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from assets.chains.round import Round
from assets.recipe.document import read_document
from assets.recipe.explain import explain, settings_of
from assets.recipe.recipe import Recipe
from r1data.policies.settings import RolloutsPolicy
from r1data.tables import BY_RULE

JUDGE_KINDS = ("weights", "endpoint")
LIKE = "recipes/demo.yaml"
"""An example of a recipe."""
CONFIGS_LIKE = {"config": "training/configs/sft.yaml", "accelerate": "training/configs/zero3.yaml"}
"""Examples of the files that a training names."""


def load_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises:
        FileNotFoundError: No such recipe; the message lists those there are beside it.
        ValueError: Not YAML, an unknown key (the nearest known one is named), a value out of
            range, a name that the recipe does not define, or a file it names that cannot be read.
    """
    if not path.is_file():
        beside = sorted(str(other) for other in path.parent.glob("*.yaml"))
        what = "is no file" if path.exists() else "does not exist"
        raise FileNotFoundError(f"{path} {what}; recipes there: {', '.join(beside) or 'none'}.")
    document = read_document(path, like=LIKE)
    try:
        recipe = Recipe.model_validate(document)
    except ValidationError as error:
        raise ValueError(f"{path}: {explain(error, Recipe)}") from error
    for problem in _broken_references(recipe):
        raise ValueError(f"{path}: {problem}")
    return recipe


def _broken_references(recipe: Recipe) -> Iterator[str]:
    """Yield one line for each name that the recipe uses and does not define."""
    known = {
        "policy": [*recipe.policies, *recipe.trainings],
        "source": list(recipe.sources),
    }
    for kind, names in known.items():
        for where, name in recipe.references(kind):
            if name not in names:
                yield f"`{where}` names the {kind} `{name}`; there are: {', '.join(names)}."
    named = Counter([*recipe.policies, *(name for name, _ in recipe.trained)])
    for name in (name for name, times in named.items() if times > 1):
        yield f"the policy `{name}` is named like one that a round trains; rename it."
    yield from _named_twice(recipe)
    yield from _circles(recipe)
    yield from _missing_files(recipe)
    yield from _untrainable(recipe)
    for where, policy in recipe.judges.items():
        if not _can_judge(recipe, policy):
            yield (
                f"`{where}` names `{policy}`, which cannot judge; name a policy "
                f"of kind {' or '.join(JUDGE_KINDS)}, called anything but `{BY_RULE}`."
            )
    for name, section in recipe.rounds.items():
        yield from section.faults(recipe.others(name), _could_keep())


def _named_twice(recipe: Recipe) -> Iterator[str]:
    for kind in ("policy", "source"):
        for (where, name), times in Counter(recipe.references(kind)).items():
            if times > 1:
                yield f"`{where}` names the {kind} `{name}` {times} times; name it once."


def _circles(recipe: Recipe) -> Iterator[str]:
    for name, one in recipe.trained:
        way = recipe.way(name)
        if way[-1] in way[:-1]:
            yield (
                f"`{one.where}.base` goes in a circle: {' -> '.join(way)}; let one of them "
                "begin from a policy of `policies`."
            )


def _untrainable(recipe: Recipe) -> Iterator[str]:
    """Yield the trainings that begin from something without weights, or asked with flags."""
    for name, one in recipe.trained:
        origin = recipe.way(name)[-1]
        policy = recipe.policies[origin]
        kind = policy.kind
        if policy.kind == "weights" and policy.template.chat_template_kwargs:
            yield (
                f"`{one.where}.base` begins from `{origin}`, whose chat template is told "
                f"`{', '.join(policy.template.chat_template_kwargs)}` when it is sampled and not "
                "when it is trained; leave out its `chat_template_kwargs`, or give it weights with "
                "a chat template that needs none."
            )
        if kind != "weights":
            yield (
                f"`{one.where}.base` begins from `{origin}`, which is of kind {kind} and has "
                "no weights to train; name a policy of kind weights, or a round that trains one."
            )


def _missing_files(recipe: Recipe) -> Iterator[str]:
    for _, one in recipe.trained:
        for setting, config in one.training.configurations().items():
            path, like = Path(config), CONFIGS_LIKE[setting]
            if path.is_file():
                read_document(path, like=like)
                continue
            what = "is no file" if path.exists() else "does not exist"
            yield f"`{one.where}.{setting}`: `{config}` {what}; give one such as {like}."
        for setting, named in one.training.named_files().items():
            if not Path(named).is_file():
                yield f"`{one.where}`: `{setting}` is `{named}`, which is no file; name one."
    for name, policy in recipe.policies.items():
        if isinstance(policy, RolloutsPolicy) and (fault := policy.fault()):
            yield f"policy `{name}`: {fault}"


def _can_judge(recipe: Recipe, policy: str) -> bool:
    """Tell whether a policy is a model, and not called what stands for no judge at all."""
    return policy != BY_RULE and recipe.named_policies[policy].settings.kind in JUDGE_KINDS


def _could_keep() -> tuple[str, ...]:
    """Return the rounds a recipe can have whose rollouts the base model is trained on."""
    found = {name: settings_of(field.annotation) for name, field in Recipe.model_fields.items()}
    return tuple(
        name
        for name, kind in found.items()
        if isinstance(kind, type) and issubclass(kind, Round) and kind.is_training_data
    )
