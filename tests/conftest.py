import os
import signal

import pytest

from r1data.answers.code.sandbox import SandboxError, check_sandbox


@pytest.fixture(autouse=True, scope="session")
def interrupts():
    """A shell that runs the tests in the background has SIGINT ignored, by us and our children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_collection_modifyitems(items):
    """Begin with the files of what takes longest, so that no process ends long after the others."""
    items.sort(key=lambda item: (not is_marked(item, "model"), not is_marked(item, "slow")))


def is_marked(item, name):
    return item.get_closest_marker(name) is not None


@pytest.fixture(scope="session")
def sandboxed():
    """Skips where no sandbox can be made, and says what is missing; on CI that is a failure."""
    try:
        check_sandbox()
    except SandboxError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PROGRAMS ARE NOT TESTED: {error}")
