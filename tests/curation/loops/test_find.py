import random

import pytest

from r1data.curation.loops.find import find_repetition
from tests.effort import effort

PROSE = (
    "We are asked for the number of ways to seat six guests at a round table. ",
    "Rotations count as one, so we fix the first guest and seat the five others. ",
    "That gives 5! = 120 ways, and the two who quarrel sit side by side in 48 of them. ",
    "Hence 72 ways remain, which agrees with a direct count by the distance between them. ",
)
SENTENCE = "Wait, let me check that the two of them do not sit side by side. "
PARAGRAPH = "Let me recount.\nThe first guest is fixed.\nThe others can be seated in 120 ways.\n\n"


def words(count, seed):
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghij", k=5)) for _ in range(count))


def in_prose(loop):
    return "".join(PROSE) + loop


def found(text):
    return find_repetition(text.encode()).loop


@pytest.mark.parametrize(
    ("loop", "kind"),
    [
        pytest.param(SENTENCE * 4, "sentence", id="a sentence four times"),
        pytest.param(SENTENCE.replace(". ", "\n") * 4, "line", id="a line"),
        pytest.param(PARAGRAPH * 4, "paragraph", id="a paragraph"),
        pytest.param("on and on and " * 20, "phrase", id="a phrase"),
        pytest.param("add, then carry, " * 20, "phrase", id="a phrase with commas"),
        pytest.param("No. Yes. " * 30, "sentence", id="two short sentences"),
        pytest.param("我们再检查一遍这个结果是否正确。" * 6, "sentence", id="a Chinese sentence"),
        pytest.param("我们再算一遍、" * 20, "phrase", id="a Chinese phrase"),
        pytest.param("!" * 1_200, "sentence", id="one character"),
        pytest.param("0." + "3" * 3_000, "phrase", id="digits"),
        pytest.param(
            "".join(f"Let me check this for the {n}. time, with more care. " for n in range(5, 25)),
            "sentence",
            id="a counter",
        ),
        pytest.param(
            "".join(f"Step {n}:\nI look at the table again, guest by guest.\n" for n in range(40)),
            "line",
            id="a label that counts, forty times",
        ),
        pytest.param("So x = 1, not 2. So x = 2, not 1. " * 9, "sentence", id="numbers in turn"),
        pytest.param(SENTENCE * 8 + "\n</think>\n\nThe answer is 72.", "sentence", id="an answer"),
    ],
)
def test_what_stands_back_to_back_is_a_loop(loop, kind):
    repetition = find_repetition(in_prose(loop).encode())
    assert repetition.loop is not None
    assert repetition.loop.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("".join(PROSE), id="prose"),
        pytest.param(SENTENCE * 3, id="three times"),
        pytest.param("No. " * 20, id="a short word, less often"),
        pytest.param("0 & 0 & 0 & 0 & 0 \\\\\n" * 12, id="a matrix of zeros"),
        pytest.param("|---|---|---|---|\n" * 3 + "=" * 300, id="rules of a table"),
        pytest.param(
            "".join(f"Case {n}: {n} is left, and {n * n % 7} remains.\n" for n in range(40)),
            id="cases with their values",
        ),
        pytest.param(
            "".join(f"Case {n}: there is no solution, as the sides differ.\n" for n in range(25)),
            id="cases that all fail",
        ),
        pytest.param(
            "".join(f"If a = {n}, then b = {50 - n}, and the sum is 50.\n" for n in range(40)),
            id="a table with two counters",
        ),
        pytest.param(
            "".join(f"| {n} | {n * n} | {n**3} |\n" for n in range(60)), id="a table of powers"
        ),
        pytest.param(", ".join(str(7 * n) for n in range(300)), id="multiples"),
        pytest.param(
            "".join(f"{a} and {b} and {a + b}. " for a in range(12) for b in range(12)),
            id="a table of sums",
        ),
    ],
)
def test_lists_and_tables_and_what_comes_a_few_times_are_no_loop(text):
    assert found(in_prose(text)) is None


@pytest.mark.parametrize(
    ("before", "loop"),
    [
        pytest.param("So 72.\n\n", PARAGRAPH * 5, id="paragraphs"),
        pytest.param("So 72. ", SENTENCE * 5, id="sentences"),
        pytest.param("所以答案是七十二。", "我们再检查一遍这个结果是否正确。" * 6, id="Chinese"),
        pytest.param("Is it so? It is side by side. ", SENTENCE * 5, id="an end like the loop's"),
    ],
)
def test_a_loop_begins_with_its_first_round(before, loop):
    repetition = find_repetition((before + loop).encode())
    assert repetition.loop is not None
    assert repetition.loop.start == len(before.encode())


def test_a_sentence_that_comes_back_too_often_is_a_loop_where_the_text_goes_round():
    back = "But the problem says five, so perhaps the fifth object is the match. "
    told = [f"Maybe the {thing} counts, as we said of it. " for thing in ("lamp", "key", "candle")]
    rng = random.Random(0)
    assert found("".join(rng.choice(told) + back for _ in range(12))).kind == "sentence"
    assert found("".join(f"{back}{words(40, n)}. " for n in range(12))) is None


def test_twenty_words_that_come_too_often_are_a_loop():
    often = words(22, "often")
    assert found(" ".join(f"{often} {words(5, n)}" for n in range(25))).kind == "n-gram"
    assert found(" ".join(f"{often} {words(5, n)}" for n in range(15))) is None


@pytest.mark.parametrize(
    ("text", "share"),
    [
        pytest.param("a short text", 0.0, id="fewer than twenty words"),
        pytest.param(" ".join(map(str, range(500))), 0.0, id="nothing twice"),
        pytest.param(f"{' '.join(map(str, range(100)))} " * 2, 0.45, id="all twice"),
        pytest.param("哈" * 119, 0.99, id="one Chinese character"),
    ],
)
def test_the_repeated_share_counts_the_twenty_words_that_stand_earlier(text, share):
    assert find_repetition(text.encode()).share == pytest.approx(share, abs=0.01)


def test_hostile_texts_take_little_effort():
    texts = [
        *("a", "word ", "a.\n", "1 2 ", "哈。", "Step 1. ", "\n", " ", "0"),
        "".join(random.Random(0).choices("a.", k=200_000)),
        "".join(f"unit {number // 4}.\n" for number in range(18_000)),
    ]
    raws = [(text * (200_000 // len(text))).encode() for text in texts]
    assert effort(lambda: [find_repetition(raw) for raw in raws]) < 50
