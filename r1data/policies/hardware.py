"""Hardware: what a plan reckons hours and money with; it decides no row."""

import json
import math
import re
import struct
from pathlib import Path

from pydantic import Field, PositiveFloat, PositiveInt

from r1data.policies.settings import WeightsPolicy
from r1data.settings import PolicyName, Settings

NAMED_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d{1,5}(?:\.\d{1,3})?)([BM])(?![A-Za-z0-9])")
"""A number of parameters in the name of a model, such as `Qwen2.5-Math-1.5B`."""
UNITS = {"B": 1e9, "M": 1e6}
SECONDS_PER_HOUR = 3_600.0


class Hardware(Settings):
    """What models are trained and sampled on.

    The defaults are two CPU cores with AVX-512 in float32, on which the demo was measured: 5 s for
    a training step of 900 tokens and 220 sampled tokens a second, of 135 million parameters.
    Without AVX-512 it is a third of the `teraflops`.
    """

    devices: PositiveInt = 1
    """GPUs, or else computers, that work on one thing together."""
    teraflops: PositiveFloat = 0.3
    """What each of them computes in a second at most, in 10^12 operations, by its data sheet: an
    H100 989 in bfloat16."""
    utilisation: float = Field(0.4, gt=0, le=1)
    """The share of that which training reaches."""
    sampling_utilisation: float = Field(0.2, gt=0, le=1)
    """The share of that which sampling reaches, where token follows token."""
    price: PositiveFloat | None = None
    """What an hour of one device costs, in the currency of the policies' prices."""
    parameters: dict[PolicyName, PositiveFloat] = {}
    """Thousands of millions of parameters that work on each token, by policy: for mixtures of
    experts, and where neither files nor names tell."""

    def training_hours(self, operations: float) -> float:
        """Return the hours in which all devices together train so many operations."""
        return operations / (self._speed * self.utilisation) / SECONDS_PER_HOUR

    def sampling_hours(self, operations: float) -> float:
        """Return the hours in which all devices together sample so many operations."""
        return operations / (self._speed * self.sampling_utilisation) / SECONDS_PER_HOUR

    def cost(self, hours: float) -> float | None:
        """Return what all devices cost for so long; null without a price."""
        return None if self.price is None else hours * self.devices * self.price

    def num_parameters(self, name: str, policy: WeightsPolicy) -> float | None:
        """Return how many parameters work on a token: stated, counted in files, or by the name."""
        if name in self.parameters:
            return self.parameters[name] * UNITS["B"]
        folder = Path(policy.weights)
        counted = count_parameters(folder) if folder.is_dir() else 0
        return counted or named_parameters(policy.weights)

    @property
    def _speed(self) -> float:
        return self.devices * self.teraflops * 1e12


def named_parameters(weights: str) -> float | None:
    """Return the number of parameters that a name tells, the last if there are several.

    >>> named_parameters("Qwen/Qwen2.5-Math-1.5B"), named_parameters("deepseek-ai/DeepSeek-V3-Base")
    (1500000000.0, None)
    """
    found = NAMED_SIZE.findall(weights)
    return float(found[-1][0]) * UNITS[found[-1][1]] if found else None


def count_parameters(folder: Path) -> int:
    """Return the number of parameters in a folder of safetensors, whose headers alone are read."""
    return sum(_in_file(path) for path in sorted(folder.glob("*.safetensors")))


def _in_file(path: Path) -> int:
    """Return the number of parameters of one file; 0 of what is none."""
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 0 < length <= path.stat().st_size:
            return 0
        try:
            header = json.loads(file.read(length))
        except ValueError:
            return 0
    return sum(math.prod(tensor["shape"]) for name, tensor in header.items() if name[:2] != "__")
