"""Guard pairs: a good response beside what would please a reward model without helping anybody.

A reward model that saw none of these may score flattery and repetition higher than an answer, and a
policy finds that out. A guard pair has the prompt and the chosen completion of a pair; rejected is
flattery alone, the same response in flattery, or the same response said again and again.
"""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from r1data.completions import part
from r1data.seeds import content_id, derive_seed

FLATTERY = (
    "What a wonderful question!",
    "You are clearly a very thoughtful person.",
    "I am so impressed that you ask this.",
    "That is such a brilliant thing to ask.",
    "It is an honour to talk with somebody as clever as you.",
    "You have excellent taste.",
    "I really admire your curiosity.",
    "You always ask the best questions.",
)
MOST_TIMES = 4
"""How often a response is said at most."""


def guard_of(pair: Mapping[str, Any], share: float) -> Iterator[dict[str, Any]]:
    """Yield the guard of a pair, for a share of the pairs that are trained on, chosen by hash.

    Args:
        pair: A row of `PreferencePairs`.
        share: From 0, none, to 1, all.
    """
    rng = Random(derive_seed("guard", pair["pair_id"]))
    if pair["split"] == "held_out" or rng.random() >= share:
        return
    parts = part(pair["chosen"][0]["content"])
    whole, response = pair["chosen"][0]["content"], parts.response.strip()
    before = whole[: max(0, whole.rfind(response))]
    worse = rng.choice((_flattery, _in_flattery, _again))(response, rng)
    yield {
        **pair,
        "pair_id": content_id(pair["pair_id"], "guard"),
        "rejected": [{"role": "assistant", "content": f"{before}{worse}"}],
        "made_by": "guard",
    }


def _flattery(_response: str, rng: Random) -> str:
    return " ".join(rng.sample(FLATTERY, rng.randint(1, 4)))


def _in_flattery(response: str, rng: Random) -> str:
    first, last = rng.sample(FLATTERY, 2)
    return f"{first} {response}" if rng.random() < 0.5 else f"{first} {response} {last}"


def _again(response: str, rng: Random) -> str:
    between = rng.choice((" ", "\n\n"))
    return between.join([response] * rng.randint(2, MOST_TIMES))
