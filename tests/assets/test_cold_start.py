import shutil

import polars as pl
import pytest

from r1data.cli.plan import plan_requests
from r1data.cli.why.page import trace
from r1data.store.query import query
from r1data.store.store import Store
from tests.assets.cold_starts import COLLECTIONS, Editor, Studio, cold_recipe, in_form
from tests.assets.graphs import Graph

ASKED = {"few_shot": 12, "direct": 12, "zero": 15}


class Winter(Graph):
    def __init__(self, tmp_path):
        super().__init__(tmp_path)
        self.machine = Studio()

    def start(self, *args, **cold_start):
        before = self.machine.num_asked
        self.make(cold_recipe(self.tmp_path, *args, **cold_start))
        self.num_asked = tuple(b - a for a, b in zip(before, self.machine.num_asked, strict=True))

    def counts(self, table, *columns):
        grouped = self.read(f"cold_start/{table}").group_by(columns).len()
        return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in grouped.iter_rows()}


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    made = Winter(tmp_path_factory.mktemp("cold"))
    made.start()
    return made


@pytest.fixture
def winter(made_once, tmp_path):
    shutil.copytree(made_once.tmp_path, tmp_path, dirs_exist_ok=True)
    return Winter(tmp_path)


def test_every_rollout_is_marked_with_its_collection_in_every_table_up_to_the_mixture(made_once):
    assert made_once.counts("rollouts", "collection") == ASKED
    kept = made_once.counts("selected_rollouts", "collection")
    assert kept == {"few_shot": 6, "direct": 6, "zero": 5}
    assert made_once.counts("final_rollouts", "collection") == {"refined": 17}
    assert made_once.counts("sft_mixture", "collection") == {"refined": 17}
    assert made_once.machine.trained == ["cold_start"]
