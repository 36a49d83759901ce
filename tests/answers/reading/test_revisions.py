import pytest

from r1data.answers.reading.answer import read_answer
from tests.effort import effort

REPLACED = [
    pytest.param(r"\boxed{4}? No, one is doubled. The answer is 3.", "3", id="a question, then no"),
    pytest.param(r"I get $\boxed{4}$. One is doubled. So the final answer is 3.", "3", id="later"),
    pytest.param(r"I considered \boxed{C}. In the end the answer is (B).", "(B)", id="a letter"),
    pytest.param(r"\boxed{C}. No: the correct option is B) blue.", "B) blue", id="with its text"),
    pytest.param("\\boxed{18}\n#### 20", "20", id="hashes"),
    pytest.param(r"\boxed{x+1}. With the sign, the answer is $x - 1$.", "x - 1", id="a formula"),
    pytest.param(r"\boxed{Monday}. Actually, the answer is Tuesday.", "Tuesday", id="a name"),
    pytest.param(r"\[\boxed{4}\]? Hmm, no. Answer: 3", "3", id="a displayed box"),
    pytest.param(r"Is it \boxed{4}? No.\n\n**3**".replace(r"\n", "\n"), "3", id="a last line"),
    pytest.param(r"\boxed{4}$ is wrong. It is \boxed{5}", "5", id="another box"),
]
WITHDRAWN = [
    pytest.param(r"Is it \boxed{4}? Hmm.", id="a question"),
    pytest.param(r"\boxed{4} is incorrect.", id="wrong"),
    pytest.param(r"So $\boxed{4}$. Wait, no, that counts one twice.", id="no"),
    pytest.param(r"\boxed{4}. Oops, that's wrong.", id="a slip"),
    pytest.param(r"\boxed{4} ❌", id="a cross"),
]
KEPT = [
    pytest.param(r"\boxed{C}. The answer is C) red.", "C", id="a letter with its text"),
    pytest.param(r"\boxed{\frac{1}{2}}. The answer is one half.", r"\frac{1}{2}", id="in words"),
    pytest.param(r"\boxed{\frac{1}{2}}. The answer is 0.5.", r"\frac{1}{2}", id="a decimal"),
    pytest.param(r"\boxed{1500}. The answer is 1.5 km.", "1500", id="in a larger unit"),
    pytest.param(r"\boxed{90}. The answer is 1.5 hours.", "90", id="in hours"),
    pytest.param(r"\boxed{12.57}, so the answer is about 12.6 cm.", "12.57", id="rounded"),
    pytest.param(r"\boxed{2\pi}. The answer is 6.28.", r"2\pi", id="a formula worked out"),
    pytest.param(r"\boxed{50\%}. So the answer is 0.5.", r"50\%", id="a share"),
    pytest.param(r"\boxed{1,234}. The answer is 1234.", "1,234", id="a thousands comma"),
    pytest.param(r"\boxed{x=3}. Thus the answer is $3$.", "x=3", id="without its name"),
    pytest.param(r"\boxed{4}. A mistake is to think the answer is 5.", "4", id="a mistake"),
    pytest.param(r"\boxed{4}. If the answer is 5, it fails.", "4", id="a condition"),
    pytest.param(r"\boxed{4}. Is the answer 5? No.", "4", id="another question"),
    pytest.param(r"\boxed{3}. The answer to part (b) is 5.", "3", id="another part"),
    pytest.param(r"\boxed{4}. The answer is correct.", "4", id="a remark"),
    pytest.param(r"\boxed{4}, not 5.", "4", id="another turned down"),
    pytest.param(r"\boxed{4}. No other value works.", "4", id="no others"),
    pytest.param(r"\boxed{No}. No, since 91 = 7 * 13.", "No", id="no as the answer"),
    pytest.param(r"Is it \boxed{4}? Yes, it is.", "4", id="a question answered with yes"),
    pytest.param(r"\boxed{7}. (Form: \boxed{answer})", "7", id="a placeholder behind it"),
]


@pytest.mark.parametrize(("response", "answer"), REPLACED)
def test_a_later_answer_that_is_surely_another_replaces_a_box(response: str, answer: str) -> None:
    reading = read_answer(response)
    assert reading is not None
    assert reading.answer == answer


@pytest.mark.parametrize("response", WITHDRAWN)
def test_a_box_that_is_withdrawn_is_no_answer(response: str) -> None:
    assert read_answer(response) is None


@pytest.mark.parametrize(("response", "answer"), KEPT)
def test_a_box_that_is_restated_or_remarked_on_stays_the_answer(response: str, answer: str) -> None:
    reading = read_answer(response)
    assert reading is not None
    assert (reading.answer, reading.form) == (answer, "box")


def test_a_later_answer_that_was_cut_off_replaces_no_box() -> None:
    reading = read_answer(r"\boxed{4}. So the answer is 3", is_cut_off=True)
    assert reading is not None
    assert reading.answer == "4"


@pytest.mark.parametrize("unit", ["so, ", "the answer ", "? no, ", "\n#### ", ". wait "])
def test_looking_behind_a_box_takes_no_longer_than_the_text(unit: str) -> None:
    assert effort(lambda: read_answer("\\boxed{4}" + unit * 20_000)) < 10
