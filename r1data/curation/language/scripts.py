"""Scripts: which languages are written in which, and of which a character is.

A character's kind is a small number, so that a text becomes an array that NumPy can look through:
`OTHER` (white space, signs), `END` (of a sentence), `PART` (digits and `_`, of which names and
identifiers are made), `MARK` (a combining one), and from `LATIN` on a letter of a script.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

OTHER, END, PART, MARK = range(4)
NAMES = (
    *("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "ARABIC", "HEBREW", "DEVANAGARI"),
    *("BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM"),
    *("SINHALA", "ETHIOPIC", "TIBETAN", "HANGUL"),
    *("CJK", "BOPOMOFO", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR"),
)
"""The scripts, as Unicode names them; those from `CJK` on put no spaces between words."""
SCRIPT = {name: kind for kind, name in enumerate(NAMES, MARK + 1)}
LATIN, HANGUL, UNSPACED = SCRIPT["LATIN"], SCRIPT["HANGUL"], SCRIPT["CJK"]
KANA = (SCRIPT["HIRAGANA"], SCRIPT["KATAKANA"])
EAST_ASIAN = tuple(SCRIPT[name] for name in ("CJK", "BOPOMOFO", "HIRAGANA", "KATAKANA"))
CHARS_A_WORD = np.array(
    [
        2 if kind in EAST_ASIAN else 5 if kind >= SCRIPT["THAI"] else 1
        for kind in range(SCRIPT["MYANMAR"] + 1)
    ]
)
"""By kind: of scripts that put no spaces between words, about so many characters are a word."""

ENDS = ".!?;:\n\u3002\uff01\uff1f\uff1b\u0964"
JOINERS = "\u200b\u200c\u200d"
NOT_ASCII = 127
"""A control character, which stands for all that is not ASCII where only that is told apart."""
LAST = 0x30000
"""The first code point that is looked at no more: beyond it stand rare Chinese characters."""

SCRIPTS = {
    "zh": ("CJK", "BOPOMOFO"),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL",),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "ky", "mn", "tg"), ("CYRILLIC",)),
    "sr": ("CYRILLIC", "LATIN"),
    "el": ("GREEK",),
    "hy": ("ARMENIAN",),
    "ka": ("GEORGIAN",),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ug", "sd"), ("ARABIC",)),
    **dict.fromkeys(("he", "yi"), ("HEBREW",)),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), ("DEVANAGARI",)),
    **dict.fromkeys(("bn", "as"), ("BENGALI",)),
    "pa": ("GURMUKHI",),
    "gu": ("GUJARATI",),
    "or": ("ORIYA",),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "kn": ("KANNADA",),
    "ml": ("MALAYALAM",),
    "si": ("SINHALA",),
    "th": ("THAI",),
    "lo": ("LAO",),
    "km": ("KHMER",),
    "my": ("MYANMAR",),
    "am": ("ETHIOPIC",),
    "bo": ("TIBETAN",),
}
"""Scripts by language; all others are written in Latin letters."""
SHARED = {
    kind
    for kind in SCRIPT.values()
    if sum(NAMES[kind - LATIN] in names for names in SCRIPTS.values()) != 1
} - {SCRIPT["HEBREW"], SCRIPT["BENGALI"]}
"""Scripts that do not tell the language; Yiddish and Assamese are not looked for."""
ALONE = {
    SCRIPT[name]: language
    for language, names in reversed(SCRIPTS.items())
    for name in names
    if SCRIPT[name] not in {*SHARED, LATIN}
}
"""The language of a script that, for all that is looked for, only one is written in."""
VARIANTS = {"yue": "zh", "wuu": "zh", "arz": "ar", "nn": "no", "nb": "no", "als": "de"}
"""The language under which another code, or a near kin, is counted."""


@dataclass(frozen=True, slots=True)
class CharacterTables:
    """What each code point is: arrays that a text's code points index."""

    kinds: NDArray[np.uint8]
    lower: NDArray[np.uint32]
    """The code point of its lower case, where that is one."""


