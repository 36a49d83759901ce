import re
from xml.etree import ElementTree

import polars as pl
import pytest

from r1data.curation.drop_plot import MAX_SOURCES, drop_plot
from r1data.curation.drops import count_drops, drop_matrix, drop_warnings
from r1data.curation.published import FILTERS, KINDS, OLMO_PER_CENT, published_rate
from r1data.reasons import ROLLOUT_REASONS
from r1data.tables import Drops

KEY = "reasoning/selections"


def decided(*runs):
    """Rows of (source, domain, drop reason, how many)."""
    rows = [row for *row, number in runs for _ in range(number)]
    return pl.LazyFrame(
        rows, schema=dict.fromkeys(("source", "domain", "drop_reason"), pl.String), orient="row"
    )


def applying(*runs):
    """Rows of (source, drop reason, whether it alone applies, how many)."""
    rows = [row for *row, number in runs for _ in range(number)]
    schema = {"source": pl.String, "drop_reason": pl.String, "is_only": pl.Boolean}
    return pl.LazyFrame(rows, schema=schema, orient="row")


ROWS = decided(
    ("ours", "math", None, 150),
    ("ours", "math", "incorrect", 30),
    ("ours", "math", "malformed", 20),
    ("theirs", "general", "over_quota", 2),
    ("theirs", "math", None, 1),
)


def test_the_rows_of_a_source_add_up_and_every_source_has_a_row_of_what_is_kept():
    drops = Drops.validate(count_drops(ROWS, KEY))
    sums = drops.group_by("source").agg(pl.col("num_rows").sum(), pl.col("num_source_rows").first())
    assert sums.sort("source").rows() == [("ours", 200, 200), ("theirs", 3, 3)]
    assert drops.filter(fate="kept").sort("source")["num_rows"].to_list() == [150, 1]


def test_a_source_of_which_nothing_is_kept_says_so():
    drops = count_drops(decided(("ours", "math", "incorrect", 3)), KEY)
    assert drops.select("fate", "num_rows", "share").rows() == [
        ("kept", 0, 0.0),
        ("incorrect", 3, 1.0),
    ]


def test_what_a_filter_applies_to_stands_beside_what_left_for_it_first():
    faults = applying(
        ("ours", "incorrect", True, 25),
        ("ours", "incorrect", False, 5),
        ("ours", "malformed", True, 20),
        ("ours", "malformed", False, 5),
        ("ours", "truncated", False, 5),
    )
    drops = count_drops(ROWS, KEY, faults).filter(source="ours")
    assert drops.select("fate", "num_rows", "num_with", "num_only").rows() == [
        ("kept", 150, None, None),
        ("incorrect", 30, 30, 25),
        ("truncated", 0, 5, 0),
        ("malformed", 20, 25, 20),
    ]


def test_rows_without_a_prompt_are_counted_all_the_same():
    drops = count_drops(decided((None, None, None, 2)), KEY)
    assert drops.select("source", "domain", "num_rows").rows() == [("unknown", None, 2)]


def test_a_source_has_the_domain_of_most_of_its_rows():
    domains = count_drops(ROWS, KEY).select("source", "domain").unique().sort("source")
    assert domains["domain"].to_list() == ["math", "general"]


def test_a_share_outside_what_is_published_is_warned_of():
    drops = count_drops(ROWS, KEY)
    (line,) = drop_warnings(drops)
    assert line.startswith(f"{KEY}: malformed applies to 20 of 200 rows of ours; for math 0.01% to")
    assert "3.22% are published: Olmo 3" in line


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("a", "math", None, 196), ("a", "math", "malformed", 4)], id="within"),
        pytest.param([("a", "math", None, 19), ("a", "math", "malformed", 4)], id="few rows"),
        pytest.param([("a", None, None, 190), ("a", None, "malformed", 40)], id="no domain"),
        pytest.param([("a", "math", None, 99), ("a", "math", "over_quota", 99)], id="no rate"),
    ],
)
def test_no_warning_is_given_of_a_share(rows):
    assert drop_warnings(count_drops(decided(*rows), KEY)) == []


def test_what_was_never_looked_at_is_in_no_share_that_is_compared():
    rows = decided(
        ("a", "math", None, 97), ("a", "math", "malformed", 3), ("a", "math", "not_asked", 900)
    )
    assert count_drops(rows, KEY).filter(fate="malformed")["is_outside"].to_list() == [False]
    few = decided(("a", "math", "malformed", 90), ("a", "math", "not_asked", 900))
    assert count_drops(few, KEY)["is_outside"].null_count() == 3


def test_people_read_a_row_a_source_and_one_for_all():
    matrix = drop_matrix(count_drops(ROWS, KEY))
    assert matrix.columns == ["source", "rows", "kept", "incorrect", "malformed", "over_quota"]
    assert matrix.rows() == [
        ("ours", 200, "150 (75.0%)", "30 (15.0%)", "20 (10.0%)", ""),
        ("theirs", 3, "1 (33.3%)", "", "", "2 (66.7%)"),
        ("all", 203, "151 (74.4%)", "30 (14.8%)", "20 (9.9%)", "2 (1.0%)"),
    ]


def test_a_source_may_have_the_name_of_the_row_for_all():
    matrix = drop_matrix(count_drops(decided(("all", "math", None, 3)), KEY))
    assert matrix.rows() == [("all", 3, "3 (100.0%)")] * 2


def test_a_drop_table_of_no_rows_is_empty():
    drops = count_drops(decided(), KEY)
    assert drops.height == 0
    assert drop_matrix(drops).is_empty()


def test_what_is_published_is_compared_with_filters_and_kinds_that_exist():
    assert FILTERS.keys() <= ROLLOUT_REASONS.keys()
    printed = {name for kind in OLMO_PER_CENT.values() for one in kind.values() for name in one}
    assert {*FILTERS.values()} <= printed
    assert {kind for kinds in KINDS.values() for kind in kinds} <= OLMO_PER_CENT.keys()


def test_what_is_printed_as_less_than_a_hundredth_has_no_lower_bound():
    assert published_rate("math", "malformed").smallest == 0.0001
    assert published_rate("math", "over_quota") is None


def test_the_pieces_of_a_bar_are_as_wide_as_all_rows_of_its_source():
    drawn = ElementTree.fromstring(drop_plot(count_drops(ROWS, KEY)))
    bars = [piece.attrib for piece in drawn if piece.tag.endswith("rect")]
    widths = {}
    for bar in bars:
        if bar["width"] != "10.0":
            widths[bar["y"]] = widths.get(bar["y"], 0) + float(bar["width"])
    assert [round(width) for width in widths.values()] == [480, 480]


def test_a_hostile_name_of_a_source_is_text_in_the_picture_and_nothing_else():
    drops = count_drops(decided(("<script>\x1b[2J&", "math", None, 3)), KEY)
    (name,) = [found.text for found in ElementTree.fromstring(drop_plot(drops)) if found.text][:1]
    assert name == r"<script>\x1b[2J&"


def test_only_the_largest_sources_have_a_bar():
    rows = decided(*((f"source {n}", "math", None, n + 1) for n in range(MAX_SOURCES + 5)))
    names = re.findall("source \\d+", drop_plot(count_drops(rows, KEY)))
    assert len(names) == MAX_SOURCES
    assert names[0] == f"source {MAX_SOURCES + 4}"
