import polars as pl
import pytest

from r1data.records.self_cognition import Identity, left_open, put_in, with_identity

US = Identity(name="Ada \\1", maker="The {Lab}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am {{name}} by {{author}}.", r"I am Ada \1 by The {Lab}."),
        ("I am {{ NAME }}.", r"I am Ada \1."),
        ("我是<NAME>, 由<AUTHOR>开发。", r"我是Ada \1, 由The {Lab}开发。"),
        ("Made by {{company}}", "Made by The {Lab}"),
        ("{{other}} stays", "{{other}} stays"),
        ("a <name> tag of HTML stays", "a <name> tag of HTML stays"),
        ("{name} of a program stays", "{name} of a program stays"),
        ("", ""),
    ],
)
def test_name_and_maker_stand_where_a_place_is_left_for_them(text, expected):
    assert put_in(text, US) == expected


def test_texts_are_filled_one_by_one_and_null_stays_null():
    texts = pl.Series("completion", ["I am {{name}}.", None, "Hello."])
    assert with_identity(texts, US).to_list() == [r"I am Ada \1.", None, "Hello."]


def test_what_nobody_filled_is_seen():
    assert left_open(pl.Series(["{{ date }}", "{x}", "{{name}} ok"])).to_list() == [
        True,
        False,
        True,
    ]
