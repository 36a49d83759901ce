"""Reading a recipe: a wrong key, value or name is one line with its remedy, before any work."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from assets.chains.round import Round
from assets.recipe.document import read_yaml
from assets.recipe.recipe import Recipe
from r1data.engines.policies import RolloutsPolicy
from r1data.tables import BY_RULE

JUDGE_KINDS = ("weights", "endpoint")


def load_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises:
        FileNotFoundError: No such recipe; the message lists those there are beside it.
        ValueError: Not YAML, an unknown key (the nearest known one is named), a value out of
            range, or a name that the recipe does not define.
    """
    if not path.is_file():
        beside = sorted(str(other) for other in path.parent.glob("*.yaml"))
        raise FileNotFoundError(
            f"{path} does not exist; recipes there: {', '.join(beside) or 'none'}."
        )
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}.") from error
    try:
        recipe = Recipe.model_validate(document)
    except ValidationError as error:
        unknown_first = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        raise ValueError(f"{path}: {_explain(unknown_first[0], document)}") from error
    for problem in _broken_references(recipe):
        raise ValueError(f"{path}: {problem}")
    return recipe


def _explain(error: ErrorDetails, document: Any) -> str:  # noqa: ANN401 - whatever the YAML holds
    where = ".".join(_keys(error["loc"], document))
    if error["type"] in ("name", "secret"):
        return f"{where}: {error['msg']}."
    if error["type"] == "extra_forbidden":
        key = str(error["loc"][-1])
        known = _known_keys(error["loc"][:-1])
        near = get_close_matches(key, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(known)}."
        return f"unknown key `{where}`; {hint}"
    if error["type"] == "missing":
        return f"`{where}` is missing; add it."
    return f"`{where}` is {error['input']!r:.200}: {error['msg'][0].lower()}{error['msg'][1:]}."


def _keys(location: tuple[int | str, ...], document: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the keys on the way to an error, without the kinds that pydantic puts between them."""
    *way, last = location or ("the recipe",)
    for part in way:
        is_there = isinstance(document, list) or (isinstance(document, dict) and part in document)
        if is_there:
            document = document[part]
            yield str(part)
    yield str(last)


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the settings at a place in the recipe have."""
    found: Any = Recipe
    for part in location:
        found = _inside(found, part)
    return (
        sorted(found.model_fields)
        if isinstance(found, type) and issubclass(found, BaseModel)
        else []
    )


def _inside(annotation: Any, part: int | str) -> Any:  # noqa: ANN401 - a type annotation
    """Return the annotation of one key, item or union member of an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _strip(annotation.model_fields[str(part)].annotation)
    members = getattr(annotation, "__args__", ())
    for member in members:
        kind = getattr(member, "model_fields", {}).get("kind")
        if kind is not None and kind.default == part:
            return member
    return _strip(members[-1]) if members else None


def _strip(annotation: Any) -> Any:  # noqa: ANN401 - a type annotation
    """Return an annotation without `| None` and without what `Annotated` adds."""
    if hasattr(annotation, "__metadata__"):
        return _strip(annotation.__origin__)
    rest = [member for member in getattr(annotation, "__args__", ()) if member is not type(None)]
    is_optional = len(rest) < len(getattr(annotation, "__args__", ()))
    return _strip(rest[0]) if is_optional and len(rest) == 1 else annotation


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
    for name in recipe.trainings.keys() & recipe.policies.keys():
        yield f"the policy `{name}` is named like the round that trains one; rename it."
    yield from _circles(recipe)
    yield from _missing_files(recipe)
    for name, judge in recipe.judges.items():
        if not _can_judge(recipe, judge.policy):
            yield (
                f"`{name}.judge.policy` names `{judge.policy}`, which cannot judge; name a policy "
                f"of kind {' or '.join(JUDGE_KINDS)}, called anything but `{BY_RULE}`."
            )
    for name, section in recipe.rounds.items():
        yield from section.faults(recipe.others(name), _could_keep())


def _circles(recipe: Recipe) -> Iterator[str]:
    for name in recipe.trainings:
        way = recipe.way(name)
        if way[-1] in way[:-1]:
            yield (
                f"`{name}.training.base` goes in a circle: {' -> '.join(way)}; let one of them "
                "begin from a policy of `policies`."
            )


def _missing_files(recipe: Recipe) -> Iterator[str]:
    for training in recipe.trainings.values():
        if not Path(training.config).is_file():
            yield (
                f"`{training.config}` does not exist; give a TRL configuration such as "
                "training/configs/sft.yaml."
            )
    for name, policy in recipe.policies.items():
        if isinstance(policy, RolloutsPolicy) and (fault := policy.fault()):
            yield f"policy `{name}`: {fault}"


def _can_judge(recipe: Recipe, policy: str) -> bool:
    """Tell whether a policy is a model, and not called what stands for no judge at all."""
    return policy != BY_RULE and recipe.named_policies[policy].settings.kind in JUDGE_KINDS


def _could_keep() -> tuple[str, ...]:
    """Return the rounds a recipe can have whose rollouts the base model is trained on."""
    found = {name: _strip(field.annotation) for name, field in Recipe.model_fields.items()}
    return tuple(
        name
        for name, kind in found.items()
        if isinstance(kind, type) and issubclass(kind, Round) and kind.is_training_data
    )
