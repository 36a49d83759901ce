import polars as pl
import pytest

from r1data.mixture.counts import licence_terms
from r1data.mixture.limitations import Circumstances, Counted, find_limitations

BENCHMARKS = Circumstances(
    num_benchmarks=2, looks_for_near_prompts=True, looks_for_near_rollouts=True
)


def decided(**rows):
    return pl.DataFrame({"decided_by": list(rows), "num_rows": list(rows.values())})


def licences(**names):
    columns = {"source": list(names), "licence": list(names.values())}
    return licence_terms(
        pl.DataFrame(columns, schema_overrides={"licence": pl.String}).with_columns(num_rows=1)
    )


def told(counted=None, known=BENCHMARKS, **tables):
    tables = {"decided": decided(rule=1), "licences": licences(a="MIT")} | tables
    return "\n".join(find_limitations(counted or Counted(**tables), known))


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param(
            {"decided": decided(nobody=1, rule=3)}, "25.0% of the rows were verified by nobody"
        ),
        pytest.param(
            {"decided": decided(**{"judge critic": 1, "rule": 3})},
            "25.0% of the rows were found right by a model alone",
        ),
        pytest.param({"licences": licences(a=None)}, "allow is not known: a."),
        pytest.param({"licences": licences(a="CC BY-NC 4.0", b="MIT")}, "because of: a."),
        pytest.param(
            {"licences": licences(a="CC BY-NC 4.0", b="CC BY-SA 4.0")}, "no one licence fits"
        ),
        pytest.param({"licences": licences(a="CC BY-ND 4.0")}, "forbid to share it: a."),
        pytest.param(
            {
                "quotas": pl.DataFrame(
                    {
                        "kind": ["domain", "source"],
                        "name": ["stem", "a"],
                        "wanted": [50, 9],
                        "taken": [20, 9],
                        "shortfall": [30, None],
                    }
                )
            },
            "The domain stem has 20 of the 50 that were wanted",
        ),
    ],
)
def test_what_the_tables_say_is_a_limitation(tables, expected):
    assert expected in told(**tables)
    assert expected not in told()


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param({}, "compared with no benchmark", id="no benchmark"),
        pytest.param({"truncated_share": 0.125}, "12.5% of the completions", id="cut off"),
        pytest.param({"languages": {"en": 9, "zh": 1}}, "90% of the problems are in one", id="one"),
        pytest.param(
            {"languages": {"not stated": 9, "zh": 1}}, "90% of the problems is not", id="?"
        ),
        pytest.param({"unmeasured": ("layout",)}, "not measured: layout.", id="signals"),
        pytest.param({}, "Near duplicates of prompts were not looked for", id="near prompts"),
        pytest.param({}, "Near duplicates of completions were not", id="near completions"),
        pytest.param(
            {"num_benchmarks": 1, "contamination_kinds": {"verbatim": True, "reworded": False}},
            "No row left for these kinds of contamination: reworded.",
            id="kinds not looked for",
        ),
    ],
)
def test_what_was_not_looked_for_is_a_limitation(known, expected):
    assert expected in told(known=Circumstances(**known))
    assert expected not in told()


def test_languages_that_are_mixed_are_no_limitation():
    assert "problems are in" not in told(known=Circumstances(languages={"en": 5, "zh": 5}))
