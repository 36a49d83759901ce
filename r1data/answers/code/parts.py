"""Parts of a program: the names that a block binds and uses, and what it does when it is run."""

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BUILTINS = frozenset(dir(builtins))
DEFINITION = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
WORD = re.compile(r"[^\W\d]\w*")
READERS = frozenset({"input", "stdin", "open", "fileinput"})
WRITERS = frozenset({"print", "stdout", "pprint"})
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
NAMED = (*DEFINITIONS, *IMPORTS)
HOLDERS = (ast.If, ast.Try, ast.With, ast.For, ast.While)


@dataclass(frozen=True, slots=True)
class Part:
    """A block of Python as a part of a program."""

    text: str
    defines: frozenset[str] = frozenset()
    """Functions and classes; those whose body is left out are none."""
    binds: frozenset[str] = frozenset()
    """All names it gives a value, those it defines or imports among them."""
    assigns: frozenset[str] = frozenset()
    """Names it gives a value by a statement of its own, so neither defined nor imported."""
    uses: frozenset[str] = frozenset()
    """Names it needs from elsewhere."""
    acts: bool = False
    """Whether running it does more than define, import and assign constants."""
    reads: bool = False
    """Whether it uses what reads input."""
    prints: bool = False
    """Whether it uses what prints."""
    num_statements: int = 0
    """Statements of its own, not counting those inside others."""


def part_of(text: str) -> Part:
    r"""Return what a block binds, uses and does.

    One that is no Python binds what its lines seem to define.

    >>> part = part_of("n = int(input())\ndef f(): return g(n)")
    >>> sorted(part.binds), sorted(part.defines), sorted(part.uses), part.acts, part.prints
    (['f', 'n'], ['f'], ['g'], True, False)
    """
    try:
        tree = ast.parse(text)
        uses = frozenset(_global_uses(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        seen = frozenset(DEFINITION.findall(text))
        return Part(text, seen, seen, uses=frozenset(WORD.findall(text)) - seen)
    words = uses | {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    binds = frozenset(_bound(tree.body))
    return Part(
        text,
        defines=frozenset(_defined(tree.body)),
        binds=binds,
        assigns=frozenset(_bound(node for node in tree.body if not isinstance(node, NAMED))),
        uses=uses - binds - BUILTINS,
        acts=any(_acts(node) for node in tree.body),
        reads=bool(words & READERS),
        prints=bool(words & WRITERS),
        num_statements=len(tree.body),
    )


def used_names(code: str) -> frozenset[str]:
    """Return the names that code takes from elsewhere; code that is no Python takes none."""
    return part_of(code).uses


def _global_uses(text: str) -> Iterator[str]:
    """Yield the names that a text reads as globals, whatever the scope."""
    tables = [symtable.symtable(text, "<block>", "exec")]
    for table in tables:
        tables.extend(table.get_children())
        for symbol in table.get_symbols():
            is_outer = table.get_type() == "module" or symbol.is_global()
            if is_outer and symbol.is_referenced():
                yield symbol.get_name()


def _bound(body: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that statements of a module give a value."""
    for node in body:
        if isinstance(node, DEFINITIONS):
            yield from () if _is_stub(node) else (node.name,)
        elif isinstance(node, IMPORTS):
            yield from ((name.asname or name.name).partition(".")[0] for name in node.names)
        else:
            yield from _stored(node)


def _stored(node: ast.AST) -> Iterator[str]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, NAMED):
            yield from _bound([inner])
        elif isinstance(inner, ast.Name):
            yield from (inner.id,) if isinstance(inner.ctx, ast.Store) else ()
        elif not isinstance(inner, (ast.Lambda, ast.comprehension)):
            yield from _stored(inner)


def _defined(body: Iterable[ast.AST]) -> Iterator[str]:
    for node in body:
        if isinstance(node, DEFINITIONS):
            yield from () if _is_stub(node) else (node.name,)
        elif isinstance(node, HOLDERS):
            yield from _defined(ast.iter_child_nodes(node))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Say whether a body is left out: `pass`, `...`, a docstring, `raise NotImplementedError`."""
    if isinstance(node, ast.ClassDef) and node.bases:
        return False
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        or (isinstance(one, ast.Raise) and "NotImplementedError" in ast.dump(one))
        for one in node.body
    )


def _acts(node: ast.AST) -> bool:
    """Say whether a statement of a module does more than define, import or assign a constant."""
    if isinstance(node, NAMED):
        return False
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    is_plain = isinstance(node, (ast.Assign, ast.AnnAssign)) and not any(
        isinstance(inner, ast.Call) for inner in ast.walk(node)
    )
    return not is_plain
