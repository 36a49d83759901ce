import pytest

from r1data.curation.duplicates.near import NearMatch
from tests.curation.duplicates.rows import NOTHING, mark_duplicates, prompts

LONG = (
    "A farmer near a river keeps 36 sheep and 18 goats in one field behind his house. Each morning "
    "he leads the animals to the water and counts them by their legs, because a fence hides the "
    "rest of them from view. On Sunday a neighbour brings him some hens which walk along with the "
    "herd. That day the farmer counts 250 legs at the water. How many hens did the neighbour "
    "bring him?"
)
CHINESE = "".join(
    (
        "一位农民在河边的田里养着36只绵羊和18只山羊。每天早晨他带着动物们去河边喝水。",
        "他按照腿的数目来清点它们。星期天邻居给他送来一些母鸡。",
        "那天农民在水边数到250条腿。请问邻居给他送来了几只母鸡。",
    )
)
THAI = "ชาวนาคนหนึ่งเลี้ยงแกะ 36 ตัวและแพะ 18 ตัวไว้ในทุ่งหลังบ้านใกล้แม่น้ำ ทุกเช้าเขาพาสัตว์ไปกินน้ำแล้วนับขาของมัน"
FORMULA = (
    r"Let $f$ be the function that sends every real $x$ to $\dfrac{x^2 + 3}{4}$, and let $g$ be "
    r"the function that sends $x$ to $\left( x - 1 \right)$. Compute the value of $f$ at the point "
    r"where the two graphs meet, and give it as a common fraction in lowest terms."
)


def marked(*rows, **settings):
    return mark_duplicates(prompts(*rows), NOTHING, NearMatch(**settings))


def kinds(*rows, **settings):
    return marked(*rows, **settings)["duplicate_kind"].to_list()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(LONG, LONG.replace("leads", "brings"), id="a word"),
        pytest.param(LONG, LONG.replace("the animals ", ""), id="words left out"),
        pytest.param(LONG, LONG.upper(), id="capitals"),
        pytest.param(LONG, LONG.replace("36", "**36**").replace(",", " ,"), id="punctuation"),
        pytest.param(LONG, f"Problem: {LONG}", id="a heading"),
        pytest.param(CHINESE, CHINESE.replace("农民", "农夫", 1), id="a Chinese word"),
        pytest.param(CHINESE, CHINESE.replace("。", ". "), id="Chinese dots"),
        pytest.param(THAI, THAI.replace("ทุกเช้า", "ทุกวัน"), id="a Thai word"),
        pytest.param(
            FORMULA,
            FORMULA.replace("dfrac", "frac").replace(r"\left(", "(").replace(r"\right)", ")"),
            id="LaTeX of other looks",
        ),
        pytest.param(FORMULA, FORMULA.replace("$", ""), id="formulas without their marks"),
        pytest.param("What is 3 plus 5?", "what is  3 plus 5", id="a short one spelt otherwise"),
    ],
)
def test_near_duplicates_of_each_kind_are_found(one, other):
    found = kinds((one, "17"), (other, "17"))
    assert sorted(found, key=str) == [None, "near"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(LONG, LONG.replace("250", "262"), id="a number"),
        pytest.param(LONG, LONG.replace("some hens", "two hens"), id="a number as a word"),
        pytest.param(LONG, LONG.replace("How many hens", "How many more hens"), id="a quantity"),
        pytest.param(LONG, LONG.replace("hides", "never hides"), id="a negation"),
        pytest.param(CHINESE, CHINESE.replace("36", "38"), id="a number in Chinese"),
        pytest.param(FORMULA, FORMULA.replace("x^2 + 3", "x^2 - 3"), id="a sign"),
        pytest.param(FORMULA, FORMULA.replace("x^2 + 3", "x^2 + 3x"), id="a letter in a formula"),
        pytest.param("What is 3 plus 5?", "What is 3 plus 6?", id="a number in a short one"),
        pytest.param("Name the capital of Peru.", "Name the capital of Chad.", id="a short one"),
        pytest.param("Is the number 91 prime?", "Is the number 91 square?", id="a last word"),
        pytest.param("3 + 4 - 2 =", "3 - 4 + 2 =", id="the order of signs"),
        pytest.param("求三角形的面积", "求三角形的周长", id="a short one in Chinese"),
        pytest.param("...", "???", id="nothing but signs"),
    ],
)
def test_problems_that_only_look_alike_stay_apart(one, other):
    assert kinds((one, None), (other, None)) == [None, None]


