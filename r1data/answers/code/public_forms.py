"""The forms of tests in public code sets, known by their fields, each turned into our own form."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from r1data.answers.code.parts import BUILTINS
from r1data.answers.code.preambles import IMPORTS, NODES
from r1data.answers.code.public_cases import (
    NAMES,
    UnreadTests,
    columns_of_cases,
    function_name,
    list_of_cases,
    parsed,
)

OWN = "own"
MAX_DEPTH = 5
"""Wrappings of JSON in JSON, and of objects in objects, that are looked into."""
PYTHON = frozenset({"", "python", "python2", "python3", "py", "py3"})
HOLDERS = ("tests", "input_output", "ground_truth", "verification_info", "unit_tests")
"""Fields under which whole sets of tests stand."""
KEPT = ("comparison", "checker", "packages")
"""What our own form says of how outputs compare; it may stand beside a public form."""
FACTS = (*NAMES, *KEPT, "metadata", "language", "prompt")
PICKLED = (
    "private_test_cases are pickled (base64, zlib), and a pickle runs code when it is read: decode "
    "them with LiveCodeBench's own loader and give them as JSON, or leave them out"
)
UNKNOWN = (
    "in no form that is read: an object whose kind is asserts, calls or stdin, code, a list of "
    "asserts, or a public set's fields (docs/sandbox.md lists them)"
)
OF_HELD = ("inputs", "test_cases", "test_list")
"""Fields by which what stands in such a field is known as tests."""
SOLUTION = "solution"
"""The module that KodCode's tests import the program from."""


def own_form(given: Any) -> tuple[dict[str, Any], str]:  # noqa: ANN401 - any JSON value
    """Return tests in our own form, and the name of the form they were given in.

    Raises `UnreadTests` for what is in none.

    >>> own_form({"inputs": ["3"], "outputs": ["6"]})
    ({'kind': 'stdin', 'cases': [{'input': '3', 'output': '6'}]}, 'APPS')
    """
    return _read(given, {}, MAX_DEPTH)


def gathered_tests(row: Mapping[str, Any], *, is_code: bool) -> Any:  # noqa: ANN401 - any JSON
    """Return the tests of a row, from the columns that public sets have them in; None without any.

    That is column `tests`, with the name of the function where that has a column of its own, or
    the columns of the first form that is there.

    >>> gathered_tests({"test_list": ["assert f(1)"], "text": "Write f."}, is_code=False)
    {'test_list': ['assert f(1)']}

    Args:
        row: A row with its columns by name.
        is_code: Whether the row is known to be a program's; else only what no other has is looked
            for.
    """
    tests = row.get("tests")
    if _is_there(tests):
        held = parsed(tests)
        return tests if isinstance(held, dict) and "kind" in held else _with_name(tests, row)
    for form in FORMS:
        is_asked = is_code or form.is_of_code
        if is_asked and any(_is_there(row.get(name)) for name in form.fields):
            return _filled(row, (*form.fields, *form.beside))
    for name in ("verification_info", "input_output", "ground_truth"):
        held = parsed(row.get(name))
        if is_code or (isinstance(held, dict) and any(held.get(key) for key in OF_HELD)):
            found = _filled(row, (name, *NAMES))
            if name in found:
                return found
    return None