@lru_cache
def scripts_of(language: str) -> tuple[int, ...]:
    """Return the kinds of letters that a language is written in.

    >>> [NAMES[kind - LATIN] for kind in scripts_of("sr")], scripts_of("fr") == (LATIN,)
    (['CYRILLIC', 'LATIN'], True)
    """
    return tuple(SCRIPT[name] for name in SCRIPTS.get(language, ("LATIN",)))


def is_in(script: NDArray[np.uint8], scripts: tuple[int, ...]) -> NDArray[np.bool_]:
    """Say of each kind of letter whether it is of one of some scripts."""
    found: NDArray[np.bool_] = _chosen(scripts)[script]
    return found


@lru_cache
def _chosen(scripts: tuple[int, ...]) -> NDArray[np.bool_]:
    chosen = np.zeros(len(CHARS_A_WORD), bool)
    chosen[list(scripts)] = True
    return chosen


@lru_cache(maxsize=1)
def character_tables() -> CharacterTables:
    """Return the tables, made once in a process, in a tenth of a second."""
    kinds = np.zeros(0x110000, np.uint8)
    lower = np.arange(0x110000, dtype=np.uint32)
    for name, start, stop in (("CJK", 0x3400, 0xA000), ("HANGUL", 0xAC00, 0xD7A4)):
        kinds[start:stop] = SCRIPT[name]
    kinds[0x20000:] = SCRIPT["CJK"]
    for code in (*range(0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x11000)):
        character = chr(code)
        kinds[code] = _kind(character)
        if len(character.lower()) == 1:
            lower[code] = ord(character.lower())
    kinds[[ord(end) for end in ENDS]] = END
    kinds[[ord(joiner) for joiner in JOINERS]] = MARK
    return CharacterTables(kinds, lower)


def code_points(text: str) -> NDArray[np.unsignedinteger]:
    """Return a text's code points."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def ascii_bytes(codes: NDArray[np.unsignedinteger]) -> bytes:
    r"""Return code points as bytes, in which 127 stands for what is not ASCII.

    >>> ascii_bytes(code_points("So 因为"))
    b'So \x7f\x7f'
    """
    known = codes if codes.dtype == np.uint8 else np.minimum(codes, NOT_ASCII).astype(np.uint8)
    return known.tobytes()


def kinds_of(codes: NDArray[np.unsignedinteger], known: bytes) -> NDArray[np.uint8]:
    """Return the kind of each character; `known` are the bytes of its ASCII ones."""
    table = character_tables().kinds
    kinds = np.frombuffer(bytearray(known.translate(_ascii_kinds())), np.uint8)
    if codes.dtype != np.uint8:
        places = (codes > NOT_ASCII).nonzero()[0]
        kinds[places] = table[codes[places]]
    return kinds


def lower_of(codes: NDArray[np.unsignedinteger], known: bytes) -> NDArray[np.unsignedinteger]:
    """Return each character in lower case, see `CharacterTables.lower`."""
    lower = np.frombuffer(known.lower(), np.uint8)
    if codes.dtype == np.uint8:
        return lower
    wide = lower.astype(np.uint32)
    places = (codes > NOT_ASCII).nonzero()[0]
    wide[places] = character_tables().lower[codes[places]]
    return wide


@lru_cache(maxsize=1)
def _ascii_kinds() -> bytes:
    return character_tables().kinds[:256].tobytes()


def _kind(character: str) -> int:
    category = unicodedata.category(character)
    if category in ("Nd", "Pc"):
        return PART
    if category in ("Mn", "Mc"):
        return MARK
    if not category.startswith("L"):
        return OTHER
    words = unicodedata.name(character, "").replace("-", " ").split(" ", 1)
    if len(words) > 1 and words[1].startswith(("SUBSCRIPT", "SUPERSCRIPT")):
        return PART
    script = "CJK" if words[0] == "IDEOGRAPHIC" else words[0]
    return SCRIPT.get(script, OTHER)
