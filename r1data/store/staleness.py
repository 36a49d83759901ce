"""What of a recipe is made, what is stale, and why: the one function that decides it.

`r1data status`, `r1data run` and the Dagster graph all ask here. Only manifests are read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from r1data.seeds import canonical_json
from r1data.store.manifest import Manifest
from r1data.store.spec import TableSpec, fingerprints, in_reading_order
from r1data.store.store import Store
from r1data.store.table import Table

UNSET = "unset"
HASH = re.compile(r'"[0-9a-f]{16,64}"')
"""A hash as JSON."""
SHOWN_CHARS = 60
SHOWN_CHANGES = 5
"""Changed settings of a table that its reason names; the others are counted."""


class TableState(StrEnum):
    """How what is on disk compares with what the recipe means."""

    FRESH = "fresh"
    STALE = "stale"
    """The current version was made from something else; `reason` says from what."""
    PARTIAL = "partial"
    """The version the recipe means was begun and not finished."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class TableStatus:
    """One table of a recipe, as it is on disk."""

    key: str
    state: TableState
    reason: str
    """One line; empty if fresh."""
    num_rows: int
    """Rows of the current version; without one, of the version that was begun."""
    made_at: str | None
    """When the current version was completed; null without one."""
    fingerprint: str
    """The fingerprint the recipe means, which a stale table does not have."""
    data_version: str | None
    """Of the current version; null without one."""


def table_statuses(store: Store, specs: Sequence[TableSpec]) -> list[TableStatus]:
    """Return the status of each table of a recipe, each after those it reads."""
    wanted = fingerprints(specs)
    made: dict[str, str] = {}
    statuses = []
    for spec in in_reading_order(specs):
        made |= store.log_state(spec)
        target = _target(store, spec, wanted[spec.key], made)
        if target is not None and target.manifest.data_version is not None:
            made[spec.key] = target.manifest.data_version
        statuses.append(_status(store, spec, target, wanted, made))
    return statuses


def _target(
    store: Store, spec: TableSpec, fingerprint: str, made: Mapping[str, str]
) -> Table | None:
    """Return the version the recipe means, if it was begun."""
    if any(key not in made for key in spec.made_from):
        return None
    inputs = {key: made[key] for key in spec.made_from}
    return store.begun(spec, fingerprint, inputs)


def _status(
    store: Store,
    spec: TableSpec,
    target: Table | None,
    wanted: Mapping[str, str],
    made: Mapping[str, str],
) -> TableStatus:
    current = store.table(spec.key) if store.current(spec.key) else None
    state, reason = _judged(spec, current, target, wanted, made)
    shown = current or target
    return TableStatus(
        key=spec.key,
        state=state,
        reason=reason,
        num_rows=shown.num_rows if shown else 0,
        made_at=current.manifest.made_at if current else None,
        fingerprint=wanted[spec.key],
        data_version=current.data_version if current else None,
    )


def _judged(
    spec: TableSpec,
    current: Table | None,
    target: Table | None,
    wanted: Mapping[str, str],
    made: Mapping[str, str],
) -> tuple[TableState, str]:
    if current is not None and target is not None and current.folder == target.folder:
        return TableState.FRESH, ""
    why = "; ".join(_differences(current.manifest, spec, wanted, made)) if current else ""
    if target is not None and not target.manifest.is_complete:
        begun = f"stopped after {target.num_rows} rows"
        return TableState.PARTIAL, "; ".join(filter(None, (begun, why)))
    if target is not None:
        again = "the version the recipe means is there already and needs no work"
        return TableState.STALE, "; ".join(filter(None, (why, again)))
    if current is None:
        return TableState.MISSING, "not made yet"
    return TableState.STALE, why or "it reads the same tables in other roles"


def _differences(
    manifest: Manifest, spec: TableSpec, wanted: Mapping[str, str], made: Mapping[str, str]
) -> Iterator[str]:
    """Yield what the current version was made from that the recipe no longer means, or not yet."""
    if manifest.stage_version != spec.version:
        yield f"stage version {manifest.stage_version} -> {spec.version}"
    if changes := changed_settings(manifest.settings, spec.content, spec.settings.hashed()):
        more = len(changes) - SHOWN_CHANGES
        rest = [f"{more} more"] if more > 0 else []
        yield f"settings changed: {', '.join(changes[:SHOWN_CHANGES] + rest)}"
    read = spec.made_from
    yield from (f"now reads {key}" for key in sorted(read - set(manifest.inputs)))
    yield from (f"no longer reads {key}" for key in sorted(set(manifest.inputs) - read))
    for key in sorted(read & set(manifest.inputs)):
        if key in wanted and manifest.input_fingerprints[key] != wanted[key]:
            yield f"{key} changed"
        elif key not in made:
            yield f"{key} is not made"
        elif manifest.inputs[key] != made[key]:
            yield (
                f"{key} was made again with other rows" if key in wanted else f"{key} has new rows"
            )


def changed_settings(
    old: Mapping[str, Any], new: Mapping[str, Any], hashed: Mapping[str, str] = {}
) -> list[str]:
    """Return each setting that differs, with its old and its new value.

    Hashes tell nobody anything: where two differ, what they stand for is named.

    Args:
        old: The settings a table was made with.
        new: The settings that are meant.
        hashed: What stands there as a hash alone, by its path.

    >>> changed_settings({"selection": {"k": 1}}, {"selection": {"k": 2}, "seeds": [7]})
    ['seeds.0 unset -> 7', 'selection.k 1 -> 2']
    >>> changed_settings({"config": "1" * 32}, {"config": "2" * 32}, {"config": "sft.yaml"})
    ['config: sft.yaml is not what it was']
    """
    before, after = dict(_flat(old)), dict(_flat(new))
    changed = sorted(
        path
        for path in before.keys() | after.keys()
        if before.get(path, UNSET) != after.get(path, UNSET)
    )
    return [
        _change(path, before.get(path, UNSET), after.get(path, UNSET), _known_as(path, hashed))
        for path in changed
    ]


def _known_as(path: str, hashed: Mapping[str, str]) -> str | None:
    """Return what a hash, or one of a list of hashes, stands for."""
    return hashed.get(path) or hashed.get(path.rpartition(".")[0])


def _change(path: str, old: str, new: str, named: str | None) -> str:
    if named is not None and UNSET not in (old, new):
        return f"{path}: {named} is not what it was"
    if HASH.fullmatch(old) and HASH.fullmatch(new):
        return f"{path} changed"
    return f"{path} {_short(old)} -> {_short(new)}"


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Yield the path and the JSON text of each value inside."""
    if value and isinstance(value, Mapping):
        inside = value.items()
    elif value and isinstance(value, list | tuple):
        inside = dict(enumerate(value)).items()
    else:
        yield path, canonical_json(value)
        return
    for name, item in inside:
        yield from _flat(item, f"{path}.{name}" if path else str(name))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 3]}..."
