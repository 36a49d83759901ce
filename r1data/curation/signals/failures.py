"""Signals that fail on a row: they lose that row's values, with the reason, never the run."""

from collections.abc import Iterator

import polars as pl

from r1data.curation.signals.signal import Means, MissingMeans, Signal

MAX_CHARS = 200
NO_FAULT_OF_ROWS = (ImportError, OSError, MemoryError, MissingMeans)
"""What says that the machine or the settings are wrong."""


def measure_each(
    signal: Signal, texts: pl.DataFrame, means: Means
) -> tuple[pl.DataFrame, pl.Series]:
    """Return a signal of some rows, and of each row why it has none; null where it has.

    Where the rows together fail, each is measured alone.
    """
    nothing = pl.Series([None] * texts.height, dtype=pl.String)
    if texts.is_empty():
        return pl.DataFrame(schema=signal.columns), nothing
    try:
        return signal.measure(texts, means), nothing
    except NO_FAULT_OF_ROWS:
        raise
    except Exception:  # noqa: BLE001 - a signal that crashes on one text is that row's loss alone
        rows = list(_alone(signal, texts, means))
    frames, whys = zip(*rows, strict=True)
    return pl.concat(frames), pl.Series(whys, dtype=pl.String)


def _alone(
    signal: Signal, texts: pl.DataFrame, means: Means
) -> Iterator[tuple[pl.DataFrame, str | None]]:
    for row in texts.iter_slices(1):
        try:
            yield signal.measure(row, means), None
        except NO_FAULT_OF_ROWS:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"
            empty = {name: [None] for name in signal.columns}
            yield pl.DataFrame(empty, schema=signal.columns), f"{signal.name}: {why[:MAX_CHARS]}"
