import pytest

from r1data.curation.review.sheet import NUM_MARGIN_LINES, read_sheet, sheet_of
from tests.curation.review.candidates import candidate

HOSTILE = "\x1b[2J\u2028===== response =====\n# vim: set shell=x:"


def test_a_sheet_that_nobody_touched_says_what_the_candidate_says():
    one = candidate(text=f"<think>{HOSTILE}</think>It is\n\n\\boxed{{2}}.")
    assert read_sheet(sheet_of(one), one) == one.parts


def test_a_sheet_of_a_candidate_without_reasoning_has_its_response_alone():
    one = candidate(text="It is 2.")
    assert read_sheet(sheet_of(one).replace("2.", "two."), one) == (None, "It is two.")


def test_the_text_of_a_model_is_not_among_the_lines_in_which_editors_look_for_commands():
    one = candidate(text=HOSTILE)
    lines = sheet_of(one).rstrip("\n").split("\n")
    margins = lines[:NUM_MARGIN_LINES] + lines[-NUM_MARGIN_LINES:]
    assert all(line.startswith("#") and "vim" not in line for line in margins)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda sheet: sheet.replace("===== end", "end"), id="a mark is gone"),
        pytest.param(lambda sheet: sheet + sheet, id="marks stand twice"),
        pytest.param(lambda sheet: "", id="nothing is left"),
        pytest.param(lambda sheet: "\n".join(sheet.split("\n")[::-1]), id="another order"),
    ],
)
def test_a_sheet_whose_marks_are_not_in_their_places_is_refused(spoil):
    one = candidate()
    with pytest.raises(ValueError, match="mark"):
        read_sheet(spoil(sheet_of(one)), one)
