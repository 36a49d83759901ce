"""Preparing a worker process: its imports, made before the first task."""


def prepare() -> None:
    """Import what comparing by values takes."""
    import mpmath

    mpmath.sqrt(2)
