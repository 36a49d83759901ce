"""What a worker does before its first task, so that no task pays for it."""


def prepare() -> None:
    """Import what comparing by values takes; math-verify, which few tasks need, waits for one."""
    import mpmath

    mpmath.sqrt(2)
