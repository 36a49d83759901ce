"""One library's private data of some texts, run by that library's own Python.

`python performance/private_data_peers.py NAME TEXTS.json RESULT.json`: of r1data it imports
nothing.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

NUM_SLOW = 40
"""Texts for detect-secrets, which takes 40 times as long as the other."""


def main() -> None:
    """Run a library on texts; write its hits and what that took."""
    name, path, result = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    find, limit = PEERS[name]
    texts = json.loads(path.read_text(encoding="utf-8"))[:limit]
    before = time.process_time()
    hits = sum(find(texts))
    facts = {"hits": hits, "texts": len(texts), "cpu_seconds": time.process_time() - before}
    result.write_text(json.dumps(facts), encoding="utf-8")


def phonenumbers(texts: Iterable[str]) -> Iterable[int]:
    """Count the telephone numbers of each text, those without a country's code as American."""
    from phonenumbers import PhoneNumberMatcher

    return (sum(1 for _ in PhoneNumberMatcher(text, "US")) for text in texts)


def detect_secrets(texts: Iterable[str]) -> Iterable[int]:
    """Count the secrets of each text, with the default plugins."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import default_settings

    with default_settings():
        return [sum(1 for line in text.split("\n") for _ in scan_line(line)) for text in texts]


Find = Callable[[Iterable[str]], Iterable[int]]
PEERS: dict[str, tuple[Find, int | None]] = {
    "phonenumbers": (phonenumbers, None),
    "detect-secrets": (detect_secrets, NUM_SLOW),
}

if __name__ == "__main__":
    main()
