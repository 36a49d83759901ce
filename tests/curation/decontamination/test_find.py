import random
from typing import get_args

import numpy as np
import polars as pl
import pytest

from r1data.curation.decontamination.alignment import align
from r1data.curation.decontamination.find import FOUND, find_contamination
from r1data.curation.decontamination.grams import streams
from r1data.curation.decontamination.index import COLUMNS, Index
from r1data.curation.decontamination.kinds import KINDS, Kind
from r1data.curation.decontamination.settings import Decontamination, Quotes
from r1data.tables import KINDS_OF_CONTAMINATION, PARTS_OF_BENCHMARKS

FERRY = (
    "A ferry between two islands carries 36 passengers and 18 bicycles on each crossing. How many "
    "wheels and shoes are on board when every passenger wears both shoes?"
)
FRACTION = (
    r"Let $x$ and $y$ be positive real numbers such that $\dfrac{1}{x} + \dfrac{2}{y} = 1{,}000$. "
    r"Find the smallest possible value of $x + y \cdot \pi$ on the interval $[0, 60^\circ]$."
)
SHORT = r"Compute $\sin 60^\circ$."
SOLUTION = (
    "Every passenger wears two shoes, so that thirty-six passengers bring 72 shoes on board; every "
    "bicycle has two wheels, so that 36 wheels are added to them, and 108 are on board in all."
)
BENCHMARKS = [
    ("ferries", "0", "question", FERRY),
    ("ferries", "0", "solution", SOLUTION),
    ("algebra", "1", "question", FRACTION),
    ("algebra", "2", "question", SHORT),
    ("algebra", "3", "question", "What is 12 + 7?"),
    ("algebra", "3", "solution", r"\boxed{19}."),
]
LONG = " ".join(f"word{number} follows from what stands above it" for number in range(900))


def index(rows=BENCHMARKS):
    return Index.of(pl.DataFrame(rows, schema=COLUMNS, orient="row"))


def found(*texts, rows=BENCHMARKS):
    return find_contamination(pl.Series(texts, dtype=pl.String), index(rows))


def kinds(*texts, rows=BENCHMARKS):
    return [(row["benchmark_row"], row["kind"]) for row in found(*texts, rows=rows).to_dicts()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(FERRY, ("0", "verbatim"), id="the same"),
        pytest.param(f"\n {FERRY} \n", ("0", "verbatim"), id="white space around it"),
        pytest.param(FERRY.upper(), ("0", "formatted"), id="capitals"),
        pytest.param(FERRY.replace(" ", "\n  "), ("0", "formatted"), id="line breaks"),
        pytest.param(FERRY.replace("?", "").replace(",", ""), ("0", "formatted"), id="punctuation"),
        pytest.param(FERRY.replace("36", "thirty-six", 0), ("0", "verbatim"), id="no change"),
        pytest.param(
            FERRY.replace("wheels", "wh\N{ZERO WIDTH SPACE}eels"), ("0", "formatted"), id="no width"
        ),
        pytest.param(
            "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in FERRY),
            ("0", "formatted"),
            id="full width",
        ),
        pytest.param(
            "Let x and y be positive real numbers such that 1/x + 2/y = 1000. Find the smallest "
            "possible value of x + y*π on the interval [0, 60°].",
            ("1", "formatted"),
            id="without LaTeX",
        ),
        pytest.param(f"Hello! {FERRY} Thank you.", ("0", "embedded"), id="inside a prompt"),
        pytest.param(f"<think>{FERRY}</think>", ("0", "embedded"), id="between tags"),
        pytest.param(f"{LONG} {FERRY} {LONG}", ("0", "embedded"), id="inside a long text"),
        pytest.param(f"{LONG} {SOLUTION} {LONG}", ("0", "embedded"), id="a solution inside"),
        pytest.param(
            FERRY.replace("36", "40").replace("18", "22"), ("0", "numbers_changed"), id="numbers"
        ),
        pytest.param(
            f"Hello! {FERRY.replace('36', '41')} Thank you.", ("0", "numbers_changed"), id="both"
        ),
        pytest.param(
            FRACTION.replace("smallest", "largest"), ("1", "numbers_changed"), id="an opposite"
        ),
        pytest.param(FRACTION.replace("+ y", "- y"), ("1", "numbers_changed"), id="a sign"),
        pytest.param(
            "On each crossing between two islands, 36 passengers and 18 bicycles are carried by a "
            "ferry. Every passenger wears both shoes. How many shoes and wheels are on board?",
            ("0", "reworded"),
            id="another order",
        ),
        pytest.param(SHORT, ("2", "verbatim"), id="a short one"),
        pytest.param("compute sin 60°", ("2", "formatted"), id="a short one without LaTeX"),
        pytest.param("What is 12+7", ("3", "formatted"), id="hardly a word"),
    ],
)
def test_a_text_that_repeats_a_benchmark_is_found_with_its_kind(text, expected):
    assert kinds(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \n\t", id="blank"),
        pytest.param("What is 12 + 8?", id="another sum"),
        pytest.param("Compute $\\sin 30^\\circ$.", id="another short one"),
        pytest.param("How many wheels and shoes are on board?", id="a part of it"),
        pytest.param(
            "Let $x$ and $y$ be positive real numbers. Find all pairs with $x^y = y^x$.",
            id="a phrase that many problems share",
        ),
        pytest.param(LONG, id="a long text"),
        pytest.param("A list:\n18\n19\n20", id="a solution that is but a number"),
        pytest.param(SOLUTION.replace("72", "74"), id="a solution in other numbers"),
    ],
)
def test_a_text_that_repeats_none_is_not(text):
    assert kinds(text) == []