def test_problems_with_other_gold_answers_are_other_problems():
    other = LONG.replace("leads", "brings")
    assert kinds((LONG, "17"), (other, "34")) == [None, None]
    assert sorted(kinds((LONG, "17"), (other, None)), key=str) == [None, "near"]


def test_problems_under_other_system_messages_are_other_prompts():
    other = LONG.replace("leads", "brings")
    told = {"system_message": "Answer in French."}
    assert kinds((LONG, "17"), (other, "17", told)) == [None, None]


def test_sentences_in_another_order_are_near_at_a_lower_threshold():
    first, second, *rest = LONG.split(". ")
    other = ". ".join((second, first, *rest))
    assert sorted(kinds((LONG, "17"), (other, "17"), threshold=0.7), key=str) == [None, "near"]


def test_a_near_duplicate_says_what_is_kept_and_how_similar_it_is():
    rows = marked((LONG, "17"), (f"{LONG} Explain.", "17"), ("1 + 1", "2"))
    assert rows.select("drop_reason", "duplicate_of", "duplicate_kind").rows() == [
        ("near_duplicate", "ours/1", "near"),
        (None, None, None),
        (None, None, None),
    ]
    num_shingles, num_new = len(LONG.split()) + 4, 5
    shared = num_shingles - 4
    assert rows["similarity"].to_list() == [
        pytest.approx(shared / (num_shingles + num_new)),
        None,
        None,
    ]


EQUALLY_LONG = LONG.replace("leads", "walks")
LONGER = LONG.replace("leads", "accompanies")


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        pytest.param([(LONG, {}), (EQUALLY_LONG, {"verifier": "math"})], 1, id="a verifier"),
        pytest.param([(LONG, {"gold_answer": None}), (EQUALLY_LONG, {})], 1, id="a gold answer"),
        pytest.param([(LONG, {}), (LONGER, {"source": "later"})], 0, id="the earlier source"),
        pytest.param([(LONG, {}), (LONGER, {})], 1, id="the longer problem"),
        pytest.param([(LONG, {}), (EQUALLY_LONG, {})], 0, id="the earlier row"),
    ],
)
def test_of_near_duplicates_the_best_is_kept(rows, kept):
    found = marked(*((problem, "17", more) for problem, more in rows))
    assert found["drop_reason"].is_null().arg_true().to_list() == [kept]


def test_nothing_is_dropped_for_a_row_that_leaves_itself():
    words = LONG.split()
    steps = [list(words)]
    for place in (20, 45, 64):
        steps.append([*steps[-1]])
        steps[-1][place] = "otherwise"
    rows = marked(*((" ".join(step), "17") for step in steps), threshold=0.75)
    kept = set(rows.filter(rows["drop_reason"].is_null())["upstream_row"])
    assert 1 < len(kept) < len(steps)
    assert set(rows["duplicate_of"].drop_nulls().str.strip_prefix("ours/")) <= kept


def test_an_exact_duplicate_of_a_near_one_names_the_row_that_is_kept():
    other = f"{LONG} Explain."
    rows = marked((LONG, "17"), (LONG, "17"), (other, "17"))
    assert rows["duplicate_of"].to_list() == ["ours/2", "ours/2", None]
    assert rows["drop_reason"].to_list() == ["near_duplicate", "near_duplicate", None]
    assert rows["similarity"][0] == rows["similarity"][1]


def test_marking_twice_is_marking_once():
    given = prompts((LONG, "17"), (f"{LONG} Explain.", "17"), (LONG, "17"), ("1 + 1", "2"))
    once = mark_duplicates(given, NOTHING, NearMatch())
    assert mark_duplicates(once, NOTHING, NearMatch()).equals(once)


def test_a_row_that_has_left_is_nobodys_duplicate():
    rows = marked((LONG, "17", {"drop_reason": "bad_gold"}), (f"{LONG} Explain.", "17"))
    assert rows["drop_reason"].to_list() == ["bad_gold", None]


def test_a_higher_threshold_keeps_more():
    pair = (LONG, "17"), (LONG.replace("leads", "brings"), "17")
    assert kinds(*pair, threshold=0.8).count("near") == 1
    assert kinds(*pair, threshold=0.95) == [None, None]
