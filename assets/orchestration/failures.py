"""What Dagster is told of an error: one line, and the exit status that the run ends with for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from assets.orchestration.summary import complain, say
from r1data.errors import FAILED, INTERRUPTED, WRONG_INPUT, exit_status, one_line

STATUS = "exit_status"
INTERRUPTED_LINE = "stopped; what was finished is kept, and the next run goes on from there"
INTERRUPTS = {dg.DagsterExecutionInterruptedError.__name__, KeyboardInterrupt.__name__}


def status_of(work: Callable[[], int], place: Path) -> int:
    """Do what a process is for and return its exit status; what its user can mend is one line."""
    try:
        return work()
    except KeyboardInterrupt:
        say(INTERRUPTED_LINE)
        return INTERRUPTED
    except Exception as error:
        status = exit_status(error, place)
        if status == FAILED:
            raise
        complain(one_line(error, place))
        return status


@contextmanager
def told_to_dagster(place: Path) -> Iterator[None]:
    """Turn what whoever started the run can mend into a `Failure` of one line; the rest passes.

    Dagster keeps no more of an error than texts, so its kind must be told while it is one.
    """
    try:
        yield
    except Exception as error:
        status = exit_status(error, place)
        if status == FAILED or isinstance(error, dg.Failure):
            raise
        raise dg.Failure(one_line(error, place), metadata={STATUS: status}) from error


def failure_of(result: dg.ExecuteInProcessResult, place: Path) -> tuple[int, str] | None:
    """Return the exit status of a run that failed, and the line that says why; None if it did not.

    The line of an interrupt is empty.
    """
    for event in result.get_step_failure_events():
        data = event.step_failure_data
        told = data.user_failure_data
        table = (event.step_key or "").replace("__", "/")
        if told is not None and STATUS in told.metadata:
            return int(str(told.metadata[STATUS].value)), f"{table}: {told.description}"
        return _of_error(data.error, f"{table}: ", place)
    for event in result.all_events:
        if event.event_type is dg.DagsterEventType.RUN_FAILURE:
            return _of_error(event.job_failure_data.error, "", place)
    return None if result.success else (FAILED, "the run failed; its events in `r1data ui` say why")


def _of_error(error: object, before: str, place: Path) -> tuple[int, str]:
    """Return status and line of an error as Dagster keeps it."""
    while (cause := getattr(error, "cause", None)) is not None and not _is_told(error):
        error = cause
    name = str(getattr(error, "cls_name", None) or "Error")
    if name in INTERRUPTS:
        return INTERRUPTED, ""
    said = str(getattr(error, "message", "unknown")).strip()
    kept = RuntimeError(said.partition(f"{name}: ")[2] or said)
    status = WRONG_INPUT if _is_told(error) else exit_status(kept, place)
    return status, before + one_line(kept, place)


def _is_told(error: object) -> bool:
    """Tell whether an error as Dagster keeps it is one of `told_to_dagster`."""
    return getattr(error, "cls_name", None) == dg.Failure.__name__