DIVISORS = "Find the product of all positive divisors d of 360 for which d is a multiple of 4."
GEOMETRIC = "The first term of a geometric sequence is 3 and the second is 12. What is its fifth?"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(DIVISORS.replace("product", "sum"), DIVISORS, id="sum and product"),
        pytest.param(DIVISORS.replace("product", "number"), DIVISORS, id="number and product"),
        pytest.param(GEOMETRIC.replace("geometric", "arithmetic"), GEOMETRIC, id="sequences"),
    ],
)
def test_a_problem_that_asks_for_the_opposite_is_another(ours, theirs):
    rows = [("algebra", "0", "question", theirs)]
    assert ("0", "reworded") not in kinds(ours, rows=rows)
    assert kinds(theirs, rows=rows) == [("0", "verbatim")]


def test_spans_are_code_points_of_both_texts():
    before = "Sehr geehrte Frau Müller 😀: "
    (row,) = found(None, before + FERRY + " Danke.").to_dicts()
    (span,), (theirs,) = row["spans"], row["benchmark_spans"]
    assert (row["row"], row["part"], row["score"]) == (1, "question", 1.0)
    assert (before + FERRY)[span["start"] : span["end"]] == FERRY[:-1]
    assert FERRY[theirs["start"] : theirs["end"]] == FERRY[:-1]


def test_texts_are_left_as_they_are():
    chinese = "一个水池\N{FULLWIDTH COMMA}边长\N{FULLWIDTH DIGIT EIGHT}米。"
    rows = [("cmath", "0", "question", chinese)]
    texts = pl.Series([chinese])
    made = index(rows)
    assert find_contamination(texts, made)["kind"].to_list() == ["verbatim"]
    assert (made.entries[0], texts[0]) == (chinese, chinese)


def test_a_problem_in_two_benchmarks_is_found_in_both():
    rows = [*BENCHMARKS, ("copies", "7", "question", FERRY)]
    assert found(FERRY, rows=rows)["benchmark"].to_list() == ["ferries", "copies"]


def test_of_a_rows_question_and_solution_the_graver_kind_counts():
    row = found(f"{FERRY.replace('36', '37')}\n{SOLUTION}").to_dicts()
    assert [(one["part"], one["kind"]) for one in row] == [("solution", "embedded")]


def test_texts_without_benchmarks_repeat_nothing():
    nothing = found(FERRY, rows=[])
    assert nothing.height == 0
    assert nothing.columns == list(FOUND)


def test_a_phrase_that_many_strangers_share_is_boilerplate():
    phrase = "Kindly show your working step by step within twenty lines of neat handwriting"
    rows = [("homework", "0", "question", f"{phrase}: how tall is a giraffe standing upright?")]
    strangers = pl.Series([f"{phrase}: {word}" for word in LONG.split()[:400]])
    text = f"{phrase}: how deep is the Baltic sea near Gotland in winter?"
    shares = [
        given.words.shares(given.words.find(_words(text), 3), np.zeros(1)).shares.max()
        for given in (index(rows), index(rows).weighed([strangers]))
    ]
    assert shares[0] > 0.5 > 0.1 > shares[1]


