import pytest

from r1data.answers.workers import Workers


@pytest.fixture(scope="session")
def pool(sandboxed):
    with Workers(2) as pool:
        yield pool
