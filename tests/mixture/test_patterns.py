import polars as pl
import pytest

from r1data.curation.signals.form import form
from r1data.mixture.patterns import PATTERNS, in_pattern
from r1data.text import split_reasoning

TOKEN = "|special_token|"


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<think>\nI add.\n</think>\n\nIt is 2.", id="think"),
        pytest.param("[THINK]I add.[/THINK]It is 2.", id="another make"),
        pytest.param("<think>\nI `add`.\n\n- so\n</think>\nIt is\n\n\\boxed{2}.", id="lines"),
    ],
)
def test_what_is_written_in_a_pattern_is_read_from_it_again(pattern, text):
    written = in_pattern(pl.Series([text]), pattern).item()
    reasoning, response = split_reasoning(text)
    read = split_reasoning(written)
    assert (read[0], read[1].strip()) == (reasoning, response.strip())
    assert form(written) == "well_formed"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("It is 2.", "It is 2.", id="no reasoning"),
        pytest.param("<think>cut off", "<think>cut off", id="never closed"),
        pytest.param("<think></think>2", "<think></think>2", id="empty"),
        pytest.param("<think>I add.</think>\n\n2\n", f"{TOKEN}I add.{TOKEN}2\n", id="spaces"),
    ],
)
def test_a_completion_without_reasoning_stays_as_it_is(text, written):
    assert in_pattern(pl.Series([text]), "special_token").item() == written


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(f"{TOKEN}I add.{TOKEN}2", ("I add.", "2"), id="whole"),
        pytest.param(f"\n{TOKEN}I add.\n{TOKEN}\n2", ("I add.", "\n2"), id="lines"),
        pytest.param(f"{TOKEN}cut off", (None, ""), id="never closed"),
        pytest.param(f"2 {TOKEN} 3", (None, f"2 {TOKEN} 3"), id="not at the beginning"),
    ],
)
def test_the_special_token_is_read_where_a_completion_begins_with_it(text, parts):
    assert split_reasoning(text) == parts
