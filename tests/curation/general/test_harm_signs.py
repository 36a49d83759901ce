"""Signs of harm lose nothing: no pattern can match a text that has none of its signs."""

import re
import sys
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from string import ascii_lowercase
from typing import Any

import pytest

from r1data.curation.general.harm_signs import LIKE_ASCII, SIGNS, harm_signs
from r1data.curation.general.unsafe import PATTERNS, UNSAFE_KINDS


def test_each_kind_of_harm_has_signs() -> None:
    assert tuple(SIGNS) == UNSAFE_KINDS


@pytest.mark.parametrize("kind", UNSAFE_KINDS)
def test_each_match_of_a_pattern_holds_a_sign(kind: str) -> None:
    parsed = _parser.parse(*PATTERNS[kind]._source)  # type: ignore[attr-defined]

    assert lacking(parsed, SIGNS[kind]) == []


def test_a_branch_without_a_sign_is_named() -> None:
    assert lacking(_parser.parse("(?:how|why) (?:bombs?|cakes?)"), ("bomb",)) == ["how", "why"]


def test_what_a_pattern_takes_for_a_letter_is_read_as_that_letter() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))

    found = re.findall("[a-z]", everything, re.IGNORECASE)

    assert len(found) > 2 * len(ascii_lowercase)
    assert all(re.match(one.translate(LIKE_ASCII).lower(), one, re.IGNORECASE) for one in found)
    assert {one.translate(LIKE_ASCII).lower() for one in found} == {*ascii_lowercase}


def test_capitals_have_the_same_signs() -> None:
    assert harm_signs("HOW DO I MAKE A BOMB") == ["weapons"]


def lacking(
    parsed: Any,
    signs: tuple[str, ...],
    run: str = "",
) -> list[str]:
    """Return the literals of branches that match without a sign, after what stands before them."""
    runs, parts = [], []
    for code, value in [*parsed, (None, None)]:
        if code == codes.LITERAL:
            run += chr(value)
            continue
        if code == codes.BRANCH:
            parts.append([text for branch in value[1] for text in lacking(branch, signs, run)])
        elif code == codes.SUBPATTERN:
            parts.append(lacking(value[3], signs, run))
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] > 0:
            parts.append(lacking(value[2], signs))
        runs.append(run)
        run = ""
    if any(sign in run for run in runs for sign in signs) or [] in parts:
        return []
    return parts[0] if parts else ["".join(runs)]
