"""The names of the verifiers and their versions, known without loading a verifier."""

from collections.abc import Iterable, Mapping

VERSIONS: Mapping[str, int] = {
    "math": 4,
    "choice": 2,
    "text": 3,
    "code": 3,
    "program_output": 2,
    "reasoning_gym": 3,
}
"""The version of each verifier: raised by hand when any of its verdicts changes; verdicts of other
versions are made anew."""


def verifier_versions(names: Iterable[str] = VERSIONS) -> dict[str, int]:
    """Return the version of each verifier by its name: part of what decides a table of verdicts.

    Raises:
        ValueError: There is no verifier of a name.
    """
    wanted = sorted(set(names))
    for name in wanted:
        check_name(name)
    return {name: VERSIONS[name] for name in wanted}


def check_name(name: str) -> None:
    """Refuse a name that no verifier has, with a `ValueError` that lists those there are."""
    if name not in VERSIONS:
        known = ", ".join(sorted(VERSIONS))
        raise ValueError(f"there is no verifier {name!r}; a prompt's verifier is one of {known}")
