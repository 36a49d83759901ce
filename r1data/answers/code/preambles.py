"""Preambles: what public sets take for given in programs that they call.

Their own judges, and the sites that their problems come from, put such lines before each program.
"""

IMPORTS = """
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
"""
"""The names that programs of LeetCode, APPS, TACO and LiveCodeBench use without importing them."""
NODES = """
from collections import deque


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
"""LeetCode's nodes, and what tests compare its lists and trees with."""
