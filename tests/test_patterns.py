"""Tests of patterns that are compiled when they are first used."""

import re

import pytest

from r1data.patterns import lazy


def test_a_pattern_keeps_its_flags_and_its_source() -> None:
    pattern = lazy("answer: ([a-z]+)", re.IGNORECASE)
    assert pattern.findall("ANSWER: Yes, answer: no") == ["Yes", "no"]
    assert pattern.pattern == "answer: ([a-z]+)"


def test_a_faulty_pattern_is_an_error_when_it_is_first_used() -> None:
    pattern = lazy("(")
    with pytest.raises(re.error, match="unterminated"):
        pattern.search("")
