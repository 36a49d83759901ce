from xml.etree import ElementTree

import polars as pl
import pytest

from r1data.mixture.plots import draw_bars, draw_lengths

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg):
    """The texts of a drawing, and the widths of its bars."""
    root = ElementTree.fromstring(svg)
    bars = [float(bar.get("width")) for bar in root.iter(f"{SVG}rect") if bar.get("x") == "190"]
    return [text.text for text in root.iter(f"{SVG}text")], bars


def test_bars_are_as_long_as_their_numbers():
    texts, bars = drawn(draw_bars("A title", ["a", "b"], {"rows": [10, 5]}))
    assert texts == ["A title", "a", "10", "b", "5"]
    assert bars[0] == pytest.approx(2 * bars[1])


def test_two_series_have_a_legend_and_shares_are_per_cent():
    texts, _ = drawn(draw_bars("A title", ["a"], {"ours": [0.5], "the paper": [0.491]}))
    assert texts == ["A title", "ours", "the paper", "a", "50.0%", "49.1%"]


def test_a_label_is_no_markup():
    texts, _ = drawn(draw_bars("<b>", ["<script>'\"&"], {"rows": [1]}))
    assert texts[:2] == ["<b>", "<script>'\"&"]


def test_no_rows_make_an_empty_drawing():
    assert drawn(draw_bars("A title", [], {"rows": []}))[0] == ["A title"]


def test_lengths_are_counted_by_powers_of_two():
    counted = pl.DataFrame(
        {"num_tokens": [1, 256, 257, 900, 5_000, 7], "split": [*["train"] * 5, "held_out"]}
    )
    texts, _ = drawn(draw_lengths(counted))
    assert texts == [
        *("Rows by tokens", "up to 256", "2", "up to 512", "1", "up to 1,024", "1"),
        *("up to 2,048", "0", "up to 4,096", "0", "up to 8,192", "1"),
    ]


def test_a_very_long_row_is_counted_above_all():
    counted = pl.DataFrame(
        {"num_tokens": [200_000], "split": [None]}, schema_overrides={"split": pl.String}
    )
    assert drawn(draw_lengths(counted))[0][-2:] == ["above 131,072", "1"]
