# ruff: noqa: RUF001 - marks of other scripts are the point


import pytest

from r1data.answers.reading.answer import read_answer
from r1data.answers.reading.readings import Reading
from tests.effort import effort

BOXES = [
    (r"$x = \boxed{1}$ and $x = \boxed{2}$.", "1, 2"),
    (r"\boxed{A}, \boxed{C} and \boxed{D}", "A, C, D"),
    (r"\boxed{1} or \boxed{1}", "1"),
    (r"First \boxed{1}. Second: \boxed{2}", "2"),
    (r"$\boxed 5$", "5"),
    (r"$\boxed5$", "5"),
    (r"$\boxed\frac{1}{2}$", r"\frac{1}{2}"),
    (r"$\fbox{7}$", "7"),
    (r"I will put it in \boxed{}. The answer is \boxed{7}.", "7"),
    (r"\boxed{7} (inside \boxed{})", "7"),
    (r"\boxed{\boxed{5}}", "5"),
    (r"\boxed {5}", "5"),
    (r"\boxed{1}\quad\text{and}\quad\boxed{2}", "1, 2"),
    (r"\[\boxed{3}\] and \[\boxed{4}\]", "3, 4"),
    (r"\boxed{4}, no wait, \boxed{5}", "5"),
    (r"\boxed{x=1} 或 \boxed{x=2}", "x=1, x=2"),
    (r"\\boxed{5}", "5"),
    (r"\boxed{\$5}", r"\$5"),
    (r"The final answer is $\boxed{5}$.", "5"),
]

ANSWER_TAGS = [
    ("<answer>A: Paris</answer>", "A: Paris"),
    ("<answer>The answer is 5</answer>", "5"),
    ("<answer>**5**</answer>", "5"),
    ("<answer>The final answer is $5$.</answer>", "5"),
    ('<answer>{"answer": "B"}</answer>', "B"),
    ("<answer>\n5\n</answer>", "5"),
    ("The answer is 6. <answer>5</answer>", "5"),
]

JSON_OBJECTS = [
    ('{"answer": 5}', "5"),
    ('```json\n{"answer": "x"}\n```', "x"),
    ('So:\n```json\n{"answer": [1,2]}\n```', "1, 2"),
    ('{"answer": {"a": 1}}', '{"a": 1}'),
    ('The answer is:\n{"answer": 5}', "5"),
    ('{"answer": 0.50}', "0.50"),
    ('{"answer": "\\\\frac{1}{2}"}', r"\frac{1}{2}"),
    ('{"answer": "\\frac{1}{2}"}', r"\frac{1}{2}"),
    ('{"answer": "$\\sqrt{2}$"}', r"$\sqrt{2}$"),
    ('{"reasoning": "3*4", "answer": 12}', "12"),
    ('{"Final Answer": "B"}', "B"),
    ('{"answer": true}', "true"),
    ('{"answer": [[1,2],[3]]}', "[[1, 2], [3]]"),
    ('{"answer": "\\boxed{5}"}', "5"),
    ('Result:\n{\n  "answer": 5\n}', "5"),
    ('{"answer": 5} {"answer": 6}', "6"),
    ('The JSON is {"answer": 7}', "7"),
    ('{"answer": "The answer is 5"}', "5"),
]

