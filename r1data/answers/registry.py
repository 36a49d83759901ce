"""The registry of verifiers, and judging with them so that a row never stops a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module

from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item, Verdict, Verifier
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


def verifier_versions(names: Iterable[str] = VERIFIERS) -> dict[str, int]:
    """Return the version of each verifier by its name: part of what decides a table of verdicts."""
    return {name: find_verifier(name).version for name in sorted(set(names))}


def find_verifier(name: str) -> Verifier:
    """Return the verifier of a name."""
    if name not in VERIFIERS:
        known = ", ".join(sorted(VERIFIERS))
        raise ValueError(f"there is no verifier {name!r}; a prompt's verifier is one of {known}")
    return VERIFIERS[name]


def judge(verifier: Verifier, items: Sequence[Item], pool: Workers) -> list[Verdict]:
    """Return one verdict per item, whatever happens: a crash is `failed`, for its item only."""
    try:
        return verifier.verify(items, pool)
    except WorkersError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary: a row must not stop a table
        if len(items) == 1:
            return [Verdict(Outcome.FAILED, detail=f"{type(error).__name__}: {error}")]
    return [verdict for item in items for verdict in judge(verifier, [item], pool)]
