"""Early stops that a round cannot make: what is to be said of them before any work."""

from collections.abc import Iterator

from assets.chains.round import Others
from r1data.curation.selection import Selection
from r1data.generation.early_stop import EarlyStop
from r1data.policies.settings import EndpointPolicy, WeightsPolicy
from r1data.protocol import Sampling
from r1data.verification.judge.questions import Judge


def vain_stops(
    of: Others,
    policy: str,
    sampling: Sampling,
    *,
    early_stop: EarlyStop | None,
    judge: Judge | None,
    selection: Selection,
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
    yield from _other_ends(of.name, early_stop, selection)


def _other_ends(name: str, early_stop: EarlyStop, selection: Selection) -> Iterator[str]:
    """Yield the ends of a selection at which a group that stopped may be on the wrong side."""
    easy = selection.easy_prompts
    ends = [
        ("min_pass_rate", selection.min_pass_rate, "min_pass_rate", 0.0),
        ("max_pass_rate", selection.max_pass_rate, "max_pass_rate", 1.0),
        ("easy_prompts.above", easy.above if easy else 1.0, "max_pass_rate", 1.0),
    ]
    for where, end, same, no_end in ends:
        if end not in (no_end, getattr(early_stop, same)):
            yield (
                f"`{name}.selection.{where}` is {end:g}, and a group that stops early may be on "
                f"the wrong side of it; set `{name}.early_stop.{same}` to {end:g} too, so that a "
                "prompt goes on until that is certain."
            )
