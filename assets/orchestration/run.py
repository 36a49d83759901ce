"""Running a recipe's graph in this process, for `r1data run`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import dagster as dg
from rich.markup import escape

from assets.orchestration.build import build_definitions
from assets.orchestration.failures import INTERRUPTED_LINE, failure_of, status_of
from assets.orchestration.instance import open_instance
from assets.orchestration.nothing_kept import nothing_kept
from assets.orchestration.summary import complain, print_summary, say, spent_line
from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from assets.steps.sample import sample
from assets.steps.spending import spending_of, spent_by
from r1data.errors import CAPPED, DONE, FAILED, INTERRUPTED, NOTHING_KEPT, PENDING
from r1data.seeds import content_id
from r1data.store.live import tables_being_made
from r1data.store.spec import TableSpec
from r1data.store.staleness import TableState, table_statuses
from r1data.store.store import REQUESTS, Store
from r1data.text import visible

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Dagster's own console lines would drown the progress bars; its UI shows them."""
PASSED = "SUCCEEDED"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is not fresh of the selected tables and what they read; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--select", action="append", default=[])
    parser.add_argument("--finished-only", action="store_true")
    options = parser.parse_args(arguments)
    return status_of(lambda: _run(options), options.data)


def _run(options: argparse.Namespace) -> int:
    recipe = load_recipe(options.recipe)
    root = options.data / recipe.name
    store = Store(root)
    if options.finished_only:
        recipe = _finished_only(recipe, store, options.select)
    specs = {spec.key: spec for spec in recipe.tables()}
    wanted = _with_upstream(specs, options.select) if options.select else set(specs)
    todo = _todo(store, specs, wanted)
    _check_before_work(root, [specs[key] for key in todo])
    status = _execute(recipe, root, wanted, todo)
    lines: list[str] = []
    if status == DONE:
        print_summary(store, specs)
        lines = nothing_kept(store, {key: specs[key] for key in specs if key in wanted})
    spending = spending_of(recipe.caps, recipe.policies, store)
    if todo and spending.is_counted and (line := spent_line(spent_by(store, spending.prices))):
        say(line)
    for line in lines:
        complain(line)
    return NOTHING_KEPT if lines else status


def _finished_only(recipe: Recipe, store: Store, selected: Sequence[str]) -> Recipe:
    """Return the recipe whose rounds take what the request log has and ask for nothing more.

    Of the selected rounds those whose rollouts are not made: what is whole stays as it is.
    """
    specs = {spec.key: spec for spec in recipe.tables()}
    wanted = _with_upstream(specs, selected) if selected else set(specs)
    unasked = [key for key in _todo(store, specs, wanted) if specs[key].fill is sample.fill]
    state = _state_of_logs(store.shared_logs / REQUESTS)
    return recipe.finished_only(state, {key.partition("/")[0] for key in unasked})


def _state_of_logs(logs: Path) -> str:
    """Return what tells one state of the request logs from a later one."""
    return content_id(*((path.name, path.stat().st_size) for path in sorted(logs.rglob("*.jsonl"))))


def _todo(store: Store, specs: dict[str, TableSpec], wanted: set[str]) -> list[str]:
    """Return the tables to make: of those wanted, all that are not fresh."""
    statuses = table_statuses(store, list(specs.values()))
    return [s.key for s in statuses if s.key in wanted and s.state is not TableState.FRESH]


def _with_upstream(specs: dict[str, TableSpec], selected: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for name in selected:
        keys = [key for key in specs if key == name or key.startswith(f"{name}/")]
        if not keys:
            raise ValueError(
                f"the recipe makes no table or round {name}; it makes: {', '.join(specs)}."
            )
        found.update(keys)
    for spec in reversed(specs.values()):
        if spec.key in found:
            found.update(spec.reads.values())
    return found


def _check_before_work(root: Path, todo: Sequence[TableSpec]) -> None:
    """Refuse wrong settings, and tables that another run is making, before anything is written."""
    for spec in todo:
        for line in spec.check(spec.settings) if spec.check is not None else ():
            say(escape(visible(line)))
    busy = tables_being_made(root)
    for spec in todo:
        if spec.key in busy:
            raise ValueError(
                f"{spec.key} is being made by another run (process {busy[spec.key].process}); "
                "wait until it is done, or stop it."
            )


def _execute(recipe: Recipe, root: Path, wanted: set[str], todo: Sequence[str]) -> int:
    definitions = build_definitions(recipe, root)
    with open_instance(root) as instance:
        again = sorted(_not_passed(definitions, instance) & wanted - set(todo))
        if not todo and not again:
            return DONE
        checks = f", {len(again)} to check again" if again else ""
        say(
            f"[bold]{recipe.name}[/bold]: {len(todo)} tables to make{checks} in {escape(str(root))}"
        )
        result = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(key.split("/")) for key in (*todo, *again)],
            run_config=QUIET,
            raise_on_error=False,
        )
    return _status(result, root)


def _not_passed(definitions: dg.Definitions, instance: dg.DagsterInstance) -> set[str]:
    """Return the tables with a check that failed, or never ran, after they were last made.

    Their versions are complete and stay; the check runs again before anything is made of them.
    """
    keys = [key for checks in definitions.asset_checks or () for key in checks.check_keys]
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    passed = {key for key, found in latest.items() if found.status.value == PASSED}
    return {"/".join(key.asset_key.path) for key in keys if key not in passed}


def _status(result: dg.ExecuteInProcessResult, root: Path) -> int:
    """Say what went wrong, if anything, and return the exit status for it."""
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            facts = ", ".join(f"{key} {value.value}" for key, value in check.metadata.items())
            table = check.asset_key.to_user_string()
            complain(
                f"{table} fails its check {check.check_name}: {facts}; nothing is made of it until "
                f"it passes, look at its rows with `r1data show {table}`"
            )
            return FAILED
    failure = failure_of(result, root)
    if failure is None:
        return DONE
    status, line = failure
    if status == INTERRUPTED:
        say(INTERRUPTED_LINE)
    elif status in (CAPPED, PENDING):
        say(escape(visible(line)))
    else:
        complain(line)
    return status


if __name__ == "__main__":
    sys.exit(main())
