"""Quality scores: what a trained classifier says of a text."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from r1data.patterns import lazy

LABEL, GOOD = "__label__", "good"
TOKEN = lazy(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|\d|[\u3040-\u30ff\u3400-\u9fff]|[^\w\s]|_")
"""A word, a digit, a Chinese or Japanese character, or a sign."""
MAX_WORD = 40
"""Characters of a word that are looked at: longer ones are no words."""


def words(text: str, max_chars: int) -> str:
    r"""Return the beginning of a text as fastText reads it: tokens with spaces between, one line.

    >>> words("2+2=4.\nSo it's\n你好", 99)
    "2 + 2 = 4 . so it ' s 你 好"
    """
    tokens = (token[:MAX_WORD] for token in TOKEN.findall(text[:max_chars].lower()))
    return " ".join(tokens)


@lru_cache(maxsize=4)
def load_classifier(file: Path, max_chars: int) -> Callable[[str], float]:
    """Return what scores a text by a trained classifier: the probability that it is good.

    It is 0.5 for a text without tokens. The file is read once per process.

    Raises:
        FileNotFoundError: If the file is gone.
    """
    import fasttext

    if not file.is_file():
        raise FileNotFoundError(f"the quality classifier {file} is gone; run `r1data run` again.")
    model = fasttext.load_model(str(file))

    def score(text: str) -> float:
        line = words(text, max_chars)
        if not line:
            return 0.5
        labels, probabilities = model.predict(line, k=2)
        found = dict(zip(labels, map(float, probabilities), strict=True))
        probability: float = found.get(LABEL + GOOD, 0.0)
        return min(1.0, probability)

    return score
