from r1data.answers.limits import unreadable


def test_answers_at_the_caps_are_read_and_beyond_are_not():
    assert [unreadable("7" * length) != "" for length in (2000, 2001)] == [False, True]
    assert [unreadable("(" * depth + ")" * depth) != "" for depth in (20, 21)] == [False, True]


def test_brackets_side_by_side_are_not_deep():
    assert unreadable("()" * 500) == ""