def test_a_problem_that_leaked_often_is_no_boilerplate():
    leaked = pl.Series([f"{number}. {FERRY}" for number in range(500)])
    weighed = index().weighed([leaked])
    assert find_contamination(leaked.head(3), weighed)["kind"].to_list() == ["embedded"] * 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 200_000, id="a letter"),
        pytest.param("ferry " * 33_000, id="a word"),
        pytest.param("\\frac{" * 33_000, id="a command that never closes"),
        pytest.param("[asy]" * 40_000, id="drawings that never close"),
        pytest.param("1," * 100_000, id="a number that never ends"),
        pytest.param("\N{COMBINING ACUTE ACCENT}" * 200_000, id="accents"),
        pytest.param(f"{FERRY} [asy] " * 1_000, id="the problem again and again"),
    ],
)
def test_hostile_texts_take_one_pass(text):
    assert set(kinds(text)) <= {("0", "embedded")}


def test_alignments_are_as_long_as_can_be():
    rng = random.Random(0)
    for _ in range(300):
        one, other = (rng.choices("abcd", k=rng.randrange(12)) for _ in range(2))
        pairs = align(one, other)
        assert all(one[i] == other[j] for i, j in pairs)
        assert pairs == sorted(set(pairs))
        assert len(pairs) == longest(one, other)


def longest(one, other):
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            rows[i + 1][j + 1] = rows[i][j] + 1 if a == b else max(rows[i][j + 1], rows[i + 1][j])
    return rows[-1][-1]


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param("x\u00b2 cost", id="a power"),
        pytest.param("\u00c9t\u00e9", id="a capital with an accent"),
        pytest.param("\uff21\uff22 \uff11\uff12", id="full width"),
        pytest.param("soft\u00adhyphen", id="what has no width"),
        pytest.param("\U0001d465 + \ufb01ve", id="mathematical letters"),
    ],
)
def test_odd_forms_change_no_reading_but_their_own(odd):
    texts = pl.Series([f"Blue pens and {odd} are red, no less", "Red pens", f"{odd}", None, "pens"])
    for together, *alone in zip(
        streams(texts), *(streams(texts[row : row + 1]) for row in range(len(texts))), strict=True
    ):
        assert together.hashes.tolist() == [hash for one in alone for hash in one.hashes.tolist()]
        assert together.counts.tolist() == [len(one.hashes) for one in alone]


def test_odd_forms_are_read_as_what_they_stand_for():
    odd = pl.Series(["\uff21\uff22 \uff11\uff12 so\u00adft \ufb01ve \u00c9t\u00e9"])
    usual = pl.Series(["ab 12 soft five e\u0301te\u0301"])
    for one, other in zip(streams(odd), streams(usual), strict=True):
        assert one.hashes.tolist() == other.hashes.tolist()


def test_the_kinds_of_the_settings_are_those_of_the_table():
    assert tuple(KINDS) == get_args(Kind) == KINDS_OF_CONTAMINATION
    assert PARTS_OF_BENCHMARKS == ("question", "solution")


@pytest.mark.parametrize(
    ("settings", "kind", "score", "is_dropped"),
    [
        pytest.param(Decontamination(), "verbatim", 1.0, True, id="verbatim"),
        pytest.param(Decontamination(), "numbers_changed", 0.99, False, id="other numbers"),
        pytest.param(Decontamination(), "reworded", 0.5, True, id="reworded"),
        pytest.param(Decontamination(min_similarity=0.8), "reworded", 0.7, False, id="too unlike"),
        pytest.param(Decontamination(min_similarity=0.8), "embedded", 0.7, True, id="not reworded"),
        pytest.param(Decontamination(min_cosine=0.9), "translated", 0.85, False, id="too far"),
        pytest.param(Decontamination(min_cosine=0.9), "translated", 0.9, True, id="near"),
        pytest.param(Decontamination(drop=("reworded",)), "verbatim", 1.0, False, id="not asked"),
        pytest.param(Quotes(), "reworded", 0.9, False, id="a rollout in other words"),
        pytest.param(Quotes(), "embedded", 1.0, True, id="a rollout that quotes"),
    ],
)
def test_the_settings_say_what_drops_a_row(settings, kind, score, is_dropped):
    rows = pl.DataFrame({"kind": [kind], "score": [score]})
    assert rows.select(settings.drops()).item() is is_dropped


def _words(text):
    return streams(pl.Series([text]))[0]
