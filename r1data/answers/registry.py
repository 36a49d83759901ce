"""The registry of verifiers, and judging with them so that a row never stops a table."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

from r1data.answers.missing_golds import BY_GOLD, find_missing
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item, Verdict, Verifier
from r1data.answers.versions import check_name
from r1data.answers.whole_golds import with_final_gold
from r1data.answers.workers import Workers, WorkersError


class _Registry(Mapping[str, Verifier]):
    """Verifiers by name; each is imported when it is first asked for."""

    def __init__(self, places: Mapping[str, tuple[str, str]]) -> None:
        self._places = places
        self._found: dict[str, Verifier] = {}

    def __getitem__(self, name: str) -> Verifier:
        if name not in self._found:
            module, kind = self._places[name]
            self._found[name] = getattr(import_module(f"r1data.answers.{module}"), kind)()
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


VERIFIERS: Mapping[str, Verifier] = _Registry(
    {
        "math": ("math.verifier", "MathVerifier"),
        "choice": ("choice.verifier", "ChoiceVerifier"),
        "text": ("text.verifier", "TextVerifier"),
        "code": ("code.verifier", "CodeVerifier"),
        "program_output": ("code.program_output", "ProgramOutputVerifier"),
        "reasoning_gym": ("gym.verifier", "GymVerifier"),
    }
)
"""Every rule: the name that a prompt or a row says, and the verifier."""


SAYS_NONE = "gold answer: it says that there is none"


def find_verifier(name: str) -> Verifier:
    """Return the verifier of a name."""
    check_name(name)
    return VERIFIERS[name]


def judge(verifier: Verifier, items: Sequence[Item], pool: Workers) -> list[Verdict]:
    """Return one verdict per item, whatever happens: a crash is `failed`, for its item only.

    A gold answer that says there is none, such as `N/A`, is `bad_gold`; of one that is a whole
    solution, its end counts.
    """
    items = [with_final_gold(item, verifier.name) for item in items]
    missing = [_missing(verifier, item) for item in items]
    left = [item for item, said in zip(items, missing, strict=True) if not said]
    judged = iter(_judge(verifier, left, pool) if left else ())
    return [
        Verdict(Outcome.BAD_GOLD, detail=f"{SAYS_NONE}: {said!r}") if said else next(judged)
        for said in missing
    ]


def _missing(verifier: Verifier, item: Item) -> str | None:
    if verifier.name not in BY_GOLD:
        return None
    return find_missing(item.gold_answer, item.problem, item.choices)


def _judge(verifier: Verifier, items: Sequence[Item], pool: Workers) -> list[Verdict]:
    try:
        return verifier.verify(items, pool)
    except WorkersError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary: a row must not stop a table
        if len(items) == 1:
            return [Verdict(Outcome.FAILED, detail=f"{type(error).__name__}: {error}")]
    return [verdict for item in items for verdict in _judge(verifier, [item], pool)]
