import os

import pytest

from r1data.answers.code.sandbox import SandboxError, check_sandbox
from r1data.answers.workers import Workers


@pytest.fixture(scope="session")
def sandboxed():
    """Skips where no sandbox can be made, and says what is missing; on CI that is a failure."""
    try:
        check_sandbox()
    except SandboxError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PROGRAMS ARE NOT TESTED: {error}")


@pytest.fixture(scope="session")
def pool(sandboxed):
    with Workers(2) as pool:
        yield pool
