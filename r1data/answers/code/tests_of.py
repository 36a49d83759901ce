"""The tests of a program, read from a prompt's JSON."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from r1data.answers.code.asserts import calls_check
from r1data.answers.code.public_cases import UnreadTests
from r1data.answers.code.public_forms import OWN, own_form
from r1data.answers.code.stdout import COMPARISONS, LINES, Comparison, Tolerance

KINDS = ("asserts", "calls", "stdin")
ANY_ORDER = "any_order"
OF_CALLS = ("floats", ANY_ORDER)
"""The comparisons of values."""


@dataclass(frozen=True, slots=True)
class CodeTests:
    """The tests that decide about a program."""

    kind: str
    """`asserts`: code; `calls`: arguments and what is to be returned; `stdin`: input, output."""
    setup: str = ""
    """Code that runs before the program for it to use, and again before the tests: what it defines
    is the tests' own there, whatever the program makes of these names."""
    preamble: str = ""
    """Code that runs before the program alone: names that it may use without importing them."""
    code: str = ""
    entry_point: str | None = None
    """A name, or an expression such as `Solution().twoSum`."""
    entry_class: str = ""
    """The class of which the entry point may also be a method."""
    cases: list[dict[str, Any]] = field(default_factory=list)
    """Each with what is expected, or with `accepted`: several that are all right."""
    comparison: Comparison = LINES
    """How outputs or values compare with what is expected."""
    checker: str = ""
    """Code that decides in its place."""
    packages: tuple[str, ...] = ()
    """Packages that the program and the tests may import."""
    form: str = OWN
    """The form they were given in: a public set's name, or `own`."""

    shared_classes: tuple[str, ...] = ()
    """The classes that the setup defines: their objects cross as plain data."""


@lru_cache(maxsize=1000)
def read_tests(text: str | None) -> CodeTests | str:
    """Return the tests that JSON or code describes, or what is wrong with them.

    >>> read_tests('{"kind": "stdin", "cases": []}')
    'tests: it has no cases'
    """
    if not (text or "").strip():
        return "tests: there are none"
    try:
        given, form = own_form(text)
        tests = _tests(given, form)
        _check(tests)
    except UnreadTests as error:
        return f"tests: {error}"
    nodes = ast.parse(tests.setup).body
    classes = (node.name for node in nodes if isinstance(node, ast.ClassDef))
    return replace(tests, shared_classes=tuple(classes))


def allowing(tests: str, packages: tuple[str, ...]) -> str:
    """Return the tests with packages that they may import besides those they name.

    >>> allowing("assert f()", ("numpy",))
    '{"tests": "assert f()", "packages": ["numpy"]}'
    """
    return json.dumps({"tests": tests, "packages": list(packages)})


def _tests(given: Mapping[str, Any], form: str) -> CodeTests:
    if given["kind"] not in KINDS:
        raise UnreadTests(f"its kind is {given['kind']!r}, not one of {', '.join(KINDS)}")
    names = ("setup", "preamble", "code", "checker", "entry_class", "entry_point")
    texts = {name: given.get(name) or "" for name in names}
    if not all(isinstance(text, str) for text in texts.values()):
        raise UnreadTests("setup, preamble, code, checker and entry_point must be texts")
    return CodeTests(
        kind=given["kind"],
        setup=texts["setup"],
        preamble=texts["preamble"],
        code=texts["code"],
        entry_point=texts["entry_point"] or None,
        entry_class=texts["entry_class"],
        checker=texts["checker"],
        cases=given.get("cases") or [],
        comparison=_comparison(given),
        packages=_packages(given.get("packages")),
        form=form,
    )


def _comparison(given: Mapping[str, Any]) -> Comparison:
    """Return the comparison that tests name: a name, or an object with its tolerances."""
    said = given.get("comparison") or LINES.name
    said = {"name": said} if isinstance(said, str) else said
    known = OF_CALLS if given["kind"] == "calls" else (LINES.name, *COMPARISONS)
    is_usual = said == {"name": LINES.name}
    if not (isinstance(said, dict) and (is_usual or said.get("name") in known)):
        raise UnreadTests(f"comparison is {json.dumps(said)}; name one of {', '.join(known)}")
    bounds = {name: said.get(name, 0.0) for name in ("relative", "absolute")}
    are_numbers = all(
        isinstance(bound, (int, float)) and not isinstance(bound, bool) and 0 <= bound < 1e9
        for bound in bounds.values()
    )
    if not are_numbers or said.keys() - {"name", *bounds}:
        raise UnreadTests("comparison has a name, and for floats relative and absolute, numbers")
    if said["name"] == "floats" and any(bounds.values()):
        return Comparison("floats", Tolerance(**bounds))
    return Comparison(said["name"])


def _packages(given: Any) -> tuple[str, ...]:  # noqa: ANN401 - any JSON value
    names = given or []
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise UnreadTests("packages must be a list of names")
    return tuple(sorted(set(names)))


def _check(tests: CodeTests) -> None:
    """Raise `UnreadTests` if tests lack what their kind needs."""
    for name in ("setup", "preamble", "code", "checker"):
        try:
            ast.parse(getattr(tests, name))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise UnreadTests(f"{name} is no Python: {error}") from None
    if tests.kind == "asserts":
        _check_asserts(tests)
    else:
        _check_cases(tests)


def _check_asserts(tests: CodeTests) -> None:
    if not ast.parse(tests.code).body:
        raise UnreadTests("it has no code")
    if tests.checker or tests.comparison != LINES:
        raise UnreadTests("a checker or comparison is for outputs and values, not for asserts")
    defines, calls = calls_check(tests.code)
    if defines and not calls and not tests.entry_point:
        raise UnreadTests("it defines check(candidate), but no entry_point to call it with")


def _check_cases(tests: CodeTests) -> None:
    if not tests.cases or not isinstance(tests.cases, list):
        raise UnreadTests("it has no cases")
    if tests.kind == "calls" and not tests.entry_point:
        raise UnreadTests("it has no entry_point")
    given = {"stdin": ("input", str), "calls": ("args", list)}[tests.kind]
    expected = {"stdin": ("output", str), "calls": ("expected", object)}[tests.kind]
    for number, case in enumerate(tests.cases):
        if not isinstance(case, dict):
            raise UnreadTests(f"case {number} is no object")
        wanted = [given] if "accepted" in case or tests.checker else [given, expected]
        for key, kind in wanted:
            if not isinstance(case.get(key, wanted), kind) or key not in case:
                raise UnreadTests(f"case {number} has no {key!r}, or no {kind.__name__} there")
        _check_accepted(case, number, expected[1])


def _check_accepted(case: Mapping[str, Any], number: int, kind: type) -> None:
    several = case.get("accepted", [None])
    is_list = isinstance(several, list) and bool(several)
    if "accepted" in case and not (is_list and all(isinstance(one, kind) for one in several)):
        raise UnreadTests(f"case {number} has no list of right outputs as 'accepted'")
