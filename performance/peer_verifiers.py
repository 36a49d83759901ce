"""The verifiers that ours is compared with, each in a child process that can be killed.

    python -m performance.peer_verifiers trl

serves pairs of gold answer and completion, a JSON line each, on its standard input.
"""

import json
import re
import resource
import select
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from r1data.text import last_boxed

HANG_SECONDS = 20.0
"""Their own limits are 5 and 10 seconds; what has not answered by then never would in time."""
START_SECONDS = 180.0
MEMORY_BYTES = 4 << 30
"""Address space of a peer, which has no limit of its own."""
HANG = "hang"
CRASH = "crash"


def judge_as_trl(gold_answer: str, completion: str) -> bool | None:
    """Judge as TRL's own reward function does; None where it skips the row."""
    from trl.rewards import accuracy_reward

    message = [{"role": "assistant", "content": completion}]
    reward = accuracy_reward([message], [gold_answer])[0]
    return None if reward is None else reward == 1.0


def judge_both_boxed(gold_answer: str, completion: str) -> bool | None:
    """Judge by math-verify with both answers boxed, the predicted one read by its braces."""
    from math_verify import LatexExtractionConfig, parse, verify

    predicted = last_boxed(completion)
    if predicted is None:
        return False
    reading = [LatexExtractionConfig(boxed_match_priority=0, try_extract_without_anchor=False)]
    gold, answer = (
        parse(f"\\boxed{{{text}}}", extraction_config=reading) for text in (gold_answer, predicted)
    )
    return bool(verify(gold, answer)) if gold else None


def judge_by_text(gold_answer: str, completion: str) -> bool | None:
    """Judge by equality of texts, without spaces, delimiters, text commands and style."""
    predicted = last_boxed(completion)
    return predicted is not None and _normalised(predicted) == _normalised(gold_answer)


PEERS: dict[str, Callable[[str, str], bool | None]] = {
    "trl": judge_as_trl,
    "boxed": judge_both_boxed,
    "text": judge_by_text,
}
TITLES = {
    "trl": "math-verify as TRL calls it",
    "boxed": "math-verify, both sides boxed",
    "text": "equal normalised texts",
}


class Peer:
    """A verifier in a child process, started anew when it hangs or crashes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._child: subprocess.Popen[str] | None = None

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[bool | str | None]:
        """Return what it says of each pair: right, wrong, None (skipped), `hang` or `crash`."""
        try:
            return [self._judge(*pair) for pair in pairs]
        finally:
            self._end()

    def _judge(self, gold_answer: str, completion: str) -> bool | str | None:
        child = self._child or self._start()
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child has no pipes")
        child.stdin.write(json.dumps([gold_answer, completion]) + "\n")
        child.stdin.flush()
        is_ready = select.select([child.stdout], [], [], HANG_SECONDS)[0]
        line = child.stdout.readline() if is_ready else ""
        if line:
            return json.loads(line)
        self._end()
        return CRASH if is_ready else HANG

    def _start(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-W", "ignore", "-m", "performance.peer_verifiers", self.name]
        self._child = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        ready = select.select([self._child.stdout], [], [], START_SECONDS)[0]
        if not ready or self._child.stdout is None or not self._child.stdout.readline():
            raise RuntimeError(f"the peer {self.name!r} did not start: is its package installed?")
        return self._child

    def _end(self) -> None:
        if self._child:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _normalised(answer: str) -> str:
    text = re.sub(r"\\(?:left|right)|\\[,!;: ]|\s|\$", "", answer)
    text = re.sub(r"\\(?:text|mathrm|mathbf|textbf|mbox)\{([^{}]*)\}", r"\1", text)
    return re.sub(r"\\[dt]frac", r"\\frac", text).removesuffix(".").casefold()


def main() -> None:
    """Answer each pair on standard input with a line on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    judge = PEERS[sys.argv[1]]
    judge("1", r"\boxed{1}")
    print(json.dumps(True), flush=True)
    for line in sys.stdin:
        try:
            found: bool | str | None = judge(*json.loads(line))
        except Exception as error:  # noqa: BLE001 - a peer's crash is what is counted
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            found = CRASH
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
