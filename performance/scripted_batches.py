"""A scripted server of batches in OpenAI's form: it answers when told to, and fails where told to.

    with ScriptedBatches(Script()) as server:
        ...  # submit batches to server.url
        server.finish()
        print(server.batches)

What it answers to a line is what the scripted server answers to a request. `interrupt` names steps
at which the connection is lost: before the step is done, or after it and before the answer.
"""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from performance.scripted_answers import completion
from performance.scripted_server import Script, ScriptedServer

STEPS = ("upload", "create", "list", "look", "fetch")


@dataclass(slots=True)
class Submitted:
    """A batch as it was created."""

    id: str
    file_id: str
    metadata: dict[str, str]
    status: str = "in_progress"
    lines: list[dict[str, Any]] = field(default_factory=list)
    num_answered: int | None = None
    """Lines that are answered before it expires; null for all."""
    errors: list[dict[str, str]] = field(default_factory=list)


class ScriptedBatches(ScriptedServer):
    """A server of files and batches on 127.0.0.1; it still answers single requests too."""

    def __init__(self, script: Script | None = None, *, seed: int = 0) -> None:
        super().__init__(script or Script(), seed=seed)
        self.batches: list[Submitted] = []
        self.files: dict[str, bytes] = {}
        self.num_fetched = 0
        self.is_listing = True
        """Whether batches can be listed."""
        self.interrupt: list[tuple[str, str]] = []
        """Steps, each `before` or `after` it is done, at which the connection is lost once."""
        self.on_interrupt: Callable[[], object] = lambda: None
        self.answer: Callable[[dict[str, Any]], dict[str, Any] | None] | None = None
        """What a line is answered in place of a completion; null for a completion."""
        self.on_create: Callable[[Submitted], object] = lambda batch: None
        self._numbers = itertools.count(1)

    def finish(self, status: str = "completed", num_answered: int | None = None) -> None:
        """Bring all batches to an end, with so many answers each."""
        for batch in self.batches:
            if batch.status == "in_progress":
                batch.status, batch.num_answered = status, num_answered

    @property
    def submitted(self) -> list[str]:
        """The id of each line of each batch, in order."""
        return [line["custom_id"] for batch in self.batches for line in batch.lines]

    def _routes(self, app: web.Application) -> None:
        super()._routes(app)
        app.router.add_post("/v1/files", self._step("upload", self._upload))
        app.router.add_post("/v1/batches", self._step("create", self._create))
        app.router.add_get("/v1/batches", self._step("list", self._list))
        app.router.add_get("/v1/batches/{name}", self._step("look", self._look))
        app.router.add_get("/v1/files/{name}/content", self._step("fetch", self._fetch))

    def _step(self, name: str, do: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            if self._is_interrupted(name, "before"):
                return _lost(request)
            response: web.StreamResponse = await do(request)
            return _lost(request) if self._is_interrupted(name, "after") else response

        return handle

    def _is_interrupted(self, name: str, when: str) -> bool:
        if (name, when) not in self.interrupt:
            return False
        self.interrupt.remove((name, when))
        self.on_interrupt()
        return True

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        assert form["purpose"] == "batch"
        name = f"file-{next(self._numbers)}"
        self.files[name] = file.file.read()
        return web.json_response({"id": name, "object": "file", "filename": file.filename})

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        assert {line["url"] for line in lines} == {asked["endpoint"]}
        batch = Submitted(
            f"batch_{next(self._numbers)}", asked["input_file_id"], asked.get("metadata") or {}
        )
        batch.lines = lines
        self.batches.append(batch)
        self.on_create(batch)
        return web.json_response(self._shown(batch))

    async def _list(self, request: web.Request) -> web.Response:
        if not self.is_listing:
            return web.json_response({"error": {"message": "Method Not Allowed"}}, status=405)
        shown = [self._shown(batch) for batch in reversed(self.batches)]
        return web.json_response({"object": "list", "data": shown, "has_more": False})

    async def _look(self, request: web.Request) -> web.Response:
        for batch in self.batches:
            if batch.id == request.match_info["name"]:
                return web.json_response(self._shown(batch))
        return web.json_response({"error": {"message": "No batch found"}}, status=404)

    async def _fetch(self, request: web.Request) -> web.Response:
        kind, _, number = request.match_info["name"].partition("-of-")
        batch = next(one for one in self.batches if one.id == number)
        self.num_fetched += 1
        found = [self._answered(batch, place) for place in range(len(batch.lines))]
        lines = [line for line in found if (line["error"] is None) == (kind == "output")]
        return web.Response(body=b"\n".join(json.dumps(line).encode() for line in lines))

    def _answered(self, batch: Submitted, place: int) -> dict[str, Any]:
        line = batch.lines[place]
        named = {"id": f"{batch.id}_{place}", "custom_id": line["custom_id"]}
        if batch.num_answered is not None and place >= batch.num_answered:
            said = {"code": "batch_expired", "message": "not executed before the batch expired"}
            return {**named, "response": None, "error": said}
        body = line["body"]
        prompt = body.get("prompt") or body["messages"][-1]["content"]
        odd = self.answer(line) if self.answer is not None else None
        if odd is not None:
            return {**named, "response": None, "error": None} | odd
        response = {
            "status_code": 200,
            "body": completion(body, prompt, 1, field=self.script.reasoning_field, said=None),
        }
        return {**named, "response": response, "error": None}

    def _shown(self, batch: Submitted) -> dict[str, Any]:
        is_over = batch.status in ("completed", "expired", "cancelled")
        names = {"output_file_id": f"output-of-{batch.id}", "error_file_id": f"error-of-{batch.id}"}
        return {
            "id": batch.id,
            "object": "batch",
            "status": batch.status,
            "input_file_id": batch.file_id,
            "metadata": batch.metadata,
            "created_at": None,
            "errors": {"object": "list", "data": batch.errors},
            **(names if is_over else dict.fromkeys(names)),
        }


def _lost(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
