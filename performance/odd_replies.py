"""Ask a server of which one reply in ten is odd, cut, null, mistyped or refused, and count.

    python -m performance.odd_replies          2,000 requests

Every request must have exactly one row in the log that counts, a completion or an error with its
class, and Python and SQL must both read the whole log.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from performance.scripted_answers import OddAnswer
from performance.scripted_server import Script, ScriptedServer
from r1data.engines.endpoint import Endpoint
from r1data.engines.policies import EndpointPolicy, PolicyVersion
from r1data.engines.protocol import ErrorClass, Sampling
from r1data.engines.reply_check import MAX_COMPLETION_BYTES
from r1data.engines.request_log import RequestLog
from r1data.generation.sampling import UnansweredError, sample_rollouts
from r1data.seeds import content_id
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts

SPEC = TableSpec(key="odd/rollouts", schema=Rollouts, version=1)
SAMPLING = Sampling(group_size=1, max_tokens=100)
SHARE = 10
"""One prompt in so many gets an odd reply."""
MAX_RUNS = 5
SERVER_ERROR, UNREACHABLE = ErrorClass.SERVER_ERROR, ErrorClass.UNREACHABLE
UNREADABLE, REFUSED = ErrorClass.UNREADABLE, ErrorClass.REFUSED
REJECTED, RATE_LIMITED = ErrorClass.REJECTED, ErrorClass.RATE_LIMITED


@dataclass(frozen=True, slots=True)
class Odd:
    """An odd answer, and what becomes of it."""

    answer: OddAnswer
    error_class: ErrorClass | None = None
    completion: str | None = None
    """Null where there is an error."""


def chat(finish_reason: object = "stop", usage: object = None, **message: Any) -> bytes:  # noqa: ANN401
    """Return a chat completion as JSON, with some fields of its message."""
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    usage = {"prompt_tokens": 3, "completion_tokens": 4} if usage is None else usage
    return json.dumps({"id": "x", "choices": [choice], "usage": usage}).encode()


def holding(error_class: ErrorClass | None, body: bytes, **answer: Any) -> Odd:  # noqa: ANN401
    """Return an answer that must become an error of some class."""
    return Odd(OddAnswer(body, **answer), error_class)


def read_as(completion: str, body: bytes) -> Odd:
    """Return an answer that must become a completion."""
    return Odd(OddAnswer(body), None, completion)


TEXT = {"type": "text", "text": "5"}
HTML = b"<html><body>502 Bad Gateway</body></html>"
DEEP = b'{"choices": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
LARGE = "x" * (MAX_COMPLETION_BYTES + 1)
THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": "2+3"}]}
ODD: dict[str, Odd] = {
    "content is a list of parts": read_as("5", chat(content=[TEXT])),
    "content has a thinking part": read_as("<think>2+3</think>5", chat(content=[THINKING, TEXT])),
    "content is one part": read_as("5", chat(content=TEXT)),
    "content is parts of plain strings": read_as("25", chat(content=["2", "5"])),
    "content is an object": holding(UNREADABLE, chat(content={"answer": 5})),
    "content is a number": holding(UNREADABLE, chat(content=5)),
    "content is a boolean": holding(UNREADABLE, chat(content=True)),
    "content is an image": holding(UNREADABLE, chat(content=[{"type": "image_url"}])),
    "content is null": read_as("", chat(content=None)),
    "reasoning is a list of parts": read_as(
        "<think>2+3</think>5",
        chat(content="5", reasoning_content=[{"type": "text", "text": "2+3"}]),
    ),
    "reasoning is a number": holding(UNREADABLE, chat(content="5", reasoning_content=7)),
    "half a surrogate pair": read_as("5\ufffd", chat(content="5\ud835")),
    "a NUL character": read_as("5\x00", chat(content="5\x00")),
    "usage is a list": read_as("5", chat(content="5", usage=[1])),
    "usage is texts": read_as("5", chat(content="5", usage={"prompt_tokens": "9"})),
    "tokens are 2**70": read_as("5", chat(content="5", usage={"completion_tokens": 2**70})),
    "tokens are NaN": read_as("5", chat(content="5", usage={"completion_tokens": float("nan")})),
    "tokens are infinite": read_as("5", chat(content="5", usage={"prompt_tokens": float("inf")})),
    "tokens are negative": read_as("5", chat(content="5", usage={"prompt_tokens": -1})),
    "tokens are a boolean": read_as("5", chat(content="5", usage={"prompt_tokens": True})),
    "finish reason is a number": holding(UNREADABLE, chat(content="5", finish_reason=1)),
    "finish reason is a list": holding(UNREADABLE, chat(content="5", finish_reason=["stop"])),
    "finish reason is content_filter": holding(REFUSED, chat("content_filter", content="")),
    "completion above the limit": holding(ErrorClass.COMPLETION_TOO_LONG, chat(content=LARGE)),
    "message is null": holding(SERVER_ERROR, b'{"choices": [{"message": null}]}'),
    "message is a text": holding(SERVER_ERROR, b'{"choices": [{"message": "5"}]}'),
    "choices is null": holding(SERVER_ERROR, b'{"choices": null}'),
    "choices is empty": holding(SERVER_ERROR, b'{"choices": []}'),
    "choices is an object": holding(SERVER_ERROR, b'{"choices": {"0": {}}}'),
    "choices holds a number": holding(SERVER_ERROR, b'{"choices": [7]}'),
    "no choices": holding(SERVER_ERROR, b"{}"),
    "a list": holding(SERVER_ERROR, b"[1, 2]"),
    "null": holding(SERVER_ERROR, b"null"),
    "an error in a 200": holding(SERVER_ERROR, b'{"error": {"code": 502, "message": "gone"}}'),
    "no JSON": holding(SERVER_ERROR, b'{"choices": [{'),
    "nothing": holding(SERVER_ERROR, b""),
    "a page": holding(SERVER_ERROR, HTML, content_type="text/html"),
    "a page that claims to be JSON": holding(SERVER_ERROR, HTML),
    "JSON nested too deeply": holding(SERVER_ERROR, DEEP),
    "an integer of 5,000 digits": holding(SERVER_ERROR, b'{"choices": ' + b"9" * 5_000 + b"}"),
    "invalid UTF-8": holding(SERVER_ERROR, b'{"choices": [{"message": {"content": "\xff"}}]}'),
    "an unknown encoding": Odd(
        OddAnswer(chat(content="5"), content_type="application/json; charset=x"), None, "5"
    ),
    "a body that is cut": holding(UNREACHABLE, chat(content="5" * 1_000), is_cut=True),
    "a refusal that is no JSON": holding(REJECTED, HTML, status=400),
    "a refusal that is a list": holding(REJECTED, b"[[]]", status=422),
    "a refusal of odd types": holding(REJECTED, b'{"error": [1, {"message": {}}]}', status=400),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What stood in the log in the end."""

    num_lost: int
    num_doubled: int
    num_errors: int
    num_read_by_sql: int
    num_lines: int

    @property
    def is_passed(self) -> bool:
        """Whether each request has one row that counts, and SQL reads every line."""
        return self.num_lost == self.num_doubled == 0 and self.num_read_by_sql == self.num_lines


