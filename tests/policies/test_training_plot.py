from xml.etree import ElementTree

import polars as pl
import pytest

from r1data.policies.training_plot import MAX_POINTS, training_plot
from r1data.policies.trainings import read_log
from r1data.tables import TrainingLogs

SVG = "{http://www.w3.org/2000/svg}"


def log(**metrics):
    rows = [
        ("zero", step, name, value)
        for name, values in metrics.items()
        for step, value in enumerate(values, start=1)
    ]
    return pl.DataFrame(rows, schema=TrainingLogs.create_empty().schema, orient="row")


def panels(frame):
    tree = ElementTree.fromstring(training_plot(frame))
    texts = [text.text for text in tree.iter(f"{SVG}text")]
    lines = [line.get("points").split() for line in tree.iter(f"{SVG}polyline")]
    return texts, lines


def test_each_metric_that_people_look_at_has_a_panel():
    logged = {"loss": [2.0, 1.0], "rewards/format/mean": [0.0, 0.5], "learning_rate": [1.0, 1.0]}
    texts, lines = panels(log(**logged))
    assert texts == [
        "loss: 2 to 1, from 1 up to 2",
        "rewards/format/mean: 0 to 0.5, from 0 up to 0.5",
    ]
    assert [len(points) for points in lines] == [2, 2]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0.5], id="one step"),
        pytest.param([0.5, 0.5], id="no change"),
        pytest.param([None, 0.5, None], id="no number at times"),
        pytest.param([float(n) for n in range(5_000)], id="many steps"),
    ],
)
def test_any_log_is_a_picture(values):
    _, (points,) = panels(log(loss=values))
    assert 1 <= len(points) <= MAX_POINTS


def test_a_log_of_nothing_is_an_empty_picture():
    assert panels(log()) == ([], [])


def test_of_a_step_that_a_resumed_training_repeated_the_last_line_counts(tmp_path):
    lines = [
        '{"step": 1, "loss": 3.0}',
        '{"step": 2, "loss": 2.0, "kl": NaN}',
        '{"step": 2, "loss": 1.5}',
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = read_log(tmp_path, "zero")
    assert found.filter(metric="loss")["value"].to_list() == [3.0, 1.5]
    assert found.filter(metric="kl")["value"].to_list() == [None]


def test_a_training_without_a_log_has_no_rows(tmp_path):
    assert read_log(tmp_path, "zero").is_empty()
