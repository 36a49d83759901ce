"""Puzzles of letters and words: anagrams, palindromes, ladders, sums of letters."""

import csv
import importlib.util
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field

from r1data.answers.gym.entry import Puzzle
from r1data.answers.gym.written import JSON_LIST, groups_of

Letters = Annotated[str, Field(pattern="^[A-Z]+$", max_length=100)]
Groups = Annotated[list[list[str]], Field(max_length=100_000)]


class GroupAnagrams(Puzzle):
    """Words, of which those of the same letters belong together."""

    form = JSON_LIST
    reason = "groups in any order"

    solution: Groups

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        groups = groups_of(answer)
        return groups is not None and _counted(groups) == _counted(self.solution)


def _counted(groups: list[list[str]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sorted(group)) for group in groups)


class PalindromeGeneration(Puzzle):
    """Letters that are to be put in an order that reads the same backwards."""

    form = r"[A-Za-z]+"
    reason = "several palindromes"

    letters: Annotated[list[str], Field(min_length=1, max_length=10_000)]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        text = answer.lower()
        return text == text[::-1] and sorted(text) == sorted(self.letters)


class PalindromePartitioning(Puzzle):
    """All ways to part a text into palindromes."""

    form = JSON_LIST
    reason = "partitions in any order"

    solution: Groups

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        groups = groups_of(answer)
        return groups is not None and set(map(tuple, groups)) == set(map(tuple, self.solution))


class WordLadder(Puzzle):
    """Two words, and English words between them that each change one letter."""

    form = r"[A-Za-z]+(?:\s*,\s*[A-Za-z]+)+"
    reason = "several ladders"

    start_word: Annotated[str, Field(pattern="^[A-Z]{3,5}$")]
    end_word: Annotated[str, Field(pattern="^[A-Z]{3,5}$")]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        ladder = re.findall("[A-Z]+", answer.upper())
        if [ladder[0], ladder[-1]] != [self.start_word, self.end_word]:
            return False
        is_ladder = all(_is_step(one, other) for one, other in pairwise(ladder))
        return is_ladder and set(ladder) <= _words(len(self.end_word))


def _is_step(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


@cache
def _words(length: int) -> frozenset[str]:
    """Return the words of a length that reasoning-gym knows: its word list is read, no code run.

    Raises `FileNotFoundError` where reasoning-gym is not installed.
    """
    spec = importlib.util.find_spec("reasoning_gym")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("reasoning-gym's word list is missing; install reasoning-gym")
    path = Path(spec.origin).parent / "data" / "words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = [row.get(f"{length}_letter") or "" for row in csv.DictReader(file)]
    return frozenset(word.upper() for word in found if word)


class Cryptarithm(Puzzle):
    """A sum whose digits are letters."""

    form = r"[A-Z]\s*=\s*[0-9](?:(?:\s*,\s*|\s+)[A-Z]\s*=\s*[0-9])*\s*,?\s*"
    reason = "several solutions can exist"

    words_letters: Annotated[list[Letters], Field(min_length=1, max_length=1_000)]
    result_letters: Letters
    allow_leading_zero: bool = False

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        pairs = set(re.findall(r"([A-Z])\s*=\s*([0-9])", answer))
        digits = dict(pairs)
        words = [*self.words_letters, self.result_letters]
        is_one_to_one = len(pairs) == len(digits) == len(set(digits.values()))
        if not is_one_to_one or digits.keys() != set("".join(words)):
            return False
        if not self.allow_leading_zero and any(digits[word[0]] == "0" for word in words):
            return False
        *terms, total = (int("".join(digits[letter] for letter in word)) for word in words)
        return sum(terms) == total
