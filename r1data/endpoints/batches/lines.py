"""Lines of batches: requests written to a file, and answers read from one."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from r1data.endpoints.client import SHOWN_CHARS, UNREADABLE
from r1data.endpoints.failures import Failure, read_error
from r1data.endpoints.replies import error_in, read_answer
from r1data.endpoints.requests import completions_prompt, request_body
from r1data.policies.settings import EndpointPolicy
from r1data.protocol import ErrorClass, Reply, Request, Sampling
from r1data.text import storable

VERSION = "/v1"
"""Stands before each path in a batch, whatever the address of the endpoint."""
OK = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """How the lines of a policy's batches are written and read."""

    settings: EndpointPolicy
    key: str | None
    """The API key, which is never shown."""

    def request(self, request: Request, sampling: Sampling) -> tuple[str, bytes]:
        """Return the path that a request asks, and its line; its id is that of its rollout."""
        alone = self.settings.model_copy(update={"stream": False})
        path, body = request_body(alone, request, sampling)
        line = {"custom_id": request.rollout_id, "method": "POST", "url": f"{VERSION}{path}"}
        text = json.dumps({**line, "body": body}, ensure_ascii=False, separators=(",", ":"))
        return line["url"], storable(text).encode() + b"\n"

    def reply(self, line: Any, request: Request, sampling: Sampling) -> Reply:  # noqa: ANN401
        """Return the reply to a request that a line of the output is."""
        try:
            found = self._read(line, request, sampling)
        except UNREADABLE as error:
            found = Failure(ErrorClass.SERVER_ERROR, str(error))
        reply = self.failed(request, found) if isinstance(found, Failure) else found
        rendered = completions_prompt(request) if self.settings.api == "completions" else None
        raw = reply.raw.replace(self.key, "***") if reply.raw and self.key else reply.raw
        return dataclasses.replace(reply, rendered_prompt=rendered, raw=raw)

    def failed(self, request: Request, failure: Failure) -> Reply:
        """Return the reply to a request that failed."""
        return Reply(
            request.rollout_id,
            error_class=failure.error_class,
            error=self.presentable(failure.error),
            remedy=failure.remedy,
        )

    def presentable(self, text: str) -> str:
        """Return a text as one line of bearable length that does not show the API key."""
        line = " ".join(text.split())
        return (line.replace(self.key, "***") if self.key else line)[:SHOWN_CHARS]

    def _read(self, line: Any, request: Request, sampling: Sampling) -> Reply | Failure:  # noqa: ANN401
        response = line.get("response")
        if not isinstance(response, dict):
            return read_error(_error(line.get("error")), self.settings, sampling)
        body, status = response.get("body"), response.get("status_code", OK)
        said = error_in(body)
        if status != OK:
            return read_error({**_error(said or body), "code": status}, self.settings, sampling)
        if said is not None:
            return read_error(said, self.settings, sampling)
        is_prefilled = self.settings.template.reasoning == "prefilled"
        return read_answer(body, request.rollout_id, is_prefilled=is_prefilled)


def read_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield each line of a file of answers that can be read, with the id of its rollout."""
    with path.open("rb") as file:
        for text in file:
            try:
                line = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(line, dict) and isinstance(line.get("custom_id"), str):
                yield line["custom_id"], line


def _error(said: object) -> dict[str, Any]:
    """Return what a batch says of a request that failed, its own code among the words."""
    if not isinstance(said, dict):
        return {"message": str(said)}
    words = " ".join(str(said[name]) for name in ("message", "code", "type") if said.get(name))
    return {"message": words or str(said)}
