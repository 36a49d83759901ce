"""Early stops that a round cannot make: what is to be said of them before any work."""

from collections.abc import Iterator

from assets.chains.round import Others
from r1data.generation.early_stop import EarlyStop
from r1data.policies.settings import EndpointPolicy, WeightsPolicy
from r1data.protocol import Sampling
from r1data.verification.judge.questions import Judge


def vain_stops(
    of: Others, policy: str, sampling: Sampling, early_stop: EarlyStop | None, judge: Judge | None
) -> Iterator[str]:
    """Yield why an early stop could save nothing, or could stop what a judge would let go on."""
    if early_stop is None:
        return
    asked, name = of.policies.get(policy), f"`{of.name}.early_stop"
    if asked is not None and not isinstance(asked.settings, EndpointPolicy | WeightsPolicy):
        yield f"{name}` saves requests to a model, and `{policy}` asks none; leave it out."
    size = sampling.group_size
    if isinstance(size, int) and early_stop.wave_size >= size:
        yield (
            f"{name}.wave_size` is {early_stop.wave_size}, and a group has {size} "
            f"(`{of.name}.sampling.group_size`): nothing would be left to save; lower it."
        )
    if judge is not None and judge.second_look and early_stop.has_band:
        yield (
            f"{name}` stops by a pass rate, which `{of.name}.judge.second_look` can still raise; "
            "leave one of them out, or keep `at_correct` alone."
        )
