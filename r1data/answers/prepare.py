"""What a worker does before its first task, so that no task pays for it."""


def prepare() -> None:
    """Import what comparing by values takes."""
    import mpmath

    mpmath.sqrt(2)
