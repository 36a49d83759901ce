"""A stand-in for the Hugging Face Hub: as much of its HTTP API as an upload needs, in memory.

Small files come with a commit, large ones before it by Git LFS, as the Hub has them. What it does
not have is Xet, the Hub's other way for large files: clients are told not to use it.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

TOKEN = "hf_stand_in"


class StandIn(ThreadingHTTPServer):
    """Repositories by name, each a tree of files, and the commits that made them."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.is_private: dict[str, bool] = {}
        self.commits: list[str] = []
        self.objects: dict[str, bytes] = {}
        self.refuses_commits = False

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def environment(self):
        """What a client is told."""
        return {"HF_ENDPOINT": self.url, "HF_TOKEN": TOKEN, "HF_HUB_DISABLE_XET": "1"}

    def create(self, wanted):
        name = f"{wanted['organization']}/{wanted['name']}"
        is_new = name not in self.repositories
        self.repositories.setdefault(name, {})
        if is_new:
            self.is_private[name] = wanted["visibility"] == "private"
        return (200 if is_new else 409), {"url": f"{self.url}/datasets/{name}"}

    def tree(self, name):
        files = self.repositories[name]
        return [
            {"type": "file", "path": path, "size": len(held), "oid": hashlib.sha1(held).hexdigest()}
            for path, held in files.items()
        ]

    def preupload(self, files):
        return {
            "files": [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(".parquet") else "regular",
                    "shouldIgnore": False,
                }
                for file in files
            ]
        }

    def batch(self, objects):
        return {
            "transfer": "basic",
            "objects": [
                one | {"actions": {"upload": {"href": f"{self.url}/objects/{one['oid']}"}}}
                for one in objects
            ],
        }

    def commit(self, name, lines):
        tree = dict(self.repositories[name])
        for line in lines:
            kind, value = line["key"], line["value"]
            if kind == "header":
                summary = value["summary"]
            elif kind == "file":
                tree[value["path"]] = base64.b64decode(value["content"])
            elif kind == "lfsFile":
                tree[value["path"]] = self.objects[value["oid"]]
            elif kind == "deletedFile":
                del tree[value["path"]]
        self.repositories[name] = tree
        self.commits.append(summary)
        oid = f"{len(self.commits):040x}"
        return {"commitUrl": f"{self.url}/datasets/{name}/commit/{oid}", "commitOid": oid}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if not self.is_allowed():
            return self.answer(401, {"error": "no token that may read"})
        if "/resolve/" in self.path:
            return self.file()
        name = self.path.removeprefix("/api/datasets/").partition("/tree/")[0]
        if name not in self.server.repositories:
            return self.answer(404, {"error": "not found"})
        return self.answer(200, self.server.tree(name))

    def do_HEAD(self):
        self.file()

    def do_PUT(self):
        held = self.body()
        oid = self.path.removeprefix("/objects/")
        if hashlib.sha256(held).hexdigest() != oid:
            return self.answer(400, {"error": "not what was announced"})
        self.server.objects[oid] = held
        return self.answer(200, {})

    def do_POST(self):
        body = self.body()
        if not self.is_allowed():
            return self.answer(401, {"error": "no token that may write"})
        lines = [json.loads(line) for line in body.splitlines() if line.strip()]
        path = self.path.partition("?")[0]
        if path == "/api/repos/create":
            return self.answer(*self.server.create(lines[0]))
        if path == "/api/validate-yaml":
            return self.answer(200, {"errors": [], "warnings": []})
        if path.endswith("/objects/batch"):
            return self.answer(200, self.server.batch(lines[0]["objects"]))
        name, _, rest = path.removeprefix("/api/datasets/").partition("/preupload/")
        if rest:
            return self.answer(200, self.server.preupload(lines[0]["files"]))
        if self.server.refuses_commits:
            return self.answer(403, {"error": "no room"})
        name = path.removeprefix("/api/datasets/").partition("/commit/")[0]
        return self.answer(200, self.server.commit(name, lines))

    def file(self):
        name, _, place = self.path.removeprefix("/datasets/").partition("/resolve/")
        held = self.server.repositories[name][place.partition("/")[2]]
        self.send_response(200)
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("ETag", f'"{hashlib.sha1(held).hexdigest()}"')
        self.send_header("Content-Length", str(len(held)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(held)

    def is_allowed(self):
        return self.headers["Authorization"] == f"Bearer {TOKEN}"

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            return b"".join(self.chunks())
        return self.rfile.read(int(self.headers["Content-Length"]))

    def chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Say nothing."""


@contextmanager
def stand_in():
    """Serve a stand-in while the block runs."""
    with StandIn() as hub:
        serving = Thread(target=hub.serve_forever)
        serving.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            serving.join()
