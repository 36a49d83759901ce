import pytest

from r1data.answers.reading.answer import read_answer

STEPS = "We add all parts.\n\n"
SIGNS = [
    "→",
    "➡️",
    "⇒",
    "⟹",
    "=>",
    "-->",
    "★",
    "✨✨",
    "◆",
    "●",
    "■",
    "✅",
    "✔️",
    "👉",
    "🎯",
    "∴",
    ">",
    "•",
]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "label", ["Answer: 48", "**Final answer:** 48", "The answer is 48.", "答案是48"]
)
def test_signs_before_a_final_answer_change_nothing(sign, label):
    reading = read_answer(f"{STEPS}{sign} {label}")
    assert (reading and reading.answer) == "48"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        pytest.param("Answer: 48 🎉", "48", id="a picture behind the answer"),
        pytest.param("🏁 **The final answer is 48** 🏁", "48", id="pictures on both sides"),
        pytest.param("=== Answer: 48 ===", "48", id="rules on both sides"),
        pytest.param("(Answer: 48)", "48", id="brackets around all"),
        pytest.param("✅ 48", "48", id="a picture before a bare answer"),
        pytest.param("⭐ #### 48", "48", id="a star before hashes"),
        pytest.param("Answer: 48°", "48°", id="a degree is no decoration"),
        pytest.param("❌ Answer: 48", None, id="a cross"),
        pytest.param("~~Answer: 48~~", None, id="struck out"),
        pytest.param("≠ Answer: 48", None, id="unequal"),
        pytest.param("Not ✅ answer: 48", None, id="a word before the sign"),
        pytest.param("> 48", None, id="an inequality"),
        pytest.param("✅ We have 48 parts", None, id="a sentence"),
    ],
)
def test_signs_around_an_answer_are_no_part_of_it(line, answer):
    reading = read_answer(STEPS + line)
    assert (reading and reading.answer) == answer
