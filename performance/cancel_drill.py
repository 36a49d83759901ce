"""Stop a run in each way it may be stopped, and time how the next one goes on.

    python -m performance.cancel_drill

A small recipe samples the demo's model with vLLM on the CPU. While it does, the run is killed with
`kill -9`, interrupted by Ctrl-C, cancelled from the Dagster UI (over its GraphQL API), and killed
under the UI. Each time no process of vLLM may be left after ten seconds, and the next run must
begin to sample without help and ask nothing again that is in the request log. In between, SQL is
asked from other processes while the run writes.
"""

import argparse
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from performance.dagster_ui import DagsterUi
from performance.stopped_runs import TABLE, Runs, interrupt, kill, session, wait_until

GONE_SECONDS = 10.0
"""No process of vLLM may live longer than its run by this."""
ENGINE_SECONDS = 20.0
"""By then the next run has started its vLLM: more would be waiting for something."""
NEW_ROLLOUTS = 8
"""A run is stopped when it has written so many."""
VIEWS = (TABLE.replace("/", "."), "logs.requests")


@dataclass(frozen=True, slots=True)
class Stop:
    """One way a run was stopped, and how the next one went on."""

    way: str
    num_written: int
    """Rollouts in the request log when it had ended."""
    num_lost: int
    """Rollouts that were in the log before it was stopped, and no longer."""
    gone_seconds: float
    """From the stop until no process of vLLM was left."""
    engine_seconds: float
    """From the next start until its vLLM process began."""
    sampled_seconds: float
    """From the next start until it had written its first rollouts."""
    num_asked_again: int
    """Rollouts that stood in the log twice after that."""

    @property
    def is_passed(self) -> bool:
        """Whether it went as it must."""
        is_in_time = self.gone_seconds <= GONE_SECONDS and self.engine_seconds <= ENGINE_SECONDS
        return is_in_time and self.num_lost == self.num_asked_again == 0


class Drill:
    """The stops so far, and what must be ended with the drill."""

    def __init__(self, runs: Runs, running: ExitStack) -> None:
        self.runs = runs
        self.running = running
        self.stops: list[Stop] = []

    def start(self) -> None:
        """Start `r1data run`, without waiting for it."""
        child = self.running.enter_context(self.runs.start("run", "--select", TABLE))
        self.running.callback(child.kill)

    def stop(
        self, way: str, stop: Callable[[int], object], start: Callable[[], object] | None = None
    ) -> None:
        """Stop the run that samples now, start the next, and note how that went.

        Args:
            way: What to call it.
            stop: Stops the run; takes its process id.
            start: Starts the next run; if not given, that is `r1data run`.
        """
        engine, run = self.runs.engine() or (0, self.runs.sampling_run())
        before = set(self.runs.written())
        began = time.monotonic()
        stop(run)
        wait_until(lambda: not session(engine))
        gone = time.monotonic() - began
        written = set(self.runs.written())
        began = time.monotonic()
        (start or self.start)()
        wait_until(self.runs.engine)
        started = time.monotonic() - began
        self.runs.wait_for_rollouts(1)
        sampled = time.monotonic() - began
        self.runs.wait_for_rollouts(NEW_ROLLOUTS)
        after = self.runs.written()
        lost, again = len(before - written), len(after) - len(set(after))
        self.stops.append(Stop(way, len(written), lost, gone, started, sampled, again))

    def end(self) -> None:
        """Interrupt the run that samples now."""
        interrupt(self.runs.sampling_run())
        wait_until(lambda: self.runs.engine() is None, GONE_SECONDS)


def drill_commands(drill: Drill) -> None:
    """Stop runs of `r1data run`; ask SQL while they write."""
    drill.start()
    drill.runs.wait_for_rollouts(NEW_ROLLOUTS)
    drill.stop("kill -9 of r1data run", kill)
    ask_sql(drill.runs)
    drill.stop("Ctrl-C", interrupt)
    drill.end()


def drill_ui(drill: Drill) -> None:
    """Stop runs that were launched in the Dagster UI."""
    launched: list[str] = []
    with DagsterUi(drill.runs.start) as ui:

        def launch() -> None:
            launched.append(ui.launch(TABLE))

        launch()
        drill.runs.wait_for_rollouts(NEW_ROLLOUTS)
        drill.stop("cancelled in the UI", lambda _: ui.terminate(launched[-1]), launch)
        drill.stop("kill -9 under the UI, UI next", kill, launch)
        drill.stop("kill -9 under the UI, r1data run next", kill)
        drill.end()
        print(f"runs launched in the UI ended as: {', '.join(map(ui.status, launched))}")


def ask_sql(runs: Runs) -> None:
    """Ask how much is written, and again when there is more, while a session stays open."""
    count_all = "".join(f"select count(*) from {view}\n" for view in VIEWS)
    with runs.start("sql", "--format", "csv") as opened:
        assert opened.stdin is not None
        opened.stdin.write(count_all)
        opened.stdin.flush()
        wait_until(lambda: runs.count(VIEWS[0]))
        first = [runs.count(view) for view in VIEWS]
        wait_until(lambda: runs.count(VIEWS[0]) > first[0])
        second = [runs.count(view) for view in VIEWS]
        said = opened.communicate(count_all)[0]
    in_session = ", ".join(re.findall(r"^\d+$", said, re.MULTILINE))
    print(f"{' and '.join(VIEWS)} while the run writes: {first}, later {second}")
    print(f"in a session that stayed open, before and after: {in_session}")


def report(stops: list[Stop]) -> None:
    """Print a table of the stops."""
    titles = f"{'written':>8} {'lost':>5} {'vLLM gone':>10} {'next vLLM':>10} {'samples':>8}"
    print(f"{'stopped by':38} {titles} {'asked again':>12}")
    for stop in stops:
        times = f"{stop.gone_seconds:>8.1f} s {stop.engine_seconds:>8.1f} s"
        print(
            f"{stop.way:38} {stop.num_written:>8} {stop.num_lost:>5} {times} "
            f"{stop.sampled_seconds:>6.1f} s {stop.num_asked_again:>12}"
        )


def main() -> None:
    """Run the drill and exit with 1 if it fails."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    # In a background shell SIGINT is ignored, and children would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as running:
        drill = Drill(Runs(Path(folder)), running)
        drill_commands(drill)
        drill_ui(drill)
    report(drill.stops)
    sys.exit(not all(stop.is_passed for stop in drill.stops))


if __name__ == "__main__":
    main()
