"""Code prompts with reference solutions, from public benchmark files, as the `code` verifier's."""

import ast
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LEETCODE_SETUP = """
from typing import *
from bisect import *
from collections import *
from functools import *
from heapq import *
from itertools import *
from math import *
from operator import *
from string import *
import bisect, collections, copy, datetime, functools, heapq, itertools, math, operator, random
import re, string


class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next


class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val = val
        self.left = left
        self.right = right


def list_node(values):
    head = last = ListNode()
    for value in values:
        last.next = last = ListNode(value)
    return head.next


def is_same_list(a, b):
    while a and b:
        if a.val != b.val:
            return False
        a, b = a.next, b.next
    return a is None and b is None


def tree_node(values):
    if not values or values[0] is None:
        return None
    root = TreeNode(values[0])
    parents, rest = deque([root]), iter(values[1:])
    for left in rest:
        parent, right = parents.popleft(), next(rest, None)
        parent.left = None if left is None else TreeNode(left)
        parent.right = None if right is None else TreeNode(right)
        parents.extend(child for child in (parent.left, parent.right) if child)
    return root


def is_same_tree(a, b):
    if a is None or b is None:
        return a is b
    return a.val == b.val and is_same_tree(a.left, b.left) and is_same_tree(a.right, b.right)
"""
"""What LeetCode gives every solution, and what its tests compare trees and lists with."""

LACKS_PACKAGE = frozenset(
    f"leetcode/{row}"
    for row in (141, 221, 953, 985, 1047, 1197, 1374, 1613, 1752, 1769, 1810, 1817, 1857)
)
"""Reference solutions that import sortedcontainers (1374: numpy), which the sandbox has not."""


@dataclass(frozen=True, slots=True)
class CodePrompt:
    """A prompt with the solution that its source gives."""

    name: str
    program: str
    code: str
    setup: str = ""
    entry_point: str | None = None

    @property
    def tests(self) -> str:
        """Return the tests as the column `tests` holds them."""
        parts = {"setup": self.setup, "code": self.code, "entry_point": self.entry_point}
        return json.dumps({"kind": "asserts", **parts})


def humaneval(data: Path) -> Iterator[CodePrompt]:
    """Return HumanEval; functions of the problem that tests use are the tests' own."""
    with gzip.open(data / "benchmarks/humaneval.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            program = row["prompt"] + row["canonical_solution"]
            helpers = [
                ast.unparse(node)
                for node in ast.parse(program).body
                if getattr(node, "name", "") != row["entry_point"]
            ]
            setup, entry_point = "\n".join(helpers), row["entry_point"]
            yield CodePrompt(row["task_id"], program, row["test"], setup, entry_point)


def mbpp(data: Path) -> Iterator[CodePrompt]:
    """Return MBPP, challenge tests included; two of its set-ups need the program's own class."""
    with (data / "prompts/mbpp.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            code = "\n".join(row["test_list"] + row["challenge_test_list"])
            entry_point = "sum" if row["task_id"] == 126 else None  # a builtin's name
            name = f"mbpp/{row['task_id']}"
            yield CodePrompt(name, row["code"], code, row["test_setup_code"], entry_point)


def leetcode(data: Path) -> Iterator[CodePrompt]:
    """Return LeetCode with what the site adds to every solution."""
    rows = json.loads((data / "prompts/leetcode_train.json").read_text("utf-8"))
    for number, row in enumerate(rows):
        tests = row["tests"] if isinstance(row["tests"], dict) else ast.literal_eval(row["tests"])
        code = tests["functional"]
        yield CodePrompt(f"leetcode/{number}", row["solutions"], code, LEETCODE_SETUP)


SETS = {"humaneval": humaneval, "mbpp": mbpp, "leetcode": leetcode}
