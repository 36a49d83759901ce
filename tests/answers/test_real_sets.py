"""Whole public sets: each gold answer typed and right by itself, other answers of its form not."""

import json
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS, judge
from r1data.answers.routing import find_verifier_name
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers

DATA = Path("../shared/data")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no public data in {DATA}")


@pytest.fixture(scope="module")
def pool():
    with Workers(2) as pool:
        yield pool


def bbh(name):
    rows = json.loads((DATA / f"prompts/bbh_{name}.json").read_text())["examples"]
    return [Item("", row["target"], problem=row["input"]) for row in rows]


def knights():
    frame = pl.read_parquet(DATA / "prompts/knights_knaves_4ppl.parquet")
    return [
        Item("", row["solution_text_format"], problem=row["quiz"])
        for row in frame.iter_rows(named=True)
    ]


def mmlu_stem():
    lines = (DATA / "benchmarks/mmlu_stem.jsonl").read_text().splitlines()
    return [
        Item("", "ABCD"[row["answer"]], problem=row["question"], choices=tuple(row["choices"]))
        for row in map(json.loads, lines)
    ]


def scibench(name):
    rows = json.loads((DATA / f"prompts/scibench_{name}.json").read_text())
    return [Item("", quantity(**row), problem=row["problem_text"]) for row in rows]


def quantity(answer_number, unit, **_):
    r"""Return a number with its unit, which may be a power of ten: `$10^{-23} \mathrm{~J}$`."""
    plain = unit.strip().strip("$").strip()
    times = r" \times " if plain.startswith("10^") else " "
    return f"{answer_number.strip()}{times}{plain}".strip()


def other_letter(gold):
    return re.sub(r"[A-Z]", lambda match: "BCDEFA"["ABCDEF".index(match[0])], gold)


def other_word(gold):
    pairs = {"yes": "no", "true": "false", "valid": "invalid"}
    pairs |= {other: word for word, other in pairs.items()}
    return pairs[gold.casefold()]


def other_number(gold):
    """Raise the first digit that is not zero: another number, by more than any rounding."""
    first = re.search(r"[1-9]", gold)
    if first is None:
        return gold.replace("0", "1", 1)
    digit = int(first[0]) % 9 + 1
    return f"{gold[: first.start()]}{digit}{gold[first.end() :]}"


def other_roles(gold):
    head, _, last = gold.rpartition("\n")
    turned = last.replace("knight", "?").replace("knave", "knight").replace("?", "knave")
    return f"{head}\n{turned}"


CHOICE = ("choice", "choice", other_letter)
YES_NO = ("text", "yes_no", other_word)
NUMBER = ("math", "integer", other_number)
QUANTITY = ("math", None, other_number)
SETS = [
    pytest.param(lambda: bbh("boolean_expressions"), *YES_NO, 250, id="boolean expressions"),
    pytest.param(lambda: bbh("date_understanding"), *CHOICE, 250, id="dates"),
    pytest.param(lambda: bbh("formal_fallacies"), *YES_NO, 250, id="fallacies"),
    pytest.param(lambda: bbh("logical_deduction_five_objects"), *CHOICE, 250, id="deduction"),
    pytest.param(
        lambda: bbh("tracking_shuffled_objects_five_objects"), *CHOICE, 250, id="tracking"
    ),
    pytest.param(lambda: bbh("multistep_arithmetic_two"), *NUMBER, 250, id="arithmetic"),
    pytest.param(lambda: bbh("object_counting"), *NUMBER, 250, id="counting"),
    pytest.param(lambda: bbh("web_of_lies"), *YES_NO, 250, id="web of lies"),
    pytest.param(knights, "text", "assignment", other_roles, 900, id="knights and knaves"),
    pytest.param(mmlu_stem, *CHOICE, 3018, id="MMLU-STEM"),
    pytest.param(lambda: scibench("atkins"), *QUANTITY, 105, id="SciBench atkins"),
    pytest.param(lambda: scibench("class"), *QUANTITY, 56, id="SciBench class"),
    pytest.param(lambda: scibench("fund"), *QUANTITY, 71, id="SciBench fund"),
    pytest.param(lambda: scibench("thermo"), *QUANTITY, 66, id="SciBench thermo"),
]
"""Each set with the verifier and the type that are found for it, and its number of rows."""


def judged(name, items, answers, pool):
    verifier = VERIFIERS[name]
    typed = [replace(item, answer_type=verifier.type_answer(item)) for item in items]
    given = [
        replace(item, response=verifier.as_response(replace(item, gold_answer=answer)))
        for item, answer in zip(typed, answers, strict=True)
    ]
    verdicts = judge(verifier, given, pool)
    return [
        (item.gold_answer, answer, verdict.outcome, verdict.detail)
        for item, answer, verdict in zip(typed, answers, verdicts, strict=True)
    ]


@pytest.mark.parametrize(("load", "name", "kind", "other", "size"), SETS)
def test_every_row_is_routed_and_typed(load, name, kind, other, size):
    items = load()
    assert len(items) == size
    assert {find_verifier_name(item) for item in items} == {name}
    kinds = {VERIFIERS[name].type_answer(item) for item in items}
    assert kinds == {kind} if kind else None not in kinds


@pytest.mark.parametrize(("load", "name", "kind", "other", "size"), SETS)
def test_every_gold_answer_is_right_and_another_of_its_form_is_wrong(
    load, name, kind, other, size, pool
):
    items = load()
    golds = [item.gold_answer for item in items]
    found = judged(name, items, golds, pool)
    assert [row for row in found if row[2] is not Outcome.CORRECT] == []
    found = judged(name, items, [other(gold) for gold in golds], pool)
    assert [row for row in found if row[2] is not Outcome.INCORRECT] == []


def test_options_of_mmlu_are_right_by_their_text_alone_where_no_other_reads_the_same(pool):
    items = mmlu_stem()
    texts = [item.choices["ABCD".index(item.gold_answer)] for item in items]
    found = judged("choice", items, texts, pool)
    assert sum(row[2] is Outcome.CORRECT for row in found) == 3014
    others = [item.choices["BCDA".index(item.gold_answer)] for item in items]
    found = judged("choice", items, others, pool)
    assert sum(row[2] is Outcome.CORRECT for row in found) == 0


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda gold: re.sub(r"\(\d\) ", "", gold).replace("\n", ", "), id="sentence"),
        pytest.param(lambda gold: "\n".join(reversed(gold.split("\n"))), id="from the last"),
        pytest.param(lambda gold: re.sub(r"\(\d\) (\w+) is a", r"| \1 |", gold), id="table"),
        pytest.param(lambda gold: re.sub(r"\(\d\) (\w+) is a", r"- **\1**:", gold), id="list"),
    ],
)
def test_knights_and_knaves_are_right_in_every_form(written, pool):
    items = knights()
    found = judged("text", items, [written(item.gold_answer) for item in items], pool)
    assert [row for row in found if row[2] is not Outcome.CORRECT] == []
