import polars as pl
import pytest

from r1data.curation.signals.measure import measure_signals
from r1data.curation.signals.signal import Means
from r1data.curation.signals.truncation import breaks_off
from tests.curation.test_signals import rollouts
from tests.effort import effort

PROSE = "The four friends should meet at a point inside the rectangle that is spanned by"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<think>\n2+2 is", id="a think block"),
        pytest.param("<think>\n2+2\n</think>\nSo:\n```python\nprint(", id="a code block"),
        pytest.param(r"Hence \[ x = \frac{1}{2}", id="a formula"),
        pytest.param(r"Hence \( x = 1", id="a formula in a line"),
        pytest.param("Hence $$ x = 1", id="a formula between dollars"),
        pytest.param(r"So the answer is \boxed{12", id="a box"),
        pytest.param(r"\begin{aligned} x &= 1 \\", id="an environment"),
        pytest.param("It is 4, since 2 + 2,", id="a comma"),
        pytest.param("We get 2 + 2 =", id="an operator"),
        pytest.param("so 2+2=", id="an equals sign behind a number"),
        pytest.param("It grows with the", id="an article"),
        pytest.param("Steps:\n\n1. Add.\n\n2.", id="a number of a list"),
        pytest.param(f"{PROSE} them", id="a long line of prose"),
        pytest.param(
            "因此、两个朋友应该在矩形内的一个点见面、这个点到每个人的家的距离之和最小的位",
            id="Chinese prose",
        ),
    ],
)
def test_a_text_breaks_off_where_nothing_can_end(text):
    assert breaks_off(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("<think>\n2+2\n</think>\n\n4", id="a number"),
        pytest.param("<think>\n2+2\n</think>", id="no response"),
        pytest.param("Paris", id="a word"),
        pytest.param(f"{PROSE} them.", id="a sentence"),
        pytest.param(f"- {PROSE} them", id="an item of a list"),
        pytest.param("**Answer: 4**", id="a heading"),
        pytest.param(r"Hence \[ x = 1 \]", id="a formula"),
        pytest.param(r"so $x \in [0, 1)$", id="an interval"),
        pytest.param(r"\boxed{\frac{1}{2}}", id="a box"),
        pytest.param("```python\nprint(1)\n```", id="a code block"),
        pytest.param("Thanks!\n\n---", id="a rule"),
        pytest.param("The answer is B", id="a letter"),
        pytest.param("It costs $5", id="a price"),
        pytest.param("因此答案是七十二", id="short Chinese"),
        pytest.param("The answer is:\n\n42.", id="a number on a line of its own"),
        pytest.param("1. Add 2 and 5.\n\nIt is\n7.", id="a number that continues no list"),
        pytest.param("The ions are Na+", id="a cation"),
        pytest.param("The ions are Na+ and Cl-", id="an anion"),
        pytest.param("Your grade is C+", id="a grade"),
        pytest.param("The restaurant costs $$", id="a class of price"),
        pytest.param("Hence\n$$ x = 1 $$", id="a formula between dollars"),
    ],
)
def test_a_text_that_may_end_so_does_not_break_off(text):
    assert not breaks_off(text)


@pytest.mark.parametrize(
    ("row", "is_truncated"),
    [
        pytest.param({"finish_reason": "length"}, True, id="at the token limit"),
        pytest.param({"finish_reason": "stop"}, False, id="ended by itself"),
        pytest.param({"finish_reason": None}, True, id="nobody says"),
        pytest.param({"finish_reason": "stop", "file_row": "3"}, True, id="assumed for a file"),
        pytest.param({"finish_reason": "length", "file_row": "3"}, True, id="a file says so"),
    ],
)
def test_how_a_text_ends_counts_where_no_engine_says_how_it_ended(row, is_truncated):
    frame = rollouts("It is four and the").with_columns(
        pl.lit(value, pl.String).alias(name) for name, value in row.items()
    )
    signals = measure_signals(frame, means=Means("none"), wanted=["truncation"])
    assert signals["is_truncated"].to_list() == [is_truncated]


def test_hostile_ends_take_little_effort():
    texts = [
        "a" * 200_000,
        "so " * 70_000,
        "1" * 200_000,
        " " * 200_000,
        "哈" * 70_000,
        "{" * 200_000,
    ]
    assert effort(lambda: [breaks_off(text) for text in texts]) < 10


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Come and watch this film about the climate and see what it does to all! #Climate #Now",
            id="tags of a post",
        ),
        pytest.param(
            '"Be the change that you wish to see in the world we live in." - Mahatma Gandhi',
            id="a signed quotation",
        ),
        pytest.param(
            "1. Listen to them\n2. Help someone with a task they are struggling with", id="a list"
        ),
        pytest.param(
            "The first of these lines has a dozen words or more and no mark\n"
            "and the second one of them ends in the same way as the first did",
            id="lines without marks",
        ),
        pytest.param("50.", id="a number alone"),
        pytest.param(
            "There is an entry for Emma with all that you said and with her address: emma@mail.com",
            id="an address",
        ),
        pytest.param(
            "Security | As good as it was before this change | Some of it is still to be done",
            id="a row of a table",
        ),
    ],
)
def test_what_needs_no_mark_at_its_end_is_not_cut_off(text):
    assert not breaks_off(text)
