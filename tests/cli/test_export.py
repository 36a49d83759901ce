import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import datasets

from tests.cli.commands import r1data


def test_an_export_opens_with_its_card_and_every_row(made_once, tmp_path):
    said = made_once("export", "sft/sft_mixture", "--to", str(tmp_path / "out"))
    opened = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))[
        "train"
    ]
    rows = made_once.store.table("sft/sft_mixture").read()
    assert opened["rollout_id"] == rows["rollout_id"].to_list()
    assert f"{rows.height:,} rows" in said
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert f"r1data run --recipe {made_once.recipe} --select sft/sft_mixture" in card


class RefusingHub(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Say nothing."""


def export_to_hub(shell, hub):
    where = ["--recipe", str(shell.recipe), "--data", str(shell.data)]
    environment = os.environ | {"HF_ENDPOINT": hub}
    return r1data("export", "sft/sft_mixture", "--to", "hub:org/name", *where, env=environment)


def test_a_hub_that_cannot_be_reached_is_one_line(made_once):
    finished = export_to_hub(made_once, "http://127.0.0.1:9")
    assert (finished.status, finished.output) == (2, "")
    (line,) = finished.errors.splitlines()
    assert line.startswith("the Hub dataset org/name cannot be written: [Errno 111]")
    assert "check its name, the network and that `hf auth login` was given a token" in line


def test_a_hub_that_refuses_the_token_is_one_line(made_once):
    with ThreadingHTTPServer(("127.0.0.1", 0), RefusingHub) as hub:
        serving = Thread(target=hub.serve_forever)
        serving.start()
        finished = export_to_hub(made_once, f"http://127.0.0.1:{hub.server_port}")
        hub.shutdown()
        serving.join()
    assert (finished.status, finished.output) == (2, "")
    (line,) = finished.errors.splitlines()
    assert "the Hub dataset org/name cannot be written: " in line
    assert "401" in line
