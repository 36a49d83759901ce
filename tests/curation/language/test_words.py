# ruff: noqa: RUF001 - texts of many languages have letters of many scripts
import numpy as np
import pytest

from r1data.curation.language.function_words import BITS, NO_WORDS, languages_by_word
from r1data.curation.language.scripts import CHARS_A_WORD, NAMES, SCRIPTS, character_tables
from r1data.curation.language.words import NO_WORD, find_words


def words_of(text):
    return find_words(text).texts(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It's l'homme, don't.", ["It", "homme", "don"], id="apostrophes"),
        pytest.param("x1 and my_name, a1b", ["and"], id="identifiers"),
        pytest.param("ABC and ABCDE, NASA", ["and", "ABCDE"], id="names of points"),
        pytest.param("math.pi or os.path.join. Then", ["or", "Then"], id="dotted names"),
        pytest.param(r"\frac and \alpha", ["and"], id="commands"),
        pytest.param("sin log km and", ["and"], id="functions and units"),
        pytest.param("三角形ABC中，x和y", ["三角形", "中", "和"], id="Chinese beside letters"),
        pytest.param("カタカナとC言語", ["カタカナ", "と", "言語"], id="kana beside Chinese"),
        pytest.param("हिन्दी में", ["हिन्दी", "में"], id="marks are parts of words"),
        pytest.param("उत्\u200dसाही", ["उत्\u200dसाही"], id="and so are joiners"),
        pytest.param("α + β, aₙ, ℤ, 𝑥, 2ⁿ and", ["and"], id="signs of mathematics"),
        pytest.param("", [], id="nothing"),
        pytest.param(". , 12", [], id="no letters"),
        pytest.param("Да\ud800нет so", ["Да", "нет", "so"], id="half a surrogate pair"),
    ],
)
def test_words_are_what_is_of_a_language(text, expected):
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("text", "size"),
    [("the sum", 2), ("首先我们", 2), ("首", 1), ("ก่อนอื่นเราบวก", 3), ("Привет мир", 2)],
)
def test_where_words_are_not_set_apart_characters_are_counted(text, size):
    assert find_words(text).size.sum() == size


def test_words_know_their_sentence():
    assert find_words("One two. Three! Four\nfive").sentence.tolist() == [0, 0, 1, 2, 3]


def test_places_are_those_between_two_places_of_the_text():
    text = "One two three"
    words = find_words(text)
    assert words[words.places(4, 7)].texts(text) == ["two"]


@pytest.mark.parametrize("case", [str.lower, str.upper, str.title], ids=["lower", "upper", "title"])
def test_every_function_word_is_known_by_its_hash(case):
    for word, bits in languages_by_word().items():
        if len(word) > 4 and word not in NO_WORDS and case(word).lower() == word:
            assert find_words(case(word)).languages.tolist() == [bits], word


def test_no_other_word_is_taken_for_one():
    text = " ".join(f"{a}{b}{a}{b}x" for a in "bcdfghjklm" for b in "npqrstvwxz")
    assert not find_words(text).languages.any()


def test_bits_fit_beside_the_one_for_what_is_no_word():
    assert len(BITS) < 63
    assert max(BITS.values()) < int(NO_WORD)


def test_every_script_of_a_language_is_known():
    assert {name for names in SCRIPTS.values() for name in names} <= {*NAMES}
    assert character_tables().kinds.max() < len(CHARS_A_WORD)
    assert np.array_equal(character_tables().lower[[65, 0xC9, 0x410]], [97, 0xE9, 0x430])
