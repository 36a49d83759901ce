"""Token counts: how many tokens of a Hugging Face tokenizer texts have, words counted once.

To encode 15 kB takes 6 ms of CPU. Words come again, and most tokenizers never join two of them:
where that is so, a word is encoded once and looked up from then on, which takes half the time.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from r1data.names import Commit
from r1data.seeds import content_id
from r1data.settings import Settings
from r1data.store.files import file_checksum

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FILE = "tokenizer.json"
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
BETWEEN_WORDS = re.compile(r"(?<=\S) (?=\S)")
MAX_KNOWN = 200_000
"""Words whose counts a process keeps."""
MAX_WORD = 32
"""Characters of such a word: longer ones hardly come again."""
PROBE = (
    "<think>\nOkay, so 12 + 34.5 = 46.5, isn't it?  Let's see:\n\n  - x_1 \\le \\frac{a}{b}\n\tso "
    "it's $y^2$ (i.e. `f(x) = x`).\n\n我们 来看 一下。Ça va ? Да, 100% !!\n</think>\n\n**7,000** "
    "\\boxed{ 7000 } and the end of the thing.\r\nNAME = 'value' # x\n\n\n   y"
)
"""A text on which it shows whether a tokenizer joins words."""


class TokenizerFile(Settings):
    """A Hugging Face tokenizer."""

    path: str
    """A folder that holds `tokenizer.json`, such a file, or a Hub repository."""
    revision: Commit | None = None
    """The hash of the Hub's commit, which a Hub repository needs: branches and tags can move."""

    def content(self) -> dict[str, Any]:
        """Return the hash of the file, or of the Hub's commit: not where it is."""
        file = self._here()
        return {"file": self._of_hub() if file is None else file_checksum(file)}

    def file(self) -> Path:
        """Return the file, which is downloaded if it has to be.

        Raises:
            FileNotFoundError: If there is none.
        """
        file = self._here()
        if file is not None:
            return file
        self._of_hub()
        from huggingface_hub import hf_hub_download

        return Path(hf_hub_download(self.path, FILE, revision=self.revision))

    def _here(self) -> Path | None:
        path = Path(self.path)
        found = path / FILE if path.is_dir() else path
        return found if found.is_file() else None

    def _of_hub(self) -> str:
        """Return what stands for the file of a Hub repository; refuse what is none."""
        if not REPOSITORY.fullmatch(self.path) or Path(self.path).exists():
            raise FileNotFoundError(
                f"tokenizer {self.path!r}: there is no {FILE}; name a folder that has one, or a "
                "Hub repository with its commit as `revision`"
            )
        if self.revision is None:
            raise FileNotFoundError(
                f"tokenizer {self.path!r} is no folder here; for the Hub repository of that name, "
                "give its commit as `revision`"
            )
        return content_id(self.path, self.revision)


def count_tokens(texts: Sequence[str], file: Path) -> list[int]:
    """Return how many tokens each text has, without those that begin or end a turn.

    Raises:
        ModuleNotFoundError: If `tokenizers` is not installed.
    """
    count = _counter(file)
    return [count(text) for text in texts]


@cache
def _counter(file: Path) -> Callable[[str], int]:
    """Return what counts the tokens of a text: by words where that gives the same."""
    try:
        from tokenizers import Tokenizer
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the signal `tokens` needs the package tokenizers; run `pip install tokenizers`"
        ) from error
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def whole(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False))

    words = _Words(tokenizer)
    return words if words(PROBE) == whole(PROBE) else whole


class _Words:
    """Counts tokens a word at a time, and remembers them."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Return the tokens of a text, of which each word but the first begins with its space."""
        first, *others = BETWEEN_WORDS.split(text)
        words = [first, *(f" {word}" for word in others)] if first else others
        known = self._known
        missing = [word for word in {*words} if word not in known]
        if missing:
            found = self._tokenizer.encode_batch_fast(missing, add_special_tokens=False)
            known.update(zip(missing, map(len, found), strict=True))
        total = sum([known[word] for word in words])
        for word in missing:
            if len(word) > MAX_WORD:
                del known[word]
        if len(known) > MAX_KNOWN:
            known.clear()
        return total