LAST_LINES = [
    ("abc\n(−∞, 3]", "(−∞, 3]"),
    ("abc\n5 × 10^3", "5 × 10^3"),
    ("A) 5", "A) 5"),
    ("Yes.", "Yes"),
    ("$\\pi$", r"\pi"),
    ("Paris", "Paris"),
    ("a liar", "a liar"),
    ("So\n\n$x = 5$", "x = 5"),
    ("We compute.\n\n\\[\n5\n\\]", "5"),
    ("```\n5\n```", "5"),
    ("Thus the sum is\n18 dollars", "18 dollars"),
    ("5", "5"),
    ("B", "B"),
    ("(B)", "(B)"),
    ("3 + 4 = 7\n7", "7"),
    ("So we add.\n\n**42**", "42"),
    ("So we add.\n\n$42$.", "42"),
    ("abc\n\nx = 42", "x = 42"),
    ("abc\n\n$x^2 + 1$", "x^2 + 1"),
    ("abc\nB", "B"),
    ("abc\n(B)", "(B)"),
    ("abc\nyes", "yes"),
    ("abc\n5 apples", "5 apples"),
    ("abc\n$5.50", "$5.50"),
    ("abc\n50%", "50%"),
    ("abc\n5 + 6", "5 + 6"),
    ("abc\n(3, 4)", "(3, 4)"),
    ("abc\n[1, 2]", "[1, 2]"),
    ("abc\n\\frac{1}{2}", r"\frac{1}{2}"),
    ("abc\n5.", "5"),
    ("Alice, Bob, Carol", "Alice, Bob, Carol"),
    ("2024-01-05", "2024-01-05"),
    ("10:30 am", "10:30 am"),
    (r"\text{Evelyn}", r"\text{Evelyn}"),
    (r"$\text{Evelyn}$", r"\text{Evelyn}"),
    ("B. Paris", "B. Paris"),
    ("(B) 42", "(B) 42"),
    ("abc\n1 000", "1 000"),
    ("abc\n3 + i", "3 + i"),
]

FORMS = {
    "box": BOXES,
    "answer_tag": ANSWER_TAGS,
    "json": JSON_OBJECTS,
    "last_line": LAST_LINES,
}


@pytest.mark.parametrize(
    ("form", "response", "answer"),
    [(form, *case) for form, cases in FORMS.items() for case in cases],
)
def test_each_form_is_read(form, response, answer):
    assert read_answer(response) == Reading(answer, form)


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        pytest.param(r"\boxed{1}, no: \boxed{2}", "2", id="the last box"),
        pytest.param(r"\boxed{1} and \boxed{2", None, id="an open box takes back the one before"),
        pytest.param(r"The answer is 1. \boxed{2", None, id="an open box takes back a sentence"),
        pytest.param(r"\boxed{1 and \boxed{2}", "2", id="an open box before the last"),
        pytest.param(r"\boxed{1}. I used \boxed as asked", "1", id="a command that is mentioned"),
        pytest.param(r"\boxed{1}. I used `\boxed{` as asked", "1", id="a brace that is quoted"),
        pytest.param(r"\boxed{1} or \boxed", None, id="a command at the end"),
        pytest.param(r"\boxed{\{1, 2\}}", r"\{1, 2\}", id="escaped braces"),
        pytest.param("<answer>1</answer><answer> 2 </answer>", "2", id="the last answer block"),
        pytest.param("<answer>1</answer><answer>2", None, id="an open block takes one back"),
        pytest.param("<answer>1</answer> in <answer> tags", "1", id="a tag that is mentioned"),
        pytest.param(r"\boxed{7}. In the form \boxed{answer}", "7", id="a placeholder after it"),
        pytest.param(r"\boxed{7}. Form: \boxed{\text{your final answer}}", "7", id="in a font"),
        pytest.param(r"\boxed{7}. Form: \boxed{[Final Answer]}", "7", id="in brackets"),
        pytest.param(r"\boxed{7}. Form: \boxed{\ldots}", "7", id="dots"),
        pytest.param(r"\boxed{7}. Form: \boxed{\_\_}", "7", id="blanks to fill in"),
        pytest.param(r"\boxed{1}, \boxed{2}, \boxed{\ldots}", r"1, 2, \ldots", id="a list goes on"),
        pytest.param(
            r"\boxed{answer}: the answer is 7.", "7", id="a sentence beside a placeholder"
        ),
        pytest.param(r"Fill in \boxed{answer}.", None, id="nothing but a placeholder"),
        pytest.param("<answer>7</answer> (<answer>answer here</answer>)", "7", id="in a block"),
        pytest.param(r"\boxed{7}. Form: \boxed{?}", "?", id="a question mark is no form"),
        pytest.param(r"\boxed{ }", None, id="an empty box"),
        pytest.param("</answer>5<answer>", None, id="tags the wrong way round"),
        pytest.param("so it is 42", None, id="a number in the text"),
        pytest.param("A. 5\nB. 6\nC. 7", None, id="a list of options"),
        pytest.param("", None, id="nothing"),
        pytest.param('{"answer": 1, "why": "\\\\boxed{2}"}', "1", id="JSON before a box in it"),
        pytest.param(r"\boxed{3} <answer>4</answer>", "3", id="a box before an answer block"),
        pytest.param("<answer>4</answer> The answer is 5.", "4", id="a block before a sentence"),
        pytest.param('The answer is 5.\n{"answer": 6}', "5", id="a sentence before JSON behind it"),
        pytest.param('7\n{"answer": 6}', "6", id="JSON at the end before a last line"),
        pytest.param("The answer is 5.\n\n6", "5", id="a sentence before the last line"),
    ],
)
def test_forms_are_read_in_their_order(response, answer):
    reading = read_answer(response)
    assert (reading and reading.answer) == answer


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        pytest.param("The answer is 5", None, id="a sentence that touches the end"),
        pytest.param("The answer is 3.", None, id="perhaps 3.5"),
        pytest.param("The answer is 5.\n\nThe answer is 1", None, id="the last of two does"),
        pytest.param("The answer is 5. Indeed, 2 + 3", "5", id="a sentence that is over"),
        pytest.param("So we get\n42", None, id="a last line"),
        pytest.param("42", None, id="one line"),
        pytest.param(r"so \boxed{42} and", "42", id="a closed box"),
        pytest.param("<answer>42</answer> and", "42", id="a closed block"),
        pytest.param("#### 4", None, id="hashes"),
        pytest.param("A: 26", None, id="a label"),
    ],
)
def test_what_touches_the_end_of_a_cut_off_response_is_not_read(response, answer):
    reading = read_answer(response, is_cut_off=True)
    assert (reading and reading.answer) == answer


