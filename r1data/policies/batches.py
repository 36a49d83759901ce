"""Settings of batches: their size and number, and whether a run waits for them."""

from pydantic import Field, PositiveFloat, PositiveInt

from r1data.settings import Settings


class Batches(Settings):
    """How requests are sent as batches, one sample each.

    Where a run is stopped or killed, the next one takes up the batches that are submitted, also
    days later and under another recipe that asks the same.
    """

    window: str = "24h"
    """Within how long the endpoint is to answer, as it writes that: its `completion_window`."""
    requests: PositiveInt = 50_000
    """Requests of one batch at most."""
    at_once: PositiveInt = 8
    """Batches that are worked on at once; endpoints limit what may wait."""
    price_share: float = Field(0.5, ge=0)
    """What part of the price is paid in a batch."""
    wait: bool = True
    """Whether a run waits until the batches are done. Otherwise it ends with exit status 4 as soon
    as they are submitted, and a later run takes the answers."""
    look_seconds: PositiveFloat = 60
    """How often a run that waits looks whether they are done."""
