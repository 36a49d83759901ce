from pathlib import Path

import pytest

import r1data.answers

ANSWERS = Path(r1data.answers.__file__).parent


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("mathbf", id="lists of font commands"),
        pytest.param("[A-J]", id="letters of options in prose"),
        pytest.param(r"\d{3}", id="groups of three digits"),
        pytest.param("[0-9]{3}", id="groups of three ASCII digits"),
    ],
)
def test_what_the_folder_defines_is_written_nowhere_else(pattern):
    others = [path for path in ANSWERS.rglob("*.py") if path.parent.name != "writing"]
    found = [
        str(path.relative_to(ANSWERS)) for path in others if pattern in path.read_text("utf-8")
    ]
    assert found == []