@pytest.mark.parametrize(
    "response",
    [
        pytest.param("So we get\n42\n\\boxed{4", id="inside a box"),
        pytest.param("The answer is $\\frac{1}{2", id="inside a formula"),
        pytest.param("```python\nx = 1\n\n42", id="inside a fence"),
        pytest.param('{"steps": "...", "answer": 4', id="inside JSON"),
        pytest.param("The answer is (3, \\left(4", id="inside brackets"),
    ],
)
def test_a_response_that_breaks_off_has_no_answer(response):
    assert read_answer(response) is None


HOSTILE = {
    "open boxes": r"\boxed{" * 15_000,
    "open braces": "{" * 100_000,
    "open answers": "<answer>" * 12_000,
    "closing tags": "</answer>" * 11_000,
    "backslashes": "\\" * 100_001,
    "nested JSON": '{"a":' * 20_000,
    "closed JSON": '{"a":' * 15_000 + "1" + "}" * 15_000,
    "JSON that never was": '{"' * 30_000 + "}",
    "open formulas": "the answer is $" * 7_000,
    "open parentheses": ("the answer is " + r"\(" * 300) * 160,
    "hashes": "####" * 25_000,
    "conditions": "if " * 30_000 + "the answer is 5",
    "topics": "the answer to " + "a " * 50_000,
    "empty boxes": r"\boxed{}" * 12_000,
    "fences": "```\n" * 25_001,
    "a line of commands": r"\frac\abc" * 20 + "@",
    "a line of digits": "1 " * 98 + "@ 1",
    "spaces": "The answer is" + " " * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_hostile_responses_takes_no_time(name):
    assert read_answer(HOSTILE[name]) is None
    assert effort(lambda: read_answer(HOSTILE[name])) < 5
