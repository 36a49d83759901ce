import polars as pl
import pytest

from r1data.cli.commands import app
from r1data.cli.terminal import CONSOLE, cell, lean_grid, say
from r1data.store.catalog import write_catalog
from r1data.text import visible
from tests.cli.commands import r1data
from tests.store.samples import VERDICTS, verdicts

HOSTILE = [
    pytest.param("\x1b[2J\x1b[H", r"\x1b[2J\x1b[H", id="clear the screen"),
    pytest.param("\x1b]0;owned\x07", r"\x1b]0;owned\x07", id="set the title"),
    pytest.param("\x1b]8;;http://evil\x1b\\here", r"\x1b]8;;http://evil\x1b\here", id="a link"),
    pytest.param("\x1b]52;c;ZXZpbA==\x07", r"\x1b]52;c;ZXZpbA==\x07", id="fill the clipboard"),
    pytest.param("\x1bP+q544e\x1b\\", r"\x1bP+q544e\x1b" + "\\", id="ask the terminal"),
    pytest.param("\x1b[6n", r"\x1b[6n", id="ask for the cursor"),
    pytest.param("\x1b[31mred", r"\x1b[31mred", id="a colour"),
    pytest.param("\x1bc", r"\x1bc", id="reset"),
    pytest.param("\x9b2J", r"\x9b2J", id="a control of one byte"),
    pytest.param("\x9d0;owned\x9c", r"\x9d0;owned\x9c", id="the title in single bytes"),
    pytest.param("good\rbad", r"good\x0dbad", id="back to the start of the line"),
    pytest.param("abc\b\b\bxyz", r"abc\x08\x08\x08xyz", id="back over it"),
    pytest.param("\x07", r"\x07", id="the bell"),
    pytest.param("\x00", r"\x00", id="null"),
    pytest.param("\x0e\x0f", r"\x0e\x0f", id="another character set"),
    pytest.param("\x7f", r"\x7f", id="delete"),
    pytest.param("\x85", r"\x85", id="next line"),
    pytest.param("a\u202ecorrect", r"a\u202ecorrect", id="right to left"),
    pytest.param("a\u2066b\u2069", r"a\u2066b\u2069", id="isolated"),
    pytest.param("a\u200eb\u061c", r"a\u200eb\u061c", id="marks of direction"),
    pytest.param("a\u200bb\ufeff", r"a\u200bb\ufeff", id="no width"),
    pytest.param("a\u2028b", r"a\u2028b", id="a separator of lines"),
    pytest.param("\U000e0041\U000e007f", r"\U000e0041\U000e007f", id="tags"),
    pytest.param("[red]x[/red]", "[red]x[/red]", id="markup"),
    pytest.param("[/]", "[/]", id="markup that closes nothing"),
    pytest.param("[link=http://evil]x", "[link=http://evil]x", id="markup of a link"),
    pytest.param(":skull:", ":skull:", id="the name of an emoji"),
]
HARMLESS = ["π ≈ 3\tand\nmore", "naïve 你好", "👩\u200d🔬", "\\x1b", "e\u0301"]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_a_terminal_is_shown_a_text_and_obeys_nothing_in_it(text, shown):
    with CONSOLE.capture() as captured:
        say(text)
        grid = lean_grid("a", "b")
        grid.add_row(cell(text), "end")
        CONSOLE.print(grid)
    lines = captured.get().splitlines()
    assert lines[0] == shown
    assert lines[-1].split() == [*shown.split(), "end"]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_is_shown_as_it_is(text):
    assert visible(text) == text


def test_half_a_surrogate_pair_is_shown_as_an_escape():
    assert visible("a\ud800b", is_one_line=True) == r"a\ud800b"


def test_a_text_on_one_line_has_no_line_of_its_own():
    assert cell("a\nreasoning/selections: is_kept True\t").plain == (
        r"a\nreasoning/selections: is_kept True\t"
    )


@pytest.fixture(scope="module")
def said(made_once, tmp_path_factory):
    """What the commands print of a table whose details are hostile, by command."""
    data = made_once.copied(tmp_path_factory.mktemp("hostile"))
    texts = [param.values[0] for param in HOSTILE]
    names = [f"rollout {number:02}" for number in range(len(texts))]
    rows = verdicts(rows=len(texts)).with_columns(
        rollout_id=pl.Series(names),
        prompt_id=pl.lit("hostile"),
        detail=pl.Series(texts),
    )
    with data.store.writing(VERDICTS, "f" * 16, {}) as writer:
        writer.write(0, rows)
        writer.finish()
    write_catalog(data.store)
    statement = "select detail from reasoning.verdicts"
    return {
        "show": data("show", VERDICTS.key, "-n", str(len(texts)), "--full"),
        "why": "".join(data("why", name) for name in names),
        "sql": data("sql", statement),
        "csv": data("sql", statement, "--format", "csv"),
    }


@pytest.mark.parametrize("command", ["show", "why", "sql"])
@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_commands_show_what_models_wrote_and_the_terminal_obeys_nothing(said, command, text, shown):
    assert shown in said[command]
    assert text == shown or text not in said[command]


def test_csv_in_a_pipe_holds_texts_as_they_are(said):
    assert "\x1b[2J\x1b[H" in said["csv"]


def test_an_error_line_shows_what_it_was_given(made_once):
    where = ["--recipe", str(made_once.recipe), "--data", str(made_once.data)]
    finished = r1data("why", "\x1b]0;owned\x07", *where)
    assert finished.status == 2
    assert finished.errors.strip() == r"no id begins with \x1b]0;owned\x07; give another."


def test_the_help_of_sql_says_where_texts_stay_as_they_are(capsys):
    app(["sql", "--help"], standalone_mode=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "csv and json keep it where they are printed to a file or a pipe" in said
