"""Placeholders and unfinished lists of responses."""

# ruff: noqa: RUF001 - marks of other scripts are the point

import polars as pl
import pytest

from r1data.curation.content.unfinished import is_unfinished
from r1data.curation.signals.placeholders import (
    MAX_CHARS,
    MAX_FOUND,
    PLACEHOLDERS,
    PlaceholderLimits,
    find_placeholders,
)
from r1data.curation.signals.signal import Means, shown

HITS = [
    ("Dear [Name],", "[Name]"),
    ("Best,\n[Your Name]", "[Your Name]"),
    ("The columns are below.\nWe meet at [time].", "[time]"),
    ("These columns are signed by [Your Name].", "[Your Name]"),
    ("[Recipient's Name]", "[Recipient's Name]"),
    ("at [Company Name] since", "[Company Name]"),
    ("on [date/time] we", "[date/time]"),
    ("[Insert your address here]", "[Insert your address here]"),
    ("Call [Phone Number].", "[Phone Number]"),
    ("the post of [Job Title]", "[Job Title]"),
    ("尊敬的[姓名]：", "[姓名]"),
    ("此致\n[您的姓名]", "[您的姓名]"),
    ("在[公司名称]工作", "[公司名称]"),
    ("<insert company here>", "<insert company here>"),
    ("token = <your_token>", "<your_token>"),
    ("I am {{name}} by {{author}}.", "{{name}}"),
    ("```python\nx = 1\n# rest of the code remains the same\n```", "rest of the code remains"),
    ("The rest of your function stays unchanged.", "rest of your function stays"),
    ("```js\n// ... existing code ...\n```", "// ... existing code"),
    ("```python\ndef f():\n    # your code here\n```", "# your code here"),
    ("```c\n/* TODO: free it */\n```", "/* TODO"),
    ("# TODO handle errors", "# TODO"),
    ("It costs TBD: ask later.", "TBD:"),
    ("The story (continue here)", "(continue here)"),
    ("And then... (to be continued)", "(to be continued)"),
    ("Step 1 ... [truncated]", "[truncated]"),
    ("其余代码保持不变", "其余代码保持不变"),
    ("（未完待续）", "（未完待续）"),
    ("Lorem ipsum dolor sit amet.", "Lorem ipsum dolor sit"),
]
NO_HITS = [
    r"$x \in [a, b]$ and \[f(x) = [x]\]",
    "The interval [a, b] of `[Your Name]` in code",
    "See [1], [12] and [Smith 2020].",
    "See [the name](https://a.org) or [date][2].",
    "- [x] done\n- [ ] open",
    "a[date] = b[name]; arr[0]",
    "```python\nd = {'a': ['name', 'date']}\nprint(x[name])\n```",
    "```html\n<input name='x'>\n<your-tag></your-tag>\n```",
    "<b>your name</b> and <i>insert</i>",
    "if a <your_limit and b> 3",
    r"$\frac{{abc}}{{def}}$",
    "x^{{name}}",
    "```jinja\nHello {{ name }}\n```",
    "My TODO list app stores what is to do.",
    "The TODO list is short.",
    "The rest of the code is easy to read once you know Rust.",
    "The rest of the money went to Ann.",
    "# Step 1\nWe continue here with the sum.",
    "## Answer\n\n4",
    "We continue (see below).",
    "1, 2, 3, ..., 10",
    "[Verse 1]\nLa la",
    "[Chorus]",
    "[Applause]",
    "matrix [1 2; 3 4]",
    "In SQL, [date] and [order date] are columns.",
    "The interval [time] is closed.",
    "[Fe(CN)6]4- and [Ar] 3d5",
    "其他代码也很好读。",
    "a // b is floor division, c /* not code */ d",
    "",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_what_the_reader_would_fill_in_is_a_placeholder(text, expected):
    assert expected in find_placeholders(text)


@pytest.mark.parametrize("text", NO_HITS)
def test_brackets_of_other_kinds_are_no_placeholders(text):
    assert find_placeholders(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Steps:\n1. Wash.\n2. Dry.\n3.",
        "Steps:\n- Wash.\n-",
        "Steps:\n1. Wash.\n2. ...",
        "Steps:\n1. Wash.\n2. **",
        "Steps:\n* Wash.\n*",
        "1) Wash\n2)",
        "(1) Wash\n(2)",
        "Wash.\nDry.\n...",
        "Wash.\nDry.\n…",
        "Here are the steps:",
        "It works so.\n\n**Steps:**",
        "步骤如下：",
        "步骤：\n1. 洗\n2.",
        "1、洗\n2、",
        "Here are five tips:\n1. Wash.\n2. Dry.\n3. Fold.",
        "Here are 10 names:\n\n1. Ann\n2. Bob\n3. Cy",
        "Below are the 4 causes:\n1. Rain\n2. Wind",
        "The following three rules apply:\n\n1. Be kind.\n2. Be quick.",
        "Here are the top 5 films of the year:\n**1. Heat**\n**2. Ran**",
        "以下是五个建议：\n1. 早睡\n2. 早起\n3. 运动",
        "下面是10种水果：\n1. 苹果\n2. 香蕉",
    ],
)
def test_a_list_that_breaks_off_is_unfinished(text):
    assert is_unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "Steps:\n1. Wash.\n2. Dry.",
        "The answer is 4.",
        "...",
        "2.",
        "The answer is:\n42.",
        "It is option\n7)",
        "The number of the equation is\n(12)",
        "1. Take 3 and 4.\n\nThe sum is\n7.",
        "-",
        "1, 2, 3, ...",
        "And so it goes on...",
        "The series is 1 + 1/2 + ...\n\nIt has no limit.",
        "Name:\nEmail:\nCountry:",
        "```python\nfor x in y:",
        "```python\nif x:\n    pass\n```",
        "Here are three tips:\n1. Wash.\n2. Dry.\n3. Fold.",
        "Here are five tips:\n- Wash\n- Dry",
        "Here are 3 tips: wash, dry, fold.",
        "Here are 12 ways to say it:\nin one sentence each.",
        "The following 2 rules apply:\n1. Be kind.",
        "Here are 2024 figures:\n1. Ann\n2. Bob",
        "There were five of them:\n1. Ann\n2. Bob\nand three more.",
        "以下是三个建议：\n1. 早睡\n2. 早起\n3. 运动",
        "答案是4。",
        "It is 12:30.",
        "",
    ],
)
def test_a_list_that_ends_is_finished(text):
    assert not is_unfinished(text)


