"""Packages that programs may import besides Python's own library: where their files are.

Only the files of the packages that are named, and of those they need, are shown in a sandbox,
read-only; nothing else that is installed is.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.metadata import packages_distributions as distributions
from pathlib import Path

FOLDER = "/python/packages"
"""Where they are in a sandbox."""
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")
}
"""Told to libraries that would take as many threads, and their memory, as there are cores."""
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
HIDDEN = frozenset({"..", "__pycache__"})


class MissingPackage(ValueError):
    """A package that is not installed where programs are judged."""


@cache
def package_files(names: tuple[str, ...]) -> dict[str, str]:
    """Return the folders and files of packages and of what they need: in a sandbox, and here.

    Raises:
        MissingPackage: One of those that are named is not installed, or is no folder of files.

    >>> package_files(())
    {}
    """
    found: dict[str, Distribution] = {}
    for name in names:
        _add(_distribution(name), found)
    return {
        f"{FOLDER}/{entry}": str(path) for one in found.values() for entry, path in _entries(one)
    }


def check_packages(names: Sequence[str]) -> None:
    """Raise `MissingPackage`, with one line, unless all packages are installed here."""
    package_files(tuple(names))


def _distribution(name: str) -> Distribution:
    """Return a package by its own name, or by what programs import."""
    if not NAME.fullmatch(name):
        raise MissingPackage(f"{name!r} is no name of a package; write it as in `pip install NAME`")
    for known in (name, *distributions().get(name, ())):
        try:
            return distribution(known)
        except PackageNotFoundError:
            continue
    raise MissingPackage(f"the package {name} is not installed here: pip install {name}")


def _add(one: Distribution, found: dict[str, Distribution]) -> None:
    """Note a package and all that it needs; what is not installed of these it does without."""
    if one.name in found:
        return
    if not any(_entries(one)):
        raise MissingPackage(f"the package {one.name} lists no files here: pip install it anew")
    found[one.name] = one
    for required in one.requires or ():
        needed = NAME.match(required)
        if needed and "extra ==" not in required:
            try:
                _add(distribution(needed[0]), found)
            except PackageNotFoundError:
                continue


def _entries(one: Distribution) -> Iterator[tuple[str, Path]]:
    """Yield the names at the top of a package's files, each once, and where they are."""
    names = dict.fromkeys(path.parts[0] for path in one.files or () if path.parts)
    for name in names:
        path = Path(str(one.locate_file(name)))
        if name not in HIDDEN and path.exists():
            yield name, path.resolve()