def run_drill(folder: Path, num_prompts: int) -> Found:
    """Sample one completion for each prompt; run again until nothing is left to ask."""
    problems = [f"Problem {number}" for number in range(num_prompts)]
    prompts = pl.DataFrame({"prompt_id": map(content_id, problems), "problem": problems})
    prompts = prompts.with_columns(system_message=pl.lit(None, pl.String))
    with ScriptedServer(Script(odd=odd_by_number)) as server:
        settings = EndpointPolicy(
            endpoint=server.url, model="scripted", revision="1", concurrency=32, max_retries=0
        )
        policy = PolicyVersion("scripted", settings, "scripted@1")
        for _ in range(MAX_RUNS):
            if _run(folder, policy, prompts):
                break
    return _found(folder, RequestLog(Store(folder).logs, policy, SAMPLING), prompts)


def odd_by_number(prompt: str, num_before: int) -> OddAnswer | None:
    """Return the odd answer to the first request of each tenth prompt."""
    number = int(prompt.split()[-1])
    if num_before or number % SHARE:
        return None
    return list(ODD.values())[number // SHARE % len(ODD)].answer


def _run(folder: Path, policy: PolicyVersion, prompts: pl.DataFrame) -> bool:
    fingerprint = fingerprints([SPEC])[SPEC.key]
    settings = policy.settings
    assert isinstance(settings, EndpointPolicy)
    with (
        Store(folder).writing(SPEC, fingerprint, {}) as writer,
        RequestLog(Store(folder).logs, policy, SAMPLING) as log,
    ):
        start: Callable[[], Endpoint] = lambda: Endpoint(policy.name, settings)  # noqa: E731
        try:
            sample_rollouts(start, log, prompts, writer, round_name="odd")
        except UnansweredError as error:
            print(error)
            return False
        writer.finish()
    return True


def _found(folder: Path, log: RequestLog, prompts: pl.DataFrame) -> Found:
    rows = Store(folder).table(SPEC.key).read()
    lines = [json.loads(line) for line in log.path.read_bytes().splitlines()]
    completed = [line["rollout_id"] for line in lines if line["completion"] is not None]
    counted = duckdb.sql(
        "SELECT count(*), count(completion), sum(num_completion_tokens) FROM read_json("
        f"'{log.path}', format='newline_delimited', union_by_name=true)"
    ).fetchall()[0]
    return Found(
        num_lost=prompts.height - rows["rollout_id"].n_unique(),
        num_doubled=len(completed) - len(set(completed)),
        num_errors=rows["error_class"].count(),
        num_read_by_sql=counted[0],
        num_lines=len(lines),
    )


def main() -> None:
    """Run the drill and exit with 1 if it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run_drill(Path(folder), options.prompts)
    print(
        f"{options.prompts} requests, {len(ODD)} kinds of odd replies: {found.num_lost} lost, "
        f"{found.num_doubled} doubled, {found.num_errors} kept as errors; SQL reads "
        f"{found.num_read_by_sql} of {found.num_lines} lines"
    )
    sys.exit(not found.is_passed)


if __name__ == "__main__":
    main()