def measured(*completions):
    frame = pl.DataFrame(
        {"completion": completions, "prefill": ""}, schema_overrides={"completion": pl.String}
    )
    return PLACEHOLDERS.measure(shown(frame), Means("think"))


def test_the_signs_of_a_shard_let_every_hit_through():
    found = measured(*(f"<think>\nhm\n</think>\n\n{text}" for text, _ in HITS))
    for (_, expected), placeholders in zip(HITS, found["placeholders"], strict=True):
        assert expected in placeholders


def test_an_announced_list_is_counted_in_a_shard_too():
    found = measured("Here are five tips:\n1. Wash.\n2. Dry.", "Here are two: a and b.")
    assert found["has_unfinished_list"].to_list() == [True, False]


def test_the_reasoning_may_hold_placeholders():
    row = measured("<think>\nI write [Your Name], then:\n1.\n</think>\n\nDear Ann").row(0)
    assert row == ([], False)


def test_a_row_without_completion_has_no_values():
    assert measured(None).row(0) == (None, None)


def test_what_is_written_down_is_short():
    found = find_placeholders(f"[Your {'x ' * 29}] " * 40)
    assert len(found) == MAX_FOUND
    assert max(map(len, found)) <= MAX_CHARS


@pytest.mark.parametrize(
    "word",
    [
        *(
            "[",
            "[your ",
            "[a ",
            "{{",
            "{{a",
            "<insert ",
            "```\n",
            "`",
            "$",
            "\\(",
            "# ",
            "# your ",
            "1.",
        ),
        *(
            "\n",
            ":\n",
            "-\n",
            "1. \n",
            "rest of the code ",
            "(continue",
            "Here are 9 a:\n",
            "[name ",
        ),
    ],
)
def test_hostile_text_is_read(word):
    text = word * (200_000 // len(word))
    assert len(find_placeholders(text)) <= MAX_FOUND
    assert is_unfinished(text) in (True, False)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, [None, "placeholder", "unfinished_list"]),
        ({"max_placeholders": 1, "allow_unfinished_lists": True}, [None, None, None]),
        ({"max_placeholders": None}, [None, None, "unfinished_list"]),
    ],
    ids=["the defaults", "one allowed", "no limit"],
)
def test_limits_say_what_is_left_out(limits, expected):
    rows = pl.DataFrame(
        {"placeholders": [[], ["[Name]"], []], "has_unfinished_list": [False, False, True]},
        schema=dict(PLACEHOLDERS.columns),
    )
    faults = PlaceholderLimits(**limits).faults().items()
    reason = pl.coalesce(pl.when(is_so).then(pl.lit(name)) for name, is_so in faults)
    assert rows.select(reason).to_series().to_list() == expected
