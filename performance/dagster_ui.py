"""The Dagster UI as a program uses it: launch a run, terminate it, over GraphQL."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

START_SECONDS = 120.0
STOP_SECONDS = 20.0
LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
TERMINATE = """
mutation Terminate($id: String!) { terminateRun(runId: $id) { __typename } }
"""
STATUS = """
query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }
"""


class DagsterUi:
    """`r1data ui` on a free port, up while the `with` block runs.

    `command` starts `r1data` with some arguments.
    """

    def __init__(self, command: Callable[..., "subprocess.Popen[str]"]) -> None:
        self._command = command

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self._url = f"http://127.0.0.1:{port}"
        self._child = self._command("ui", "--port", port)
        deadline = time.monotonic() + START_SECONDS
        while not self._is_up():
            if time.monotonic() > deadline:
                self.__exit__()
                raise TimeoutError(f"the UI is not up after {START_SECONDS:g} s")
            time.sleep(0.2)
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._child.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._child.communicate(timeout=STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def launch(self, *tables: str) -> str:
        """Launch a run that makes some tables; return its id."""
        selector = {
            "repositoryLocationName": "assets.orchestration.definitions",
            "repositoryName": "__repository__",
            "jobName": "__ASSET_JOB",
            "assetSelection": [{"path": table.split("/")} for table in tables],
            "assetCheckSelection": [],
        }
        answer = self._ask(LAUNCH, params={"selector": selector, "runConfigData": "{}"})
        if "run" not in answer["launchRun"]:
            raise RuntimeError(f"the UI did not launch the run: {answer['launchRun']}")
        return str(answer["launchRun"]["run"]["runId"])

    def terminate(self, run_id: str) -> None:
        """Cancel a run, as its button in the UI does."""
        answer = self._ask(TERMINATE, id=run_id)["terminateRun"]["__typename"]
        if answer != "TerminateRunSuccess":
            raise RuntimeError(f"the UI did not terminate the run: {answer}")

    def status(self, run_id: str) -> str:
        """Return the status that the UI shows for a run."""
        return str(self._ask(STATUS, id=run_id)["runOrError"]["status"])

    def _is_up(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self._url}/server_info") as answer:
            return bool(answer.status == 200)
        return False

    def _ask(self, query: str, **variables: object) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}/graphql", body, headers)
        with urllib.request.urlopen(request) as answer:
            said: dict[str, Any] = json.load(answer)
        if "errors" in said:
            raise RuntimeError(f"the UI refused: {said['errors']}")
        found: dict[str, Any] = said["data"]
        return found
