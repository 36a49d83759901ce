from dataclasses import replace

import pytest

from r1data.store.log import AppendLog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.staleness import TableState, changed_settings, table_statuses
from r1data.store.store import Store
from r1data.tables import Verdicts
from tests.effort import effort
from tests.store.samples import (
    SELECTIONS,
    SPECS,
    VERDICTS,
    Choosing,
    Verifying,
    verdicts,
    write_selections,
    write_verdicts,
)


@pytest.fixture
def store(tmp_path):
    write_selections(tmp_path, write_verdicts(tmp_path), SPECS)
    return Store(tmp_path)


def states(store: Store, specs: list[TableSpec]) -> list[tuple[str, str]]:
    return [(row.state.value, row.reason) for row in table_statuses(store, specs)]


def test_a_complete_table_is_fresh_and_has_no_reason(store):
    statuses = table_statuses(store, SPECS)
    assert [row.key for row in statuses] == [VERDICTS.key, SELECTIONS.key]
    assert {(row.state, row.reason, row.num_rows) for row in statuses} == {
        (TableState.FRESH, "", 4)
    }
    assert statuses[0].data_version == store.table(VERDICTS.key).data_version


def test_nothing_made_is_missing(tmp_path):
    assert states(Store(tmp_path), SPECS) == [("missing", "not made yet")] * 2


def test_what_was_begun_is_partial(tmp_path):
    store = Store(tmp_path)
    with store.writing(VERDICTS, fingerprints(SPECS)[VERDICTS.key], {}) as writer:
        writer.write(0, verdicts())
    assert states(store, SPECS)[0] == ("partial", "stopped after 4 rows")


def test_a_changed_setting_is_named_with_both_values(store):
    changed = replace(SELECTIONS, settings=Choosing(max_per_prompt=2))
    assert states(store, [VERDICTS, changed]) == [
        ("fresh", ""),
        ("stale", "settings changed: max_per_prompt 1 -> 2"),
    ]


def test_a_raised_stage_version_makes_what_reads_it_stale_too(store):
    assert states(store, [replace(VERDICTS, version=2), SELECTIONS]) == [
        ("stale", "stage version 1 -> 2"),
        ("stale", "reasoning/verdicts changed"),
    ]


def test_an_input_made_again_with_other_rows_makes_what_read_it_stale(store):
    table = store.table(VERDICTS.key)
    for path in table.folder.iterdir():
        path.unlink()
    assert states(store, SPECS)[1] == ("stale", "reasoning/verdicts is not made")
    write_verdicts(store.root, rows=8)
    assert states(store, SPECS) == [
        ("fresh", ""),
        ("stale", "reasoning/verdicts was made again with other rows"),
    ]


def test_an_input_made_again_with_the_same_rows_leaves_what_read_it_fresh(store):
    for path in store.table(VERDICTS.key).folder.iterdir():
        path.unlink()
    write_verdicts(store.root, seconds=99.0)
    assert states(store, SPECS) == [("fresh", ""), ("fresh", "")]


def test_a_recipe_changed_back_needs_no_work(store):
    changed = replace(VERDICTS, settings=Verifying(verifiers={"math": 2}))
    write_verdicts(store.root, spec=changed)
    (state, reason), (below, _) = states(store, SPECS)
    assert (state, below) == ("stale", "fresh")
    assert reason == (
        "settings changed: verifiers.math 2 -> 1; "
        "the version the recipe means is there already and needs no work"
    )
    store.adopt(store.version(VERDICTS, fingerprints(SPECS)[VERDICTS.key]))
    assert states(store, SPECS) == [("fresh", ""), ("fresh", "")]


def test_an_added_and_a_dropped_input_are_named(store):
    other = TableSpec("general/verdicts", Verdicts, 1)
    reads = replace(SELECTIONS, reads={"verdicts": other.key})
    assert states(store, [VERDICTS, other, reads])[-1] == (
        "stale",
        "now reads general/verdicts; no longer reads reasoning/verdicts",
    )


def test_long_settings_that_differ_at_their_ends_are_told_apart():
    assert changed_settings({"text": "x" * 99 + "a"}, {"text": "x" * 99 + "b"})


def test_a_table_that_reads_an_unknown_one_is_refused():
    with pytest.raises(ValueError, match="reasoning/selections reads reasoning/verdicts"):
        fingerprints([SELECTIONS])


def test_tables_that_read_one_another_are_refused():
    circle = [replace(VERDICTS, reads={"selections": SELECTIONS.key}), SELECTIONS]
    with pytest.raises(ValueError, match="in a circle"):
        fingerprints(circle)


def test_the_status_of_a_whole_recipe_is_little_work(tmp_path):
    specs = [TableSpec(f"round/table_{n}", Verdicts, 1) for n in range(25)]
    for spec in specs:
        write_verdicts(tmp_path, spec=spec)
    assert {state for state, _ in states(Store(tmp_path), specs)} == {"fresh"}
    assert effort(lambda: states(Store(tmp_path), specs)) < 2


def test_of_many_changed_settings_the_first_are_named_and_the_others_counted(store):
    many = Verifying(verifiers={f"v{number}": 1 for number in range(9)})
    ((state, reason), _) = states(store, [replace(VERDICTS, settings=many), SELECTIONS])
    assert state == "stale"
    assert reason.count(" -> ") == 5
    assert reason.endswith("5 more")


def test_a_file_that_changed_is_named_and_not_its_hashes():
    old, new = {"config": "a" * 32, "size": 1}, {"config": "b" * 32, "size": 2}
    assert changed_settings(old, new, {"config": "configs/sft.yaml"}) == [
        "config: configs/sft.yaml is not what it was",
        "size 1 -> 2",
    ]
    assert changed_settings(old, {"config": "b" * 32, "size": 1}) == ["config changed"]


LOGGED = replace(VERDICTS, log="reviews/reasoning")


def write_logged(store: Store):
    spec = LOGGED
    with store.writing(spec, fingerprints([spec])[spec.key], store.log_state(spec)) as writer:
        writer.write(0, verdicts())
        return writer.finish()


def test_a_projection_of_a_log_is_stale_once_the_log_has_new_rows(tmp_path):
    store = Store(tmp_path)
    write_logged(store)
    assert states(store, [LOGGED]) == [("fresh", "")]
    with AppendLog(store.log_path("reviews/reasoning")) as log:
        log.append({"decision": "accept"})
    assert states(store, [LOGGED]) == [("stale", "logs/reviews/reasoning has new rows")]
    assert store.version(LOGGED, fingerprints([LOGGED])[LOGGED.key]) is None
    write_logged(store)
    assert states(store, [LOGGED]) == [("fresh", "")]


def test_a_row_of_a_log_that_is_still_being_written_makes_nothing_stale(tmp_path):
    store = Store(tmp_path)
    path = store.log_path("reviews/reasoning")
    with AppendLog(path) as log:
        log.append({"decision": "accept"})
    write_logged(store)
    with path.open("ab") as file:
        file.write(b'{"decision": "rej')
    assert states(store, [LOGGED]) == [("fresh", "")]


def test_a_log_leaves_the_fingerprint_as_it_is(tmp_path):
    assert fingerprints([LOGGED]) == fingerprints([VERDICTS])
