import signal

import pytest


@pytest.fixture(autouse=True, scope="session")
def interrupts():
    """A shell that runs the tests in the background has SIGINT ignored, by us and our children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
