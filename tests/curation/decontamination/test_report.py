import polars as pl

from r1data.curation.decontamination.report import CASES, count_contaminations, report_page
from r1data.tables import Contaminations

EVIL = "<script>alert(1)</script> & more"


def rows(count=1, **changes):
    one = {
        "benchmark": "aime",
        "benchmark_row": "0",
        "source": "ours",
        "prompt_id": "p",
        "rollout_id": None,
        "part": "question",
        "kind": "verbatim",
        "score": 1.0,
        "spans": [{"start": 0, "end": 8}],
        "benchmark_spans": [{"start": 0, "end": 8}],
    }
    listed = [{"row": f"ours/{number}", **one, **changes} for number in range(count)]
    schema = Contaminations.create_empty().schema
    return pl.DataFrame(listed, schema=schema)


def test_rows_are_counted_by_source_benchmark_and_kind():
    both = pl.concat([rows(3), rows(2, kind="reworded"), rows(3, benchmark_row="1")])
    assert count_contaminations(both).rows() == [
        ("ours", "aime", "verbatim", 3),
        ("ours", "aime", "reworded", 2),
    ]


def test_texts_are_escaped_and_what_they_share_is_marked():
    page = report_page(rows(), lambda _: EVIL, lambda _: "plain")
    assert "<script>" not in page
    assert "<mark>&lt;script&gt;</mark>alert(1)&lt;/script&gt; &amp; more" in page


def test_of_many_pairs_of_a_kind_a_few_are_shown():
    page = report_page(rows(50), lambda row: str(row["row"]), lambda _: "theirs")
    assert page.count("<h3>") == CASES


def test_a_long_text_is_cut_around_what_it_shares():
    text = f"{'x' * 100_000}NEEDLE{'y' * 100_000}"
    spans = [{"start": 100_000, "end": 100_006}]
    page = report_page(rows(spans=spans), lambda _: text, lambda _: "short one")
    assert "<mark>NEEDLE</mark>" in page
    assert len(page) < 10_000


def test_nothing_found_is_a_page_too():
    assert "</html>" in report_page(rows(0), str, str)
