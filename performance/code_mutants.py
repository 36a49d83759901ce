"""Wrong programs made of right ones: one small change to the syntax tree each."""

import ast
import copy
import random
from collections.abc import Callable

COMPARISONS = (
    *((ast.Lt, ast.LtE), (ast.LtE, ast.Lt), (ast.Gt, ast.GtE), (ast.GtE, ast.Gt)),
    *((ast.Eq, ast.NotEq), (ast.NotEq, ast.Eq), (ast.In, ast.NotIn), (ast.NotIn, ast.In)),
    *((ast.Is, ast.IsNot), (ast.IsNot, ast.Is)),
)
OPERATORS = (
    *((ast.Add, ast.Sub), (ast.Sub, ast.Add), (ast.Mult, ast.Add), (ast.Div, ast.FloorDiv)),
    *((ast.FloorDiv, ast.Mult), (ast.Mod, ast.FloorDiv), (ast.Pow, ast.Mult)),
    *((ast.BitAnd, ast.BitOr), (ast.BitOr, ast.BitAnd), (ast.BitXor, ast.BitOr)),
    *((ast.LShift, ast.RShift), (ast.RShift, ast.LShift)),
)


def mutants(program: str, number: int, seed: str, *, entry_point: str | None = None) -> list[str]:
    """Return up to a number of different programs, each one change away from a program.

    With an entry point only that function is changed: helpers of the problem are the tests' own.
    """
    tree = ast.parse(program)
    within = {
        id(inner)
        for node in tree.body
        if entry_point in (None, getattr(node, "name", None))
        for inner in ast.walk(node)
    }
    places = [
        (position, change)
        for position, node in enumerate(ast.walk(tree))
        for change in CHANGES
        if id(node) in within and change(copy.deepcopy(node))
    ]
    random.Random(seed).shuffle(places)
    original, found = ast.unparse(tree), []
    for position, change in places:
        changed = copy.deepcopy(tree)
        change(list(ast.walk(changed))[position])
        text = ast.unparse(ast.fix_missing_locations(changed))
        if text != original and text not in found:
            found.append(text)
        if len(found) == number:
            break
    return found


def _swap_comparison(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    swapped = dict(COMPARISONS).get(type(node.ops[0]))
    if swapped:
        node.ops[0] = swapped()
    return bool(swapped)


def _swap_operator(node: ast.AST) -> bool:
    if not isinstance(node, (ast.BinOp, ast.AugAssign)):
        return False
    swapped = dict(OPERATORS).get(type(node.op))
    if swapped:
        node.op = swapped()
    return bool(swapped)


def _shift_constant(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Constant) and type(node.value) is int):
        return False
    node.value += 1
    return True


def _swap_boolean(node: ast.AST) -> bool:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return True
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
        return True
    return False


def _negate_condition(node: ast.AST) -> bool:
    if not isinstance(node, (ast.If, ast.While, ast.IfExp)):
        return False
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return True


def _remove_statement(node: ast.AST) -> bool:
    if not isinstance(node, (ast.If, ast.For, ast.While, ast.FunctionDef)):
        return False
    if isinstance(node.body[-1], (ast.FunctionDef, ast.Pass)):
        return False
    node.body[-1] = ast.Pass()
    return True


CHANGES: tuple[Callable[[ast.AST], bool], ...] = (
    _swap_comparison,
    _swap_operator,
    _shift_constant,
    _swap_boolean,
    _negate_condition,
    _remove_statement,
)
