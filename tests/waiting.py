import time

PATIENCE_SECONDS = 120
"""How long a test waits for what comes at once where nothing is wrong, on a busy machine too."""


def wait_until(is_so, seconds=PATIENCE_SECONDS):
    """Wait until something is so; tell whether it came to be."""
    deadline = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(found)