def _with_name(tests: Any, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    beside = _filled(row, NAMES)
    if function_name({"metadata": row.get("metadata")}):
        beside["metadata"] = row["metadata"]
    return {"tests": tests, **beside} if beside else tests


def _filled(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if _is_there(row.get(name))}


def _is_there(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    is_missing = isinstance(value, float) and value != value
    return value is not None and not is_missing and value not in ("", [], {})


def _read(given: Any, facts: Mapping[str, Any], depth: int) -> tuple[dict[str, Any], str]:  # noqa: ANN401
    if not depth:
        raise UnreadTests("its fields hold one another without end")
    if isinstance(given, str):
        return _read_text(given, facts, depth)
    if isinstance(given, list):
        tests, form = _read_list(given, facts)
    elif isinstance(given, dict) and "kind" in given:
        return {**given, **_kept(_with_facts(facts, given))}, OWN
    elif isinstance(given, dict):
        facts = _with_facts(facts, given)
        holder = next((name for name in HOLDERS if _is_there(given.get(name))), None)
        if holder:
            return _read(given[holder], facts, depth - 1)
        tests, form = _read_fields(given, facts)
    else:
        raise UnreadTests(UNKNOWN)
    _check_language(facts)
    return {**tests, **_kept(facts)}, form


def _with_facts(facts: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with those that an object states, which hold before what is around it.

    Packages are allowed by either.
    """
    stated = {name: given[name] for name in FACTS if given.get(name)}
    several = [one["packages"] for one in (facts, stated) if "packages" in one]
    if len(several) > 1 and all(isinstance(names, list) for names in several):
        stated["packages"] = [*several[0], *several[1]]
    return {**facts, **stated}


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in KEPT if name in facts}


def _check_language(facts: Mapping[str, Any]) -> None:
    language = facts.get("language")
    if isinstance(language, str) and language.casefold() not in PYTHON:
        raise UnreadTests(f"they are for programs in {language}, and the sandbox runs Python")


def _read_text(given: str, facts: Mapping[str, Any], depth: int) -> tuple[dict[str, Any], str]:
    """Return what JSON in a text holds, else the text as code."""
    value = parsed(given)
    if value is not given:
        return _read(value, facts, depth - 1)
    tests = _code(given, facts)
    return {**tests, **_kept(facts)}, "code"


def _read_list(given: list[Any], facts: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    if given and all(isinstance(one, str) for one in given):
        return _code("\n".join(given), facts), "list of asserts"
    if all(isinstance(one, dict) and {"input", "output"} <= one.keys() for one in given):
        if not given:
            raise UnreadTests("it has no cases")
        named = any("testtype" in one for one in given)
        return list_of_cases(given, facts), "LiveCodeBench" if named else "list of cases"
    raise UnreadTests(UNKNOWN)


def _read_fields(given: dict[str, Any], facts: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    for form in FORMS:
        if any(given.get(name) is not None for name in form.fields):
            return form.read(given, facts), form.name
    raise UnreadTests(UNKNOWN)


def _code(code: str, facts: Mapping[str, Any], setup: str = "") -> dict[str, Any]:
    """Return code as tests, without its imports of the program."""
    try:
        tree = _OfProgram().visit(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        kind = "JSON" if code.lstrip()[:1] in ("{", "[", '"') else "JSON and no Python"
        raise UnreadTests(f"no {kind}: {error}") from None
    imports = any(word in code for word in (f"from {SOLUTION}", f"import {SOLUTION}"))
    text = ast.unparse(tree) if imports else code
    name = function_name(facts) or _builtin_asked(tree)
    return {"kind": "asserts", "setup": setup, "code": text, "entry_point": name}


class _OfProgram(ast.NodeTransformer):
    """Takes the module `solution` out of tests: its names are the program's."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.stmt]:
        if node.module != SOLUTION:
            return node
        renamed = [name for name in node.names if name.asname]
        lines = "\n".join(f"{name.asname} = {name.name}" for name in renamed)
        return ast.parse(lines).body or ast.Pass()

    def visit_Import(self, node: ast.Import) -> ast.AST:
        others = [name for name in node.names if name.name != SOLUTION or name.asname]
        return ast.Import(others) if others else ast.Pass()

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        is_own = isinstance(node.value, ast.Name) and node.value.id == SOLUTION
        return ast.Name(node.attr, node.ctx) if is_own else node


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _builtin_asked(tree: ast.AST) -> str:
    """Return the builtin's name by which tests ask for a function; empty if they use others."""
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    is_asked = names and set(names) <= BUILTINS and isinstance(calls[0] if calls else 0, ast.Name)
    return names[0] if is_asked else ""


def _mbpp(given: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    lists = [parsed(given.get(name)) or [] for name in (*MBPP, "test_imports")]
    if not all(isinstance(lines, list) and all(map(_is_text, lines)) for lines in lists):
        raise UnreadTests("test_list is no list of asserts")
    asserts, imports = [*lists[0], *lists[1]], lists[2]
    setup = "\n".join([*imports, given.get("test_setup_code") or ""])
    return _code("\n".join(asserts), facts, setup)


def _humaneval(given: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return tests that define `check`; the problem's other functions are the tests' own."""
    name = function_name(facts)
    try:
        body = ast.parse(given.get("prompt") or "").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    helpers = [ast.unparse(node) for node in body if getattr(node, "name", "") != name]
    return _code(str(given["test"]), facts, "\n".join(helpers if name else []))


def _livecodebench(given: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    cases = []
    for name in ("public_test_cases", "private_test_cases"):
        found = parsed(given.get(name) or [])
        if not isinstance(found, list):
            raise UnreadTests(PICKLED if name.startswith("private") else f"{name} is no list")
        cases += found
    return _read_list(cases, facts)[0]


def _code_contests(given: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cases of all three columns together."""
    columns: dict[str, list[Any]] = {"input": [], "output": []}
    for name in CODE_CONTESTS:
        found = parsed(given.get(name) or {})
        for key, values in columns.items():
            values += found.get(key) or [] if isinstance(found, dict) else []
    return columns_of_cases(columns, facts)


def _codeforces(given: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("input_mode") == "file":
        raise UnreadTests("its programs read and write files; only standard input is given")
    checker = given.get("generated_checker")
    tests, _ = _read_list(parsed(given["official_tests"]), facts)
    return {**tests, "checker": checker} if checker else tests


def _open_r1(given: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    return _read(given["test_cases"], facts, 2)[0]


def _leetcode(given: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {**_code(str(given["functional"]), facts, NODES), "preamble": IMPORTS}


@dataclass(frozen=True, slots=True)
class _Form:
    """A public form."""

    name: str
    fields: tuple[str, ...]
    """The fields by which it is known."""
    read: Callable[[dict[str, Any], Mapping[str, Any]], dict[str, Any]]
    beside: tuple[str, ...] = ()
    """The fields that are read besides."""
    is_of_code: bool = True
    """Whether no other rows than programs' have such fields."""


CODE_CONTESTS = ("public_tests", "private_tests", "generated_tests")
LIVECODEBENCH = ("public_test_cases", "private_test_cases")
MBPP = ("test_list", "challenge_test_list")
FORMS = (
    _Form("APPS", ("inputs", "outputs"), columns_of_cases, NAMES, is_of_code=False),
    _Form("LiveCodeBench", LIVECODEBENCH, _livecodebench, ("metadata", *NAMES)),
    _Form("MBPP", MBPP, _mbpp, ("test_setup_code", "test_imports")),
    _Form("Codeforces", ("official_tests",), _codeforces, ("generated_checker", "input_mode")),
    _Form("open-r1", ("test_cases",), _open_r1, NAMES),
    _Form("CodeContests", CODE_CONTESTS, _code_contests),
    _Form("HumanEval", ("test",), _humaneval, ("entry_point", "prompt"), is_of_code=False),
    _Form("LeetCode", ("functional",), _leetcode, is_of_code=False),
    _Form("CodeContests", ("input", "output"), columns_of_cases, NAMES, is_of_code=False),
)
"""Every public form, in the order in which they are looked for."""
