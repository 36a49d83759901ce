"""Cases of public code sets: inputs with outputs, arguments with values, in the sets' own words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from r1data.answers.code.preambles import IMPORTS

CALLED = frozenset({"function_call", "functional", "call_based"})
NAMES = ("fn_name", "func_name", "entry_point")
"""What sets call the name of the function that is asked for."""
METHOD_OF = "Solution"
"""The class that sets from LeetCode put their functions in."""


class UnreadTests(ValueError):
    """Tests that are in no form that is read, or not as their form asks; says what is wrong."""


def columns_of_cases(given: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return tests in our own form from a list of inputs and one of outputs: APPS, TACO, PRIME."""
    inputs, outputs = (given.get(f"{name}s", given.get(name)) for name in ("input", "output"))
    if not (isinstance(inputs, list) and isinstance(outputs, list)):
        raise UnreadTests("inputs and outputs are no lists")
    if len(inputs) != len(outputs):
        raise UnreadTests(f"there are {len(inputs)} inputs and {len(outputs)} outputs")
    name = function_name(facts)
    if not name:
        return {"kind": "stdin", "cases": _printed(inputs, outputs)}
    return _called(name, [_arguments(one) for one in inputs], outputs)


def list_of_cases(cases: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same from a list of cases, each with an input and an output.

    A case that names a function, or whose type says so, is a call: LiveCodeBench, DeepCoder,
    open-r1. LiveCodeBench writes each argument and the value as JSON, one a line.
    """
    kinds = {_is_call(case, facts) for case in cases}
    if len(kinds) > 1:
        raise UnreadTests("some cases call a function, others print")
    inputs, outputs = ([case[key] for case in cases] for key in ("input", "output"))
    if True not in kinds:
        return {"kind": "stdin", "cases": _printed(inputs, outputs)}
    names = {function_name({**facts, **case}) for case in cases} - {""}
    if len(names) != 1:
        said = f"several functions: {', '.join(sorted(names))}" if names else "no function"
        raise UnreadTests(f"its cases call {said}; `metadata.func_name` or `fn_name` has the name")
    values = [
        _json(one) if isinstance(one, str) and _is_written(case) else one
        for one, case in zip(outputs, cases, strict=True)
    ]
    tests = _called(names.pop(), [_arguments(one) for one in inputs], values)
    is_exact = any(case.get("testtype") == "functional" for case in cases)
    return {**tests, "cases": [_exact(case) for case in tests["cases"]]} if is_exact else tests


def function_name(facts: Mapping[str, Any]) -> str:
    """Return the name of the function that facts name, their own or in their metadata."""
    found = [facts.get(name) for name in NAMES]
    inner = parsed(facts.get("metadata"))
    found += [inner.get(name) for name in NAMES] if isinstance(inner, dict) else []
    return next((name.strip() for name in found if isinstance(name, str) and name.strip()), "")


def parsed(value: Any) -> Any:  # noqa: ANN401 - any JSON value is the point
    """Return what a text holds as JSON; anything else, and what is no JSON, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _is_call(case: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    kind = case.get("type") or case.get("testtype")
    return kind in CALLED if kind else bool(function_name({**facts, **case}))


def _is_written(case: Mapping[str, Any]) -> bool:
    """Say whether the value of a case is written as JSON, as its arguments are."""
    return isinstance(case["input"], str)


def _printed(inputs: Sequence[Any], outputs: Sequence[Any]) -> list[dict[str, str]]:
    return [
        {"input": _lines(given), "output": _lines(output)}
        for given, output in zip(inputs, outputs, strict=True)
    ]


def _lines(value: Any) -> str:  # noqa: ANN401 - any JSON value is the point
    """Return a text; a list is one of lines, as TACO has them."""
    if isinstance(value, list):
        return "\n".join(_lines(one) for one in value)
    if isinstance(value, (dict, bool)) or value is None:
        raise UnreadTests(f"an input or output is no text: {json.dumps(value)[:100]}")
    return str(value)


def _arguments(given: Any) -> list[Any]:  # noqa: ANN401 - any JSON value is the point
    """Return the arguments of a call: a list, or JSON by lines."""
    if isinstance(given, list):
        return given
    if isinstance(given, str):
        return [_json(line) for line in given.split("\n") if line.strip()]
    raise UnreadTests(f"the arguments of a call are no list: {json.dumps(given)[:100]}")


def _json(text: str) -> Any:  # noqa: ANN401 - any JSON value is the point
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadTests(f"an argument or value of a call is no JSON: {text[:100]!r}") from None


def _called(name: str, inputs: Sequence[list[Any]], outputs: Sequence[Any]) -> dict[str, Any]:
    """Return calls of a function; where every value stands in a list of its own, both will do.

    The sets' own judges accept either: their lists hold one value each, or are the value.
    """
    are_wrapped = all(isinstance(one, list) and len(one) == 1 for one in outputs)
    cases = [
        {"args": given, "accepted": [value, value[0]]}
        if are_wrapped
        else {"args": given, "expected": value}
        for given, value in zip(inputs, outputs, strict=True)
    ]
    called = {"entry_point": name, "entry_class": METHOD_OF, "cases": cases}
    return {"kind": "calls", "preamble": IMPORTS, **called}


def _exact(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case with the value as it is written."""
    return {"args": case["args"], "expected": case.get("expected", case.get("accepted", [None])[0])}
