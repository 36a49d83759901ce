import pytest

from performance.scripted_batches import ScriptedBatches
from tests.endpoints.batches.runs import Runs


@pytest.fixture
def runs(tmp_path):
    with ScriptedBatches() as server:
        yield Runs(tmp_path, server)
